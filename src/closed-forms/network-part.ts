import { doublesOf } from '../numeric/doubles.js'
import { type CommonLevel, commonLevel, type Pair, plus, takenAt } from './common-level.js'
import { type ByMarket, byMarket, distances, push, reached, type Trade } from './trade.js'

/** A part of a network: markets whose flow, as far as it is open, goes to columns of this part alone. */
export interface Part {
  /** Where columns, markets and pairs stand in the whole network. */
  readonly columns: Int32Array
  readonly markets: Int32Array
  readonly pairs: Int32Array
  /** Pairs of column i: starts[i] … starts[i + 1] − 1; their market of the part and capacity. */
  readonly starts: Int32Array
  readonly market: Int32Array
  readonly capacity: Float64Array
  /** What is left of a_i, high and low, w_i and Σ_k u_ik over the part. */
  readonly startHigh: Float64Array
  readonly startLow: Float64Array
  readonly weight: Float64Array
  readonly size: Float64Array
  /** What is left of s_k, high and low. */
  readonly supply: readonly Pair[]
  /** The levels of the markets are known to lie between these. */
  readonly low: number
  readonly high: number
  /** Whether the cut that it comes from left it most of what was cut. */
  readonly isLopsided: boolean
}

/** A part at its common level: either the flow that stays there, or the markets that would send on to lower levels. */
export interface LevelledPart {
  readonly common: CommonLevel
  readonly flow: Float64Array
  readonly rounds: number
  /** By market, what it has not sent: rounding, unless there is a cut. */
  readonly missed: Float64Array
  /** By market of the part: 1 where its level is below the common one. Undefined where all are at it. */
  readonly isLow: Uint8Array | undefined
}

/**
 * What a market may miss, relative to what it sends and to what could be sent to its columns: the sum of their totals,
 * each rounded once, is off by that.
 */
const ROUNDING = 4 * Number.EPSILON
const MOST_ROUNDS = 2000
const CORRECTIONS = 8

/**
 * Any level tells low markets from high ones, the common one only makes sure that there are both, or none. Where it
 * peels off few markets at a time, levels of very different size, the middle one of rough guesses is tried first.
 */
export function levelPart(part: Part): LevelledPart {
  const guess = part.isLopsided ? middleLevel(part) : 0
  // Outside the bracket a market that is merely balanced could be put on the wrong side of it.
  if (guess !== 0 && guess > part.low && guess < part.high) {
    const level = { high: guess, low: 0 }
    const tried = levelAt(part, { level, taken: part.weight.map((_, i) => takenAt(part, i, level)) }, 0)
    if (tried.isLow !== undefined) return tried
  }
  return levelAt(part, commonLevel(part, total(part.supply)), CORRECTIONS)
}

/** The median, over markets, of their columns' levels when half of everything is sent. */
function middleLevel({ starts, market, capacity, startHigh, weight, size, supply }: Part): number {
  const sum = new Float64Array(supply.length)
  const share = new Float64Array(supply.length)
  for (let i = 0; i + 1 < starts.length; i++) {
    const level = (startHigh[i] - size[i] / 2) / weight[i]
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      sum[market[p]] += capacity[p] * level
      share[market[p]] += capacity[p]
    }
  }
  const levels = sum.map((value, k) => (share[k] > 0 ? value / share[k] : 0)).sort()
  return levels[levels.length >> 1] ?? 0
}

function levelAt(part: Part, common: CommonLevel, corrections: number): LevelledPart {
  const { starts, capacity, size, supply } = part
  const { taken } = common
  const flow = new Float64Array(capacity.length)
  const open: number[] = []
  for (let i = 0; i + 1 < starts.length; i++) {
    const share = size[i] > 0 ? taken[i] / size[i] : 0
    for (let p = starts[i]; p < starts[i + 1]; p++) flow[p] = share === 1 ? capacity[p] : capacity[p] * share
    if (starts[i + 1] - starts[i] === 1) flow[starts[i]] = taken[i]
    else if (share > 0 && share < 1) open.push(i)
  }
  const { trade, index, arcs } = tradeOf(part, flow, open)
  const rounding = Float64Array.from(supply, ({ high }) => ROUNDING * high)
  const outside = outsideSupply(part, flow, open)
  let excess = excessOf(outside, trade)
  let rounds = 0
  while (rounds < MOST_ROUNDS && push(trade, index, excess, rounding, rounding)) {
    excess = excessOf(outside, trade)
    rounds++
  }
  let isLow = cut(trade, index, excess, rounding)
  for (let correction = 0; isLow === undefined && correction < corrections; correction++) {
    if (!evenOut(trade, index, excess, rounding)) break
    excess = excessOf(outside, trade)
    isLow = cut(trade, index, excess, rounding)
  }
  arcs.forEach((p, t) => {
    flow[p] = trade.flow[t]
  })
  return { common, flow, rounds, missed: excess, isLow }
}

