import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SpillwayError } from '../../src/errors.js'
import { readAllocation } from './allocation.js'
import type { AdlEvent, Allocation } from './event.js'
import { fileError, inspect, type ReadOptions } from './file.js'
import { mistake } from './place.js'
import { readEvent } from './read-event.js'

/** One moment of a crisis: its book and its demand, and what was closed. */
export interface Wave {
  readonly name: string
  readonly event: AdlEvent
  readonly allocation: Allocation
}

/**
 * The waves of a folder in the order of their names (`2` before `10`), one at a time: event folders with an `allocation.csv` or
 * `allocation.json`, in `FOLDER/waves` as `spillway import` writes them, or in the folder itself.
 *
 * @throws SpillwayError `no-waves`, and the mistakes of events and allocations, each with the folder of its wave
 */
export async function* readWaves(folder: string, options: ReadOptions = {}): AsyncGenerator<Wave> {
  for (const name of await waveNames(folder)) {
    const path = join(folder, name)
    try {
      const event = await readEvent(path, options)
      const isJson = await isFile(join(path, 'allocation.json'))
      const allocation = await readAllocation(join(path, isJson ? 'allocation.json' : 'allocation.csv'), options)
      yield { name: name.replace(/^waves[\\/]/, ''), event, allocation }
    } catch (error) {
      throw error instanceof SpillwayError ? error.within(path) : error
    }
  }
}

const natural = new Intl.Collator('en', { numeric: true })

async function waveNames(folder: string): Promise<readonly string[]> {
  if (!(await inspect(folder, folder)).isDirectory()) {
    throw mistake('no-waves', folder, 'a file stands where a folder of waves is needed', folder, 'Name the folder.')
  }
  const inner = join(folder, 'waves')
  const isInner = await stat(inner).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const entries = await readdir(isInner ? inner : folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, folder, folder)
  })
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  if (names.length === 0) {
    const cure = 'Import fills with --gap-ms, or use `spillway verify` for one event and its allocation.'
    throw mistake('no-waves', folder, 'no folder of a wave stands in it', folder, cure)
  }
  names.sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1))
  return isInner ? names.map((name) => join('waves', name)) : names
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
