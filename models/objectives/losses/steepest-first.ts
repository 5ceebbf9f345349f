import { toNumber } from '../../../src/numeric/index.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import { gainsOf, type Screening } from '../../proof/losses/screening.js'
import { separatePrices, stepsOf } from './slopes.js'

/** Falls this near to each other, relative to the larger, are one: rounding parts equal accounts by no more. */
const TIED = 1e-12

/**
 * Expected loss where no account holds two demanded markets: what each account loses is convex and piecewise linear in its one
 * reduction, so the steepest steps of all accounts of a market are taken first until the demand is met (`slopes.ts`). Steps
 * that fall as much as the last one share what it has to give, each in proportion to its length.
 */
export function steepestFirst(book: MovedBook, screening: Screening): Float64Array {
  const { space, weights, total } = book
  const theta = Float64Array.from(weights, (weight) => toNumber(weight) / toNumber(total))
  const demand = space.markets.map(({ quantity }) => toNumber(quantity))
  const prices = separatePrices(book, screening, theta, demand)
  const gains = gainsOf(book)
  const [above, level] = [new Float64Array(space.capacity.length), new Float64Array(space.capacity.length)]
  const [due, shared] = [demand.slice(), demand.map(() => 0)]
  for (let owner = 0; owner < space.owners.length; owner++) {
    const pair = space.starts[owner]
    const k = space.pairMarket[pair]
    const { falls, lengths } = stepsOf(book, screening, gains, theta, owner)
    falls.forEach((fall, j) => {
      const isTied = Math.abs(fall - prices[k]) <= TIED * Math.max(Math.abs(fall), Math.abs(prices[k]))
      if (isTied) level[pair] += lengths[j]
      else if (fall > prices[k]) above[pair] += lengths[j]
    })
    due[k] -= above[pair]
    shared[k] += level[pair]
  }
  return above.map((own, pair) => {
    const k = space.pairMarket[pair]
    return shared[k] > 0 ? own + level[pair] * Math.min(Math.max(due[k] / shared[k], 0), 1) : own
  })
}
