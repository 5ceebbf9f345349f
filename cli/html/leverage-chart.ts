import { count, leverage, percent } from '../table.js'
import { axisFormat } from './axis-format.js'
import { type Content, type Markup, unbroken } from './markup.js'
import { type Cell, dataTable, figure } from './page.js'
import { DASHED, DOTTED, drawPanels, type LineStyle, SOLID } from './panels.js'

type Levels = readonly (number | null)[]

/** Median leverage of groups of accounts, the most leveraged before first; `null` for ∞. */
export interface LeverageFigure {
  /** Accounts in each group. */
  readonly sizes: readonly number[]
  readonly before: Levels
  /** Solid lines, one a panel; `row` is their name in the table of numbers. */
  readonly panels: readonly { readonly title: string; readonly row: string; readonly levels: Levels }[]
  /** What the solid line is, in the legend. */
  readonly says: string
  /** A dotted line in every panel. */
  readonly reference?: { readonly name: string; readonly levels: Levels }
}

const BEFORE = 'before the ADL'

/** Leverage before and after, by account: a step is an account, or the median of a group of them. */
export async function leverageFigure({ sizes, before, panels, says, reference }: LeverageFigure): Promise<Markup> {
  const total = sizes.reduce((a, b) => a + b, 0)
  const isEach = sizes.every((size) => size === 1)
  const starts = sizes.map((_, b) => sizes.slice(0, b).reduce((a, size) => a + size, 0))
  // The last level is drawn twice, to the end of its step.
  const points = (levels: Levels): [number, number | null][] => [
    ...levels.map((level, b): [number, number | null] => [isEach ? starts[b] : starts[b] / total, level]),
    [isEach ? total : 1, levels.at(-1) ?? null],
  ]
  const lines = [before, ...panels.map(({ levels }) => levels), ...(reference ? [reference.levels] : [])]
  const shown = lines.flat().filter((level) => level !== null)
  const isWide = Math.max(...shown) > 20 * Math.max(1e-9, before[before.length >> 1] ?? 0)
  const styles: Record<string, LineStyle> = {
    [says]: SOLID,
    [BEFORE]: DASHED,
    ...(reference && { [reference.name]: DOTTED }),
  }
  const chart = await drawPanels(
    'leverage',
    panels.map(({ title, levels }) => ({
      title,
      series: [
        { name: says, points: points(levels) },
        { name: BEFORE, points: points(before) },
        ...(reference ? [{ name: reference.name, points: points(reference.levels) }] : []),
      ],
    })),
    {
      x: { title: `${isEach ? '' : 'share of '}accounts, the most leveraged first`, format: isEach ? 'd' : '%' },
      y: { title: 'leverage', format: axisFormat(shown), scale: isWide ? 'symlog' : 'sqrt' },
      styles,
      isStepped: true,
    },
  )
  const group = `the median of about ${count(Math.round(total / sizes.length))} accounts`
  const caption = [
    `Solid: ${says}. Dashed: ${BEFORE}.${reference ? ` Dotted: ${reference.name}.` : ''}`,
    `One step is ${isEach ? 'one account' : group}.`,
    `The scale is that of ${isWide ? 'logarithms, linear near zero' : 'square roots'}.`,
    ...(lines.flat().includes(null)
      ? ['Accounts with exposure and no positive equity have infinite leverage and are not drawn.']
      : []),
  ].join(' ')
  const picks = spread(before.length, 8)
  const rankText = (b: number): string => (isEach ? `no. ${b + 1}` : `at ${unbroken(percent(starts[b] / total))}`)
  const row = (text: string, levels: Levels): Cell[] => [
    { text },
    ...picks.map((b): Cell => ({ text: leverage(levels[b]) })),
  ]
  const titles: Content[] = ['', ...picks.map(rankText)]
  const numbers = dataTable('Leverage at places in the order, the most leveraged accounts first', titles, [
    row(BEFORE, before),
    ...(reference ? [row(reference.name, reference.levels)] : []),
    ...panels.map(({ row: title, levels }) => row(title, levels)),
  ])
  const charts = panels.length === 1 ? 'Chart' : `${panels.length} charts, one per policy,`
  const alternative = `${charts} of gross leverage by account, the most leveraged first: a solid line after the ADL, a dashed line before it.`
  return figure(chart, alternative, caption, numbers)
}

/** At most `most` places of a list, the first and the last among them. */
function spread(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, b) => b)
  return Array.from({ length: most }, (_, b) => Math.round((b * (length - 1)) / (most - 1)))
}
