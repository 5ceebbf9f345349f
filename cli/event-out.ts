import { readdir, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { writeWhole } from '../models/book/index.js'
import { type AdlEvent, eventJson, writeEventFolder } from '../models/index.js'
import { jsonPieces } from './json-output.js'
import { checkOut } from './out-file.js'
import { mistake } from './usage.js'

const isJson = (out: string): boolean => extname(out).toLowerCase() === '.json'

/** Refuses a path that an event could not be written to, before any work is done: what is read, and folders with files in them. */
export async function checkEventOut(
  out: string,
  event: string,
  inputs: readonly string[],
  force: boolean,
): Promise<void> {
  if (isJson(out)) return checkOut(out, event, '--out', inputs)
  if (extname(out).toLowerCase() === '.csv') {
    const cure = 'Name a folder, which gets markets.csv and the other tables, or a .json file.'
    throw mistake('unknown-extension', '--out', out, 'one CSV file is not an event', cure)
  }
  const found = await stat(out).catch(() => undefined)
  if (found === undefined) return
  if (!found.isDirectory()) {
    throw mistake('not-a-folder', '--out', out, 'a file stands where the folder should be', 'Name another folder.')
  }
  // Whatever --force allows, the event that is read stays.
  await checkOut(`${out}/markets.csv`, event, '--out', inputs)
  if (force || (await readdir(out)).length === 0) return
  const cure = 'Name a new folder, or add --force to replace the event in this one; its other files stay.'
  throw mistake('folder-not-empty', '--out', out, 'the folder has files already', cure)
}

/** Writes an event as the path says: a `.json` file, else a folder of CSV files. */
export async function writeEvent(out: string, event: AdlEvent): Promise<void> {
  if (isJson(out)) await writeWhole(out, jsonPieces(eventJson(event)))
  else await writeEventFolder(out, event)
}
