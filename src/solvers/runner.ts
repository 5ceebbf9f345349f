import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import type { ConicForm } from '../canonical/conic-form.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { SpillwayError } from '../errors.js'
import { answerOf } from './answer-of.js'
import { LoadFailure, unloaded } from './load-package.js'
import { cancelled, solverFailed } from './run-errors.js'
import type { Solver, SolverProgress, SolverSettings } from './solver.js'
import type { LoadTask, SolverMessage, SolverReply, SolverTask } from './worker.js'

/**
 * Runs a solver in a worker thread, where a hang, an infinite loop or a WebAssembly abort can be ended by ending the
 * thread: at the time limit (an answer `limit`), on the caller's signal (`cancelled`), or because the solver broke
 * (`engine-failed`). Threads are kept for the next solve, with their loaded solver, and hold no process alive.
 */
export interface RunOptions {
  readonly settings: SolverSettings
  readonly timeLimitSeconds: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: SolverProgress) => void) | undefined
}

export interface SolverRun {
  readonly answer: SolverAnswer
  readonly seconds: number
}

/** Solvers stop themselves at the limit, with what they have in hand; one that does not is ended this much later. */
const GRACE_SECONDS = 0.1
const IDLE_MS = 30_000

type Pool = Piscina<SolverTask | LoadTask, void>

let pool: Promise<Pool> | undefined
/** Threads of their own, by name. */
const threads = new Map<string, Promise<Pool>>()

function workers(thread: string | undefined): Promise<Pool> {
  if (thread === undefined) {
    pool ??= poolOf(Math.max(2, Math.min(4, availableParallelism())), IDLE_MS)
    return pool
  }
  const known = threads.get(thread) ?? poolOf(1, Infinity)
  threads.set(thread, known)
  return known
}

/** The package of the pool is loaded with the first one: most of what a program asks of this package needs no thread. */
async function poolOf(maxThreads: number, idleTimeout: number): Promise<Pool> {
  const { Piscina } = await import('piscina')
  const filename = new URL('./worker.js', import.meta.url).href
  // The thread must stay reachable for messages between tasks.
  return new Piscina({
    filename,
    minThreads: 0,
    maxThreads,
    idleTimeout,
    atomics: 'disabled',
  })
}

/** Solvers that load in a thread, and whom a run waits for: else it would start another thread. */
const loading = new Map<Solver, Promise<void>>()

/**
 * Starts the thread of a solver that will probably be asked, so that it loads while something else is done: a third of
 * a second of a second processor. What fails here fails again where it is asked, and is said there.
 */
export function loadAhead(solver: Solver): void {
  if (solver.isOutside || loading.has(solver)) return
  const task: LoadTask = { module: solver.module }
  loading.set(
    solver,
    workers(solver.thread)
      .then((threadPool) => threadPool.run(task))
      .catch(() => undefined),
  )
}

/**
 * Waits for a solver that loads ahead, no longer than a run of it may take: one that hangs is left to itself, and its
 * run has a thread of its own.
 */
async function loaded(solver: Solver, seconds: number, signal: AbortSignal | undefined): Promise<void> {
  const task = loading.get(solver)
  if (task === undefined) return
  const limit = pause(1000 * Math.min(seconds, MOST_LOADING), undefined, { ref: false, ...(signal && { signal }) })
  await Promise.race([task, limit]).catch(() => undefined)
}

const MOST_LOADING = 5

/** Ends the thread of a solver that has one of its own. */
export async function endThread(thread: string): Promise<void> {
  const known = threads.get(thread)
  threads.delete(thread)
  await (await known)?.destroy()
}

export async function runSolver(
  solver: Solver,
  form: StandardForm | ConicForm,
  options: RunOptions,
): Promise<SolverRun> {
  const { settings, timeLimitSeconds, signal, onProgress } = options
  if (signal?.aborted) throw cancelled(signal)
  if (solver.isOutside) return runOutside(solver, form, options)
  await loaded(solver, timeLimitSeconds, signal)
  const threadPool = await workers(solver.thread)
  if (signal?.aborted) throw cancelled(signal)
  const started = performance.now()
  const stop = new AbortController()
  const { port1, port2 } = new MessageChannel()
  const reply = replyOf(port1, onProgress)
  const limitMs = (timeLimitSeconds + GRACE_SECONDS) * 1000
  const timer = setTimeout(() => stop.abort(), Math.min(limitMs, 2 ** 31 - 1))
  const onAbort = (): void => stop.abort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const seconds = (): number => (performance.now() - started) / 1000
  try {
    const task: SolverTask = {
      module: solver.module,
      form,
      settings,
      timeLimitSeconds,
      wantsProgress: onProgress !== undefined,
      port: port2,
    }
    const run = threadPool.run(task, { signal: stop.signal, transferList: [port2] })
    // The reply arrives on the port; a run that ends without one has lost its thread.
    const message = await Promise.race([reply, run.then(() => reply)])
    if (message.kind === 'answer') {
      await run
      return { answer: message.answer, seconds: seconds() }
    }
    if (message.kind === 'unloaded') throw unloaded(solver, message)
    if (message.isBroken) stop.abort()
    throw solverFailed(solver, message.message)
  } catch (error) {
    if (signal?.aborted) throw cancelled(signal)
    if (error instanceof SpillwayError) throw error
    if (stop.signal.aborted) {
      return { answer: { claim: 'limit', status: 'ended at the time limit' }, seconds: seconds() }
    }
    throw solverFailed(solver, error instanceof Error ? error.message.slice(0, 200) : String(error))
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    port1.close()
  }
}

async function runOutside(
  solver: Solver,
  form: StandardForm | ConicForm,
  { settings, timeLimitSeconds, signal }: RunOptions,
): Promise<SolverRun> {
  const started = performance.now()
  try {
    const answer = await answerOf(solver, form, { ...settings, timeLimitSeconds, ...(signal && { signal }) })
    if (signal?.aborted) throw cancelled(signal)
    return { answer, seconds: (performance.now() - started) / 1000 }
  } catch (error) {
    if (signal?.aborted) throw cancelled(signal)
    if (error instanceof LoadFailure) throw unloaded(solver, error)
    throw solverFailed(solver, error instanceof Error ? error.message.slice(0, 300) : String(error))
  }
}

function replyOf(port: MessagePort, onProgress: RunOptions['onProgress']): Promise<SolverReply> {
  return new Promise((resolve) => {
    port.on('message', (message: SolverMessage) => {
      if (message.kind === 'progress') onProgress?.(message.progress)
      else resolve(message)
    })
  })
}
