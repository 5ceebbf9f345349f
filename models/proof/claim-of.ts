import { SpillwayError } from '../../src/errors.js'
import type { AdlEvent } from '../book/index.js'
import type { Claim, PrepareOptions } from './claim.js'

/** When a gap counts as none, and what is forgiven of a demand or a position, unless something else is asked for. */
export const defaultOptions = { tolerance: 1e-6, feasibility: 1e-9 } as const

/** What an objective says of an event, in whole lots if asked for. Throws `no-lots` where it knows of none. */
export function claimOf<Made extends Claim>(
  objective: { readonly name: string; prepare(event: AdlEvent, options?: PrepareOptions): Made },
  event: AdlEvent,
  options: Required<PrepareOptions>,
): Made {
  const made = objective.prepare(event, options)
  if (options.keepSolvent && made.space.caps === undefined) {
    throw new SpillwayError({
      code: 'no-keep-solvent',
      path: 'options.keepSolvent',
      value: objective.name,
      problem: 'this objective does not know of accounts that must stay solvent',
      cure: 'Leave keepSolvent out, or pass the options of `prepare` on to the decision space.',
    })
  }
  if (!options.lots || made.space.lots !== undefined) return made
  throw new SpillwayError({
    code: 'no-lots',
    path: 'options.lots',
    value: objective.name,
    problem: 'this objective does not know of lots',
    cure: 'Solve it without lots, or pass the options of `prepare` on to the decision space.',
  })
}
