import { SpillwayError } from '../../../src/index.js'
import type { Moves, ScenarioMoves } from '../../moves/index.js'
import type { Measure } from '../../proof/losses/risk-measure.js'
import { equalAccountsAsOne } from '../equal-accounts.js'
import { missingInput, type Objective, type ObjectiveFacts, type ObjectiveInputs } from '../objective.js'
import { prepareLosses } from './prepare.js'

/** A risk measure of the total shortfall as an objective. Only scenario moves will do: a tail has no closed form. */
export function scenarioObjective(
  facts: ObjectiveFacts,
  { moves, ...others }: ObjectiveInputs,
  measure: Measure,
): Objective {
  if (moves === undefined) throw missingInput(facts.name, 'moves')
  const scenarios = scenariosOf(facts.name, moves)
  const prepare = equalAccountsAsOne((event, options) => prepareLosses(event, scenarios, measure, options), 'shares')
  return { ...facts, inputs: { moves, ...others }, prepare }
}

function scenariosOf(name: string, moves: Moves): ScenarioMoves {
  if (moves.kind === 'scenarios') return moves
  throw new SpillwayError({
    code: 'moves-kind',
    path: 'inputs.moves',
    value: moves.kind,
    problem: `${name} needs scenario moves: the tail of a total of many accounts has no formula`,
    cure: 'Draw moves from the same distribution: spillway moves EVENT --model gaussian --draws N --seed N --out FILE.',
  })
}
