import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject } from '../../src/validation.js'
import type { SourceNote } from './event.js'

/**
 * What the source of a folder event cannot say, as `spillway import` wrote it into `import.json`. The file is no part of the event: where it
 * is missing, or somebody else's, nothing is known of the source.
 */
export async function readSourceNotes(folder: string): Promise<readonly SourceNote[]> {
  try {
    const record: unknown = JSON.parse(await readFile(join(folder, 'import.json'), 'utf8'))
    if (!isObject(record) || !Array.isArray(record.unknown)) return []
    return record.unknown.filter(isNote).map(({ reason, says }) => ({ reason, says }))
  } catch {
    return []
  }
}

const isNote = (note: unknown): note is SourceNote =>
  isObject(note) && typeof note.reason === 'string' && typeof note.says === 'string'
