import { readFile } from 'node:fs/promises'
import { mistake } from './usage.js'

/** Length of the key from which the salts of receipts are made. */
export const KEY_BYTES = 32

/** The key in a file, or undefined where there is no file yet. Throws `bad-key`. */
export async function saltKeyAt(file: string): Promise<Buffer | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw mistake('bad-key', '--salt-key', file, `the key cannot be read (${error.code})`, 'Check the path.')
  })
  if (bytes === undefined || bytes.length === KEY_BYTES) return bytes
  const cure = 'Give the key of 32 bytes that was made before, or name a file that is not there: it will be made.'
  throw mistake('bad-key', '--salt-key', file, `the file has ${bytes.length} bytes instead of 32`, cure)
}
