import { ExactSum } from '../numeric/exact-sum.js'
import { type Settled, settle, settleFixed } from './settle.js'
import type { WaterFillInput } from './water-fill.js'

/**
 * The level λ of water-filling by selection, never by sorting the columns: the root of the decreasing function
 *
 *     removed(λ) = Σ clip(o_i + u_i − λ w_i, 0, u_i)   at   s.
 *
 * After Floyd and Rivest (1975): solve the same problem on a sample, put a bracket of a few standard deviations around
 * its root, and settle in one sweep every column whose breakpoints o_i/w_i and (o_i + u_i)/w_i lie outside; the few
 * others go round again. A few giants can carry the sums and mislead the sample, but then the sweep that missed the root
 * knows removed(λ) and its slope at the bracket's ends, and Newton's step from the nearer end gives the next bracket
 * (where nothing is fixed removed(λ) is convex: Condat 2016). Expected linear time. What settled columns give up,
 * excess − slope·λ, is kept in exact sums, so that the root, λ = excess/slope once every column is settled, is right to
 * the last bits however far the sums cancel.
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

/** A level, what all columns give up beyond s there, and how fast that falls on the side away from the bracket. */
interface End {
  readonly over: number
  readonly slope: number
}

interface Sweep {
  readonly rest: Rest
  readonly atLow: End
  readonly atHigh: End
}

const FEW = 400
/** One column of so many, a power of two, is in the sample. */
const STRIDE = 32
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
    // Where even that did not help, the median of the sample's breakpoints halves them whatever they weigh.
    let inner = isMisled ? median(sample, bracket) : around(solve(sample, bracket), sample, bracket)
    let swept = sweep(rest, inner)
    for (let misses = 1; swept.atLow.over < 0 || swept.atHigh.over > 0; misses++) {
      const isLower = swept.atLow.over < 0
      const edge = isLower ? inner.low : inner.high
      bracket = isLower ? { low: bracket.low, high: edge } : { low: edge, high: bracket.high }
      const { over, slope } = isLower ? swept.atLow : swept.atHigh
      inner = isMisled || misses > 2 ? bracket : newton(edge, over, slope, bracket)
      swept = sweep(rest, inner)
    }
    globalThis.TRACE?.push?.([before, swept.rest.amount.length])
    rest = swept.rest
    bracket = inner
    isMisled = rest.amount.length > before / 2
  }
  return crossing(rest, bracket)
}

/** From one end of a bracket towards the root and as far again: the curve bends. */
function newton(edge: number, over: number, slope: number, { low, high }: Bracket): Bracket {
  const other = slope > 0 ? edge + (2 * over) / slope : over > 0 ? high : low
  return { low: Math.max(low, Math.min(edge, other)), high: Math.min(high, Math.max(edge, other)) }
}

/** Settles the columns without a breakpoint strictly inside the bracket and weighs the root against its ends. */
function sweep({ amount, weight, fixed, excess, slope }: Rest, { low, high }: Bracket): Sweep {
  const inside = new Int32Array(amount.length)
  const settled: Settled =
    fixed === undefined
      ? settle(amount, weight, low, high, inside)
      : settleFixed(amount, weight, fixed, low, high, inside)
  const size = settled.inside
  const rest = {
    amount: pick(amount, inside, size),
    weight: pick(weight, inside, size),
    fixed: fixed === undefined ? undefined : pick(fixed, inside, size),
    excess: excess.plus(settled.excess, settled.excessError),
    slope: slope.plus(settled.slope, settled.slopeError),
  }
  return { rest, atLow: weigh(rest, low), atHigh: weigh(rest, high) }
}

function pick(column: Float64Array, indices: Int32Array, size: number): Float64Array {
  const picked = new Float64Array(size)
  for (let t = 0; t < size; t++) picked[t] = column[indices[t]]
  return picked
}

function weigh({ amount, weight, fixed, excess, slope }: Rest, level: number): End {
  let over = 0
  let steep = 0
  for (let i = 0; i < amount.length; i++) {
    const u = amount[i]
    const above = (fixed === undefined ? u : fixed[i] + u) - level * weight[i]
    if (above <= 0) continue
    over += Math.min(above, u)
    if (above < u || fixed === undefined) steep += weight[i]
  }
  const settledSlope = slope.value
  return { over: excess.value - (settledSlope === 0 ? 0 : settledSlope * level) + over, slope: settledSlope + steep }
}

/** The same problem on one column of every STRIDE, which one by a fixed hash, with all totals in proportion. */
function thin({ amount, weight, fixed, excess, slope }: Rest): Rest {
  const size = Math.floor(amount.length / STRIDE)
  const indices = new Int32Array(size)
  for (let t = 0; t < size; t++) indices[t] = STRIDE * t + (Math.imul(t, HASH) >>> 8) % STRIDE
  return {
    amount: pick(amount, indices, size),
    weight: pick(weight, indices, size),
    fixed: fixed === undefined ? undefined : pick(fixed, indices, size),
    excess: new ExactSum(excess.value / STRIDE),
    slope: new ExactSum(slope.value / STRIDE),
  }
}

/** A bracket around a sample's root, as wide as the sample may err: deviation of Σ removed over its slope there. */
function around(root: number, { amount, weight, fixed, slope }: Rest, bracket: Bracket): Bracket {
  let sum = 0
  let squares = 0
  let steep = slope.value
  for (let i = 0; i < amount.length; i++) {
    const above = amount[i] + (fixed === undefined ? 0 : fixed[i]) - root * weight[i]
    const removed = Math.min(Math.max(above, 0), amount[i])
    sum += removed
    squares += removed * removed
    if (removed > 0 && (removed < amount[i] || root === 0)) steep += weight[i]
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
    const o = fixed === undefined ? 0 : fixed[i]
    const start = o / weight[i]
    const end = (o + amount[i]) / weight[i]
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
    const level = points[middle]
    if (sweep(rest, { low: level, high: level }).atLow.over > 0) from = middle + 1
    else to = middle
  }
  const last = { low: points[from - 1] ?? bracket.low, high: points[from] ?? bracket.high }
  const { excess, slope } = sweep(rest, last).rest
  if (slope.value === 0) return last.low
  return Math.min(Math.max(excess.value / slope.value, last.low), last.high)
}
