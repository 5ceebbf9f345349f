import { levelsBound } from '../../proof/factor/bound.js'
import type { FactorProblem } from '../../proof/factor/problem.js'
import { reductionsFrom } from '../leverage/plan.js'
import type { Plan, Reductions } from '../objective.js'
import { lastClosed } from './levels.js'
import { type Filled, fill } from './network.js'

/**
 * The fair allocation (docs/objectives/factor-leverage.md): the insolvent give min(Q_k, what they hold) in each market, in
 * markets where that leaves them something so that Σ z'_i²/N_i is least among them (N_i gross notional); the solvent give
 * the rest so that their levels z'_i/g_i are fair. Exact reductions; every demand is met exactly.
 */
export function fairReductions(factor: FactorProblem): Reductions {
  return reductionsFrom(factor.problem, fillSolvent(factor).kept, insolventShares(factor))
}

/** The same as a plan, proved by the levels at which the markets were filled. */
export function fairPlan(factor: FactorProblem): Plan {
  const { kept, levels } = fillSolvent(factor)
  const reductions = reductionsFrom(factor.problem, kept, insolventShares(factor))
  return {
    reductions,
    how: 'network water-filling',
    bound: () => {
      // A market closed whole was not filled. Any level on the far side of all its owners proves as much; that of the contract closed
      // last is also its price. A hair beyond it, because the judge rounds the levels of owners.
      const last = lastClosed(factor, reductions)
      const beyond = (k: number): number => last[k] - Math.sign(factor.effects[k]) * Math.abs(last[k]) * HAIR
      return levelsBound(
        factor,
        levels.map((level, k) => level ?? beyond(k)),
      )
    },
  }
}

const HAIR = 1e-10

function fillSolvent(factor: FactorProblem): Filled {
  const { freePairs, remarked, remaining, solventCapacity } = factor.problem
  return fill(factor, { pairs: freePairs, weight: remarked, removed: remaining, held: solventCapacity })
}

/**
 * What the insolvent keep of each of their pairs, contracts, by the rule above; undefined where they come last, and
 * give pro rata.
 */
export function insolventShares(
  factor: FactorProblem,
): { readonly pairs: Int32Array; readonly kept: Float64Array } | undefined {
  const { problem } = factor
  const { space, isInsolvent, gross, insolventCapacity, duty } = problem
  if (space.caps !== undefined) return undefined
  const pairs = Int32Array.from(space.capacity.keys()).filter((pair) => isInsolvent[space.pairOwner[pair]] === 1)
  const share = { pairs, weight: gross, removed: duty, held: insolventCapacity }
  return { pairs, kept: fill(factor, share).kept }
}

/** Reductions as a plan: its bound is the best that is proved by any of these levels of markets. */
export function factorPlan(
  factor: FactorProblem,
  reductions: Reductions,
  candidates: readonly (readonly number[])[],
): Plan {
  return {
    reductions,
    bound: () =>
      candidates
        .map((levels) => levelsBound(factor, levels))
        .reduce((a, b) => (b.bound!.compare(a.bound!) > 0 ? b : a)),
  }
}
