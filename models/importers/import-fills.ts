import { resolve } from 'node:path'
import { mistake } from '../book/place.js'
import { eventsOfFills, type KnownBook } from './fill-events.js'
import type { AdlFill } from './fills.js'
import { countsOf, type Imported, type ImportOptions } from './importer.js'
import { describeFiles, Ledger } from './ledger.js'

/** Fills, and the book that they are joined with, where there is one. */
export interface ReadFills {
  readonly fills: readonly AdlFill[]
  readonly book?: KnownBook
}

type Read = (files: readonly string[], options: ImportOptions, ledger: Ledger) => Promise<ReadFills>

/** An import of a source that is made of fills. */
export async function importFills(
  source: string,
  files: readonly string[],
  options: ImportOptions,
  read: Read,
): Promise<Imported> {
  checkFiles(files)
  checkGap(options.gapMs)
  const ledger = new Ledger()
  const { fills, book } = await read(files, options, ledger)
  const { events, waves, disagreements, overReductions } = eventsOfFills(fills, options, ledger, book)
  return {
    ...events[0],
    ...(waves && { waves }),
    record: ledger.finish(source, await describeFiles(files, options)),
    disagreements,
    overReductions,
    counts: countsOf(fills.length, events),
  }
}

/** A file that is given twice would be counted twice. */
export function checkFiles(files: readonly string[]): void {
  if (files.length === 0) throw mistake('no-file', 'FILE', 'nothing to read', undefined, 'Name a file of the source.')
  files.forEach((file, i) => {
    if (files.findIndex((other) => resolve(other) === resolve(file)) === i) return
    throw mistake('duplicate-file', file, 'this file is given twice', file, 'Name each file once.')
  })
}

function checkGap(gapMs: number | undefined): void {
  if (gapMs === undefined || gapMs >= 0) return
  throw mistake('bad-gap', 'options.gapMs', 'not a length of time', gapMs, 'Give milliseconds, zero or more.')
}
