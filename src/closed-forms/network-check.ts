import { SpillwayError } from '../errors.js'
import { type Pair, plus } from './common-level.js'
import type { NetworkFillInput } from './network.js'
import { type Part, Sums } from './network-part.js'

/** Rounding that the sum of a million doubles may bring into a supply, relative to the capacity of its market. */
const SUM_TOLERANCE = 1e-9
/** A supply this near to the capacity of its market, relative, is all of it: whoever added up a few doubles meant that. */
const LAST_BITS = 4 * Number.EPSILON
/** Products of two entries must not overflow. */
const LARGEST = 2 ** 500

/** The whole network as a part, checked. A supply between two ends becomes `most` and one more column, free at level zero. */
export function checkNetwork(input: NetworkFillInput): Part {
  const { column, market, capacity, weight, start } = input
  const most = 'supply' in input ? input.supply : input.most
  checkLengths(input)
  weight.forEach((w, i) => {
    if (!(w > 0 && w < LARGEST && Math.abs(start[i]) < LARGEST)) throw badColumn(i, w, start[i])
  })
  const lastColumn = new Int32Array(most.length).fill(-1)
  for (let p = 0; p < column.length; p++) checkPair(input, p, lastColumn)
  const total = new Sums(Array.from(most, () => ({ high: 0, low: 0 })))
  for (let p = 0; p < column.length; p++) total.subtract(market[p], -capacity[p])
  const totals = total.values()
  const supply = Array.from(most, (s, k) => clip(s, totals[k], k))
  const slack = 'supply' in input ? [] : slackOf(input, supply)
  const columns = weight.length + (slack.length > 0 ? 1 : 0)
  const starts = new Int32Array(columns + 1)
  const size = new Float64Array(columns)
  const extended = {
    column: slack.length > 0 ? Int32Array.from([...column, ...slack.map(() => weight.length)]) : column,
    market: slack.length > 0 ? Int32Array.from([...market, ...slack.map(([k]) => k)]) : market,
    capacity: slack.length > 0 ? Float64Array.from([...capacity, ...slack.map(([, u]) => u)]) : capacity,
  }
  for (let p = 0; p < extended.column.length; p++) {
    const i = extended.column[p]
    starts[i + 1]++
    size[i] += extended.capacity[p]
  }
  for (let i = 0; i < columns; i++) starts[i + 1] += starts[i]
  return {
    columns: upTo(columns),
    markets: upTo(most.length),
    pairs: upTo(extended.column.length),
    starts,
    market: extended.market,
    capacity: extended.capacity,
    startHigh: columns > start.length ? Float64Array.from([...start, 0]) : start,
    startLow: new Float64Array(columns),
    weight: columns > weight.length ? Float64Array.from([...weight, Infinity]) : weight,
    size,
    supply,
    low: -Infinity,
    high: Infinity,
    isLopsided: false,
  }
}

/** 0, 1, …, count − 1. */
function upTo(count: number): Int32Array {
  const numbers = new Int32Array(count)
  for (let i = 0; i < count; i++) numbers[i] = i
  return numbers
}

/** How much less than `most` each market may send, where it may. */
function slackOf({ least, most }: { least: Float64Array; most: Float64Array }, supply: readonly Pair[]) {
  return Array.from(most.keys()).flatMap((k): [number, number][] => {
    const low = least[k]
    if (!(low >= 0 && low <= most[k])) throw badSupply(`least[${k}]`, low, most[k])
    const slack = supply[k].high - low
    return slack > 0 ? [[k, slack]] : []
  })
}

function clip(s: number, total: Pair, k: number): Pair {
  if (!(s >= -SUM_TOLERANCE * total.high && s <= total.high * (1 + SUM_TOLERANCE)))
    throw badSupply(`supply[${k}]`, s, total.high)
  if (s <= 0) return { high: 0, low: 0 }
  return plus(total, -s).high < LAST_BITS * total.high ? total : { high: s, low: 0 }
}

function checkLengths(input: NetworkFillInput): void {
  const { column, market, capacity, weight, start } = input
  const ends = 'supply' in input ? [input.supply, input.supply] : [input.least, input.most]
  const isFit = market.length === column.length && capacity.length === column.length && start.length === weight.length
  if (isFit && ends[0].length === ends[1].length) return
  throw new SpillwayError({
    code: 'network-lengths',
    path: 'network',
    value: `${column.length}, ${market.length} and ${capacity.length} entries by pair, ${weight.length} and ${start.length} by column`,
    problem: 'arrays over the same things differ in length',
    cure: 'Give one entry per pair, per column and per market.',
  })
}

/** `lastColumn`: by market, the column of the pair that was seen last. */
function checkPair({ column, market, capacity, weight }: NetworkFillInput, p: number, lastColumn: Int32Array): void {
  const i = column[p]
  const k = market[p]
  const u = capacity[p]
  const isInOrder = i >= (p > 0 ? column[p - 1] : 0) && i < weight.length
  const isNew = k >= 0 && k < lastColumn.length && lastColumn[k] !== i
  if (isInOrder && isNew && u >= 0 && u < LARGEST) {
    lastColumn[k] = i
    return
  }
  throw new SpillwayError({
    code: 'network-pair',
    path: `pairs[${p}]`,
    value: `column ${i}, market ${k}, capacity ${u}`,
    problem:
      'a pair needs a column not below the one before, a market that exists, once per column, and a finite capacity ≥ 0',
    cure: 'Sort pairs by column, add up pairs that stand twice, and count columns and markets from zero.',
  })
}

function badColumn(i: number, weight: number, start: number): SpillwayError {
  return new SpillwayError({
    code: 'fill-column',
    path: `columns[${i}]`,
    value: `weight ${weight}, start ${start}`,
    problem: 'a column needs a finite weight > 0 and a finite start',
    cure: 'Take columns without weight out first and fill the others.',
  })
}

function badSupply(path: string, value: number, most: number): SpillwayError {
  return new SpillwayError({
    code: 'fill-total',
    path,
    value,
    problem: `a market cannot send ${value} where the most is ${most}`,
    cure: 'Ask for supplies between zero and the capacities of the market, the least not above the most.',
  })
}
