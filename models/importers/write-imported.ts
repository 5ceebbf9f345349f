import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { SpillwayError } from '../../src/errors.js'
import { fileError, inspect, writeWhole } from '../book/file.js'
import { mistake } from '../book/place.js'
import { writeAllocation } from '../book/write-allocation.js'
import { writeEventFolder } from '../book/write-event.js'
import type { Imported, ImportedEvent, ImportedWave } from './importer.js'
import type { ImportRecord } from './ledger.js'

/** Options of `writeImported`. */
export interface WriteImportedOptions {
  /** Replace the event files of a folder that is not empty; other files in it stay. Default: refuse such a folder. */
  readonly replace?: boolean
}

/** Of an import; `waves` is a folder. What of these stands in a folder is replaced with it, or goes. */
const OURS = ['markets.csv', 'accounts.csv', 'positions.csv', 'demand.csv', 'allocation.csv', 'import.json', 'waves']

/**
 * Writes an import as a folder event with `allocation.csv`, where the source has one, and `import.json`, or, where its fills
 * were grouped, each wave as such a folder in `waves/`. All of it or nothing: the files are written whole in a temporary
 * folder first. A folder that was not there then appears under its name in one step; into one that was there, they are moved.
 *
 * @throws SpillwayError `folder-not-empty`, `not-a-folder`, or what the file system has against it.
 */
export async function writeImported(
  folder: string,
  imported: Imported,
  { replace = false }: WriteImportedOptions = {},
): Promise<void> {
  const target = resolve(folder)
  const isThere = await checkTarget(target, folder, replace)
  const unique = `${globalThis.process?.pid}-${Date.now().toString(36)}.tmp`
  const made = isThere ? undefined : await attempt(folder, () => mkdir(dirname(target), { recursive: true }))
  const temporary = isThere ? join(target, `.import-${unique}`) : `${target}.${unique}`
  let done = false
  try {
    await attempt(folder, () => mkdir(temporary))
    await writeAll(temporary, imported)
    await attempt(folder, () => (isThere ? moveInto(target, temporary) : rename(temporary, target)))
    done = true
  } finally {
    await rm(temporary, { recursive: true, force: true })
    if (!done && made !== undefined) await removeEmpty(dirname(target), made)
  }
}

async function writeAll(folder: string, { waves, record, ...imported }: Imported): Promise<void> {
  if (waves === undefined) await writeOne(folder, imported, record)
  else await writeRecord(folder, { ...record, waves: waves.map(waveRow) })
  for (const wave of waves ?? []) {
    const { name, rows, moment, until } = wave
    const { source, files, unknown, defaulted } = record
    const moments = { moment, ...(until !== undefined && { until }) }
    const own = { source, files, rows, kept: rows, dropped: [], repaired: [], defaulted, unknown, ...moments }
    await writeOne(join(folder, 'waves', name), wave, own)
  }
}

function waveRow({ name, event, reductions, rows, moment, until }: ImportedWave): object {
  const moments = { moment, ...(until !== undefined && { until }) }
  return { name, ...moments, rows, markets: event.demand.length, reductions: reductions.length }
}

async function writeOne(folder: string, { event, reductions }: ImportedEvent, record: ImportRecord): Promise<void> {
  await writeEventFolder(folder, event)
  if (reductions !== undefined) await writeAllocation(join(folder, 'allocation.csv'), reductions)
  const { assumedEquity } = event
  await writeRecord(folder, assumedEquity === undefined ? record : { ...record, assumedEquity })
}

async function writeRecord(folder: string, record: object): Promise<void> {
  await writeWhole(join(folder, 'import.json'), [`${JSON.stringify(record, undefined, 2)}\n`])
}

/** Whether the folder is there; throws where it must not be written to. */
async function checkTarget(target: string, folder: string, replace: boolean): Promise<boolean> {
  const found = await inspect(target, folder).catch((error: unknown) => {
    if (error instanceof SpillwayError && error.code === 'file-missing') return undefined
    throw error
  })
  if (found === undefined) return false
  if (!found.isDirectory()) {
    throw mistake('not-a-folder', folder, 'a file stands where the folder should be', folder, 'Name another folder.')
  }
  const content = await attempt(folder, () => readdir(target))
  if (content.length > 0 && !replace) {
    const cure = 'Name a new folder, or add --force to replace the event in this one; its other files stay.'
    throw mistake('folder-not-empty', folder, 'the folder has files already', content, cure)
  }
  return true
}

/**
 * Moves what was made into another folder on the same disk. What it replaces is kept until all has moved, and put back
 * when something cannot.
 */
async function moveInto(target: string, temporary: string): Promise<void> {
  const made = await readdir(temporary)
  const undo: (() => Promise<void>)[] = []
  const move = async (from: string, to: string): Promise<void> => {
    await rename(from, to)
    undo.unshift(() => rename(to, from))
  }
  try {
    for (const name of OURS) {
      const path = join(target, name)
      if (await isOurs(path, name)) await move(path, join(temporary, `${name}.before`))
    }
    for (const name of made) await move(join(temporary, name), join(target, name))
  } catch (error) {
    for (const back of undo) await back()
    throw error
  }
}

/** Removes folders that were made for nothing, from the inner to the outer, unless somebody uses one by now. */
async function removeEmpty(inner: string, outer: string): Promise<void> {
  for (let folder = inner; folder.length >= outer.length; folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    )
    if (!isGone) return
  }
}

/** Whether something is there to be replaced; a folder where a file is to be written is not ours to remove. */
async function isOurs(path: string, name: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || found.isDirectory() === (name === 'waves')) return found !== undefined
  throw mistake('not-a-file', path, 'something else stands where a file is to be written', path, 'Move it away.')
}

async function attempt<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    throw fileError(error, folder, folder)
  }
}
