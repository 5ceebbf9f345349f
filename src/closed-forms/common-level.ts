import { productError } from '../numeric/product-error.js'
import { RunningPair } from './running-pair.js'

/**
 * The one level λ at which bins take up a total between them:
 *
 *     Σ_i clip(a_i − λ w_i, 0, U_i) = s,    a_i of any sign, w_i > 0, U_i ≥ 0, 0 ≤ s ≤ Σ U_i.
 *
 * The left side falls with λ and bends at a_i/w_i and (a_i − U_i)/w_i. A pivot among the bends of a sample of the
 * columns halves those still open; columns whose bends lie outside the bracket are summed up and leave. Expected linear time.
 *
 * Starts, totals and the level are pairs of doubles, high + low: where bins are small beside what their columns start with, a
 * level in one double would leave them no digits. A column of infinite weight stays at level zero and takes up what
 * must be: nothing above, all of its box below, the rest at λ = 0.
 */
export interface Bins {
  readonly startHigh: Float64Array
  readonly startLow: Float64Array
  readonly weight: Float64Array
  readonly size: Float64Array
}

/** A number as the unevaluated sum of two doubles. */
export interface Pair {
  readonly high: number
  readonly low: number
}

/** Columns looked at for a pivot. */
const SAMPLE = 63

export interface CommonLevel {
  /** λ. Where nothing is taken up: the highest a_i/w_i; where everything is: the lowest (a_i − U_i)/w_i. */
  readonly level: Pair
  /** clip(a_i − λ w_i, 0, U_i), exactly 0 or U_i at the ends. */
  readonly taken: Float64Array
}

/** Steps that correct what rounded bends did to the level; one nearly always suffices. */
const STEPS = 12

export function commonLevel(bins: Bins, total: Pair): CommonLevel {
  const { weight, size } = bins
  const taken = new Float64Array(weight.length)
  const free = weight.indexOf(Infinity)
  let rest = total
  if (free >= 0) {
    const atNought = missingAt(bins, NOUGHT, total, taken)
    const most = size[free]
    taken[free] = Math.min(Math.max(atNought.high, 0), most)
    if (taken[free] > 0 && taken[free] < most) return { level: NOUGHT, taken }
    if (taken[free] > 0) rest = plus(total, -most)
  }
  let level = levelWithin(bins, rest)
  // Where a whole range of levels will do, what the free column takes says on which side of zero to look.
  if (free >= 0 && level.high * (rest === total ? 1 : -1) < 0) level = NOUGHT
  for (let step = 0; ; step++) {
    const missing = missingAt(bins, level, rest, taken)
    const isMet = Math.abs(missing.high) <= 2 * Number.EPSILON * Math.abs(rest.high)
    if (isMet || step === STEPS) return { level, taken }
    let slope = 0
    for (let i = 0; i < taken.length; i++) if (i !== free && taken[i] > 0 && taken[i] < size[i]) slope += weight[i]
    const next = slope > 0 ? plus(level, -missing.high / slope) : stepOver(bins, taken, missing.high)
    if (next === undefined) return { level, taken }
    level = next
  }
}

/**
 * Where no column has taken a part of its box: bins can be thinner than the rounding of a level, and one of them must be filled in
 * part. The next one in the direction that is missing takes it, or as much as it holds.
 */
function stepOver({ startHigh, startLow, weight, size }: Bins, taken: Float64Array, missing: number): Pair | undefined {
  let best: Pair | undefined
  for (let i = 0; i < taken.length; i++) {
    if (weight[i] === Infinity || size[i] === 0 || taken[i] === (missing > 0 ? size[i] : 0)) continue
    const wanted = missing > 0 ? Math.min(missing, size[i]) : Math.max(size[i] + missing, 0)
    const left = plus(plus({ high: startHigh[i], low: 0 }, startLow[i]), -wanted)
    const level = quotient(left, { high: weight[i], low: 0 })
    const ahead = best === undefined ? 1 : level.high - best.high || level.low - best.low
    if (best === undefined || ahead * missing > 0) best = level
  }
  return best
}

/** The total less what the columns of finite weight take at a level, which is noted. */
function missingAt(bins: Bins, level: Pair, total: Pair, taken: Float64Array): Pair {
  let { high, low } = total
  for (let i = 0; i < taken.length; i++) {
    if (bins.weight[i] === Infinity) continue
    const value = takenAt(bins, i, level)
    taken[i] = value
    const sum = high - value
    const shadow = sum - high
    low += high - (sum - shadow) + (-value - shadow)
    high = sum
  }
  return plus({ high, low: 0 }, low)
}

