import type { Piscina } from 'piscina'
import type { Job, JobResult } from '../../models/simulation/index.js'
import { failureIn, type JobReply } from './job-reply.js'
import type { JobTask } from './worker.js'

/** Threads that run jobs; the thread of the process stays free to store, to listen and to talk to a queue. */
export class JobPool {
  private constructor(private readonly pool: Piscina<JobTask, JobReply>) {}

  /** The package of the pool is loaded here, since other commands need none. */
  static async of(workers: number): Promise<JobPool> {
    const { Piscina } = await import('piscina')
    const filename = new URL('./worker.js', import.meta.url).href
    return new JobPool(new Piscina({ filename, minThreads: 0, maxThreads: workers, idleTimeout: IDLE_MS }))
  }

  run(task: JobTask, signal: AbortSignal): Promise<JobReply> {
    return this.pool.run(task, { signal })
  }

  close(): Promise<void> {
    return this.pool.destroy()
  }
}

const IDLE_MS = 10_000

export interface PoolOptions {
  readonly folder: string
  readonly workers: number
  readonly signal: AbortSignal
  /** Stores what was found; the next jobs run meanwhile. */
  readonly store: (results: readonly JobResult[]) => Promise<void>
}

/** Threads get several jobs at once where jobs are short; what a kill can lose is what a thread does in this long. */
const TURN_MS = 300
const MOST_AT_ONCE = 64

/** Runs jobs in threads, a result being stored as soon as it is there; stops at the first job that cannot run. */
export async function runPool(jobs: readonly Job[], { folder, workers, signal, store }: PoolOptions): Promise<void> {
  const pool = await JobPool.of(workers)
  let next = 0
  let atOnce = 1
  let isStopped = false
  const feed = async (): Promise<void> => {
    while (next < jobs.length && !isStopped) {
      signal.throwIfAborted()
      const mine = jobs.slice(next, next + Math.min(atOnce, Math.ceil((jobs.length - next) / workers)))
      next += mine.length
      const started = performance.now()
      const { results, failure } = await pool.run({ folder, jobs: mine }, signal)
      // Two tasks share a thread, so that each takes twice as long as its work.
      const each = (performance.now() - started) / 2 / mine.length
      atOnce = Math.min(MOST_AT_ONCE, 2 * atOnce, Math.max(1, Math.round(TURN_MS / each)))
      await store(results)
      if (failure !== undefined) throw failureIn(failure)
    }
  }
  try {
    // Two feeds for each thread: one stores while the other runs.
    await Promise.all(Array.from({ length: 2 * workers }, feed))
  } catch (error) {
    isStopped = true
    signal.throwIfAborted()
    throw error
  } finally {
    await pool.close()
  }
}
