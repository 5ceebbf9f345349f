import {
  add,
  type Decimal,
  decimalOf,
  multiply,
  type Ratio,
  ratioOf,
  roundedQuotient,
  signOf,
  squareBound,
  toNumber,
  zero,
} from '../../src/index.js'
import { exactCapacity, exactGross, exactRemarkedEquity } from '../book/decision-space.js'
import type { LeverageProblem } from './leverage-problem.js'
import { profileOf } from './leverage-profile.js'
import type { Bound, Reductions } from './objective.js'

/** Digits of the value that are kept behind the leading one; the last is rounded up. */
const DIGITS = 40

/** Σ N_i²/g_i over the solvent, each term rounded up far below anything that is compared. */
export function sumOfSquares(problem: LeverageProblem, reductions: Reductions): Ratio {
  return squaresOver(problem, profileOf(problem.space, reductions).exposure)
}

/** Σ z_i²/g_i over the solvent of exposures by owner, each term rounded up far below anything that is compared. */
export function squaresOver(problem: LeverageProblem, exposure: readonly Decimal[]): Ratio {
  const { space, isInsolvent, remarked } = problem
  let estimate = 0
  exposure.forEach((notional, owner) => {
    if (!isInsolvent[owner]) estimate = Math.max(estimate, toNumber(notional) ** 2 / remarked[owner]!)
  })
  if (estimate === 0) return ratioOf(zero)
  const scale = Math.max(0, DIGITS - Math.floor(Math.log10(estimate)))
  let sum = zero
  exposure.forEach((notional, owner) => {
    if (isInsolvent[owner] || signOf(notional) === 0) return
    sum = add(sum, roundedQuotient(multiply(notional, notional), exactRemarkedEquity(space, owner), scale, 'up'))
  })
  return ratioOf(sum)
}

/** The bound whose multipliers are the plan's levels N_i/g_i and whose thresholds are its prices. */
export function squaresBound(problem: LeverageProblem, reductions: Reductions): Bound {
  const { space, isInsolvent, remarked, freePairs, prices, remaining } = problem
  const { exposure } = profileOf(space, reductions)
  const multiplier = remarked.map((weight, owner) => (isInsolvent[owner] ? 0 : toNumber(exposure[owner]!) / weight))
  const threshold = space.markets.map(() => 0)
  const gains = space.markets.map((): [gain: number, capacity: number][] => [])
  const pairsOf = new Map<number, [number, Decimal][]>()
  for (const pair of freePairs) {
    const k = space.pairMarket[pair]!
    const owner = space.pairOwner[pair]!
    gains[k]!.push([2 * multiplier[owner]! * prices[k]!, space.capacity[pair]!])
    const pairs = pairsOf.get(owner) ?? []
    pairs.push([k, exactCapacity(space, pair)])
    pairsOf.set(owner, pairs)
  }
  gains.forEach((list, k) => {
    if (list.length > 0) threshold[k] = marginalGain(list, toNumber(remaining[k]!))
  })
  function* columns() {
    for (let owner = 0; owner < space.owners.length; owner++) {
      if (isInsolvent[owner]) continue
      yield {
        amount: exactGross(space, owner),
        weight: exactRemarkedEquity(space, owner),
        multiplier: decimalOf(multiplier[owner]!),
        pairs: pairsOf.get(owner) ?? [],
      }
    }
  }
  const markets = space.markets.map(({ price }, k) => ({
    price,
    removed: remaining[k]!,
    threshold: decimalOf(threshold[k]!),
  }))
  return { bound: ratioOf(squareBound(columns(), markets)), prices: threshold }
}

/** The gain of the contract that just meets a demand when the largest gains are taken first. */
function marginalGain(gains: [gain: number, capacity: number][], wanted: number): number {
  gains.sort(([a], [b]) => b - a)
  let taken = 0
  for (const [gain, capacity] of gains) {
    taken += capacity
    if (taken >= wanted) return gain
  }
  return gains.at(-1)![0]
}
