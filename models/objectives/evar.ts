import { entropicTailOf, type TailInputs } from '../proof/claims/tails.js'
import { scenarioObjective } from './losses/scenario-objective.js'
import type { Objective, ObjectiveFacts, ObjectiveKind } from './objective.js'

const facts: ObjectiveFacts = {
  name: 'evar',
  summary: 'entropic value at risk of the total shortfall: its mean under the worst reweighting of the moves',
  formula: 'min_{t>0} t ln( Σ_s w_s exp(L_s/t)/(1 − α) )',
  source: 'Ahmadi-Javid 2012, J. Optim. Theory Appl. 155; docs/objectives/evar.md',
  unit: 'quote currency',
  homogeneity: 1,
}

/**
 * The entropic value at risk of the total shortfall L_s = Σ_i (−e'_i − Σ_k n'_ik p_k r_sk)⁺, quote currency:
 *
 *     minimise min_{t>0}  t ln( Σ_s w_s exp(L_s/t) / (1 − α) ),
 *
 * the largest mean of L under weights whose relative entropy to those of the moves is at most −ln(1 − α). It is at
 * least CVaR of the same confidence, and looks at how bad the worst moves are as well as at their mean. Throws as
 * `conditionalValueAtRisk` does.
 */
export function entropicValueAtRisk(given: TailInputs = {}): Objective {
  const { inputs, measure } = entropicTailOf(given)
  return scenarioObjective(facts, inputs, measure)
}

export const entropicValueAtRiskKind: ObjectiveKind = { ...facts, needs: ['moves'], make: entropicValueAtRisk }
