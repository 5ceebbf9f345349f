import { resolve } from 'node:path'
import type { Job } from '../../models/simulation/index.js'
import type { Session } from '../command.js'
import { count, several } from '../table.js'
import { JobPool } from './job-pool.js'
import { failureIn, type JobReply } from './job-reply.js'
import { Journal, readResults } from './journal.js'
import { JobQueue, type QueuedJob, startQueueWorker } from './queue.js'
import type { PlannedSweep } from './sweep-folder.js'

export interface QueueOptions {
  readonly url: string
  /** 0: others do the work. */
  readonly workers: number
  readonly lockSeconds: number
}

const LOOK_MS = 500
const ADD_MS = 3000

/**
 * Puts the jobs of a folder that have no result on the queue, works at whatever is there, and ends when the folder has
 * every result. Results are what counts, not what the queue says: jobs that it has lost are put there again, and one
 * that it hands out twice is stored twice, which is the same.
 */
export async function serveFolder(
  session: Session,
  folder: string,
  { jobs, policies }: PlannedSweep,
  options: QueueOptions,
): Promise<{ jobs: number; stored: number; ran: number }> {
  const own = resolve(folder)
  const missing = async (): Promise<Job[]> => {
    const known = await readResults(folder, policies.length)
    return [...new Map(jobs.filter(({ digest }) => !known.has(digest)).map((job) => [job.digest, job])).values()]
  }
  let open = await missing()
  const first = open.length
  if (first === 0) return { jobs: jobs.length, stored: jobs.length, ran: 0 }
  const digests = new Set(jobs.map(({ digest }) => digest))
  const queue = await JobQueue.open(options.url)
  const worker = options.workers > 0 ? await startWorker(session, options, { folder: own, digests }) : undefined
  try {
    // Failures of an earlier run are history.
    while ((await queue.takeFailed(digests).catch(() => undefined)) !== undefined);
    let added = Number.NEGATIVE_INFINITY
    while (open.length > 0) {
      await session.listen()
      session.checkpoint()
      worker?.check()
      session.phase(`${count(first - open.length)} of ${several(first, 'job')}, by all workers`)
      try {
        const failure = await queue.takeFailed(digests)
        if (failure !== undefined) throw failureIn(failure)
        if (performance.now() - added > ADD_MS) await queue.add(own, open)
        added = performance.now() - added > ADD_MS ? performance.now() : added
      } catch (error) {
        if (error instanceof Error && error.name === 'SpillwayError') throw error
        // The server is away; what it has forgotten when it comes back is put there again.
        session.phase('waiting for the Redis server')
      }
      await pause(LOOK_MS, session.signal)
      open = await missing()
    }
    return { jobs: jobs.length, stored: jobs.length - first, ran: worker?.ran() ?? 0 }
  } finally {
    await worker?.close()
    await queue.close()
  }
}

/** Works at whatever is on the queue until it is interrupted. */
export async function serveQueue(session: Session, options: QueueOptions): Promise<never> {
  const queue = await JobQueue.open(options.url)
  await queue.close()
  const worker = await startWorker(session, options)
  try {
    for (;;) {
      await session.listen()
      session.checkpoint()
      worker.check()
      session.phase(`${several(worker.ran(), 'job')} done here; waiting for more, until interrupted`)
      await pause(LOOK_MS, session.signal)
    }
  } finally {
    await worker.close()
  }
}

async function startWorker(
  session: Session,
  { url, workers, lockSeconds }: QueueOptions,
  own?: { readonly folder: string; readonly digests: ReadonlySet<string> },
) {
  const pool = await JobPool.of(workers)
  const journals = new Map<string, Promise<Journal>>()
  const stop = new AbortController()
  let ran = 0
  let broken: unknown
  const run = async ({ folder: theirs, job }: QueuedJob): Promise<JobReply['failure']> => {
    // Two machines may see one folder in two places.
    const folder = own?.digests.has(job.digest) ? own.folder : theirs
    const { results, failure } = await pool.run({ folder, jobs: [job] }, stop.signal)
    try {
      const journal = journals.get(folder) ?? Journal.open(folder)
      journals.set(folder, journal)
      // Stored first; only then is the job done for the queue.
      await (await journal).add(results)
    } catch (error) {
      broken ??= error
      throw error
    }
    ran += results.length
    return failure
  }
  let isAway = false
  const worker = await startQueueWorker({
    url,
    workers,
    lockSeconds,
    run,
    onError: ({ message }) => {
      if (!isAway) session.say(`The queue: ${message || 'the server is away'}; going on when it is back`)
      isAway = true
    },
  })
  return {
    ran: () => ran,
    /** Who cannot store takes no more jobs. */
    check() {
      if (broken !== undefined) throw broken
    },
    async close() {
      await worker.close()
      stop.abort()
      await pool.close()
      for (const journal of journals.values()) await journal.then((one) => one.close()).catch(() => undefined)
    },
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, milliseconds)
    function finish(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      done()
    }
    signal.addEventListener('abort', finish, { once: true })
  })
}
