import { doublesOf, type Ratio, toNumber } from '../../src/index.js'
import { decisionSpace } from '../book/decision-space.js'
import { readLevels } from '../proof/factor/bound.js'
import { resolveLoadings } from '../proof/factor/loadings.js'
import { factorMeasure } from '../proof/factor/measure.js'
import { exposuresAfter, type FactorProblem, factorProblem } from '../proof/factor/problem.js'
import { GAP_FLOOR } from '../proof/gap.js'
import { insolventBreak } from '../proof/leverage/problem.js'
import { squaresOver } from '../proof/leverage/squares.js'
import { equalAccountsAsOne } from './equal-accounts.js'
import { fairPlan } from './factor/plan.js'
import { factorByEngine, factorSquares } from './factor/program.js'
import { inputsOf } from './given-inputs.js'
import type { Objective, ObjectiveFacts, ObjectiveInputs, ObjectiveKind, Reductions } from './objective.js'

const facts: ObjectiveFacts = {
  name: 'factor-leverage',
  summary: 'squared leverage in one factor, signed, weighted by equity re-marked at ADL prices',
  formula: 'Σ_i (Σ_k n′_ik p_k β_k)² / g_i',
  source: 'arXiv 2603.15963, Theorem 3.8; docs/objectives/factor-leverage.md',
  unit: 'quote currency',
  homogeneity: 1,
}

/**
 * Squared factor leverage, weighted by equity: r_k = β_k F for one factor F, and
 *
 *     minimise Σ_i z'_i² / g_i,    z'_i = Σ_k n'_ik p_k β_k (signed),    g_i = e_i + Σ_k n_ik (a_k − p_k) > 0,
 *
 * accounts with g_i ≤ 0 first (see `leverage-problem.ts`) and then not counted. Its profile of exposures is unique and fair: at
 * the mark it minimises the total shortfall for every move of the factor at once, up and down (docs/objectives/factor-leverage.md;
 * Campbell, Hey, Moallemi and Nutz, arXiv 2603.15963, Theorem 3.8, made exact under the demand of each market).
 * The closed form is `src/closed-forms/network-fill.ts`, the bound one level per market in exact decimals.
 *
 * Loadings: `inputs.loadings`, else the event's, else the leading principal component of `inputs.moves`; `prepare` throws
 * `SpillwayError` `missing-input` where there are none and `missing-loading` where a market that matters has none.
 */
export function factorLeverage(given: ObjectiveInputs = {}): Objective {
  const { loadings, moves } = inputsOf(given)
  const inputs = { ...(loadings && { loadings }), ...(moves && { moves }) }
  return {
    ...facts,
    inputs,
    prepare: equalAccountsAsOne((event, options) => {
      const space = decisionSpace(event, options)
      const loadings = resolveLoadings(space, inputs)
      const factor = factorProblem(space, loadings.byMarket)
      const { problem } = factor
      return {
        space,
        gapFloor: GAP_FLOOR,
        value: (reductions) => squaresValue(factor, reductions),
        breaks: (reductions, tolerance) => insolventBreak(problem, reductions, tolerance),
        closedForm: () => fairPlan(factor),
        byEngine: (run) => factorByEngine(factor, run),
        goesFirst: (pair) => problem.isInsolvent[space.pairOwner[pair]!] === 1,
        recheck: (evidence) => readLevels(factor, evidence),
        program: () => factorSquares(factor).linear.program,
        factor: factorMeasure(factor, loadings),
      }
    }),
  }
}

function squaresValue(factor: FactorProblem, reductions: Reductions): Ratio {
  const exposures = exposuresAfter(factor, reductions)
  const sizes = doublesOf(exposures.length, (owner) => toNumber(exposures[owner]!))
  return squaresOver(factor.problem, (owner) => exposures[owner]!, sizes)
}

/** Loadings may come with the event, so that nothing is needed before it is read. */
export const factorLeverageKind: ObjectiveKind = { ...facts, needs: [], make: factorLeverage }
