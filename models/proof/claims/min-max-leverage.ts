import { decisionSpace } from '../../book/decision-space.js'
import type { AdlEvent } from '../../book/index.js'
import type { Claim, Claimant, PrepareOptions } from '../claim.js'
import { levelsProof } from '../derivations/levels.js'
import { GAP_FLOOR } from '../gap.js'
import { grossSizes, refuseUnclearOrder } from '../leverage/keep-solvent.js'
import { aboveLeastLevel } from '../leverage/last-level.js'
import { largestLevel, notCounted, recheckGroup } from '../leverage/levels.js'
import { insolventBreak, type LeverageProblem, leverageProblem } from '../leverage/problem.js'
import { recheckLotLevels } from '../lots/levels.js'

/** The largest leverage max_i Σ_k |n'_ik| p_k / e'_i; bounded by the level of a group of accounts, in exact rationals. */
export function levelClaim(event: AdlEvent, options?: PrepareOptions): { claim: Claim; problem: LeverageProblem } {
  const problem = leverageProblem(decisionSpace(event, { ...options, hasSolvencyRows: true }))
  refuseUnclearOrder(problem, grossSizes(problem, true))
  const { space, isInsolvent } = problem
  const claim: Claim = {
    space,
    gapFloor: GAP_FLOOR,
    value: (reductions) => largestLevel(problem, reductions),
    notCounted: (reductions) => notCounted(problem, reductions),
    breaks: (reductions, tolerance) =>
      insolventBreak(problem, reductions, tolerance) ?? aboveLeastLevel(problem, reductions, tolerance),
    goesFirst: (pair) => isInsolvent[space.pairOwner[pair]] === 1,
    recheck: (evidence) => (space.lots ? recheckLotLevels(problem, evidence) : recheckGroup(problem, evidence)),
    linearProof: (evidence) => levelsProof(problem, evidence),
  }
  return { claim, problem }
}

export function minMaxLeverageClaims(): Claimant {
  return { name: 'min-max-leverage', prepare: (event, options) => levelClaim(event, options).claim }
}
