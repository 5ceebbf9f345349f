import { SpillwayError } from '../../src/errors.js'
import type { Program } from '../../src/language/index.js'
import { signOf, toText } from '../../src/numeric/index.js'
import { isOffTheMark } from '../book/exact-amounts.js'
import { levelClaim } from '../proof/claims/min-max-leverage.js'
import { GAP_FLOOR } from '../proof/gap.js'
import { largestLevel } from '../proof/leverage/levels.js'
import type { LeverageProblem } from '../proof/leverage/problem.js'
import { equalAccountsAsOne } from './equal-accounts.js'
import { lastInLots, leastLevelReductions } from './leverage/last-at-level.js'
import { firstStep, leastLevelBySolver } from './leverage/least-level-by-solver.js'
import { levelByNetwork } from './leverage/level-by-network.js'
import { levelPlan } from './leverage/level-plan.js'
import { levelProgram } from './leverage/level-program.js'
import { fillLinkedMarkets, fillMarkets, levelColumns } from './leverage/plan.js'
import { lotLevelPlan } from './lots/levels.js'
import type { Objective, ObjectiveFacts, ObjectiveKind, Plan } from './objective.js'
import { provedNetworkPlan } from './proved-network-plan.js'
import { readably } from './units.js'

const facts: ObjectiveFacts = {
  name: 'min-max-leverage',
  summary: 'largest gross leverage among eligible accounts',
  formula: 'max_i Σ_k |n′_ik| p_k / e′_i',
  source: 'arXiv 2603.15963, Theorem 2.4; docs/objectives/min-max-leverage.md',
  unit: 'leverage',
  homogeneity: 0,
}

/**
 * The largest gross leverage among eligible accounts after the ADL:
 *
 *     minimise max_i  Σ_k |n'_ik| p_k / e'_i,    n'_ik = n_ik − σ_k x_ik,   e'_i = e_i − Σ_k d_k x_ik,
 *
 * accounts whose re-marked equity is not positive first and then not counted. In one market
 * the answer is water-filling, optimal for every monotone risk measure (Campbell, Hey, Moallemi and Nutz,
 * arXiv 2603.15963, Theorem 2.4). With d = 0 in many markets it is a linear program; with d ≠ 0 a linear-fractional
 * one, solved by a short sequence of linear programs (Dinkelbach 1967). The bound is the level certificate of a group
 * of accounts, in exact rationals, whoever found the group.
 */
export function minMaxLeverage(): Objective {
  return {
    ...facts,
    prepare: equalAccountsAsOne((event, options) => {
      const { claim, problem } = levelClaim(event, options)
      return {
        ...claim,
        closedForm: () => closedForm(problem),
        lotPlan: () => lotLevelPlan(problem),
        lastInLots: (reductions) => lastInLots(problem, reductions),
        bySolver: (run) => leastLevelBySolver(problem, run),
        program: () => programOf(problem),
      }
    }, 'group'),
  }
}

export const minMaxLeverageKind: ObjectiveKind = { ...facts, needs: [], make: minMaxLeverage }

/**
 * Water-filling: market by market where accounts do not link markets, all at once where they do (the least-majorized
 * profile of the network has the least maximum), in a few steps where something closes off the mark
 * (`leverage/level-by-network.ts`).
 */
function closedForm(problem: LeverageProblem): Plan | undefined {
  const { space, duty, freePairs } = problem
  // Where those who come last must give something, the others keep nothing.
  if (space.caps !== undefined && duty.every((beyond) => signOf(beyond) > 0))
    return levelPlan(problem, leastLevelReductions(problem, new Float64Array(freePairs.length)), [])
  const columns = levelColumns(problem)
  if (columns !== undefined) return levelPlan(problem, leastLevelReductions(problem, fillMarkets(problem, columns)), [])
  const kept = isOffTheMark(space) ? levelByNetwork(problem) : fillLinkedMarkets(problem, problem.remarked)
  if (kept === undefined) return undefined
  const plan = levelPlan(problem, leastLevelReductions(problem, kept), [])
  return provedNetworkPlan(plan, largestLevel(problem, plan.reductions), GAP_FLOOR)
}

function programOf(problem: LeverageProblem): Program {
  const off = problem.space.markets.find(({ concession }) => signOf(concession) !== 0)
  if (off === undefined) return levelProgram(problem, firstStep(problem), readably).program
  throw new SpillwayError({
    code: 'not-expressible',
    path: `markets.${off.market.market}.adlPrice`,
    value: toText(off.market.adlPrice),
    problem: 'with an ADL price off the mark the largest leverage is linear-fractional, not one linear program',
    cure: 'Export squared-leverage; `spillway solve` runs the sequence of linear programs.',
  })
}
