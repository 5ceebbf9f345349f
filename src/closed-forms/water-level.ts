import { ExactSum } from '../numeric/exact-sum.js'
import type { WaterFillInput } from './water-fill.js'

/**
 * The level λ of water-filling by selection, never by sorting the columns: the root of the decreasing function
 *
 *     removed(λ) = Σ clip(o_i + u_i − λ w_i, 0, u_i)   at   s.
 *
 * After Floyd and Rivest (1975): solve the same problem on a sample, put a bracket of a few standard deviations around
 * its root, and settle in one sweep every column whose breakpoints o_i/w_i and (o_i + u_i)/w_i lie outside; the few
 * others go round again. Expected linear time. What settled columns give up, excess − slope·λ, is kept in exact sums, so that
 * the root, λ = excess/slope once every column is settled, is right to the last bits however far the sums cancel.
 */
export function findLevel({ amount, weight, fixed, removed }: WaterFillInput): number {
  return solve(
    { amount, weight, fixed, excess: new ExactSum(-removed), slope: new ExactSum() },
    { low: 0, high: Infinity },
  )
}

/** Columns not yet settled; the settled ones give up excess − slope·λ beyond s. */
interface Rest {
  readonly amount: Float64Array
  readonly weight: Float64Array
  readonly fixed: Float64Array | undefined
  readonly excess: ExactSum
  readonly slope: ExactSum
}

interface Bracket {
  readonly low: number
  readonly high: number
}

interface Sweep {
  readonly bracket: Bracket
  readonly rest: Rest
  /** What all columns give up beyond s at the ends: the root lies in the bracket if the first is ≥ 0, the second ≤ 0. */
  readonly overAtLow: number
  readonly overAtHigh: number
}

const FEW = 400
/** Knuth's multiplicative hash: 2³² over the golden ratio. */
const HASH = 0x9e3779b1
const DEVIATIONS = 3

function solve(all: Rest, whole: Bracket): number {
  let rest = all
  let bracket = whole
  let isMisled = false
  while (rest.amount.length > FEW) {
    const before = rest.amount.length
    const sample = thin(rest)
    // A sample of very unequal columns can mislead; the median of its breakpoints halves them whatever they weigh.
    const inner = isMisled ? median(sample, bracket) : around(solve(sample, bracket), sample, bracket)
    let swept = sweep(rest, inner)
    if (swept.overAtLow < 0) swept = sweep(rest, { low: bracket.low, high: inner.low })
    else if (swept.overAtHigh > 0) swept = sweep(rest, { low: inner.high, high: bracket.high })
    rest = swept.rest
    bracket = swept.bracket
    isMisled = rest.amount.length > before / 2
  }
  return crossing(rest, bracket)
}

/** Settles the columns without a breakpoint strictly inside the bracket. This loop is the cost of a large fill. */
function sweep(all: Rest, bracket: Bracket): Sweep {
  const { amount, weight, fixed } = all
  const { low, high } = bracket
  const count = amount.length
  const restAmount = new Float64Array(count)
  const restWeight = new Float64Array(count)
  const restFixed = new Float64Array(fixed === undefined ? 0 : count)
  let size = 0
  let excess = 0
  let excessError = 0
  let slope = 0
  let slopeError = 0
  let restAtLow = 0
  let restAtHigh = 0
  for (let i = 0; i < count; i++) {
    const u = amount[i]!
    const w = weight[i]!
    const o = fixed === undefined ? 0 : fixed[i]!
    const end = (o + u) / w
    if (end <= low) continue
    const start = fixed === undefined ? 0 : o / w
    if (start >= high || (end >= high && start <= low)) {
      // The two-sum of ExactSum, written out.
      const gives = start >= high ? u : o + u
      const sum = excess + gives
      const shadow = sum - excess
      excessError += excess - (sum - shadow) + (gives - shadow)
      excess = sum
      if (start >= high) continue
      const slopes = slope + w
      const shade = slopes - slope
      slopeError += slope - (slopes - shade) + (w - shade)
      slope = slopes
    } else {
      restAmount[size] = u
      restWeight[size] = w
      if (fixed !== undefined) restFixed[size] = o
      size++
      restAtLow += start < low ? o + u - low * w : u
      restAtHigh += end > high ? o + u - high * w : 0
    }
  }
  const rest = {
    amount: restAmount.slice(0, size),
    weight: restWeight.slice(0, size),
    fixed: fixed === undefined ? undefined : restFixed.slice(0, size),
    excess: all.excess.plus(excess, excessError),
    slope: all.slope.plus(slope, slopeError),
  }
  return { bracket, rest, overAtLow: over(rest, low) + restAtLow, overAtHigh: over(rest, high) + restAtHigh }
}

