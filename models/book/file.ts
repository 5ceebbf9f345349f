import { open, rename, rm, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { SpillwayError } from '../../src/errors.js'
import { mistake } from './place.js'

/** How to follow and to cancel a reading. */
export interface ReadOptions {
  /** Called about once per megabyte. */
  readonly onProgress?: (progress: ReadProgress) => void
  /** When it aborts, the promise rejects with its reason. */
  readonly signal?: AbortSignal
}

/** How many bytes of a file have been read. */
export interface ReadProgress {
  /** The file being read: `positions.csv`. */
  readonly file: string
  /** Bytes of this file. */
  readonly done: number
  readonly total: number
}

/** The form of a file by its extension, in any case of letters; anything but .json and .csv is an error. */
export function formOf(path: string): 'json' | 'csv' {
  const extension = extname(path).toLowerCase()
  if (extension === '.json') return 'json'
  if (extension === '.csv') return 'csv'
  throw mistake('unknown-extension', path, 'the extension does not say which form', extension, 'Use .json or .csv.')
}

export interface FileFacts {
  readonly size: number
  isDirectory(): boolean
  isFile(): boolean
}

/** What stands at a path; `name` is what messages call it. */
export async function inspect(path: string, name: string): Promise<FileFacts> {
  try {
    return await stat(path)
  } catch (error) {
    throw fileError(error, path, name)
  }
}

/** A mistake of the file system in our words; errors of ours, and an abort, pass unchanged. */
export function fileError(error: unknown, path: string, name: string): unknown {
  if (error instanceof SpillwayError || !(error instanceof Error) || !('code' in error)) return error
  const { code } = error
  if (code === 'ABORT_ERR' || typeof code !== 'string') return error
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return mistake('file-missing', name, 'there is no such file', path, 'Check the path, or create it.')
  }
  if (code === 'EISDIR') {
    return mistake('not-a-file', name, 'a directory stands where a file is needed', path, 'Give the file itself.')
  }
  return mistake('file-unusable', name, `the system answered ${code}`, path, 'Check that it may be read or written.')
}

/** Writes all of a file or nothing: to a sibling first, which then takes the name. */
export async function writeWhole(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const sibling = await writeSibling(path, pieces)
  await takeName(sibling, path)
}

/** Writes a sibling of a file, to be renamed, and gives its path; nothing stays behind when that fails. */
export async function writeSibling(path: string, pieces: Iterable<string | Uint8Array>): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  // A name given to a sibling would put a file in the place of the device or pipe.
  if (found !== undefined && !found.isFile()) {
    throw mistake('not-a-file', path, 'something else stands where a file is to be written', path, 'Name a file.')
  }
  const sibling = `${path}.${globalThis.process?.pid}-${Date.now().toString(36)}.tmp`
  try {
    const file = await open(sibling, 'wx')
    try {
      for (const piece of pieces) await file.writeFile(piece)
    } finally {
      await file.close()
    }
    return sibling
  } catch (error) {
    await rm(sibling, { force: true })
    throw fileError(error, path, path)
  }
}

export async function takeName(sibling: string, path: string): Promise<void> {
  try {
    await rename(sibling, path)
  } catch (error) {
    await rm(sibling, { force: true })
    throw fileError(error, path, path)
  }
}
