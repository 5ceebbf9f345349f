import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { formOf } from '../models/book/index.js'
import { mistake } from './usage.js'

/** Refuses a path that an allocation could not be written to, before any work is done. */
export async function checkAllocationOut(out: string | undefined, event: string): Promise<void> {
  if (out === undefined) return
  try {
    formOf(out)
  } catch {
    throw mistake('unknown-extension', '--out', out, 'the extension does not say which form', 'Use .json or .csv.')
  }
  await checkOut(out, event)
}

/** The tables of a folder event. */
export const EVENT_FILES = ['markets.csv', 'accounts.csv', 'positions.csv', 'demand.csv']

/** Refuses a path without a folder, a folder in the place of a file, and what is read: the event, and other inputs. */
export async function checkOut(
  out: string,
  event: string,
  flag = '--out',
  inputs: readonly string[] = [],
): Promise<void> {
  const folder = await stat(dirname(out)).catch(() => undefined)
  if (!folder?.isDirectory()) {
    throw mistake('file-missing', flag, out, 'there is no such folder', 'Create the folder, or choose another.')
  }
  const found = await stat(out).catch(() => undefined)
  if (found?.isDirectory()) {
    throw mistake('not-a-file', flag, out, 'a directory stands there', 'Give the name of a file.')
  }
  if (found !== undefined && !found.isFile()) {
    throw mistake('not-a-file', flag, out, 'a device or a pipe stands there', 'Give the name of a file.')
  }
  const target = join(await realpath(dirname(out)), basename(out))
  const own = await realpath(event).catch(() => resolve(event))
  if (target === own || EVENT_FILES.some((file) => target === join(own, file))) {
    throw mistake('overwrites-event', flag, out, 'the event itself stands there', 'Choose another name.')
  }
  for (const input of inputs) {
    if (target !== (await realpath(input).catch(() => resolve(input)))) continue
    throw mistake('overwrites-input', flag, out, 'a file that is read stands there', 'Choose another name.')
  }
}