/** What the settled columns give up beyond s at a level. */
function over({ excess, slope }: Rest, level: number): number {
  return excess.value - (slope.value === 0 ? 0 : slope.value * level)
}

/** The same problem on one column of every eight, which one by a fixed hash, with all totals in proportion. */
function thin(rest: Rest): Rest {
  const size = rest.amount.length >> 3
  const pick = (column: Float64Array): Float64Array => {
    const picked = new Float64Array(size)
    for (let t = 0; t < size; t++) picked[t] = column[8 * t + (Math.imul(t, HASH) >>> 29)]!
    return picked
  }
  return {
    amount: pick(rest.amount),
    weight: pick(rest.weight),
    fixed: rest.fixed === undefined ? undefined : pick(rest.fixed),
    excess: new ExactSum(rest.excess.value / 8),
    slope: new ExactSum(rest.slope.value / 8),
  }
}

/** A bracket around a sample's root, as wide as the sample may err: deviation of Σ removed over its slope there. */
function around(root: number, { amount, weight, fixed, slope }: Rest, bracket: Bracket): Bracket {
  let sum = 0
  let squares = 0
  let steep = slope.value
  for (let i = 0; i < amount.length; i++) {
    const above = amount[i]! + (fixed === undefined ? 0 : fixed[i]!) - root * weight[i]!
    const removed = Math.min(Math.max(above, 0), amount[i]!)
    sum += removed
    squares += removed * removed
    if (removed > 0 && removed < amount[i]!) steep += weight[i]!
  }
  const deviation = Math.sqrt(Math.max(0, squares - (sum * sum) / amount.length))
  const width = steep > 0 ? (DEVIATIONS * deviation) / steep : 0
  return { low: Math.max(bracket.low, root - width), high: Math.min(bracket.high, root + width) }
}

/** The breakpoints strictly inside a bracket, in ascending order. */
function breakpoints({ amount, weight, fixed }: Rest, { low, high }: Bracket): Float64Array {
  const points = new Float64Array(2 * amount.length)
  let inside = 0
  for (let i = 0; i < amount.length; i++) {
    const o = fixed === undefined ? 0 : fixed[i]!
    const start = o / weight[i]!
    const end = (o + amount[i]!) / weight[i]!
    if (start > low && start < high) points[inside++] = start
    if (end > low && end < high) points[inside++] = end
  }
  return points.subarray(0, inside).sort()
}

function median(sample: Rest, bracket: Bracket): Bracket {
  const points = breakpoints(sample, bracket)
  const middle = points[points.length >> 1] ?? bracket.low
  return { low: middle, high: middle }
}

/** The root among few columns: no breakpoint lies between two neighbours, so one more sweep settles every column. */
function crossing(rest: Rest, bracket: Bracket): number {
  const points = breakpoints(rest, bracket)
  let from = 0
  let to = points.length
  while (from < to) {
    const middle = (from + to) >> 1
    const level = points[middle]!
    if (sweep(rest, { low: level, high: level }).overAtLow > 0) from = middle + 1
    else to = middle
  }
  const last = { low: points[from - 1] ?? bracket.low, high: points[from] ?? bracket.high }
  const { excess, slope } = sweep(rest, last).rest
  if (slope.value === 0) return last.low
  return Math.min(Math.max(excess.value / slope.value, last.low), last.high)
}
