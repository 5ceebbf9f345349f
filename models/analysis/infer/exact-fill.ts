import { absolute, compare, type Decimal, multiply, subtract, wholeQuotient } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactHolding } from '../../book/exact-amounts.js'

export type Reductions = readonly Decimal[]

/** What is within this share of the position is rounding. */
const ROUNDING: Decimal = { digits: 1n, scale: 9 }

/**
 * Whether a fill is what a rule closes: to within 1e-9 of the position, or, in a market with a lot size, the rule's
 * amount rounded to a whole lot up or down.
 */
export function isExactFill(space: DecisionSpace, fills: Reductions, given: Reductions, pair: number): boolean {
  const [fill, ruled] = [fills[pair], given[pair]]
  const gap = absolute(subtract(fill, ruled))
  if (compare(gap, multiply(ROUNDING, exactHolding(space, pair))) <= 0) return true
  const lot = space.markets[space.pairMarket[pair]].market.lotSize
  if (lot === undefined || isWhole(ruled, lot)) return false
  return isWhole(fill, lot) && compare(gap, lot) < 0
}

const isWhole = (quantity: Decimal, lot: Decimal): boolean =>
  compare(multiply({ digits: wholeQuotient(quantity, lot), scale: 0 }, lot), quantity) === 0
