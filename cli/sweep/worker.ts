import type { Job, JobResult } from '../../models/simulation/index.js'
import { carried, type JobReply } from './job-reply.js'
import { JobRunner } from './job-runner.js'
import { isOwnError } from './own-error.js'

/** Jobs of one folder for one thread. */
export interface JobTask {
  readonly folder: string
  readonly jobs: readonly Job[]
}

let runner: JobRunner | undefined

/** The thread of a pool: runs the jobs that it is handed. */
export default async function work({ folder, jobs }: JobTask): Promise<JobReply> {
  if (runner?.folder !== folder) runner = new JobRunner(folder)
  const results: JobResult[] = []
  for (const job of jobs) {
    // Buffers that nobody holds are freed between turns of the event loop only.
    await new Promise((resolve) => setImmediate(resolve))
    try {
      results.push(await runner.run(job))
    } catch (error) {
      if (!isOwnError(error)) throw error
      return { results, failure: { number: job.number, details: carried(error) } }
    }
  }
  return { results }
}
