import { join } from 'node:path'
import type { Path } from '../../models/index.js'
import {
  type Job,
  type JobResult,
  jobDigest,
  type OpenCrisis,
  openCrisis,
  priceLines,
  readPlan,
  resultOf,
  type SweepBook,
  type SweepInputs,
  venueContent,
} from '../../models/simulation/index.js'
import { mistake } from '../usage.js'
import { openSweep } from './open-sweep.js'
import { folderFiles } from './sweep-folder.js'

/** Runs jobs of a folder one by one; what two of them share is made once. */
export class JobRunner {
  private readonly kept = new Map<string, Promise<unknown>>()
  private inputs: Promise<SweepInputs> | undefined

  constructor(readonly folder: string) {}

  async run(job: Job): Promise<JobResult> {
    this.inputs ??= this.open()
    const inputs = await this.inputs
    const { book, venue: name, fund, paths, seed } = job
    const { event, sources } = await this.keep(['book', book], async (): Promise<SweepBook> => {
      const found = inputs.books.find((candidate) => candidate.name === book)
      return found === undefined ? Promise.reject(stale(job, 'book')) : found.open()
    })
    const source = sources.find((candidate) => candidate.name === paths)
    const rules = inputs.venues.find((candidate) => candidate.name === name && String(candidate.fund) === String(fund))
    if (source === undefined || rules === undefined) throw stale(job, source === undefined ? 'paths' : 'venue')
    const { venue } = rules
    const { markets } = source
    const { policies } = inputs
    const draw = await this.keep(['paths', book, paths, seed], () => source.drawer(seed))
    const path: Path | undefined = draw(job.draw)
    if (path === undefined) throw stale(job, 'paths')
    const prices = priceLines(path, markets)
    const digest = jobDigest({ event: event.digest(), venue: venueContent(venue), policies, seed, prices })
    if (digest !== job.digest) throw stale(job, 'digest')
    const crisis = await this.keep(['crisis', book, name, fund, paths, seed], async () =>
      openCrisis(event, { markets, policies, venue, seed }),
    )
    return resultOf(digest, await (crisis as OpenCrisis).totals(path))
  }

  private async open(): Promise<SweepInputs> {
    const plan = await readPlan(join(this.folder, folderFiles.plan))
    return openSweep(plan, this.folder, { reading: () => ({}) })
  }

  /** Of each kind the last two: a large book is large. */
  private keep<T>(key: readonly [kind: string, ...rest: unknown[]], make: () => Promise<T>): Promise<T> {
    const text = JSON.stringify(key)
    const known = this.kept.get(text)
    if (known !== undefined) return known as Promise<T>
    const [kind] = key
    const others = [...this.kept.keys()].filter((other) => (JSON.parse(other) as string[])[0] === kind)
    if (others.length >= KEPT) this.kept.delete(others[0])
    const made = make()
    this.kept.set(text, made)
    return made
  }
}

const KEPT = 2

function stale(job: Job, what: string): Error {
  const problem = `job ${job.number} is not what its digest says: the ${what} of the folder is another`
  return mistake('stale-plan', folderFiles.jobs, job.digest, problem, 'Plan the sweep again.')
}
