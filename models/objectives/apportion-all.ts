import { apportionWithin, type Decimal, doublesOf, zero } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { exactCapacity } from '../book/exact-amounts.js'

/** Contracts closed, by pair of a decision space, in doubles, as decimals that meet each demand exactly. */
export function apportionAll(space: DecisionSpace, closed: ArrayLike<number>): Decimal[] {
  const reductions = new Array<Decimal>(space.capacity.length).fill(zero)
  const pairsOf: number[][] = space.markets.map(() => [])
  space.pairMarket.forEach((k, pair) => {
    pairsOf[k].push(pair)
  })
  space.markets.forEach(({ quantity }, k) => {
    const pairs = pairsOf[k]
    const amounts = doublesOf(pairs.length, (t) => closed[pairs[t]])
    const limits = doublesOf(pairs.length, (t) => space.capacity[pairs[t]])
    apportionWithin(amounts, limits, { exact: (t) => exactCapacity(space, pairs[t]) }, quantity).forEach(
      (quantityClosed, t) => {
        reductions[pairs[t]] = quantityClosed
      },
    )
  })
  return reductions
}
