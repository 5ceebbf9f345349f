import type { TopLevelSpec } from 'vega-lite'
import { type DifferenceRow, differenceWords, type MergedCell } from '../../models/simulation/index.js'
import { count, percent, rounded, several } from '../table.js'
import { axisFormat } from './axis-format.js'
import { drawChart } from './chart.js'
import { html, type Markup, visible } from './markup.js'
import { nameAxis } from './name-axis.js'
import { type Cell, dataTable, figure } from './page.js'
import { DASHED, drawPanels, type Panel, panelTitle, SOLID } from './panels.js'

/** Points of a curve: more than a screen tells apart only makes the page large. */
const MOST_POINTS = 120
/** Pixels of the plot of differences. */
const WIDTHS = { wide: 640, narrow: 215 }
const LONGEST_NAME = { wide: 26, narrow: 12 }

/** How often at least so much was left uncovered: one panel a policy, beside the policy that has least. */
export async function lossFigure(id: string, policies: readonly string[], cell: MergedCell, least: string) {
  const HERE = 'this policy'
  const BEST = `${visible(least)}, which has least`
  const curves = new Map(policies.map((policy, p) => [policy, exceedance(cell.values[p][0])]))
  const others = policies.filter((policy) => policy !== least)
  const panels = (others.length === 0 ? policies : others).map((policy): Panel => {
    const series = [{ name: HERE, points: curves.get(policy)! }]
    if (policy !== least) series.push({ name: BEST, points: curves.get(least)! })
    return { title: panelTitle([policy]), series }
  })
  const all = [...curves.values()].flatMap((points) => points.map(([x]) => x))
  const chart = await drawPanels(id, panels, {
    x: { title: 'uncovered loss, quote currency', format: axisFormat(all) },
    y: { title: 'share of paths', format: '%' },
    styles: { [HERE]: SOLID, ...(others.length > 0 && { [BEST]: DASHED }) },
    isStepped: true,
  })
  const rows = policies.map((policy, p): Cell[] => {
    const { median, q90, q95, q99, max } = cell.summaryOf(policy, 'uncovered')
    const hit = cell.values[p][0].filter((loss) => loss > 0).length / cell.jobs.length
    return [policy, percent(hit), ...[median, q90, q95, q99, max].map((value) => rounded(value, 6))].map((text) => ({
      text,
    }))
  })
  return figure(
    chart,
    `${several(panels.length, 'chart')} of the share of paths on which at least so much was left uncovered, against the loss.`,
    'How often at least so much was left uncovered. Solid: this policy. Dashed: the policy that has least on average. The lower, the better.',
    dataTable(
      'Uncovered loss over the paths, quote currency',
      ['policy', 'paths with any', 'median', '90 %', '95 %', '99 %', 'largest'],
      rows,
    ),
  )
}

/** (x, share of paths with a loss of x or more), descending; quantiles where there are many paths. */
function exceedance(losses: Float64Array): [number, number][] {
  const sorted = losses.slice().sort()
  const n = sorted.length
  const steps = Math.min(n, MOST_POINTS)
  const points: [number, number][] = [[0, 1]]
  for (let s = 0; s < steps; s++) {
    const at = Math.floor((s * n) / steps)
    points.push([sorted[at], (n - at) / n])
  }
  points.push([sorted[n - 1], 0])
  return points
}

/** Each policy less the one that has least, with what the sample leaves open. */
export async function differenceFigure(id: string, cell: MergedCell, least: string, threshold: number) {
  const differences = cell.differencesOf('uncovered')
  const rows = differences.flatMap((row) => {
    if (row.policy === least) return [{ row, other: row.against, mean: minus(row.mean) }]
    return row.against === least ? [{ row, other: row.policy, mean: row.mean }] : []
  })
  const bars = rows.map(({ row: { standardError }, other, mean }) => {
    const error = standardError ?? 0
    return {
      other,
      mean,
      low: mean - error,
      high: mean + error,
      least: mean - threshold * error,
      most: mean + threshold * error,
    }
  })
  const chart = html`${await barsAt('wide', id, bars, least)}${await barsAt('narrow', id, bars, least)}`
  const z = rounded(threshold, 3)
  return figure(
    chart,
    `${several(bars.length, 'row')}, one per policy: its mean uncovered loss less that of ${least}, with error bars and a line at zero.`,
    `Uncovered loss less that of ${least}, path by path: the mean; thick, one standard error to each side; thin, ${z} of them, within which the sample tells nothing apart (all pairs together are wrong in one sample of twenty at most). To the right of zero is more.`,
    pairsTable(rows.map(({ row }) => row)),
  )
}

