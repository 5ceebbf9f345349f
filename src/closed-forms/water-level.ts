import { CompensatedSum } from '../numeric/compensated-sum.js'
import { type Classified, classify, classifyFixed, type Weight, weighFixed, weighOpen } from './classify.js'
import type { WaterFillInput } from './water-fill-input.js'

/**
 * The level λ of water-filling by selection, never by sorting the columns: the root of the decreasing function
 *
 *     removed(λ) = Σ clip(o_i + u_i − λ w_i, 0, u_i)   at   s.
 *
 * Solve the same problem on a sample (Floyd and Rivest 1975) and classify in one sweep every column whose breakpoints o_i/w_i
 * and (o_i + u_i)/w_i lie outside a narrow bracket around its root; the few others go round again. Where a few giants carry
 * the sums the sample alone is ten per cent off: there Newton's step over all columns (Michelot 1986, Condat 2016) comes
 * first, and leaves the square of that. A sweep that misses the root knows removed(λ) and its
 * slope at the ends of the bracket, so the next one starts from there; after three misses it takes the whole side that
 * holds the root, and after a round that classified less than half it halves by a median. Expected linear time.
 *
 * What classified columns give up, excess − slope·λ, is kept in compensated sums, so that the root, λ = excess/slope once every
 * column is classified, is right to the last bits however far the sums cancel.
 */
export function findLevel({ amount, weight, fixed, removed }: WaterFillInput): number {
  return solve(
    { amount, weight, fixed, excess: new CompensatedSum(-removed), slope: new CompensatedSum() },
    { low: 0, high: Infinity },
  )
}

/** Columns not yet classified; the classified ones give up excess − slope·λ beyond s. */
interface Rest {
  readonly amount: Float64Array
  readonly weight: Float64Array
  readonly fixed: Float64Array | undefined
  readonly excess: CompensatedSum
  readonly slope: CompensatedSum
}

interface Bracket {
  readonly low: number
  readonly high: number
}

interface Sweep {
  readonly rest: Rest
  readonly atLow: Weight
  readonly atHigh: Weight
}

const FEW = 400
/** One line of columns of so many is in the sample. */
const STRIDE = 32
/** Doubles that come with one read from memory. */
const LINE = 8
/** Share of columns that may be left inside a bracket for the next round. */
const FEW_INSIDE = 0.05
const DEVIATIONS = 6
/** Columns of a sample above the root, below which their sum is no bell curve. */
const ENOUGH = 500
/** Knuth's multiplicative hash: 2³² over the golden ratio. */
const HASH = 0x9e3779b1

function solve(all: Rest, whole: Bracket): number {
  let rest = all
  let bracket = whole
  let isMisled = false
  while (rest.amount.length > FEW) {
    const before = rest.amount.length
    const sample = thin(rest)
    let inner: Bracket
    if (isMisled) inner = median(sample, bracket)
    else {
      const root = solve(sample, bracket)
      inner = errorBars(sample, root, bracket) ?? near(root, weigh(rest, root), bracket)
    }
    let swept = sweep(rest, inner)
    for (let misses = 1; inner !== bracket && (swept.atLow.over < 0 || swept.atHigh.over > 0); misses++) {
      const isLower = swept.atLow.over < 0
      const edge = isLower ? inner.low : inner.high
      bracket = isLower ? { low: bracket.low, high: edge } : { low: edge, high: bracket.high }
      inner = isMisled || misses > 2 ? bracket : near(edge, isLower ? swept.atLow : swept.atHigh, bracket)
      swept = sweep(rest, inner)
    }
    rest = swept.rest
    bracket = inner
    isMisled = rest.amount.length > before / 2
  }
  return crossing(rest, bracket)
}

/**
 * Around a sample's root, six standard deviations of its Σ removed over the slope there: enough where columns are alike.
 * Undefined where few are above the root, or where many would be left inside: a few giants carry the sums, and Newton's
 * step does better.
 */
