import { ellipsoidInputs } from '../proof/claims/ellipsoid-loss.js'
import type { TailInputs } from '../proof/claims/tails.js'
import { prepareEllipsoidLoss } from './ellipsoid/prepare.js'
import { equalAccountsAsOne } from './equal-accounts.js'
import type { Objective, ObjectiveFacts, ObjectiveKind } from './objective.js'

const facts: ObjectiveFacts = {
  name: 'ellipsoid-loss',
  summary: 'total of the worst shortfalls of accounts over an ellipsoid of moves',
  formula: 'Σ_i (κ √(y_i′C y_i) − e′_i − y_i·μ)⁺,  κ² = α/(1 − α)',
  source: 'Ben-Tal and Nemirovski 1998; El Ghaoui, Oks and Oustry 2003; docs/objectives/ellipsoid-loss.md',
  unit: 'quote currency',
  homogeneity: 1,
}

/**
 * The total of what each account is short of at its own worst move of the ellipsoid (r − μ)'C⁻¹(r − μ) ≤ κ², κ² = α/(1
 * − α), quote currency:
 *
 *     minimise Σ_i max_r (−e'_i − y_i·r)⁺ = Σ_i (κ √(y_i'C y_i) − e'_i − y_i·μ)⁺,   y_ik = n'_ik p_k,
 *
 * at least the total shortfall at any one move of the ellipsoid. Throws `missing-input`, `moves-kind` for scenarios,
 * `confidence` unless 0 < α < 1, and `missing-market`, `covariance` when an event is prepared.
 */
export function ellipsoidLoss(given: TailInputs = {}): Objective {
  const inputs = ellipsoidInputs(given)
  return {
    ...facts,
    inputs: { ...inputs },
    prepare: equalAccountsAsOne((event, options) => prepareEllipsoidLoss(event, inputs, options), 'moves'),
  }
}

export const ellipsoidLossKind: ObjectiveKind = { ...facts, needs: ['moves'], make: ellipsoidLoss }
