import type { LinearProof } from '../../src/certificates/index.js'
import { SpillwayError } from '../../src/errors.js'
import { eventOf } from '../book/given.js'
import type { AdlEvent, EventJson } from '../book/index.js'
import type { Objective } from '../objectives/index.js'
import { linearProofFrom } from '../proof/linear-proof-of.js'
import { expectJudgeOptions, objectiveOf, optionsOf } from './given.js'
import { type JudgeOptions, prepare, runMethod } from './methods.js'

/**
 * The bound that `solve` proves, as a linear program in exact numbers and its duals. Throws as `solve` does, `no-bound` where
 * nothing is proved, and `not-expressible` and `too-large` where no such program can be written.
 */
export async function proveBound(
  givenEvent: AdlEvent | EventJson,
  givenObjective: Objective | string,
  given: JudgeOptions = {},
): Promise<LinearProof> {
  const options = optionsOf(given, expectJudgeOptions)
  const event = eventOf(givenEvent)
  const objective = objectiveOf(givenObjective, 'objective', options.inputs)
  const { lots = false, exact = false } = options
  const prepared = prepare(objective, event, { lots, exact })
  const { bound, stopped } = await runMethod(prepared, options)
  if (bound?.evidence !== undefined) return linearProofFrom(objective.name, prepared, bound.evidence())
  throw new SpillwayError({
    code: 'no-bound',
    path: 'objective',
    value: objective.name,
    problem: stopped?.reason ?? 'no bound was proved, so there is nothing to derive',
    cure: 'See `spillway solve` for why.',
    fault: 'engine',
  })
}
