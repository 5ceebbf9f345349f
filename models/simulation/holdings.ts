import { add, type Decimal, type Decimals, multiply, signOf } from '../../src/numeric/index.js'
import type { CrisisBook } from './crisis-book.js'

/** What accounts have at one moment: exact decimals, with pairs of doubles beside them (the nearest one, and what it leaves). */
export interface Holdings {
  readonly crisis: CrisisBook
  /** b_i. */
  readonly cash: Decimals
  readonly cashValues: Float64Array
  readonly cashRests: Float64Array
  /** n_ik by position. */
  readonly quantity: Decimals
  readonly quantityValues: Float64Array
  readonly quantityRests: Float64Array
}

/** e_i = b_i + Σ_k n_ik p_k at some prices per contract. */
export function equityOf(
  { crisis, cash, quantity }: Pick<Holdings, 'crisis' | 'cash' | 'quantity'>,
  account: number,
  prices: readonly Decimal[],
): Decimal {
  const { starts, market } = crisis.book.positions
  let sum = cash.exact(account)
  for (let j = starts[account]; j < starts[account + 1]; j++) {
    const held = quantity.exact(j)
    if (signOf(held) !== 0) sum = add(sum, multiply(held, prices[market[j]]))
  }
  return sum
}
