import { count, leverage, percent, rounded } from '../table.js'
import { axisFormat } from './axis-format.js'
import { atBothWidths, type Width } from './both-widths.js'
import { type Markup, visible } from './markup.js'
import { nameAxis } from './name-axis.js'
import { type Cell, dataTable, figure } from './page.js'

/** Values of a book before an ADL, as allocated, and in the optimum; `null` is ∞. */
export interface Triple {
  readonly before: readonly (number | null)[]
  readonly after: readonly (number | null)[]
  readonly optimal?: readonly (number | null)[] | undefined
}

const SERIES = [
  { key: 'before', name: 'before the ADL', colour: 'var(--dim)', dash: [6, 4], shape: 'circle', isFilled: false },
  { key: 'after', name: 'as allocated', colour: 'var(--left)', dash: [1, 0], shape: 'circle', isFilled: true },
  { key: 'optimal', name: 'optimal', colour: 'var(--best)', dash: [2, 3], shape: 'diamond', isFilled: true },
] as const

/** Pixels of the plot on a wide and on a narrow screen: a chart is drawn for each, so that its letters can be read on both. */
const WIDE = 780
const NARROW = 230
const MOST_NAMED = 30
const LONGEST_NAME = { wide: 22, narrow: 11 }

/** Leverage of each account, or of groups of them, three ways. */
export async function leverageComparison(levels: Triple, sizes: readonly number[], accounts?: readonly string[]) {
  const isNamed = accounts !== undefined && accounts.length <= MOST_NAMED
  const all = shownSeries(levels).flatMap(({ values }) => values)
  const finite = all.filter((value) => value !== null)
  const [chart, caption] = isNamed
    ? [await atBothWidths((width) => namedSpec(levels, accounts, width)), 'One line is one account.']
    : [await atBothWidths((width) => stepSpec(levels, sizes, isSkewed(finite), width)), stepWords(sizes)]
  const scale = !isNamed && isSkewed(finite) ? ' The scale is that of logarithms, linear near zero.' : ''
  const missing = all.includes(null)
    ? ' Accounts with exposure and no positive equity have infinite leverage and are not drawn.'
    : ''
  return figure(
    chart,
    `Leverage by account, the most leveraged first. ${MARKS}`,
    `${caption} ${isNamed ? MARKS : LINES} Leverage is gross notional at the mark over equity, in multiples (×).${scale}${missing}`,
    isNamed ? undefined : numbersOf(levels, sizes),
  )
}

/** The largest leverage of each wave, three ways. */
export async function waveComparison(levels: Triple, waves: readonly string[], isInfinite: boolean): Promise<Markup> {
  const isNamed = waves.length <= MOST_NAMED
  const chart = await atBothWidths((width) => (isNamed ? namedSpec(levels, waves, width) : waveSpec(levels, width)))
  const missing = isInfinite ? ' Infinite leverage is not drawn.' : ''
  return figure(
    chart,
    `The largest leverage before, as allocated and in the optimum, wave by wave. ${isNamed ? MARKS : LINES}`,
    `${isNamed ? 'One line is one wave.' : 'The waves in their order.'} ${isNamed ? MARKS : LINES} Leverage is gross notional at the mark over equity, in multiples (×).${missing}`,
    undefined,
  )
}

function waveSpec(levels: Triple, width: Width) {
  const data = shownSeries(levels).flatMap(({ name, values }) =>
    values.map((y, wave) => ({ series: name, x: wave + 1, y })),
  )
  const finite = data.flatMap(({ y }) => (y === null ? [] : [y]))
  return lineSpec(data, width, {
    x: { title: 'wave', axis: { format: 'd', tickCount: 5 }, scale: { nice: false, zero: false } },
    y: {
      title: 'largest leverage, ×',
      axis: { format: axisFormat(finite), tickCount: 5 },
      scale: { type: isSkewed(finite) ? 'symlog' : 'linear' },
    },
    interpolate: 'linear',
  })
}

const MARKS =
  'A hollow circle: before the ADL. A filled circle: as allocated. A diamond: in the optimum. The bar joins the last two.'
const LINES = 'Dashed: before the ADL. Solid: as allocated. Dotted: optimal.'

/** Losses that nobody's equity covers, against the move of the prices. */
export async function lossComparison(losses: Triple, moves: readonly number[], factor: string): Promise<Markup> {
  const title = factor === 'common' ? 'move of every price from its mark' : 'move of the factor'
  const format = axisFormat(shownSeries(losses).flatMap(({ values }) => [...values]))
  const data = shownSeries(losses).flatMap(({ name, values }) =>
    values.map((y, g) => ({ series: name, x: moves[g], y })),
  )
  const chart = await atBothWidths((width) =>
    lineSpec(data, width, {
      x: { title, axis: { format: '+%', tickCount: 5 }, scale: { nice: false } },
      y: { title: 'uncovered loss, quote currency', axis: { format, tickCount: 5 } },
      interpolate: 'linear',
    }),
  )
  const picks = [-0.5, -0.2, -0.1, 0.1, 0.2, 0.5].map((at) => moves.findIndex((move) => Math.abs(move - at) < 1e-9))
  const titles = ['', ...picks.map((g) => `${moves[g] > 0 ? '+' : '−'}${percent(Math.abs(moves[g]))}`)]
  const rows = shownSeries(losses).map(({ name, values }): Cell[] => [
    { text: name },
    ...picks.map((g): Cell => ({ text: rounded(values[g], 5) })),
  ])
  return figure(
    chart,
    `Uncovered loss against the ${title}: dashed before the ADL, solid as allocated, dotted in the optimum.`,
    `What the losses of accounts exceed their equity by, summed over the whole book, if ${factor === 'common' ? 'all prices move from their marks by one share' : 'one factor moves all prices by their loadings'}. ${LINES}`,
    dataTable('Uncovered loss, quote currency', titles, rows),
  )
}

