import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject } from '../../src/validation.js'
import type { AdlEvent, SourceNote } from './event.js'

/**
 * What the source of a folder event cannot say, as `spillway import` wrote it into `import.json`. The file is no part
 * of the event: where it is missing, or somebody else's, nothing is known of the source.
 */
export async function readSourceNotes(folder: string): Promise<Pick<AdlEvent, 'notKnown' | 'assumedEquity'>> {
  try {
    const record: unknown = JSON.parse(await readFile(join(folder, 'import.json'), 'utf8'))
    if (!isObject(record)) return {}
    const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
    const notKnown = list(record.unknown)
      .filter(isNote)
      .map(({ reason, says }) => ({ reason, says }))
    const assumedEquity = list(record.assumedEquity).filter((name) => typeof name === 'string')
    return { ...(notKnown.length > 0 && { notKnown }), ...(assumedEquity.length > 0 && { assumedEquity }) }
  } catch {
    return {}
  }
}

const isNote = (note: unknown): note is SourceNote =>
  isObject(note) && typeof note.reason === 'string' && typeof note.says === 'string'
