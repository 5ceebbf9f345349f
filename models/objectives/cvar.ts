import { type TailInputs, tailOf } from '../proof/claims/tails.js'
import { scenarioObjective } from './losses/scenario-objective.js'
import type { Objective, ObjectiveFacts, ObjectiveKind } from './objective.js'

const facts: ObjectiveFacts = {
  name: 'cvar',
  summary: 'mean of the worst total shortfalls (conditional value at risk)',
  formula: 'min_t t + Σ_s w_s (L_s − t)⁺/(1 − α)',
  source: 'arXiv 2603.15963, Theorem 2.9; Rockafellar and Uryasev 2000; docs/objectives/cvar.md',
  unit: 'quote currency',
  homogeneity: 1,
}

/**
 * The conditional value at risk of the total shortfall L_s = Σ_i (−e'_i − Σ_k n'_ik p_k r_sk)⁺, quote currency:
 *
 *     minimise min_t  t + Σ_s w_s (L_s − t)⁺ / (1 − α),
 *
 * the mean of L over the worst 1 − α of the moves (a move on the edge counts in part). Throws as `expectedLoss` does,
 * `confidence` unless 0 < α < 1, and `moves-kind` for parametric moves: draw from them instead.
 */
export function conditionalValueAtRisk(given: TailInputs = {}): Objective {
  const { inputs, measure } = tailOf(given)
  return scenarioObjective(facts, inputs, measure)
}

export const conditionalValueAtRiskKind: ObjectiveKind = { ...facts, needs: ['moves'], make: conditionalValueAtRisk }
