import {
  compare,
  type Decimal,
  multiply,
  roundedQuotient,
  smallerOf,
  subtract,
  wholeQuotient,
  zero,
} from '../../../src/numeric/index.js'

/** The last lot that is taken: N before it, g and number of its account. */
export interface LastLot {
  readonly notional: Decimal
  readonly equity: Decimal
  readonly number: number
}

/**
 * What is taken of an account in whole lots, up to and with the last lot of all. Lot j = 0, 1, … of an account ranks by the level before it,
 * (G − j t)/g with t = p L; of equal levels the smaller g comes first, then the smaller number. With the last lot at N₁, g₁, number₁,
 * lots j < q = (G − Λ g)/t, Λ = N₁/g₁, rank above it, and where q is whole lot q stands level with it:
 *
 *     x = L · min(c/L, ⌈q⌉, and one more where q is a whole number ≥ 0 and (g, number) is not behind (g₁, number₁)).
 */
export function lotsTaken(
  { number, size, remarked }: { readonly number: number; readonly size: Decimal; readonly remarked: Decimal },
  price: Decimal,
  lot: Decimal,
  capacity: Decimal,
  last: LastLot,
): Decimal {
  const over = subtract(multiply(size, last.equity), multiply(last.notional, remarked))
  const under = multiply(multiply(price, lot), last.equity)
  const whole = wholeQuotient(over, under)
  const isLevel = compare(multiply({ digits: whole, scale: 0 }, under), over) === 0
  const order = compare(remarked, last.equity)
  const isBehind = order > 0 || (order === 0 && number > last.number)
  const count = isLevel && isBehind ? whole : whole + 1n
  return count <= 0n ? zero : smallerOf(capacity, multiply(lot, { digits: count, scale: 0 }))
}

/** The level of a lot as it is published: cut to twenty places. */
export const lotLevel = (notional: Decimal, equity: Decimal): Decimal => roundedQuotient(notional, equity, 20, 'down')
