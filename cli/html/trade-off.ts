import type { ComparedRow, Comparison } from '../../models/index.js'
import { objectiveTitle, policyTitle } from '../../reports/plain-names.js'
import { count, leverage, rounded, several } from '../table.js'
import { atBothWidths } from './both-widths.js'
import { html, type Markup } from './markup.js'
import { figure } from './page.js'

/** Policies that leave the same risk and cut as many accounts. */
interface Point {
  readonly number: number
  readonly names: readonly string[]
  readonly risk: number | null
  readonly touched: number
  readonly closed: number
}

interface TradeOff {
  /** "largest leverage", "expected loss". */
  readonly what: string
  readonly show: (risk: number | null) => string
  readonly points: readonly Point[]
  /** The least that any allocation leaves, where it is proved. */
  readonly least: number | null
}

const LOSSES = ['expected-loss', 'cvar', 'evar', 'worst-case-loss', 'ellipsoid-loss']

/**
 * Risk left against accounts cut, of the first objective of losses or else of the largest leverage; undefined where
 * nothing can be drawn.
 */
export function tradeOff({ optimum }: Comparison, rows: readonly ComparedRow[]): TradeOff | undefined {
  const loss = Object.keys(optimum).find((name) => LOSSES.includes(name))
  const judge = loss ?? 'min-max-leverage'
  const isLeverage = loss === undefined
  const riskOf = (row: ComparedRow): number | null => (loss === undefined ? row.maxLeverage : row.objectives[loss])
  const groups = new Map<string, ComparedRow[]>()
  for (const row of rows) {
    if (!row.feasible) continue
    const key = JSON.stringify([riskOf(row)?.toPrecision(7), row.touched, row.closed])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [row])
    else known.push(row)
  }
  if (groups.size === 0) return undefined
  const sorted = [...groups.values()].sort(
    ([a], [b]) => (riskOf(a) ?? Infinity) - (riskOf(b) ?? Infinity) || a.touched - b.touched,
  )
  const best = optimum[judge]
  return {
    what: objectiveTitle(judge),
    show: (risk) => (isLeverage ? leverage(risk) : rounded(risk, 5)),
    least: best?.proved ? best.value : null,
    points: sorted.map((group, at) => ({
      number: at + 1,
      names: group.map(({ policy }) => policyTitle(policy)),
      risk: riskOf(group[0]),
      touched: group[0].touched,
      closed: group[0].closed,
    })),
  }
}

/** The comparison in a sentence: who leaves the least risk, who cuts the fewest, and what the one costs in terms of the other. */
export function tradeOffSentence({ what, show, points }: TradeOff): string {
  const [safest] = points
  const fewest = points.reduce((a, b) => (b.touched < a.touched ? b : a))
  const left = `${what} ${show(safest.risk)}`
  if (fewest === safest)
    return `${nameOf(safest)} leaves the least risk (${left}), and nobody cuts fewer accounts (${count(safest.touched)})`
  return `${nameOf(safest)} leaves the least risk (${left}) by cutting ${several(safest.touched, 'account')}; ${nameOf(fewest)} cuts ${count(fewest.touched)} and leaves ${show(fewest.risk)}`
}

/** A rule that a venue could follow, before an optimum that happens to be the same. */
const nameOf = ({ names }: Point): string => names.find((name) => !name.startsWith('Least ')) ?? names[0]

