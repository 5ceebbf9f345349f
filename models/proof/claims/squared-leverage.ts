import type { Ratio } from '../../../src/numeric/index.js'
import { decisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import type { Claimant, FiniteClaim, PrepareOptions, Reductions } from '../claim.js'
import { tangentProof } from '../derivations/tangents.js'
import { GAP_FLOOR } from '../gap.js'
import { grossSizes, refuseUnclearOrder } from '../leverage/keep-solvent.js'
import { squaresWithin } from '../leverage/near-squares.js'
import { insolventBreak, type LeverageProblem, leverageProblem } from '../leverage/problem.js'
import { recheckSquares, sumOfSquares } from '../leverage/squares.js'
import { recheckLotSquares } from '../lots/squares.js'

/** The sum of squared leverage Σ_i (Σ_k |n'_ik| p_k)² / g_i; bounded by its tangent at given levels, in exact decimals. */
export function squaresClaim(
  event: AdlEvent,
  options?: PrepareOptions,
): { claim: FiniteClaim; problem: LeverageProblem } {
  const problem = leverageProblem(decisionSpace(event, { ...options, hasSolvencyRows: true }))
  refuseUnclearOrder(problem, grossSizes(problem, false))
  const { space, isInsolvent } = problem
  const values = new WeakMap<Reductions, Ratio>()
  const claim: FiniteClaim = {
    space,
    gapFloor: GAP_FLOOR,
    value(reductions) {
      const value = values.get(reductions) ?? sumOfSquares(problem, reductions)
      values.set(reductions, value)
      return value
    },
    valueWithin: (reductions) => squaresWithin(problem, reductions),
    breaks: (reductions, tolerance) => insolventBreak(problem, reductions, tolerance),
    goesFirst: (pair) => isInsolvent[space.pairOwner[pair]] === 1,
    recheck: (evidence) => (space.lots ? recheckLotSquares(problem, evidence) : recheckSquares(problem, evidence)),
    linearProof: (evidence) => tangentProof(problem, evidence),
  }
  return { claim, problem }
}

export function squaredLeverageClaims(): Claimant {
  return { name: 'squared-leverage', prepare: (event, options) => squaresClaim(event, options).claim }
}
