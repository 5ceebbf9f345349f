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
 * @throws SpillwayError `no-waves`, `two-files`, and the mistakes of events and allocations, each with the folder of its wave
 */
export async function* readWaves(folder: string, options: ReadOptions = {}): AsyncGenerator<Wave> {
  for (const name of await waveNames(folder)) {
    const path = join(folder, name)
    try {
      await refuseTwo(path)
      const event = await readEvent(path, options)
      const isJson = await isThere(join(path, 'allocation.json'))
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
  if (isInner) await refuseWavesBeside(folder)
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  if (names.length === 0) {
    const cure = 'Import fills with --gap-ms, or use `spillway verify` for one event and its allocation.'
    throw mistake('no-waves', folder, 'no folder of a wave stands in it', folder, cure)
  }
  names.sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1))
  return isInner ? names.map((name) => join('waves', name)) : names
}

/** Throws `two-files` where `waves` stands beside folders that are waves themselves, or beside the tables of one event. */
async function refuseWavesBeside(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries) {
    const isWave =
      entry.isDirectory() && entry.name !== 'waves'
        ? await isThere(join(folder, entry.name, 'markets.csv'))
        : entry.name === 'markets.csv'
    if (!isWave) continue
    const problem = 'it stands beside a folder `waves`, and only one of them would be read'
    const cure = 'Move it away, or name the folder of waves itself.'
    throw mistake('two-files', join(folder, entry.name), problem, entry.name, cure)
  }
}

/** What a wave has once: what was closed, and its book, which stands in tables. */
const ONCE = [
  ['allocation.csv', 'allocation.json'],
  ['markets.csv', 'event.json'],
] as const

/** Throws `two-files` where a wave has two files for one thing: whichever were read, somebody would mean the other. */
async function refuseTwo(folder: string): Promise<void> {
  for (const names of ONCE) {
    const found = await Promise.all(names.map((name) => isThere(join(folder, name))))
    if (!found.every(Boolean)) continue
    const problem = `${names.join(' and ')} both stand in the folder of a wave`
    throw mistake(
      'two-files',
      names[1],
      problem,
      names,
      `Keep one: \`${names[0]}\` is what \`spillway import\` writes.`,
    )
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
