import { scenarioClaims } from '../../proof/claims/scenario-losses.js'
import type { Measure } from '../../proof/losses/risk-measure.js'
import { equalAccountsAsOne } from '../equal-accounts.js'
import type { Objective, ObjectiveFacts, ObjectiveInputs } from '../objective.js'
import { prepareLosses } from './prepare.js'

/** A risk measure of the total shortfall as an objective. Only scenario moves will do: a tail has no closed form. */
export function scenarioObjective(facts: ObjectiveFacts, given: ObjectiveInputs, measure: Measure): Objective {
  const { inputs, moves } = scenarioClaims(facts.name, given, measure)
  const prepare = equalAccountsAsOne((event, options) => prepareLosses(event, moves, measure, options), 'shares')
  return { ...facts, inputs, prepare }
}
