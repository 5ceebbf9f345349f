import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Ratio } from '../../../../src/numeric/index.js'
import { freeBytes } from '../../../../src/solvers/index.js'
import type { PolicyRun } from '../policy-run.js'
import { carriedValues, type PolicyAnswer, type PolicyTask, runOfCarried, takePolicy } from './policy-task.js'

/** Pairs below which a thread saves little: it compiles what it runs and reads the book anew, a second of processor time. */
const FEWEST_PAIRS = 100_000
/** What a thread holds of its own, by pair: decimals of the book, columns, and two allocations. */
const PAIR_BYTES = 1_500
const MOST_THREADS = 3

/** How many threads beside this one may run policies of a book of so many pairs. */
export function policyThreads(pairs: number, policies: number): number {
  if (pairs < FEWEST_PAIRS) return 0
  const room = Math.floor(freeBytes() / (PAIR_BYTES * pairs))
  return Math.max(0, Math.min(availableParallelism() - 1, policies - 1, room, MOST_THREADS))
}

/**
 * Runs policies in threads beside this one, which takes its share by `take`. Each run depends on nothing but the book,
 * so that who ran what shows in no number; the caller joins them in the order in which the policies were given.
 */
export class PolicyThreads {
  readonly #task: PolicyTask
  readonly #runs = new Map<number, PolicyRun>()
  readonly #workers: readonly Worker[]
  readonly #ended: Promise<unknown>

  constructor(task: PolicyTask, threads: number) {
    this.#task = task
    this.#workers = Array.from({ length: threads }, () => {
      return new Worker(new URL('./policy-thread.js', import.meta.url), { workerData: task })
    })
    const end = (worker: Worker): Promise<void> =>
      new Promise((resolve) => {
        worker.on('message', ({ index, run }: PolicyAnswer) => {
          this.#runs.set(index, runOfCarried(run))
        })
        // The caller runs what a thread that broke has not answered.
        worker.on('error', () => undefined)
        worker.on('exit', () => resolve())
      })
    this.#ended = Promise.all(this.#workers.map(end))
  }

  /** Tells the threads the least values, by column. */
  know(best: readonly (Ratio | undefined)[]): void {
    for (const worker of this.#workers) worker.postMessage(carriedValues(best))
  }

  /** Policies that the threads have run so far. */
  get answered(): number {
    return this.#runs.size
  }

  /** The next policy that no thread has taken. */
  take(): number | undefined {
    return takePolicy(this.#task)
  }

  /** What the threads have found, once they have ended. */
  async runs(): Promise<ReadonlyMap<number, PolicyRun>> {
    await this.#ended
    return this.#runs
  }

  close(): void {
    for (const worker of this.#workers) void worker.terminate()
  }
}
