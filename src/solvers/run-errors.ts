import { SpillwayError } from '../errors.js'
import type { Solver } from './solver.js'

/** The solver broke, or its thread was lost. */
export const solverFailed = (solver: Solver, message: string): SpillwayError =>
  new SpillwayError({
    code: 'engine-failed',
    path: 'options.solver',
    value: solver.name,
    problem: `the solver stopped without an answer (${message})`,
    cure: 'Choose another solver, or scale the form so that its numbers are near 1.',
    fault: 'engine',
  })

/** The caller's signal ended the run. */
export function cancelled(signal: AbortSignal): SpillwayError {
  const error = new SpillwayError({
    code: 'cancelled',
    path: 'options.signal',
    value: 'aborted',
    problem: 'the solve was cancelled',
    cure: 'Solve again without aborting the signal.',
    fault: 'engine',
  })
  error.cause = signal.reason
  return error
}
