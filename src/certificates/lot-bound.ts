import {
  add,
  compare,
  type Decimal,
  multiply,
  roundedQuotient,
  subtract,
  wholeQuotient,
  zero,
} from '../numeric/decimal.js'
import { type Ratio, ratioOf } from '../numeric/ratio.js'

/** Columns that give up K steps of size t in all, j_i ≤ m_i each; column i then stands at (a_i − j_i t)/w_i. */
export interface LotColumns {
  readonly start: readonly Decimal[]
  readonly weight: readonly Decimal[]
  readonly most: readonly bigint[]
  readonly step: Decimal
  readonly wanted: bigint
}

/**
 * Whether no choice of steps brings every column below the level N/D, D > 0: some column stays at or above it after all
 * its steps, or the columns together need more than K steps. Column i needs the j with a_i − j t ≥ w_i N/D, counted from 0.
 */
export function needsMoreSteps(
  { start, weight, most, step, wanted }: LotColumns,
  level: readonly [Decimal, Decimal],
): boolean {
  const [numerator, denominator] = level
  const size = multiply(step, denominator)
  let needed = 0n
  for (let i = 0; i < start.length; i++) {
    const over = subtract(multiply(start[i], denominator), multiply(weight[i], numerator))
    const steps = wholeQuotient(over, size) + 1n
    if (steps > most[i]) return true
    if (steps > 0n) needed += steps
    if (needed > wanted) return true
  }
  return false
}

/**
 * A lower bound on Σ (a_i − j_i t)²/w_i, exact but for roundings down at `scale` decimal places: for any price θ per step
 *
 *     optimum ≥ Σ_i min_{0 ≤ j ≤ m_i} [ (a_i − j t)²/w_i + θ j ] − θ K,
 *
 * where the minimum takes the steps whose fall t (2 (a_i − j t) − t)/w_i exceeds θ. Equality where θ parts the steps taken
 * from the others.
 */
export function lotSquareBound(
  { start, weight, most, step, wanted }: LotColumns,
  price: Decimal,
  scale: number,
): Ratio {
  const twice = multiply({ digits: 2n, scale: 0 }, multiply(step, step))
  let bound = zero
  let steps = -wanted
  for (let i = 0; i < start.length; i++) {
    // 2 t² j < 2 a t − t² − θ w, and the number of whole j ≥ 0 below q is −⌊−q⌋.
    const fall = subtract(multiply(step, subtract(add(start[i], start[i]), step)), multiply(price, weight[i]))
    const count = -wholeQuotient(multiply({ digits: -1n, scale: 0 }, fall), twice)
    const taken = count <= 0n ? 0n : count < most[i] ? count : most[i]
    const left = subtract(start[i], multiply({ digits: taken, scale: 0 }, step))
    bound = add(bound, roundedQuotient(multiply(left, left), weight[i], scale, 'down'))
    steps += taken
  }
  return ratioOf(add(bound, multiply(price, { digits: steps, scale: 0 })))
}

/** The higher of two levels N/D. */
export function higherLevel(
  a: readonly [Decimal, Decimal],
  b: readonly [Decimal, Decimal],
): readonly [Decimal, Decimal] {
  return compare(multiply(b[0], a[1]), multiply(a[0], b[1])) > 0 ? b : a
}
