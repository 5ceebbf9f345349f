import type { Moves } from '../moves/index.js'
import { WORST } from '../proof/claims/tails.js'
import { inputsOf } from '../proof/given-inputs.js'
import { scenarioObjective } from './losses/scenario-objective.js'
import type { Objective, ObjectiveFacts, ObjectiveKind } from './objective.js'

const facts: ObjectiveFacts = {
  name: 'worst-case-loss',
  summary: 'largest total shortfall over the moves',
  formula: 'max_s Σ_i (−e′_i − Σ_k n′_ik p_k r_sk)⁺',
  source: 'arXiv 2603.15963, Theorem 2.4; docs/objectives/worst-case-loss.md',
  unit: 'quote currency',
  homogeneity: 1,
}

/**
 * The largest total shortfall over the moves of positive weight, quote currency:
 *
 *     minimise max_s Σ_i (−e'_i − Σ_k n'_ik p_k r_sk)⁺.
 *
 * Throws as `conditionalValueAtRisk` does; it is its limit as the confidence goes to 1.
 */
export function worstCaseLoss(inputs: { readonly moves?: Moves | undefined } = {}): Objective {
  const { moves } = inputsOf(inputs)
  return scenarioObjective(facts, { moves }, WORST)
}

export const worstCaseLossKind: ObjectiveKind = { ...facts, needs: ['moves'], make: worstCaseLoss }
