import { mkdir, mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { eventJson } from '../models/index.js'
import { type Asked, decisionRows } from '../models/simulation/index.js'
import { mistake } from './usage.js'

/**
 * The events that a simulation hands to policies, each a file `PATH.step-N.POLICY.json`, and what the policy answered
 * in a file of the same name in `allocations/`. They are written beside the folder, and get there when all is done.
 */
export class EventFiles {
  private readonly names: string[] = []
  private isKept = false

  private constructor(
    private readonly folder: string,
    private readonly draft: string,
    /** The uppermost folder that was not there before. */
    private readonly made: string | undefined,
  ) {}

  static async open(folder: string): Promise<EventFiles> {
    try {
      const made = await mkdir(join(folder, 'allocations'), { recursive: true })
      const draft = await mkdtemp(join(dirname(folder), '.spillway-events-'))
      await mkdir(join(draft, 'allocations'))
      return new EventFiles(folder, draft, made)
    } catch (error) {
      throw unusable(folder, error)
    }
  }

  get count(): number {
    return this.names.length
  }

  async write({ path, step, policy, event, reductions }: Asked): Promise<void> {
    const plain = [path, `step-${step}`, policy].map((part) => part.replace(/[^\w.=-]+/g, '_')).join('.')
    const known = this.names.filter((name) => name === `${plain}.json` || name.startsWith(`${plain}~`)).length
    const name = known === 0 ? `${plain}.json` : `${plain}~${known + 1}.json`
    this.names.push(name)
    const allocation = { format: 'spillway/allocation@1', reductions: decisionRows(event, reductions) }
    try {
      await writeFile(join(this.draft, name), `${JSON.stringify(eventJson(event))}\n`)
      await writeFile(join(this.draft, 'allocations', name), `${JSON.stringify(allocation)}\n`)
    } catch (error) {
      throw unusable(this.folder, error)
    }
  }

  /** Gives the files their names. */
  async keep(): Promise<void> {
    this.isKept = true
    try {
      for (const name of this.names.flatMap((file) => [join('allocations', file), file])) {
        await rename(join(this.draft, name), join(this.folder, name))
      }
    } catch (error) {
      throw unusable(this.folder, error)
    }
  }

  /**
   * Leaves what was kept; where nothing was, folders that were made for it go as well, unless somebody else has put
   * something there.
   */
  async discard(): Promise<void> {
    await rm(this.draft, { recursive: true, force: true })
    if (this.isKept || this.made === undefined) return
    const first = resolve(this.made)
    let at = resolve(this.folder, 'allocations')
    while ((await isRemoved(at)) && at !== first) at = dirname(at)
  }
}

const isRemoved = (folder: string): Promise<boolean> =>
  rmdir(folder).then(
    () => true,
    () => false,
  )

function unusable(folder: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error)
  const problem = `events cannot be written there: ${reason}`
  return mistake('file-unusable', '--events', folder, problem, 'Choose another folder.')
}
