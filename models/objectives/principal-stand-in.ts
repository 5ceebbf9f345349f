import type { AdlEvent } from '../book/index.js'
import type { Loadings, Moves } from '../moves/index.js'

/** Until models/moves has it. */
export function principalLoadings(_moves: Moves, _event: AdlEvent): { loadings: Loadings; explained: number } {
  throw new Error('not here yet')
}
