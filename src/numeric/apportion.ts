import { add, type Decimal, decimalOf, largerOf, signOf, smallerOf, subtract, toNumber, zero } from './decimal.js'
import { DecimalTotal } from './decimal-total.js'
import { doublesOf } from './doubles.js'

/**
 * Turns amounts in doubles into decimals that add up to a total exactly, each between zero and its capacity.
 *
 * Whatever method made the amounts, their sum is off by rounding, or by a solver's tolerance. A gap larger than
 * rounding is spread over the amounts strictly inside their bounds, each in proportion to itself, which moves equal
 * levels together; what is left goes to the largest inside amount, where it weighs least. Amounts at a bound stay
 * there, exactly, as long as the others have room.
 */
export function apportion(amounts: Float64Array, capacities: readonly Decimal[], total: Decimal): Decimal[] {
  const limits = doublesOf(capacities.length, (i) => toNumber(capacities[i]))
  return apportionWithin(amounts, limits, { exact: (i) => capacities[i] as Decimal }, total)
}

/** What may be closed of each, in decimals. */
export interface Capacities {
  exact(i: number): Decimal
}

/**
 * The same where the doubles nearest to the capacities are at hand: a capacity in decimals is asked for only where it
 * is reached, or may be.
 */
export function apportionWithin(
  amounts: Float64Array,
  limits: Float64Array,
  capacities: Capacities,
  total: Decimal,
): Decimal[] {
  const wanted = toNumber(total)
  const spread = spreadGap(amounts, limits, wanted)
  const apportioned = new Array<Decimal>(spread.length)
  const sum = new DecimalTotal()
  for (let i = 0; i < spread.length; i++) {
    // A double below the one nearest to a capacity prints as a decimal that is not above the capacity.
    const amount = spread[i] >= limits[i] ? capacities.exact(i) : spread[i] === 0 ? zero : decimalOf(spread[i])
    apportioned[i] = amount
    sum.add(amount)
  }
  let gap = subtract(total, sum.value)
  if (signOf(gap) === 0) return apportioned
  for (const i of byRoom(spread, limits)) {
    const moved = smallerOf(capacities.exact(i), largerOf(zero, add(apportioned[i], gap)))
    gap = subtract(gap, subtract(moved, apportioned[i]))
    apportioned[i] = moved
    // Asked before the next one is: the order of all the others is rarely needed.
    if (signOf(gap) === 0) return apportioned
  }
  throw new RangeError('a total beyond the capacities')
}

/**
 * Below this share of the total a gap is rounding and is left to the exact step, which gives it to one amount: with
 * thousands of amounts even 1e-13 of the total would be much for one.
 */
const ROUNDING = 1e-15

function spreadGap(amounts: Float64Array, limits: Float64Array, wanted: number): Float64Array {
  const spread = new Float64Array(amounts.length)
  for (let i = 0; i < spread.length; i++) {
    spread[i] = Math.min(Math.max(amounts[i] as number, 0), limits[i] as number)
  }
  for (let round = 0; round < 50; round++) {
    let sum = 0
    let error = 0
    let inside = 0
    for (let i = 0; i < spread.length; i++) {
      // Knuth's two-sum: the gap is what is left when two large totals cancel.
      const next = sum + spread[i]
      const shadow = next - sum
      error += sum - (next - shadow) + (spread[i] - shadow)
      sum = next
      if (spread[i] > 0 && spread[i] < limits[i]) inside += spread[i]
    }
    const gap = wanted - sum - error
    if (inside === 0 || Math.abs(gap) <= ROUNDING * wanted) break
    const factor = Math.max(0, 1 + gap / inside)
    if (factor === 1) break
    for (let i = 0; i < spread.length; i++) {
      if (spread[i] > 0 && spread[i] < limits[i]) spread[i] = Math.min(spread[i] * factor, limits[i])
    }
  }
  return spread
}

/** Amounts in the order in which they take up a gap: inside their bounds first, the largest first. */
function* byRoom(amounts: Float64Array, limits: Float64Array): Generator<number> {
  const isInside = (i: number): boolean => amounts[i] > 0 && amounts[i] < limits[i]
  let largest = -1
  for (let i = 0; i < amounts.length; i++) {
    if (isInside(i) && (largest < 0 || amounts[i] > amounts[largest])) largest = i
  }
  if (largest >= 0) yield largest
  const order = Array.from(amounts, (_, i) => i)
  order.sort((i, j) => Number(isInside(j)) - Number(isInside(i)) || limits[j] - limits[i])
  yield* order
}
