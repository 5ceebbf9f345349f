import { SpillwayError } from '../../src/index.js'
import type { AdlEvent } from '../book/index.js'
import type { Loadings, Moves } from '../moves/index.js'

/** Until models/moves has one of its own: no estimate. */
export function principalLoadings(moves: Moves, _event: AdlEvent): { loadings: Loadings; share: number } {
  throw new SpillwayError({
    code: 'missing-input',
    path: 'inputs.loadings',
    value: moves.kind,
    problem: 'loadings cannot be estimated from moves yet',
    cure: 'Give loadings.',
  })
}