/** The picture, and the list of what its numbers stand for. */
export async function tradeOffFigure(given: TradeOff): Promise<Markup> {
  const { what, show, points, least } = given
  const drawn = points.filter(({ risk }) => risk !== null)
  const unit = what === objectiveTitle('min-max-leverage') ? ', ×' : ', quote currency'
  const chart = await atBothWidths((width) => ({
    id: 'trade-off',
    spec: specOf(drawn, least, `${what} left${unit}`, width),
  }))
  const list = points.map(
    ({ names, risk, touched, closed }) =>
      html`<li><strong>${names.join(', ')}</strong>: leaves ${show(risk)}, cuts ${several(touched, 'account')}, ${closed === 0 ? 'none' : count(closed)} closed whole</li>\n`,
  )
  const missing = drawn.length < points.length ? ' What is infinite is in the list only.' : ''
  const proved = least === null ? '' : ' Dashed: the least that any allocation leaves, proved.'
  return figure(
    chart,
    `A point for each policy: accounts cut to the right, ${what} left upwards; the lower and the further left, the better. The numbers are those of the list.`,
    `Each number is a policy of the list below. Lower: less risk left. Further left: fewer accounts cut.${proved}${missing}`,
    html`<ol class="legend">${list}</ol>`,
  )
}

/** Nearer than this many pixels, numbers would stand on each other. */
const NEAR = { x: 30, y: 15 }

function specOf(points: readonly Point[], least: number | null, title: string, width: 'wide' | 'narrow') {
  const size = width === 'wide' ? { width: 900, height: 340 } : { width: 250, height: 250 }
  const most = Math.max(1, ...points.map(({ touched }) => touched))
  const risks = points.map(({ risk }) => risk ?? 0)
  const [top, bottom] = [Math.max(...risks, least ?? 0), Math.min(...risks)]
  const isSkewed = bottom > 0 && top > 20 * bottom
  // Where all risks are alike, what tells them apart is above most of the axis.
  const lowest = Math.min(bottom, least ?? bottom)
  const floor = lowest > 0.6 * top ? Math.max(0, lowest - 0.5 * (top - lowest || top)) : 0
  const height = (risk: number): number =>
    isSkewed ? Math.log(risk / bottom) / Math.log(top / bottom) : (risk - floor) / (top - floor || 1)
  const labels: { x: number; y: number; numbers: number[] }[] = []
  for (const { touched, risk, number } of points) {
    const point = { x: (size.width * touched) / most, y: size.height * height(risk ?? 0) }
    const near = labels.find(({ x, y }) => Math.abs(x - point.x) < NEAR.x && Math.abs(y - point.y) < NEAR.y)
    if (near === undefined) labels.push({ ...point, numbers: [number] })
    else near.numbers.push(number)
  }
  const labelOf = (number: number): string => {
    const own = labels.find(({ numbers }) => numbers[0] === number)
    return own === undefined ? '' : ranges(own.numbers)
  }
  const data = points.map(({ touched, risk, number }) => ({ x: touched, y: risk, label: labelOf(number) }))
  const x = {
    field: 'x',
    type: 'quantitative',
    title: 'accounts cut',
    axis: { format: 'd', tickMinStep: 1, tickCount: width === 'wide' ? 8 : 4 },
    scale: { domainMin: 0, domainMax: most * 1.06 },
  }
  const y = {
    field: 'y',
    type: 'quantitative',
    title,
    axis: { tickCount: 6, format: '~s' },
    scale: isSkewed ? { type: 'log' } : { domainMin: floor, domainMax: top + 0.1 * (top - floor || 1) },
  }
  const rule = {
    data: { values: [{ y: least }] },
    mark: { type: 'rule', strokeDash: [5, 4], stroke: 'var(--best)', strokeWidth: 1.5 },
    encoding: { y },
  }
  return {
    ...size,
    layer: [
      ...(least === null || (isSkewed && least <= 0) ? [] : [rule]),
      {
        data: { values: data },
        mark: { type: 'point', filled: true, size: 75, color: 'var(--left)', opacity: 0.85 },
        encoding: { x, y },
      },
      {
        data: { values: data.filter(({ label }) => label !== '') },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 5, dy: -4, fontSize: 13, fontWeight: 600 },
        encoding: { x, y, text: { field: 'label' } },
      },
    ],
  }
}

/** "3", "3, 5", "3–6". */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = parts.at(-1)
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else parts.push([number, number])
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
}
