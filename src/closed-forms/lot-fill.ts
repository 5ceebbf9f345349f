import {
  add,
  compare,
  type Decimal,
  decimalOf,
  multiply,
  subtract,
  toNumber,
  wholeQuotient,
} from '../numeric/decimal.js'

/**
 * Water-filling in whole steps. Column i has the level (a_i − j t)/w_i after it gave up j of its at most m_i steps of size t;
 * step j ranks by the level before it, and the K steps that rank highest are taken:
 *
 *     ranks  (a_i − j t)/w_i,   j = 0, …, m_i − 1;      ties to the smaller w_i, then to the column that stands first.
 *
 * Taking steps in this order minimises the largest level and then the next (leximin). With a_i − t/2 for a_i the ranks are
 * half the falls of Σ level² w over t, and the order minimises that sum: greedy steps are optimal for every separable convex
 * function under one budget (Federgruen and Groenevelt 1986). No step ranks above an earlier one of its column, so the
 * highest K are a prefix of every column.
 *
 * Steps above a level are counted, never listed: the level is bracketed in doubles, the bracket is made certain in exact
 * whole numbers, and only the steps inside it are sorted.
 */
export interface LotFillInput {
  /** a_i, one entry per column. */
  readonly start: readonly Decimal[]
  /** w_i > 0. */
  readonly weight: readonly Decimal[]
  /** m_i ≥ 0. */
  readonly most: readonly bigint[]
  /** t > 0. */
  readonly step: Decimal
  /** K, from 0 to Σ m_i. */
  readonly wanted: bigint
}

/** Steps taken, by column. */
export function lotFill(input: LotFillInput): bigint[] {
  const { most, wanted } = input
  const total = sum(most)
  if (wanted >= total) return most.slice()
  if (wanted <= 0n) return most.map(() => 0n)
  const [taken, within] = certainBracket(input)
  let left = wanted - sum(taken)
  for (const i of highestFirst(input, taken, within)) {
    if (left === 0n) break
    taken[i]++
    left--
  }
  return taken
}

/** Steps that rank above `level` (strictly), by column: j t < a − level·w. */
function stepsAbove({ start, weight, most, step }: Omit<LotFillInput, 'wanted'>, level: Decimal): bigint[] {
  return most.map((limit, i) => {
    // The number of whole j ≥ 0 with j < q is ⌈q⌉ = −⌊−q⌋.
    const count = -wholeQuotient(subtract(multiply(level, weight[i]), start[i]), step)
    return count <= 0n ? 0n : count < limit ? count : limit
  })
}

/** Steps surely above the last one taken, and steps surely down to it: a bracket of levels with few steps inside. */
function certainBracket(input: LotFillInput): [taken: bigint[], within: bigint[]] {
  const { level, scale } = roughLevel(input)
  let high = decimalOf(level)
  let low = high
  let taken = stepsAbove(input, high)
  let within = taken
  for (let width = 2 ** -48; sum(taken) > input.wanted || sum(within) < input.wanted; width *= 16) {
    const reach = width * Math.max(Math.abs(level), width * scale)
    high = decimalOf(level + reach)
    low = decimalOf(level - reach)
    taken = stepsAbove(input, high)
    within = stepsAbove(input, low)
  }
  // Steps far finer than doubles tell apart: halve on, exactly, until few are left or all that are left tie.
  for (let round = 0; round < HALVINGS && sum(within) - sum(taken) > MANY; round++) {
    const middle = multiply(add(low, high), HALF)
    const above = stepsAbove(input, middle)
    const count = sum(above)
    // Nothing is left to sort, and what lies below may be too dense to list.
    if (count === input.wanted) return [above, above]
    if (count < input.wanted) [taken, high] = [above, middle]
    else [within, low] = [above, middle]
  }
  return [taken, within]
}

const HALVINGS = 60
const MANY = 1_000_000n

/** A level with about K steps above it, in doubles. */
function roughLevel({ start, weight, most, step, wanted }: LotFillInput): { level: number; scale: number } {
  const from = Float64Array.from(start, toNumber)
  const own = Float64Array.from(weight, toNumber)
  const limit = Float64Array.from(most, Number)
  const size = toNumber(step)
  const target = Number(wanted)
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < from.length; i++) {
    low = Math.min(low, (from[i] - limit[i] * size) / own[i])
    high = Math.max(high, from[i] / own[i])
  }
  const scale = Math.max(Math.abs(low), Math.abs(high))
  for (let round = 0; round < ROUNDS; round++) {
    const level = low + (high - low) / 2
    if (level === low || level === high) break
    let above = 0
    for (let i = 0; i < from.length; i++) {
      above += Math.min(Math.max(Math.ceil((from[i] - level * own[i]) / size), 0), limit[i])
    }
    if (above >= target) low = level
    else high = level
  }
  return { level: low, scale }
}

/** Halvings until neighbouring doubles, from any two of them. */
const ROUNDS = 1100

/** The columns of the steps from `taken` up to `within`, in the order of their ranks. */
function highestFirst(
  { start, weight, step }: LotFillInput,
  taken: readonly bigint[],
  within: readonly bigint[],
): number[] {
  const steps: { readonly column: number; readonly level: Decimal }[] = []
  taken.forEach((first, column) => {
    for (let j = first; j < within[column]; j++) {
      steps.push({ column, level: subtract(start[column], multiply({ digits: j, scale: 0 }, step)) })
    }
  })
  steps.sort((a, b) => {
    const [w, v] = [weight[a.column], weight[b.column]]
    return compare(multiply(b.level, w), multiply(a.level, v)) || compare(w, v) || a.column - b.column
  })
  return steps.map(({ column }) => column)
}

const sum = (counts: readonly bigint[]): bigint => counts.reduce((total, count) => total + count, 0n)

/** a − t/2: ranks by the fall of squares instead of the level before. */
export function halfStepDown(start: Decimal, step: Decimal): Decimal {
  return subtract(start, multiply(step, HALF))
}

const HALF: Decimal = { digits: 5n, scale: 1 }

/** a_i − j t. */
export function levelAfter(start: Decimal, step: Decimal, count: bigint): Decimal {
  return add(start, multiply({ digits: -count, scale: 0 }, step))
}
