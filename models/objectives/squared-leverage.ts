import { type Decimal, type Ratio, subtract, toNumber } from '../../src/numeric/index.js'
import { wholeReductions } from '../book/exact-amounts.js'
import { squaresClaim } from '../proof/claims/squared-leverage.js'
import { GAP_FLOOR } from '../proof/gap.js'
import type { LeverageProblem } from '../proof/leverage/problem.js'
import { separateMarkets } from '../proof/leverage/separate-markets.js'
import { squaresBound, sumOfSquares } from '../proof/leverage/squares.js'
import { equalAccountsAsOne } from './equal-accounts.js'
import { type KeptProgram, keptProgram } from './leverage/kept-program.js'
import { minimizeSquares } from './leverage/minimize-squares.js'
import { fillLinkedMarkets, fillMarkets, keepAtLevels, reductionsFrom } from './leverage/plan.js'
import { isWide, levelBySteps } from './leverage/step-program.js'
import { lotSquaresPlan } from './lots/squares.js'
import {
  isStopped,
  type Objective,
  type ObjectiveFacts,
  type ObjectiveKind,
  type Plan,
  type Reductions,
  type RunProgram,
  type Stopped,
} from './objective.js'
import { provedNetworkPlan } from './proved-network-plan.js'
import { evenly, readably, type UnitOf } from './units.js'

const facts: ObjectiveFacts = {
  name: 'squared-leverage',
  summary: 'squared gross leverage, weighted by equity re-marked at ADL prices',
  formula: 'Σ_i (Σ_k |n′_ik| p_k)² / g_i',
  source: 'arXiv 2603.15963, Theorem 2.4; docs/objectives/squared-leverage.md',
  unit: 'quote currency',
  homogeneity: 1,
}

/**
 * The sum of squared leverage, weighted by equity:
 *
 *     minimise Σ_i (Σ_k |n'_ik| p_k)² / g_i,    g_i = e_i + Σ_k n_ik (a_k − p_k) > 0,
 *
 * over eligible accounts, those with g_i ≤ 0 first and then not counted. A convex quadratic program whose unique
 * profile of levels is that of water-filling: where one market is closed it is the same allocation as min-max leverage,
 * and in many markets it picks the least-majorized one of its optima (docs/objectives/squared-leverage.md). The bound
 * linearises the squares at the plan's own levels, in exact decimals.
 */
export function squaredLeverage(): Objective {
  return {
    ...facts,
    prepare: equalAccountsAsOne((event, options) => {
      const { claim, problem } = squaresClaim(event, options)
      return {
        ...claim,
        closedForm: () => closedForm(problem, claim.value),
        lotPlan: () => lotSquaresPlan(problem),
        bySolver: (run) => bySolver(problem, run),
        program: () => squaresProgram(problem, readably).program,
      }
    }, 'multipliers'),
  }
}

export const squaredLeverageKind: ObjectiveKind = { ...facts, needs: [], make: squaredLeverage }

function closedForm(problem: LeverageProblem, rememberedValue: (reductions: Reductions) => Ratio): Plan | undefined {
  const columns = separateMarkets(problem, (owner) => problem.remarked[owner])
  if (columns !== undefined) return planOf(problem, reductionsFrom(problem, fillMarkets(problem, columns)))
  const plan = planOf(problem, reductionsFrom(problem, fillLinkedMarkets(problem, problem.remarked)))
  return provedNetworkPlan(plan, rememberedValue(plan.reductions), GAP_FLOOR)
}

function planOf(problem: LeverageProblem, reductions: readonly Decimal[]): Plan {
  return { reductions, bound: () => squaresBound(problem, reductions) }
}

/**
 * The quadratic program with an owner's kept contracts in units of √g_i notional: where an owner has one free pair its
 * square has the coefficient 1, the best-conditioned form there is for an active-set solver; for people as `unitOf` says.
 */
function squaresProgram(problem: LeverageProblem, unitOf: UnitOf = evenly): KeptProgram {
  const { fixed, prices, remarked, space, solventCapacity, remaining, isInsolvent, freePairs } = problem
  let total = 0
  let weight = 0
  space.markets.forEach((_, k) => {
    total += prices[k] * toNumber(subtract(solventCapacity[k], remaining[k]))
  })
  for (let owner = 0; owner < fixed.length; owner++) {
    if (isInsolvent[owner]) continue
    total += fixed[owner]
    weight += remarked[owner]
  }
  const level = total > 0 ? total / weight : 1
  const root = remarked.map((own) => level * Math.sqrt(Math.abs(own) * weight))
  const linear = keptProgram(problem, unitOf, (t, k) => root[space.pairOwner[freePairs[t]]] / prices[k])
  const { program, kept, marketOf, rowOwner, rowOf } = linear
  const exposure = kept
    .times(Float64Array.from(marketOf, (k) => prices[k]))
    .sumBy(rowOf, rowOwner.length)
    .plus(Float64Array.from(rowOwner, (owner) => fixed[owner]))
  minimizeSquares(program, exposure, rowOwner, { root, level, weight, unitOf })
  return linear
}

async function bySolver(problem: LeverageProblem, run: RunProgram): Promise<Plan | Stopped> {
  const whole = wholeReductions(problem.space)
  if (whole !== undefined) return planOf(problem, whole)
  if (problem.freePairs.length === 0) return planOf(problem, reductionsFrom(problem, new Float64Array(0)))
  const columns = separateMarkets(problem, (owner) => problem.remarked[owner])
  const isAlone = columns?.every(({ fixed }) => fixed.every((value) => value === 0))
  if (isAlone && isWide(problem, columns)) {
    // No solver for quadratic programs goes this wide. Where accounts hold nothing else, the allocation with the least
    // largest level in each market is the same, and a linear program finds that level.
    const kept = await levelBySteps(problem, columns, run)
    return kept instanceof Float64Array ? planOf(problem, reductionsFrom(problem, kept)) : kept
  }
  const { program, keptOf, open, left } = squaresProgram(problem)
  const answer = await run(program)
  if (isStopped(answer)) return answer
  const prices = answer.prices?.get('demand')
  const candidates = [keptOf(answer.values)]
  if (columns !== undefined && prices !== undefined) {
    // Where markets separate, the price of a demand, 2 p_k μ_k, gives the level μ_k of its market more exactly than the
    // point does, which is good to the solver's tolerance only.
    const levels = new Map(open.map((k, r) => [k, prices[r] / (2 * problem.prices[k] * left[k])]))
    candidates.push(keepAtLevels(problem, columns, (k) => levels.get(k) ?? 0))
  }
  const best = candidates
    .map((kept) => reductionsFrom(problem, kept))
    .map((reductions) => ({ reductions, value: sumOfSquares(problem, reductions) }))
    .reduce((a, b) => (b.value.compare(a.value) < 0 ? b : a))
  return planOf(problem, best.reductions)
}
