import { LORENZ_STEPS } from '../../models/analysis/index.js'
import type { BookCharts, ComparedRow, Comparison, RowCharts } from '../../models/index.js'
import { policyTitle } from '../../reports/plain-names.js'
import { percent, rounded } from '../table.js'
import { axisFormat } from './axis-format.js'
import { leverageFigure } from './leverage-chart.js'
import { html, type Markup, unbroken } from './markup.js'
import { type Cell, dataTable, figure, type Section } from './page.js'
import { DASHED, DOTTED, drawPanels, panelTitle, SOLID } from './panels.js'

/** Feasible policies whose charts are the same to nine digits share a panel. */
export interface Group {
  readonly title: string
  readonly names: readonly string[]
  readonly charts: RowCharts
}

const HERE = 'after, by this policy'
const BEFORE = 'before the ADL'

/** The three charts of a comparison, each with its numbers; nothing where nothing was drawn. */
export async function compareCharts({ book, optimum }: Comparison, rows: readonly ComparedRow[]): Promise<Section[]> {
  const groups = groupedRows(rows)
  if (book.charts === undefined || groups.length === 0 || book.eligible === 0) return []
  const best = groups.find(({ names }) => names.includes(policyTitle(`optimal:${Object.keys(optimum)[0]}`)))
  return [
    { title: 'Leverage before and after, by account', body: await leverageOf(book.charts, groups) },
    { title: 'How unevenly the burden falls', body: await lorenzFigure(book.charts, groups) },
    { title: 'Losses if prices move on', body: await lossFigure(book.charts, groups, best) },
  ]
}

export function groupedRows(rows: readonly ComparedRow[]): Group[] {
  const groups = new Map<string, { names: string[]; charts: RowCharts }>()
  for (const { policy, feasible, charts } of rows) {
    if (charts === undefined || !feasible) continue
    const { losses, leverage: levels, lorenz, payers } = charts
    const key = JSON.stringify([losses, levels, lorenz, payers], (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(7)) : value,
    )
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { names: [policyTitle(policy)], charts })
    else known.names.push(policyTitle(policy))
  }
  return [...groups.values()].map(({ names, charts }) => ({ names, charts, title: panelTitle(names) }))
}

function leverageOf({ leverage: before, bins }: BookCharts, groups: readonly Group[]): Promise<Markup> {
  const panels = groups.map(({ title, names, charts }) => ({ title, row: names.join(', '), levels: charts.leverage }))
  return leverageFigure({ sizes: bins, before, panels, says: HERE })
}

async function lorenzFigure({ lorenz: held }: BookCharts, groups: readonly Group[]): Promise<Markup> {
  const at = (share: number): number => Math.round(share * LORENZ_STEPS)
  const points = (curve: readonly number[]) => curve.map((share, g): [number, number] => [g / LORENZ_STEPS, share])
  const equal: [number, number][] = [
    [0, 0],
    [1, 1],
  ]
  const HELD = 'holdings before'
  const SAME = 'everybody the same'
  const MINE = 'closed by this policy'
  const chart = await drawPanels(
    'lorenz',
    groups.map(({ title, charts }) => ({
      title,
      series: [
        { name: MINE, points: points(charts.lorenz) },
        { name: HELD, points: points(held) },
        { name: SAME, points: equal },
      ],
    })),
    {
      x: { title: 'share of accounts, those who lose least first', format: '%' },
      y: { title: 'share of closed notional', format: '%' },
      styles: { [MINE]: SOLID, [HELD]: DASHED, [SAME]: DOTTED },
    },
  )
  const shares = [0.5, 0.8, 0.9, 0.98]
  const row = (text: string, curve: readonly number[]): Cell[] => [
    { text },
    ...shares.map((share): Cell => ({ text: percent(curve[at(share)]) })),
  ]
  const titles = ['', ...shares.map((share) => `least ${unbroken(percent(share))} of accounts`)]
  const numbers = dataTable('Share of closed notional that falls on those who lose least', titles, [
    row(HELD, held),
    ...groups.map(({ names, charts }) => row(names.join(', '), charts.lorenz)),
  ])
  const alternative = `${several(groups)}, Lorenz curves of closed notional over eligible accounts: solid for the policy, dashed for what was held, dotted for an even spread.`
  const caption =
    'Lorenz curves. Solid: notional closed. Dashed: notional held of what is demanded, which pro rata in one market follows exactly. Dotted: everybody the same. The farther below the dotted line, the fewer shoulders.'
  return figure(chart, alternative, caption, numbers)
}

async function lossFigure(
  { moves, factor, losses: before }: BookCharts,
  groups: readonly Group[],
  best: Group | undefined,
): Promise<Markup> {
  const points = (losses: readonly number[]) => moves.map((move, g): [number, number] => [move, losses[g]])
  const OPTIMUM = best && `after, by ${best.names.find((name) => name.startsWith('Least '))}`
  const chart = await drawPanels(
    'losses',
    groups.map(({ title, charts }) => ({
      title,
      series: [
        { name: HERE, points: points(charts.losses) },
        { name: BEFORE, points: points(before) },
        ...(OPTIMUM === undefined ? [] : [{ name: OPTIMUM, points: points(best!.charts.losses) }]),
      ],
    })),
    {
      x: { title: factor === 'common' ? 'move of every price from its mark' : 'move of the factor', format: '+%' },
      y: {
        title: 'total shortfall',
        format: axisFormat([before, ...groups.map(({ charts }) => charts.losses)].flat()),
        scale: 'sqrt',
      },
      styles: { [HERE]: SOLID, [BEFORE]: DASHED, ...(OPTIMUM !== undefined && { [OPTIMUM]: DOTTED }) },
    },
  )
  const shown = [-0.5, -0.2, -0.1, 0.1, 0.2, 0.3, 0.5].map((move) =>
    moves.findIndex((other) => Math.abs(other - move) < 1e-9),
  )
  const titles = ['', ...shown.map((g) => `${moves[g] > 0 ? '+' : '−'}${unbroken(percent(Math.abs(moves[g])))}`)]
  const row = (text: string, losses: readonly number[]): Cell[] => [
    { text },
    ...shown.map((g): Cell => ({ text: rounded(losses[g], 5) })),
  ]
  const numbers = dataTable('Total shortfall over the whole book, quote currency', titles, [
    row(BEFORE, before),
    ...groups.map(({ names, charts }) => row(names.join(', '), charts.losses)),
  ])
  const what =
    factor === 'common'
      ? 'all prices move from their marks by one relative move'
      : 'one factor moves all prices by their loadings'
  const alternative = `${several(groups)} of total shortfall against the move: a solid line after the ADL, a dashed line before it, a dotted line for the optimum.`
  return figure(
    chart,
    alternative,
    html`Sum over all accounts of what their losses exceed their equity by, if ${what}. The scale is that of square roots. Solid: after the ADL. Dashed: before.${OPTIMUM === undefined ? '' : ` Dotted: ${OPTIMUM}.`}`,
    numbers,
  )
}

const several = (groups: readonly Group[]): string =>
  `${groups.length} ${groups.length === 1 ? 'chart' : 'charts, one per policy,'}`
