import { solver as keptHighs } from './kept-highs.js'
import { endThread } from './runner.js'
import type { Solver } from './solver.js'

/** A solver that keeps the model it is given first, and the way to let go of it. */
export interface KeptModel {
  readonly solver: Solver
  /** Ends the thread that holds the model. */
  close(): Promise<void>
}

let count = 0

/** A model of HiGHS in a thread of its own: linear forms that differ by bounds and sides are solved from the last basis. */
export function keepModel(): KeptModel {
  const thread = `kept-${++count}`
  return { solver: { ...keptHighs, thread }, close: () => endThread(thread) }
}
