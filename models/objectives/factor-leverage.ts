import { factorClaim, factorLeverageClaims } from '../proof/claims/factor-leverage.js'
import { equalAccountsAsOne } from './equal-accounts.js'
import { fairPlan } from './factor/plan.js'
import { factorBySolver, factorSquares } from './factor/program.js'
import type { Objective, ObjectiveFacts, ObjectiveInputs, ObjectiveKind } from './objective.js'
import { readably } from './units.js'

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
 * accounts with g_i ≤ 0 first and then not counted. Its profile of exposures is unique and fair: at
 * the mark it minimises the total shortfall for every move of the factor at once, up and down (docs/objectives/factor-leverage.md;
 * Campbell, Hey, Moallemi and Nutz, arXiv 2603.15963, Theorem 3.8, made exact under the demand of each market).
 * The closed form is the fair flow of a network of markets and accounts, the bound one level per market in exact decimals.
 *
 * Loadings: `inputs.loadings`, else the event's, else the leading principal component of `inputs.moves`; `prepare` throws
 * `SpillwayError` `missing-input` where there are none and `missing-loading` where a market that matters has none.
 */
export function factorLeverage(given: ObjectiveInputs = {}): Objective {
  const { inputs } = factorLeverageClaims(given)
  return {
    ...facts,
    inputs,
    prepare: equalAccountsAsOne((event, options) => {
      const { claim, factor } = factorClaim(event, inputs, options)
      return {
        ...claim,
        closedForm: () => fairPlan(factor),
        bySolver: (run) => factorBySolver(factor, run),
        program: () => factorSquares(factor, readably).linear.program,
      }
    }),
  }
}

/** Loadings may come with the event, so that nothing is needed before it is read. */
export const factorLeverageKind: ObjectiveKind = { ...facts, needs: [], make: factorLeverage }
