import { add, type Decimal, multiply, roundedQuotient, signOf, subtract, zero } from '../../../src/numeric/index.js'
import { exactCapacity, exactHolding, exactRemarkedEquity } from '../../book/exact-amounts.js'
import { leverageProblem } from '../../proof/leverage/problem.js'
import { separateMarkets } from '../../proof/leverage/separate-markets.js'
import type { MovedBook } from '../../proof/losses/moved-book.js'
import { fillMarkets, reductionsFrom } from '../leverage/plan.js'
import type { Reductions } from '../objective.js'

/** Digits behind the point of what is kept: far below anything that is compared. */
const DIGITS = 40

/** Water-filling on re-marked equity where it is optimal whatever the moves; undefined elsewhere. */
export function waterFilled({ space }: MovedBook): Reductions | undefined {
  if (space.markets.length !== 1) return undefined
  const { positions } = space.event
  const pairs = space.pairPosition
  for (let owner = 0; owner < space.owners.length; owner++) {
    const account = space.owners[owner]
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      if (p !== pairs[owner] && positions.quantity.values[p] !== 0) return undefined
    }
  }
  const problem = leverageProblem(space)
  if (problem.isInsolvent.includes(1)) return undefined
  const columns = separateMarkets(problem, (owner) => problem.remarked[owner])!
  return refinedCandidate(space, reductionsFrom(problem, fillMarkets(problem, columns)))
}

/**
 * The same level to forty digits. Those who are closed in part keep an amount proportional to g_i; doubles leave them apart by
 * 1e-16, which is loss where there is none when the level is exactly at a move: leverage 10 and a move of 10 %.
 */
function refinedCandidate(space: MovedBook['space'], rough: Reductions): Reductions {
  const isInside = (pair: number): boolean =>
    signOf(rough[pair]) > 0 && signOf(subtract(exactCapacity(space, pair), rough[pair])) > 0
  const inside = Array.from(rough.keys()).filter(isInside)
  if (inside.length < 2) return rough
  const kept = inside.reduce((sum, pair) => add(sum, subtract(exactHolding(space, pair), rough[pair])), zero)
  const equity = inside.map((pair) => exactRemarkedEquity(space, space.pairOwner[pair]))
  const all = equity.reduce(add, zero)
  const exact = rough.slice()
  let left = kept
  inside.forEach((pair, n) => {
    const share: Decimal =
      n === inside.length - 1 ? left : roundedQuotient(multiply(kept, equity[n]), all, DIGITS, 'down')
    left = subtract(left, share)
    exact[pair] = subtract(exactHolding(space, pair), share)
  })
  // An account that starts a hair above the level may be taken for one inside: then the rough fill stands.
  const isFit = inside.every(
    (pair) => signOf(exact[pair]) >= 0 && signOf(subtract(exactCapacity(space, pair), exact[pair])) >= 0,
  )
  return isFit ? exact : rough
}
