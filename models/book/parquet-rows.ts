import { type FileHandle, open } from 'node:fs/promises'
import type { FileMetaData, SchemaElement } from 'hyparquet'
import { SpillwayError } from '../../src/errors.js'
import { fileError, inspect, type ReadOptions } from './file.js'
import { mistake } from './place.js'

/** A row, its cells by column; rows count from 1. */
export interface ParquetRow {
  readonly value: Readonly<Record<string, unknown>>
  readonly file: string
  readonly line: number
  readonly isRow: true
}

type OnParquetRow = (row: ParquetRow) => void

/** Rows that are in memory at once, where a row group is larger. */
const MOST_ROWS = 50_000

/**
 * Reads the rows of a Parquet file, a part at a time. Decimals come as text with every digit, moments as milliseconds, other
 * integers as they are; a 32-bit float as the shortest decimal that reads back to it.
 */
export async function readParquetRows(file: string, onRow: OnParquetRow, options: ReadOptions): Promise<void> {
  const { size } = await inspect(file, file)
  const handle = await open(file).catch((error: unknown) => {
    throw fileError(error, file, file)
  })
  try {
    await readFrom(handle, file, size, onRow, options)
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason
    if (error instanceof SpillwayError || !(error instanceof Error) || 'code' in error)
      throw fileError(error, file, file)
    const cure = 'Check that it was written whole, and by a program that others can read.'
    throw mistake('malformed-parquet', file, `it cannot be read: ${error.message}`, undefined, cure)
  } finally {
    await handle.close()
  }
}

async function readFrom(
  handle: FileHandle,
  file: string,
  size: number,
  onRow: OnParquetRow,
  { onProgress, signal }: ReadOptions,
): Promise<void> {
  // Loaded here: whoever reads no Parquet file needs neither.
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ])
  const buffer = {
    byteLength: size,
    slice: async (start: number, end = size): Promise<ArrayBuffer> => {
      const bytes = new Uint8Array(end - start)
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
      if (bytesRead < bytes.length) throw new Error('it ends too early')
      return bytes.buffer
    },
  }
  const given = await parquetMetadataAsync(buffer)
  const columns = given.schema.filter(({ num_children }) => num_children === undefined)
  const readers = new Map(columns.map((element) => [element.name, readerOf(element)]))
  const metadata = withRawDecimals(given)
  const parsers = { timestampFromMicroseconds: microseconds, timestampFromNanoseconds: nanoseconds }
  const total = Number(given.num_rows)
  for (let rowStart = 0; rowStart < total; ) {
    signal?.throwIfAborted()
    const rowEnd = Math.min(rowStart + MOST_ROWS, groupEnd(given, rowStart))
    const rows = await parquetReadObjects({ file: buffer, metadata, compressors, parsers, rowStart, rowEnd })
    rows.forEach((row, i) => {
      const cells = Object.entries(row).map(([name, cell]: [string, unknown]) => [
        name,
        readers.get(name)?.(cell) ?? cell,
      ])
      onRow({ value: Object.fromEntries(cells), file, line: rowStart + i + 1, isRow: true })
    })
    rowStart = rowEnd
    onProgress?.({ file, done: Math.round((size * rowEnd) / total), total: size })
  }
}

/** Where the row group ends that a row is in. */
function groupEnd({ row_groups }: FileMetaData, row: number): number {
  let end = 0
  for (const { num_rows } of row_groups) {
    end += Number(num_rows)
    if (end > row) return end
  }
  return end
}

/** Integers with the places counted, which the package would divide as doubles. */
function isDecimal({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL'
}

function withRawDecimals(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    if (!isDecimal(element)) return element
    const { converted_type: _, logical_type: __, scale: ___, precision: ____, ...raw } = element
    // Bytes without a meaning are taken for text; those of a fixed length are left alone.
    return raw.type === 'BYTE_ARRAY' ? { ...raw, type: 'FIXED_LEN_BYTE_ARRAY' } : raw
  })
  return { ...metadata, schema }
}

type Reader = (cell: unknown) => unknown

function readerOf(element: SchemaElement): Reader {
  const { logical_type } = element
  if (isDecimal(element)) {
    const scale = element.scale ?? (logical_type?.type === 'DECIMAL' ? logical_type.scale : 0)
    return (cell) => decimalText(cell, scale)
  }
  if (element.type === 'FLOAT') return (cell) => (typeof cell === 'number' ? shortestSingle(cell) : cell)
  return (cell) => {
    if (cell instanceof Date) return cell.getTime()
    if (typeof cell === 'bigint') return String(cell)
    return cell
  }
}

function decimalText(cell: unknown, scale: number): unknown {
  if (cell === null || cell === undefined) return cell
  const digits = cell instanceof Uint8Array ? signedInteger(cell) : BigInt(cell as number | bigint)
  return scale === 0 ? String(digits) : `${digits}e-${scale}`
}

/** Two's complement, the first byte highest. */
function signedInteger(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = value * 256n + BigInt(byte)
  return bytes.length > 0 && bytes[0] >= 128 ? value - (1n << BigInt(8 * bytes.length)) : value
}

function shortestSingle(value: number): number {
  if (!Number.isFinite(value)) return value
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

/** Moments in milliseconds; what is finer is left as a fraction of a double. */
const microseconds = (micros: bigint): number => Number(micros) / 1e3
const nanoseconds = (nanos: bigint): number => Number(nanos / 1000n) / 1e3
