import { constants, isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { SpillwayError } from '../../src/errors.js'
import { withoutMark } from '../../src/without-mark.js'
import { fileError, inspect, type ReadOptions } from './file.js'
import { findJsonFault, offsetsOf } from './json-scan.js'
import { jsonPath, jsonSegments, mistake } from './place.js'

/**
 * Reads a JSON file: UTF-8, a byte order mark allowed, no key twice in one object.
 *
 * @param root what messages call the whole value
 * @throws SpillwayError `malformed-json` with line and column, `duplicate-field`, `not-utf-8`, `file-missing`, …
 */
export async function readJson(path: string, root: string, options: ReadOptions = {}): Promise<unknown> {
  return parseJson(await readText(path, options), path, root)
}

/** The text of a file in UTF-8, without a byte order mark. */
export async function readText(path: string, { onProgress, signal }: ReadOptions): Promise<string> {
  const { size } = await inspect(path, path)
  if (size > constants.MAX_STRING_LENGTH) {
    const cure = 'Use the folder form (markets.csv, accounts.csv, positions.csv), which is read as a stream.'
    throw mistake('file-too-large', path, 'the file is too large to be read as one JSON value', `${size} bytes`, cure)
  }
  const file = basename(path)
  onProgress?.({ file, done: 0, total: size })
  const bytes = await readFile(path, { signal }).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : fileError(error, path, path)
  })
  onProgress?.({ file, done: size, total: size })
  if (!isUtf8(bytes)) throw notUtf8(path, lineOfBadByte(bytes))
  return withoutMark(bytes.toString())
}

/**
 * Reads a JSON file and what stands in it. Mistakes that `parse` throws by their path in the value get the file and the line, and
 * come in the order of the file.
 */
export async function readJsonAs<T>(
  path: string,
  root: string,
  parse: (json: unknown) => T,
  options: ReadOptions = {},
): Promise<T> {
  return jsonTextAs(await readText(path, options), path, root, parse)
}

/** The same of a text in hand; `path` is what messages call it. */
export function jsonTextAs<T>(text: string, path: string, root: string, parse: (json: unknown) => T): T {
  const json = parseJson(text, path, root)
  try {
    return parse(json)
  } catch (error) {
    throw error instanceof SpillwayError ? located(error, text, basename(path), root) : error
  }
}

function located(error: SpillwayError, text: string, file: string, root: string): SpillwayError {
  const errors = error.errors ?? [error]
  const offsets = offsetsOf(
    text,
    errors.map(({ path }) => jsonSegments(path.startsWith(`${root}.`) ? path.slice(root.length + 1) : path)),
  )
  const sorted = errors
    .map((one, e) => ({ one, offset: offsets[e] }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ one, offset }) => one.with({ location: `${file}:${text.slice(0, offset).split('\n').length}` }))
  return SpillwayError.ofAll(sorted as [SpillwayError, ...SpillwayError[]])
}

function parseJson(text: string, path: string, root: string): unknown {
  let value: unknown
  let message = ''
  try {
    value = JSON.parse(text)
  } catch (error) {
    message = (error as Error).message
  }
  const fault = findJsonFault(text)
  if (fault === undefined && message === '') return value
  const at = fault?.at ?? 0
  const line = text.slice(0, at).split('\n').length
  const column = at - text.lastIndexOf('\n', at - 1)
  if (fault?.kind === 'duplicate') {
    const problem = `this field stands twice in one object (line ${line}, column ${column})`
    throw mistake('duplicate-field', jsonPath(fault.path, root), problem, fault.path.at(-1), 'Keep one of the two.')
  }
  const inside = fault === undefined || fault.path.length === 0 ? '' : ` in ${jsonPath(fault.path, root)}`
  const problem = at === text.length ? 'the JSON ends too early' : 'the JSON is malformed'
  const cure = `Correct it at line ${line}, column ${column}${inside}.`
  throw mistake('malformed-json', `${path}:${line}:${column}`, problem, fault?.found ?? message, cure)
}

export function notUtf8(path: string, line: number): Error {
  return mistake('not-utf-8', `${path}:${line}`, 'the line is not UTF-8', undefined, 'Save the file in UTF-8.')
}

/** The first line (from 1) of bytes that are not UTF-8. A line feed never is part of a longer character. */
export function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1
  for (let from = 0; from < bytes.length; line++) {
    const feed = bytes.indexOf(10, from)
    const to = feed < 0 ? bytes.length : feed + 1
    if (!isUtf8(bytes.subarray(from, to))) return line
    from = to
  }
  return line
}
