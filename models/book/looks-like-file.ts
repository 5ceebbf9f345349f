import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import type { SpillwayError } from '../../src/errors.js'
import { withoutMark } from '../../src/without-mark.js'
import { formOf } from './file.js'
import { type Kind, looksLike, looksLikeJson, looksLikeTable } from './looks-like.js'

/** The first record of a file of another kind stands in so many bytes, if it is of a kind that is known. */
const PEEKED = 1 << 16

/** The form of a file by its extension; throws `looks-like` where that says nothing and the content is of a known kind. */
export async function formOrOther(path: string, expected: string): Promise<'json' | 'csv'> {
  try {
    return formOf(path)
  } catch (error) {
    throw (await otherFile(path, expected)) ?? error
  }
}

/**
 * The error of a CSV or JSON file, or of one with a JSON value a line, where what it begins with is of a known kind
 * and not the one with the columns that were asked for.
 */
export async function otherFile(
  path: string,
  expected: string,
  columns: readonly string[] = [],
): Promise<SpillwayError | undefined> {
  const kind = kindOf(await peek(path))
  if (kind === undefined || kind.fields.every((field) => columns.includes(field))) return undefined
  return looksLike(kind, path, 'this file', extname(path), expected)
}

/** How such a file begins. */
const PARQUET = {
  title: 'a Parquet file',
  cure: 'Make an event of it with `spillway import reservoir FILE --out FOLDER`, or with `spillway import table FILE --map MAP --out FOLDER`.',
  fields: ['PAR1'],
} as const

function kindOf(text: string): Kind | undefined {
  if (text.startsWith(PARQUET.fields[0])) return PARQUET
  const [line = ''] = text.split(/\r?\n/, 1)
  if (!/^\s*[[{]/.test(text)) return looksLikeTable(line.split(','))
  for (const part of [text, line]) {
    try {
      return looksLikeJson(JSON.parse(part))
    } catch {
      // It goes on after what was peeked at, or is one value of many.
    }
  }
  const fields = Array.from(text.matchAll(/"(\w+)"\s*:/g), ([, field]) => field!)
  return looksLikeJson(Object.fromEntries(fields.map((field) => [field, null])))
}

async function peek(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    // What comes from a pipe can be read once only.
    if (!(await file.stat()).isFile()) return ''
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PEEKED), 0, PEEKED, 0)
    return withoutMark(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}
