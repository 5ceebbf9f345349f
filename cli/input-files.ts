import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, normalize, sep } from 'node:path'
import { type SourceFacts, sourceFacts } from '../reports/import-facts.js'
import type { ResultInput } from '../reports/verify-result.js'
import { EVENT_FILES } from './out-file.js'
import { STANDARD } from './standard-input.js'

const RECORD = 'import.json'

/** An input as results name it: each file that was read, by name, digest and size; a folder of tables has several. */
export async function describeInput(
  role: ResultInput['role'],
  path: string,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<ResultInput> {
  const files = path === STANDARD ? [] : await filesAt(path)
  return {
    role,
    name: path === STANDARD ? 'standard input' : nameOf(path),
    ...(digest !== undefined && { digest }),
    files: await Promise.all(files.map((file) => describeFile(file, signal))),
  }
}

/**
 * The path as it was given, where it stays below the folder of the command; of any other the last part says nothing of
 * the machine.
 */
function nameOf(path: string): string {
  const below = normalize(path)
  return isAbsolute(below) || below.startsWith('..') ? basename(below) : below.split(sep).join('/')
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const files = [...EVENT_FILES, RECORD].map((name) => join(path, name))
  const isThere = await Promise.all(files.map((file) => stat(file).then(Boolean, () => false)))
  return files.filter((_, f) => isThere[f])
}

async function describeFile(file: string, signal: AbortSignal): Promise<ResultInput['files'][number]> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file, { signal }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { name: basename(file), sha256: hash.digest('hex'), bytes }
}

/** What `spillway import` wrote beside a folder event; nothing where there is no such file, or it is somebody else's. */
export async function readSourceFacts(event: string): Promise<SourceFacts | undefined> {
  if (event === STANDARD) return undefined
  try {
    return sourceFacts(JSON.parse(await readFile(join(event, RECORD), 'utf8')))
  } catch {
    return undefined
  }
}
