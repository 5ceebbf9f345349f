import type { ConicForm } from '../../../src/canonical/conic-form.js'
import type { StandardForm } from '../../../src/canonical/standard-form.js'
import { answerOf } from '../../../src/solvers/answer-of.js'
import { LoadFailure, unloaded } from '../../../src/solvers/load-package.js'
import { cancelled, solverFailed } from '../../../src/solvers/run-errors.js'
import type { RunOptions, SolverRun } from '../../../src/solvers/runner.js'
import type { Solver, SolverProgress } from '../../../src/solvers/solver.js'
import { modulesFor } from '../../solver-modules.js'
import { runTask, type ThreadEnd } from '../../threads.js'

export type { RunOptions, SolverRun } from '../../../src/solvers/runner.js'

/** Solvers stop themselves at the limit, with what they have in hand; one that does not is ended this much later. */
const GRACE_SECONDS = 0.1

/** Runs a solver in a worker of the page, or where it is called: what the thread of Node does, without files. */
export async function runSolver(
  solver: Solver,
  form: StandardForm | ConicForm,
  options: RunOptions,
): Promise<SolverRun> {
  const { signal, timeLimitSeconds } = options
  if (signal?.aborted) throw cancelled(signal)
  const started = performance.now()
  const end = await (comesAlong(solver) ? inThread(solver, form, options) : itself(solver, form, options))
  const seconds = (performance.now() - started) / 1000
  if (signal?.aborted) throw cancelled(signal)
  if (end.kind === 'answer') return { answer: end.answer, seconds }
  if (end.kind === 'limit') return { answer: { claim: 'limit', status: 'ended at the time limit' }, seconds }
  if (end.kind === 'unloaded') throw unloaded(solver, end)
  const why =
    end.kind === 'error' ? end.message : end.kind === 'broken' ? end.why : `ended within ${timeLimitSeconds} s`
  throw solverFailed(solver, why)
}

/** Our own solvers have no file in this build; one of the caller's own has, or has none that a thread could load. */
const comesAlong = ({ module }: Solver): boolean => module === ''

async function inThread(solver: Solver, form: StandardForm | ConicForm, options: RunOptions): Promise<ThreadEnd> {
  const { settings, signal, timeLimitSeconds, onProgress } = options
  const modules = await modulesFor(solver.name)
  const wantsProgress = onProgress !== undefined
  return runTask(
    { kind: 'form', solver: solver.name, form, settings, timeLimitSeconds, wantsProgress, modules },
    {
      signal,
      limitMs: 1000 * (timeLimitSeconds + GRACE_SECONDS),
      onProgress: ({ progress }) => onProgress?.(progress as SolverProgress),
    },
  )
}

/** A solver of the caller's own, which no thread knows. */
async function itself(solver: Solver, form: StandardForm | ConicForm, options: RunOptions): Promise<ThreadEnd> {
  const { settings, signal, timeLimitSeconds } = options
  try {
    const answer = await answerOf(solver, form, { ...settings, timeLimitSeconds, ...(signal && { signal }) })
    return { kind: 'answer', answer }
  } catch (error) {
    if (error instanceof LoadFailure) return { kind: 'unloaded', installed: error.installed, why: error.why }
    return { kind: 'broken', why: error instanceof Error ? error.message.slice(0, 300) : String(error) }
  }
}

/** No solver has a thread of its own here. */
export async function endThread(_thread: string): Promise<void> {}

/** A page's worker loads when it is asked: nothing is read beforehand. */
export function loadAhead(_solver: Solver): void {}