const minus = (value: number): number => (value === 0 ? 0 : -value)

function pairsTable(differences: readonly DifferenceRow[]): Markup {
  const rows = differences.map((row): Cell[] => [
    { text: `${row.policy} − ${row.against}` },
    { text: rounded(row.mean, 6) },
    { text: row.standardError === null ? '–' : rounded(row.standardError, 4) },
    { text: count(row.lower) },
    { text: count(row.higher) },
  ])
  const caption = 'Paired differences of uncovered loss, quote currency; those of other pairs stand in differences.csv'
  const numbers = dataTable(caption, ['pair', 'mean', 'std error', 'paths lower', 'paths higher'], rows)
  return html`${numbers}<ul>${differences.map((row) => html`<li>${differenceWords(row)}</li>\n`)}</ul>`
}

interface Bar {
  readonly other: string
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly least: number
  readonly most: number
}

async function barsAt(width: 'wide' | 'narrow', id: string, bars: readonly Bar[], least: string): Promise<Markup> {
  const names = bars.map(({ other }) => shortened(visible(other), LONGEST_NAME[width]))
  const values = bars.map((bar, at) => ({ ...bar, at }))
  const y = nameAxis(names, false)
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: `more uncovered than ${shortened(visible(least), LONGEST_NAME[width])}`,
    axis: { format: axisFormat(bars.flatMap(({ least: a, most: b }) => [a, b])), tickCount: width === 'wide' ? 7 : 3 },
    scale: { zero: true, nice: true },
  })
  const rule = (from: string, to: string, size: number, opacity: number) => ({
    mark: { type: 'rule', strokeWidth: size, opacity },
    encoding: { y, x: x(from), x2: { field: to } },
  })
  const spec = {
    width: WIDTHS[width],
    height: { step: 30 },
    data: { values },
    layer: [
      { mark: { type: 'rule', strokeDash: [4, 3], opacity: 0.7 }, encoding: { x: { datum: 0, type: 'quantitative' } } },
      rule('least', 'most', 1.2, 0.8),
      rule('low', 'high', 5, 0.55),
      { mark: { type: 'point', size: 60, filled: true, opacity: 1 }, encoding: { y, x: x('mean') } },
    ],
  }
  return html`<div class="at-${width}">${await drawChart(`${id}-${width}`, spec as unknown as TopLevelSpec)}</div>`
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** Mean cost against the size of the fund: what is left uncovered, and what the fund paid. */
export async function fundFigure(id: string, policies: readonly string[], cells: readonly MergedCell[]) {
  const UNCOVERED = 'left uncovered'
  const PAID = 'paid by the fund'
  const ascending = [...cells].sort((a, b) => Number(a.cell.fund) - Number(b.cell.fund))
  const points = (policy: string, measure: 'uncovered' | 'drawn') =>
    ascending.map((one): [number, number] => [Number(one.cell.fund), one.summaryOf(policy, measure).mean])
  const panels = policies.map(
    (policy): Panel => ({
      title: panelTitle([policy]),
      series: [
        { name: UNCOVERED, points: points(policy, 'uncovered') },
        { name: PAID, points: points(policy, 'drawn') },
      ],
    }),
  )
  const numbers = panels.flatMap(({ series }) => series.flatMap((one) => one.points.map(([, y]) => y)))
  const chart = await drawPanels(id, panels, {
    x: { title: 'insurance fund before the crisis', format: '~s' },
    y: { title: 'mean, quote currency', format: axisFormat(numbers) },
    styles: { [UNCOVERED]: SOLID, [PAID]: DASHED },
  })
  const rows = policies.map((policy): Cell[] => [
    { text: policy },
    ...ascending.map((one): Cell => {
      const { mean, standardError } = one.summaryOf(policy, 'uncovered')
      return { text: `${rounded(mean, 6)}${standardError === null ? '' : ` ± ${rounded(standardError, 3)}`}` }
    }),
  ])
  const titles = ['policy', ...ascending.map(({ cell }) => `fund ${rounded(Number(cell.fund), 8)}`)]
  return figure(
    chart,
    `${several(panels.length, 'chart')}, one per policy, of mean cost against the size of the insurance fund.`,
    'Means over the paths. Solid: left uncovered. Dashed: paid by the fund, for liquidations and for accounts taken over.',
    dataTable('Uncovered loss, mean and standard error', titles, rows),
  )
}