function shownSeries(levels: Triple) {
  return SERIES.flatMap(({ key, ...series }) => {
    const values = levels[key]
    return values === undefined ? [] : [{ ...series, values }]
  })
}

const pixels = (width: Width): number => (width === 'wide' ? WIDE : NARROW)

function namedSpec(levels: Triple, accounts: readonly string[], width: Width) {
  const series = shownSeries(levels)
  const data = series.flatMap(({ name, values }) => values.map((x, at) => ({ series: name, at, x })))
  const { after, optimal } = levels
  const bars = (optimal ?? [])
    .map((x, at) => ({ at, x, x2: after[at] }))
    .filter(({ x, x2 }) => x !== null && x2 !== null)
  const names = accounts.map((account) => shortened(visible(account), LONGEST_NAME[width]))
  const y = nameAxis(names, true)
  const scaled = (range: readonly unknown[]) => ({ domain: series.map(({ name }) => name), range })
  const x = { type: 'quantitative', title: 'leverage, ×', axis: { tickCount: width === 'wide' ? 8 : 4 } }
  const colour = {
    field: 'series',
    scale: scaled(series.map((one) => one.colour)),
    legend: { ...legend(width), symbolSize: 90 },
  }
  const points = {
    data: { values: data.filter((point) => point.x !== null) },
    mark: { type: 'point', size: 70, opacity: 1, filled: false, strokeWidth: 2 },
    encoding: {
      y,
      x: { ...x, field: 'x' },
      stroke: colour,
      fill: { ...colour, scale: scaled(series.map((one) => (one.isFilled ? one.colour : 'var(--paper)'))) },
      shape: { ...colour, scale: scaled(series.map((one) => one.shape)) },
    },
  }
  const joined = {
    data: { values: bars },
    mark: { type: 'rule', strokeWidth: 4, opacity: 0.3, stroke: 'var(--left)' },
    encoding: { y, x: { ...x, field: 'x' }, x2: { field: 'x2' } },
  }
  return {
    id: 'leverage',
    spec: {
      width: pixels(width),
      // More accounts stand closer, so that the chart and what it is about fit one sheet of paper.
      height: { step: accounts.length > 15 ? 18 : 24 },
      layer: [joined, points],
    },
  }
}

function stepSpec(levels: Triple, sizes: readonly number[], skewed: boolean, width: Width) {
  const total = sizes.reduce((a, b) => a + b, 0)
  let start = 0
  const starts = sizes.map((size) => {
    start += size
    return start - size
  })
  const data = shownSeries(levels).flatMap(({ name, values }) => [
    ...values.map((y, b) => ({ series: name, x: starts[b] / total, y })),
    // The last level is drawn twice, to the end of its step.
    { series: name, x: 1, y: values.at(-1) ?? null },
  ])
  return lineSpec(data, width, {
    x: {
      title: 'share of accounts, the most leveraged first',
      axis: { format: '%', tickCount: 5 },
      scale: { nice: false },
    },
    y: {
      title: 'leverage, ×',
      axis: { format: axisFormat(data.map(({ y }) => y)), tickCount: 5 },
      scale: { type: skewed ? 'symlog' : 'linear' },
    },
    interpolate: 'step-after',
  })
}

interface LineOptions {
  readonly x: object
  readonly y: object
  readonly interpolate: string
}

function lineSpec(data: readonly object[], width: Width, { x, y, interpolate }: LineOptions) {
  const scaled = (range: readonly unknown[]) => ({
    field: 'series',
    scale: { domain: SERIES.map(({ name }) => name), range },
    legend: legend(width),
  })
  return {
    id: interpolate === 'linear' ? 'losses' : 'leverage',
    spec: {
      width: pixels(width),
      height: width === 'wide' ? 260 : 200,
      data: { values: data },
      mark: { type: 'line', interpolate, strokeWidth: 2.2, clip: true },
      encoding: {
        x: { field: 'x', type: 'quantitative', ...x },
        y: { field: 'y', type: 'quantitative', ...y },
        stroke: scaled(SERIES.map(({ colour }) => colour)),
        strokeDash: scaled(SERIES.map(({ dash }) => dash)),
      },
    },
  }
}

const legend = (width: Width) => ({ columns: width === 'wide' ? 3 : 1, symbolSize: 200 })

/** Whether a few values would press all others onto the axis. */
function isSkewed(values: readonly number[]): boolean {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted.at(-1) ?? 0) > 20 * Math.max(1e-9, sorted[sorted.length >> 1] ?? 0)
}

function stepWords(sizes: readonly number[]): string {
  const total = sizes.reduce((a, b) => a + b, 0)
  const mean = total / sizes.length
  return `One step is ${mean === 1 ? 'one account' : `the median of about ${count(Math.round(mean))} accounts`}.`
}

function numbersOf(levels: Triple, sizes: readonly number[]): Markup {
  const total = sizes.reduce((a, b) => a + b, 0)
  const picks = [...new Set([0, 0.1, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (sizes.length - 1))))]
  const rankText = (b: number): string => `at ${percent(sizes.slice(0, b).reduce((a, size) => a + size, 0) / total)}`
  const rows = shownSeries(levels).map(({ name, values }): Cell[] => [
    { text: name },
    ...picks.map((b): Cell => ({ text: leverage(values[b]) })),
  ])
  return dataTable('Leverage along the order, the most leveraged accounts first', ['', ...picks.map(rankText)], rows)
}

function shortened(name: string, longest: number): string {
  return name.length <= longest ? name : `${name.slice(0, longest - 5)}…${name.slice(-4)}`
}
