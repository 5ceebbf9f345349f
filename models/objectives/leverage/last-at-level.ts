import { type Decimal, signOf, toNumber } from '../../../src/numeric/index.js'
import { exactEquity, exactGross } from '../../book/exact-amounts.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { reductionsFrom } from './plan.js'

/**
 * Exact reductions for the largest leverage, from the amounts that solvent owners keep (`reductionsFrom`). Where accounts with g_i ≤ 0
 * come last (`--keep-solvent`) they take what is beyond the others, E contracts of the one market that is demanded, at the least level:
 *
 *     x_i(λ) = (λ e_i − N_i)/(λ d − p) within [0, cap_i],    Σ_i x_i(λ) = E,    λ > p/d,
 *
 * N_i being gross notional. Closing raises their leverage, so whoever starts at the level λ or above is left alone.
 */
export function leastLevelReductions(problem: LeverageProblem, kept: Float64Array): Decimal[] {
  return reductionsFrom(problem, kept, problem.space.caps && lastAtLeastLevel(problem))
}

function lastAtLeastLevel(
  problem: LeverageProblem,
): { readonly pairs: Int32Array; readonly kept: Float64Array } | undefined {
  const { space, isInsolvent, duty } = problem
  const [market] = space.markets
  if (space.markets.length !== 1 || signOf(duty[0]) === 0) return undefined
  const pairs = Int32Array.from(space.capacity.keys()).filter((pair) => isInsolvent[space.pairOwner[pair]] === 1)
  const ratio = toNumber(market.price) / toNumber(market.concession)
  const wanted = toNumber(duty[0])
  const sizes = Array.from(pairs, (pair) => {
    const owner = space.pairOwner[pair]
    const cap = space.capacity[pair]
    // In contracts: e_i/d, and what is above zero of N_i/p − e_i/d; with λ = (p/d)(1 + 1/t), x_i(t) = e_i/d − t (N_i/p − e_i/d).
    const equity = toNumber(exactEquity(space, owner)) / toNumber(market.concession)
    return { cap, equity, beyond: Math.max(0, toNumber(exactGross(space, owner)) / toNumber(market.price) - equity) }
  })
  const closedAt = (t: number): number[] =>
    sizes.map(({ cap, equity, beyond }) => Math.min(cap, Math.max(0, equity - t * beyond)))
  const total = (t: number): number => closedAt(t).reduce((sum, x) => sum + x, 0)
  if (!Number.isFinite(ratio)) return undefined
  let [low, high] = [0, 1]
  while (total(high) > wanted && high < HIGHEST) high *= 2
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    if (total(middle) > wanted) low = middle
    else high = middle
  }
  const closed = closedAt(high)
  // Accounts with g_i = 0 keep their leverage whatever is closed of them: they share where they hold enough by themselves.
  const sum = closed.reduce((a, b) => a + b, 0)
  const share = sum > wanted ? wanted / sum : 1
  return { pairs, kept: Float64Array.from(pairs, (pair, i) => space.capacity[pair] - share * closed[i]) }
}

/** Halvings that leave nothing between two doubles. */
const STEPS = 200
const HIGHEST = 1e300