const NOUGHT: Pair = { high: 0, low: 0 }

function levelWithin({ startHigh, startLow, weight, size }: Bins, total: Pair): Pair {
  const open = new Int32Array(weight.length)
  let count = 0
  for (let i = 0; i < weight.length; i++) if (weight[i] < Infinity && size[i] > 0) open[count++] = i
  const all = count
  let low = -Infinity
  let high = Infinity
  // Columns that have left take up `excess` − slope·λ, less the total.
  const excess = new RunningPair()
  excess.start(-total.high, -total.low)
  const slope = new RunningPair()
  const top = (i: number): number => startHigh[i] / weight[i]
  const bottom = (i: number): number => (startHigh[i] - size[i]) / weight[i]
  while (count > 0) {
    const pivot = pivotOf(open, count, low, high, top, bottom)
    if (pivot !== undefined) {
      let over = excess.high - slope.high * pivot
      let error = excess.low - slope.low * pivot
      for (let t = 0; t < count; t++) {
        const i = open[t]
        const above = startHigh[i] - pivot * weight[i] + startLow[i]
        const taken = above <= 0 ? 0 : above < size[i] ? above : size[i]
        const sum = over + taken
        const shadow = sum - over
        error += over - (sum - shadow) + (taken - shadow)
        over = sum
      }
      if (over + error > 0) low = pivot
      else high = pivot
    }
    let left = 0
    for (let t = 0; t < count; t++) {
      const i = open[t]
      const start = top(i)
      const end = bottom(i)
      if ((start > low && start < high) || (end > low && end < high)) open[left++] = i
      else if (end >= high) excess.add(size[i])
      else if (start >= high) {
        excess.add(startHigh[i])
        excess.add(startLow[i])
        slope.add(weight[i])
      }
    }
    count = left
  }
  if (slope.high > 0) return clipped(quotient(excess, slope), low, high)
  // Every level of the bracket will do: one end of it is where some column begins or ends, if there is a column.
  if (all === 0) return NOUGHT
  return { high: high < Infinity ? high : low, low: 0 }
}

/** The median of bends strictly inside a bracket, among evenly spaced columns; undefined where none is. */
function pivotOf(
  open: Int32Array,
  count: number,
  low: number,
  high: number,
  top: (i: number) => number,
  bottom: (i: number) => number,
): number | undefined {
  const stride = Math.max(1, Math.floor(count / SAMPLE))
  const bends: number[] = []
  for (let t = stride >> 1; t < count; t += stride) {
    const start = top(open[t])
    const end = bottom(open[t])
    if (start > low && start < high) bends.push(start)
    if (end > low && end < high) bends.push(end)
  }
  return bends.sort((a, b) => a - b)[bends.length >> 1]
}

/** high + low + value. */
export function plus({ high, low }: Pair, value: number): Pair {
  const sum = new RunningPair()
  sum.start(high, low)
  sum.add(value)
  return { high: sum.high, low: sum.low }
}

function quotient(a: Pair, b: Pair): Pair {
  const high = a.high / b.high
  const low = (productRest(high, b.high, a.high) + a.low - high * b.low) / b.high
  const whole = high + low
  return { high: whole, low: low - (whole - high) }
}

/** c − a b, the product exact (Dekker): right to the last bits where c is about a b. */
function productRest(a: number, b: number, c: number): number {
  const product = a * b
  const error = productError(a, b, product)
  const difference = c - product
  const shadow = difference - c
  return difference + (c - (difference - shadow) + (-product - shadow) - error)
}

function clipped(level: Pair, low: number, high: number): Pair {
  if (level.high < low) return { high: low, low: 0 }
  return level.high > high ? { high, low: 0 } : level
}

/** clip(a − λ w, 0, U) of one column, rounded once; λ ≠ 0 where the weight is infinite. */
export function takenAt({ startHigh, startLow, weight, size }: Bins, i: number, level: Pair): number {
  const w = weight[i]
  if (w === Infinity) return level.high < 0 ? size[i] : 0
  const above = productRest(level.high, w, startHigh[i]) + (startLow[i] - level.low * w)
  return above <= 0 ? 0 : above < size[i] ? above : size[i]
}
