import { connect } from 'node:net'
import type { Queue as BullQueue, Worker as BullWorker } from 'bullmq'
import type { Job } from '../../models/simulation/index.js'
import { SpillwayError } from '../../src/errors.js'
import { mistake } from '../usage.js'
import type { JobReply } from './job-reply.js'

/** What stands in the queue: a job, and the folder of its sweep as who put it there sees it. */
export interface QueuedJob {
  readonly folder: string
  readonly job: Job
}

const NAME = 'spillway-sweep'
/** Whoever dies holding a job loses it as often as it may happen; a job that cannot run fails by itself. */
const OFTEN = 1_000_000
const RETRY_MS = 1000
const CONNECT_MS = 5000

/** The queue on a Redis server, for those who put jobs there and look after them. */
export class JobQueue {
  private constructor(private readonly queue: BullQueue<QueuedJob>) {}

  /** @throws SpillwayError `queue-unreachable`, `package-missing` without the package `bullmq` */
  static async open(url: string): Promise<JobQueue> {
    const { Queue } = await load()
    // Clients of Redis try without end; whether anybody is there is asked before one is made.
    if (!(await answers(url))) throw unreachable(url)
    const queue = new Queue<QueuedJob>(NAME, { connection: { ...optionsOf(url), maxRetriesPerRequest: 1 } })
    queue.on('error', () => undefined)
    return new JobQueue(queue)
  }

  /** Puts jobs there that are not; who stands there already is left alone, for a job is known by its digest. */
  async add(folder: string, jobs: readonly Job[]): Promise<void> {
    for (let from = 0; from < jobs.length; from += MOST_AT_ONCE) {
      await this.queue.addBulk(
        jobs.slice(from, from + MOST_AT_ONCE).map((job) => ({
          name: 'job',
          data: { folder, job },
          opts: {
            jobId: job.digest,
            attempts: OFTEN,
            backoff: { type: 'fixed', delay: RETRY_MS },
            removeOnComplete: true,
          },
        })),
      )
    }
  }

  /** Jobs that cannot run, with the reason; they stay until somebody has seen them. */
  async takeFailed(digests: ReadonlySet<string>): Promise<NonNullable<JobReply['failure']> | undefined> {
    for (const failed of await this.queue.getFailed()) {
      if (failed.id === undefined || !digests.has(failed.id)) continue
      await failed.remove()
      return JSON.parse(failed.failedReason) as NonNullable<JobReply['failure']>
    }
    return undefined
  }

  async close(): Promise<void> {
    await this.queue.disconnect().catch(() => undefined)
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { host, port } = optionsOf(url)
    const socket = connect({ host, port, timeout: CONNECT_MS })
    const finish = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => finish(true))
    socket.once('timeout', () => finish(false))
    socket.once('error', () => finish(false))
  })
}

const unreachable = (url: string): SpillwayError =>
  new SpillwayError({
    code: 'queue-unreachable',
    path: '--queue',
    value: withoutPassword(url),
    problem: 'no Redis server answers there',
    cure: 'Start it, or correct the address: redis://HOST:PORT.',
    fault: 'engine',
  })

const MOST_AT_ONCE = 1000

export interface QueueWorkerOptions {
  readonly url: string
  readonly workers: number
  /** After how long without a sign of life the jobs of a worker are given to others. */
  readonly lockSeconds: number
  /** Runs a job and stores what it found. A failure that it gives is the job's own; what it throws is not. */
  readonly run: (queued: QueuedJob) => Promise<JobReply['failure']>
  readonly onError: (error: Error) => void
}

/** Takes jobs from the queue. Locks are renewed by this thread, which has nothing else to do; the work is done in others. */
export async function startQueueWorker(options: QueueWorkerOptions): Promise<{ close(): Promise<void> }> {
  const { Worker, UnrecoverableError } = await load()
  const { url, workers, lockSeconds, run, onError } = options
  const worker: BullWorker<QueuedJob> = new Worker<QueuedJob>(
    NAME,
    async ({ data }) => {
      const failure = await run(data)
      if (failure !== undefined) throw new UnrecoverableError(JSON.stringify(failure))
    },
    {
      connection: { ...optionsOf(url), maxRetriesPerRequest: null },
      concurrency: workers,
      lockDuration: 1000 * lockSeconds,
      stalledInterval: 1000 * lockSeconds,
      maxStalledCount: OFTEN,
    },
  )
  worker.on('error', onError)
  // A failed job is the queue's to keep; its process goes on.
  worker.on('failed', () => undefined)
  return {
    close: async () => {
      const patience = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([worker.close(), patience])
      await worker.disconnect().catch(() => undefined)
    },
  }
}

const CLOSE_MS = 2000

function optionsOf(given: string) {
  const url = readUrl(given)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(url.pathname.length > 1 && { db: Number(url.pathname.slice(1)) }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
    retryStrategy: () => RETRY_MS / 2,
  }
}

/** `redis://` or, encrypted, `rediss://`, with name, password, port and number of the database where they are needed. */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isRight = url !== undefined && /^rediss?:$/.test(url.protocol) && /^(\/\d{0,4})?$/.test(url.pathname)
  if (isRight && url.hostname !== '') return url
  const cure = 'Write redis://HOST:PORT, or rediss://USER:PASSWORD@HOST:PORT/0.'
  throw mistake('bad-value', '--queue', withoutPassword(text), 'this is no address of a Redis server', cure)
}

const withoutPassword = (text: string): string => text.replace(/\/\/[^@/]*@/, '//…@')

async function load(): Promise<typeof import('bullmq')> {
  try {
    return await import('bullmq')
  } catch {
    const cure = 'Install it beside spillway: npm install bullmq.'
    throw mistake('package-missing', '--queue', 'bullmq', 'the package for queues is not installed', cure)
  }
}