function errorBars({ amount, weight, fixed, slope }: Rest, root: number, { low, high }: Bracket): Bracket | undefined {
  let sum = 0
  let squares = 0
  let above = 0
  let steep = slope.value
  for (let i = 0; i < amount.length; i++) {
    const over = amount[i] + (fixed === undefined ? 0 : fixed[i]) - root * weight[i]
    const removed = Math.min(Math.max(over, 0), amount[i])
    sum += removed
    squares += removed * removed
    if (removed > 0) above++
    if (removed > 0 && removed < amount[i]) steep += weight[i]
  }
  if (!(steep > 0 && above >= ENOUGH)) return undefined
  const width = (DEVIATIONS * Math.sqrt(Math.max(0, squares - (sum * sum) / amount.length))) / steep
  const bars = { low: Math.max(low, root - width), high: Math.min(high, root + width) }
  let inside = 0
  for (let i = 0; i < amount.length; i++) {
    const start = fixed === undefined ? 0 : fixed[i] / weight[i]
    const end = start + amount[i] / weight[i]
    if ((start > bars.low && start < bars.high) || (end > bars.low && end < bars.high)) inside++
  }
  return inside <= FEW_INSIDE * amount.length ? bars : undefined
}

/**
 * Around the point that Newton's step from a level finds, as wide as the curve may bend: the error left is of second
 * order. Where nothing is fixed removed(λ) is convex, so that the root lies at that point or above; the margin below is
 * for rounding and for the other bends that fixed parts bring.
 */
function near(level: number, { over, slope }: Weight, { low, high }: Bracket): Bracket {
  if (!(slope > 0)) return over > 0 ? { low: level, high } : { low, high: level }
  const point = level + over / slope
  const step = Math.abs(over / slope)
  const reach = step > 0 ? Math.min(3 * step, (8 * step * step) / level) : 0
  const clip = (x: number) => Math.min(Math.max(x, low), high)
  return { low: clip(point - reach / 8), high: clip(point + reach) }
}

/** Classifies the columns without a breakpoint strictly inside the bracket and weighs the root against its ends. */
function sweep({ amount, weight, fixed, excess, slope }: Rest, { low, high }: Bracket): Sweep {
  const inside = new Int32Array(amount.length)
  const classified: Classified =
    fixed === undefined
      ? classify(amount, weight, low, high, inside)
      : classifyFixed(amount, weight, fixed, low, high, inside)
  const size = classified.inside
  const rest = {
    amount: pick(amount, inside, size),
    weight: pick(weight, inside, size),
    fixed: fixed === undefined ? undefined : pick(fixed, inside, size),
    excess: excess.plus(classified.excess, classified.excessError),
    slope: slope.plus(classified.slope, classified.slopeError),
  }
  return { rest, atLow: weigh(rest, low), atHigh: weigh(rest, high) }
}

function pick(column: Float64Array, indices: Int32Array, size: number): Float64Array {
  const picked = new Float64Array(size)
  for (let t = 0; t < size; t++) picked[t] = column[indices[t]]
  return picked
}

/** What all columns give up beyond s at a level, and how fast that falls there. */
function weigh({ amount, weight, fixed, excess, slope }: Rest, level: number): Weight {
  if (level === Infinity) return { over: slope.value > 0 ? -Infinity : excess.value, slope: slope.value }
  const open = fixed === undefined ? weighOpen(amount, weight, level) : weighFixed(amount, weight, fixed, level)
  return { over: excess.value - slope.value * level + open.over, slope: slope.value + open.slope }
}

/** The same problem on one line of columns of every STRIDE, which one by a fixed hash, all totals in proportion. */
function thin({ amount, weight, fixed, excess, slope }: Rest): Rest {
  const lines = Math.floor(amount.length / (STRIDE * LINE))
  const indices = new Int32Array(lines * LINE)
  for (let t = 0; t < lines; t++) {
    const line = STRIDE * t + ((Math.imul(t, HASH) >>> 8) % STRIDE)
    for (let j = 0; j < LINE; j++) indices[t * LINE + j] = line * LINE + j
  }
  const share = indices.length / amount.length
  return {
    amount: pick(amount, indices, indices.length),
    weight: pick(weight, indices, indices.length),
    fixed: fixed === undefined ? undefined : pick(fixed, indices, indices.length),
    excess: new CompensatedSum(excess.value * share),
    slope: new CompensatedSum(slope.value * share),
  }
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

/** The root among few columns: no breakpoint lies between two neighbours, so one more sweep classifies every column. */
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
  if (slope.value === 0) return excess.value > 0 ? last.high : last.low
  return Math.min(Math.max(excess.value / slope.value, last.low), last.high)
}