/**
 * Where all markets are on one side of a cut, what they miss is rounding, though it may be much for a small market: the largest
 * makes up for those that have a way to it. False where there is nothing to do.
 */
function evenOut(trade: Trade, index: ByMarket, excess: Float64Array, rounding: Float64Array): boolean {
  const largest = rounding.indexOf(rounding.reduce((a, b) => Math.max(a, b), 0))
  const missing = excess.map((value, k) => (Math.abs(value) > rounding[k] ? value : 0))
  const none = new Float64Array(rounding.length)
  if (largest < 0 || missing.every((value, k) => value === 0 || k === largest)) return false
  missing[largest] = 0
  missing[largest] = -missing.reduce((a, b) => a + b, 0)
  let isMoved = false
  for (let round = 0; round < rounding.length && push(trade, index, missing, none, none); round++) isMoved = true
  return isMoved
}

function total(supply: readonly Pair[]): Pair {
  return supply.reduce((sum, { high, low }) => plus(plus(sum, high), low), { high: 0, low: 0 })
}

/** The open columns, which hold something of several markets but not all they could. */
function tradeOf(part: Part, flow: Float64Array, open: readonly number[]) {
  const starts = new Int32Array(open.length + 1)
  open.forEach((i, t) => {
    starts[t + 1] = starts[t] + part.starts[i + 1] - part.starts[i]
  })
  const arcs = new Int32Array(starts[open.length])
  open.forEach((i, t) => {
    for (let p = part.starts[i]; p < part.starts[i + 1]; p++) arcs[starts[t] + p - part.starts[i]] = p
  })
  const trade: Trade = {
    markets: part.markets.length,
    starts,
    market: arcs.map((p) => part.market[p]),
    capacity: doublesOf(arcs.length, (t) => part.capacity[arcs[t]]),
    flow: doublesOf(arcs.length, (t) => flow[arcs[t]]),
  }
  return { trade, arcs, index: byMarket(trade) }
}

/** What is left of every supply after the columns that are not open. */
function outsideSupply({ starts, market, supply }: Part, flow: Float64Array, open: readonly number[]): Pair[] {
  const isOpen = new Uint8Array(starts.length)
  for (const i of open) isOpen[i] = 1
  const left = new Sums(supply)
  for (let i = 0; i + 1 < starts.length; i++) {
    if (isOpen[i] === 1) continue
    for (let p = starts[i]; p < starts[i + 1]; p++) left.subtract(market[p], flow[p])
  }
  return left.values()
}

function excessOf(outside: readonly Pair[], { market, flow }: Trade): Float64Array {
  const left = new Sums(outside)
  for (let p = 0; p < flow.length; p++) left.subtract(market[p], flow[p])
  return Float64Array.from(left.values(), ({ high, low }) => high + low)
}

/** Sums that carry their rounding errors, one per market. */
export class Sums {
  readonly #high: Float64Array
  readonly #low: Float64Array
  constructor(values: readonly Pair[]) {
    this.#high = Float64Array.from(values, ({ high }) => high)
    this.#low = Float64Array.from(values, ({ low }) => low)
  }
  subtract(k: number, value: number): void {
    if (value === 0) return
    const high = this.#high[k]
    const sum = high - value
    const shadow = sum - high
    this.#low[k] += high - (sum - shadow) + (-value - shadow)
    this.#high[k] = sum
  }
  values(): Pair[] {
    return Array.from(this.#high, (high, k) => plus({ high, low: 0 }, this.#low[k]))
  }
}

/**
 * Markets with more to send than their columns take at the common level, and all that these could displace, end below
 * it; so the others can be told apart by what they lack. Undefined where all are on one side: what is missing is
 * rounding.
 */
function cut(trade: Trade, index: ByMarket, excess: Float64Array, rounding: Float64Array): Uint8Array | undefined {
  const low = reached(trade, index, (k) => excess[k] > rounding[k])
  if (low.includes(1) && low.includes(0)) return low
  const isLow = distances(trade, index, (k) => excess[k] < -rounding[k]).map((steps) => (steps < 0 ? 1 : 0))
  return isLow.includes(1) && isLow.includes(0) ? Uint8Array.from(isLow) : undefined
}
