import type { MessagePort } from 'node:worker_threads'
import type { ConicForm } from '../canonical/conic-form.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { answerOf } from './answer-of.js'
import { LoadFailure, type Unloaded } from './load-package.js'
import type { Solver, SolverProgress, SolverSettings } from './solver.js'

/** What crosses to a worker thread. */
export interface SolverTask {
  readonly module: string
  readonly form: StandardForm | ConicForm
  readonly settings: SolverSettings
  readonly timeLimitSeconds: number
  readonly wantsProgress: boolean
  /** Takes `SolverProgress` while the solver runs, and the final `SolverReply`. */
  readonly port: MessagePort
}

/** To load a solver that will be asked soon. */
export type LoadTask = Pick<SolverTask, 'module'> & { readonly form?: undefined }

/** What comes back. `isBroken`: the solver's memory may be spoilt, so this thread must not be used again. */
export type SolverReply =
  | { readonly kind: 'answer'; readonly answer: SolverAnswer }
  | { readonly kind: 'error'; readonly message: string; readonly isBroken: boolean }
  | ({ readonly kind: 'unloaded' } & Unloaded)

export type SolverMessage = SolverReply | { readonly kind: 'progress'; readonly progress: SolverProgress }

/** WebAssembly solvers print their last words; an answer carries all that is worth saying. */
const silent = (): void => undefined
console.log = silent
console.warn = silent
console.error = silent

export default async function runSolverTask(task: SolverTask | LoadTask): Promise<void> {
  if (task.form === undefined) {
    const { solver } = (await import(task.module)) as { solver: Solver }
    await solver.load?.()
    return
  }
  const { port } = task
  const post = (message: SolverMessage): void => port.postMessage(message)
  try {
    const { solver } = (await import(task.module)) as { solver: Solver }
    const answer = await answerOf(solver, task.form, {
      ...task.settings,
      timeLimitSeconds: task.timeLimitSeconds,
      ...(task.wantsProgress ? { report: (progress) => post({ kind: 'progress', progress }) } : {}),
    })
    post({ kind: 'answer', answer })
  } catch (error) {
    const reply = failure(error)
    post(reply)
    // Busy until it is ended: an idle thread would be given the next solve.
    if (reply.kind === 'error' && reply.isBroken) await new Promise<never>(() => undefined)
  } finally {
    port.close()
  }
}

function failure(error: unknown): SolverReply {
  if (error instanceof LoadFailure) return { kind: 'unloaded', installed: error.installed, why: error.why }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const isBroken = name === 'RuntimeError' || /abort|memory|unreachable/i.test(message)
  // The stack of a solver's error quotes its whole bundle, one line of 168 KB.
  return { kind: 'error', message: `${name}: ${message.slice(0, 200)}`, isBroken }
}
