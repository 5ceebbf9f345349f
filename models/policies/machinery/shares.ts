import {
  add,
  apportionWithin,
  compare,
  type Decimal,
  decimalOf,
  doublesOf,
  gathered,
  signOf,
  subtract,
  sumOf,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { MarketBook } from './market-book.js'

/**
 * Everybody gives in proportion to a weight, nobody more than a limit, and what the limited cannot give the others do:
 *
 *     x_i = min(b_i, t w_i),   t such that Σ x_i = Q.
 *
 * Infinite weights come first and weights of zero last, each group in proportion to what it holds. Where even all
 * limits together miss the demand, the rest is shared in proportion to what is left above them: a demand is always met.
 *
 * @param weights w_i ≥ 0, by row
 * @param limits b_i, contracts, at most c_i (the default)
 */
export function shareOut(market: MarketBook, weights: Float64Array, limits?: Float64Array): Decimal[] {
  const { capacity, count, demanded } = market
  const given: Decimal[] = new Array(count).fill(zero)
  let rest = demanded.quantity
  const limitOf = (i: number): Decimal => {
    if (limits === undefined || limits[i] >= capacity.values[i]) return capacity.exact(i)
    return decimalOf(Math.max(0, limits[i]))
  }
  const roomOf = (i: number): Decimal => subtract(capacity.exact(i), given[i])
  const give = (i: number, amount: Decimal): void => {
    given[i] = given[i] === zero ? amount : add(given[i], amount)
  }
  const take = (isMember: (i: number) => boolean, mostOf: (i: number) => Decimal, byWeight: boolean): void => {
    if (signOf(rest) === 0) return
    const found = new Int32Array(count)
    let size = 0
    for (let i = 0; i < count; i++) if (isMember(i)) found[size++] = i
    const members = found.subarray(0, size)
    const bounds =
      limits === undefined ? gathered(capacity.values, members) : doublesOf(size, (t) => toNumber(mostOf(members[t])))
    const wanted = toNumber(rest)
    let held = 0
    for (let t = 0; t < size; t++) held += bounds[t]
    // A sum of t doubles is off by at most t 2⁻⁵³ of itself, far less than this for any book that fits in memory.
    if (!(held > wanted * (1 + NEAR))) {
      const most = Array.from(members, mostOf)
      const exactly = sumOf(most)
      if (compare(exactly, rest) <= 0) {
        members.forEach((i, t) => {
          give(i, most[t])
        })
        rest = subtract(rest, exactly)
        return
      }
    }
    const shares = byWeight ? gathered(weights, members) : bounds
    const amounts = divide(bounds, shares, wanted)
    const amountsGiven = apportionWithin(amounts, bounds, { exact: (t) => mostOf(members[t]) }, rest)
    for (let t = 0; t < size; t++) give(members[t], amountsGiven[t])
    rest = zero
  }
  take((i) => weights[i] === Infinity, limitOf, false)
  take((i) => weights[i] > 0 && weights[i] < Infinity, limitOf, true)
  take((i) => !(weights[i] > 0), limitOf, false)
  if (limits !== undefined) take(() => true, roomOf, false)
  return given
}

const NEAR = 1e-6

/**
 * min(b_i, t w_i) with Σ = total < Σ b_i: shares by weight; whoever would exceed the limit gives it and leaves; until
 * nobody does. Every round fixes somebody, t only rises, and a handful of rounds are enough on real books (the method of
 * Michelot 1986 for projections).
 */
function divide(limits: Float64Array, weights: Float64Array, total: number): Float64Array {
  const amounts = new Float64Array(limits.length)
  let open = new Int32Array(limits.length)
  for (let i = 0; i < open.length; i++) open[i] = i
  let rest = total
  for (;;) {
    let sum = 0
    for (let t = 0; t < open.length; t++) sum += weights[open[t]]
    const share = rest / sum
    let stay = 0
    const next = new Int32Array(open.length)
    let left = rest
    for (let t = 0; t < open.length; t++) {
      const i = open[t]
      if (limits[i] > share * weights[i]) next[stay++] = i
      else {
        amounts[i] = limits[i]
        left -= limits[i]
      }
    }
    if (stay === open.length || stay === 0 || !(left > 0)) {
      for (let t = 0; t < stay; t++) amounts[next[t]] = Math.max(0, share * weights[next[t]])
      return amounts
    }
    open = next.subarray(0, stay)
    rest = left
  }
}
