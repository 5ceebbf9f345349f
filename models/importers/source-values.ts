import { Buffer } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { createInterface } from 'node:readline'
import { SpillwayError } from '../../src/errors.js'
import { withoutMark } from '../../src/without-mark.js'
import { readRows } from '../book/csv-rows.js'
import { wrongWidth } from '../book/csv-table.js'
import { fileError, inspect, type ReadOptions } from '../book/file.js'
import { readJson } from '../book/json-file.js'
import { findJsonFault } from '../book/json-scan.js'
import { readParquetRows } from '../book/parquet-rows.js'
import { jsonPath, mistake, type Place } from '../book/place.js'
import type { OnValue, SourceValue } from './source-value.js'

export type { OnValue, SourceValue } from './source-value.js'

/** Where a part of a value stands, for records: `fills.json[3]`, `replay.csv:17`. */
export function locationOf({ file, line }: SourceValue, segments: readonly PropertyKey[]): string {
  return join(basename(file), line, segments)
}

/** The same for messages, by field, with the path as it was given. */
export function placeOf({ file, line }: SourceValue, segments: readonly PropertyKey[]): Place {
  return (field) =>
    line > 0 && segments.length === 0 ? `${file}:${line} ${field}` : join(file, line, [...segments, field])
}

function join(file: string, line: number, segments: readonly PropertyKey[]): string {
  const inside = segments.length === 0 ? '' : jsonPath(segments, '')
  if (line > 0) return inside === '' ? `${file}:${line}` : `${file}:${line} ${inside}`
  return inside === '' || inside.startsWith('[') ? `${file}${inside}` : `${file} ${inside}`
}

/** How a file begins that is compressed, and what unpacks it. */
const packed: readonly (readonly [magic: string, name: string, command: string])[] = [
  ['04224d18', 'LZ4', 'unlz4'],
  ['1f8b', 'gzip', 'gunzip'],
  ['28b52ffd', 'Zstandard', 'unzstd'],
  ['504b0304', 'zip', 'unzip'],
  ['425a68', 'bzip2', 'bunzip2'],
]

/**
 * Reads a file of JSON, of a JSON value per line, of CSV with a header, or Parquet: its content says which, not its name. Lines and
 * tables are read as a stream, a single JSON value at once.
 */
export async function readSourceValues(file: string, onValue: OnValue, options: ReadOptions): Promise<void> {
  const start = await peek(file)
  const hex = start.toString('hex')
  if (start.toString('latin1').startsWith('PAR1')) return readParquetRows(file, onValue, options)
  const form = packed.find(([magic]) => hex.startsWith(magic))
  if (form !== undefined) {
    const [, name, command] = form
    throw mistake('compressed', file, `this file is packed (${name})`, extname(file), `Unpack it first: ${command}.`)
  }
  const text = withoutMark(start.toString('utf8')).trimStart()
  if (!/^[[{]/.test(text)) return readTableRows(file, onValue, options)
  if (/\.(jsonl|ndjson)$/i.test(file)) return readLines(file, onValue, options)
  try {
    onValue({ value: await readJson(file, basename(file), options), file, line: 0, isRow: false })
  } catch (error) {
    if (!(error instanceof SpillwayError) || error.code !== 'malformed-json' || !(await hasLines(file))) throw error
    await readLines(file, onValue, options)
  }
}

async function peek(file: string): Promise<Buffer> {
  const { size } = await inspect(file, file)
  const handle = await open(file).catch((error: unknown) => {
    throw fileError(error, file, file)
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, 1024)), 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw fileError(error, file, file)
  } finally {
    await handle.close()
  }
}

/** Whether the first line is a JSON value by itself and others follow. */
async function hasLines(file: string): Promise<boolean> {
  const lines = createInterface({ input: createReadStream(file) })
  let first = true
  try {
    for await (const line of lines) {
      if (line.trim() === '') continue
      if (!first) return true
      if (findJsonFault(line) !== undefined) return false
      first = false
    }
    return false
  } finally {
    lines.close()
  }
}

async function readLines(file: string, onValue: OnValue, { signal }: ReadOptions): Promise<void> {
  const input = createReadStream(file, { signal })
  const failed = new Promise<never>((_, reject) => input.once('error', reject))
  failed.catch(() => undefined)
  const lines = createInterface({ input, crlfDelay: Infinity })
  let number = 0
  try {
    for await (const text of lines) {
      number++
      const line = number === 1 ? withoutMark(text) : text
      if (line.trim() === '') continue
      onValue({ value: parseLine(line, file, number), file, line: number, isRow: false })
    }
    if (input.errored) throw input.errored
  } catch (error) {
    throw signal?.aborted ? signal.reason : fileError(error, file, file)
  }
}

function parseLine(text: string, file: string, line: number): unknown {
  const fault = findJsonFault(text)
  if (fault === undefined) return JSON.parse(text)
  const at = `${file}:${line}:${fault.at + 1}`
  if (fault.kind === 'duplicate') {
    const problem = `the field ${JSON.stringify(fault.path.at(-1))} stands twice in one object`
    throw mistake('duplicate-field', at, problem, fault.found, 'Keep one of the two.')
  }
  const isShort = fault.at === text.length
  const cure = isShort ? 'The file was cut off: fetch it again.' : `Correct it at line ${line}, column ${fault.at + 1}.`
  throw mistake('malformed-json', at, isShort ? 'the JSON ends too early' : 'the JSON is malformed', fault.found, cure)
}

async function readTableRows(file: string, onValue: OnValue, options: ReadOptions): Promise<void> {
  let header: readonly string[] | undefined
  const take = (cells: readonly string[], line: number): void => {
    if (header === undefined) {
      header = [...cells]
      const twice = header.find((column, i) => header?.indexOf(column) !== i)
      if (twice === undefined) return
      throw mistake('duplicate-column', `${file}:${line} ${twice}`, 'this column stands twice', twice, 'Keep one.')
    }
    if (cells.length !== header.length) throw wrongWidth(file, line, cells, header.length)
    const value = Object.fromEntries(header.map((column, i) => [column, cells[i]]))
    onValue({ value, file, line, isRow: true })
  }
  await readRows(file, file, take, options)
  if (header === undefined)
    throw mistake('empty-file', file, 'nothing stands in it', '', 'Check that it was written whole.')
}
