import type { SpillwayError } from '../../src/errors.js'
import { readRows } from './csv-rows.js'
import type { ReadOptions } from './file.js'
import { looksLike, looksLikeTable } from './looks-like.js'
import { Mistakes } from './mistakes.js'
import { mistake, nearest, type Place, suggest } from './place.js'

/** Which columns a file may have, in the order in which `onRow` gets their cells. */
export interface TableShape {
  readonly required: readonly string[]
  readonly optional?: readonly string[]
}

/** The cells of a row in the order of the shape. Both arrays are used again for the next row. */
export type OnTableRow = (required: readonly string[], optional: readonly (string | undefined)[], line: number) => void

/** Where a row stands: `positions.csv:70001 quantity`. */
export function csvPlace(name: string, line: number): Place {
  return (field) => `${name}:${line} ${field}`
}

/**
 * Reads a CSV file with a header, its columns in any order. An empty cell or a missing column is `undefined` where the
 * column is optional and a mistake where it is required; the row is handed on all the same, so that its other mistakes are found.
 *
 * @returns whether every row was handed on: where the header or the form of a row is wrong, it cannot be
 */
export async function readTable(
  path: string,
  name: string,
  { required, optional = [] }: TableShape,
  onRow: OnTableRow,
  options: ReadOptions = {},
  mistakes = new Mistakes(1),
): Promise<boolean> {
  const columns = [...required, ...optional]
  const needed = required.map(() => '')
  const others: (string | undefined)[] = optional.map(() => undefined)
  let from: readonly number[] | undefined
  let width = 0
  let isWhole = true
  const fail = (error: unknown): void => {
    isWhole = false
    mistakes.add(error)
  }
  const takeRow = (row: readonly string[], line: number): void => {
    if (from === undefined) {
      width = row.length
      const faults = headerFaults(row, name, line, required, columns)
      faults.forEach(fail)
      from = columns.map((column) => row.indexOf(column))
      if (faults.length > 0) width = UNREADABLE
      return
    }
    if (width === UNREADABLE) return
    if (row.length !== width) {
      fail(wrongWidth(name, line, row, width))
      return
    }
    for (let k = 0; k < needed.length; k++) {
      needed[k] = row[from[k]]
      if (needed[k] === '') mistakes.add(emptyCell(name, line, columns[k]))
    }
    for (let k = 0; k < others.length; k++) {
      const at = from[needed.length + k]
      others[k] = at < 0 || row[at] === '' ? undefined : row[at]
    }
    onRow(needed, others, line)
  }
  try {
    await readRows(path, name, takeRow, options, mistakes)
    if (from === undefined) headerFaults([], name, 1, required, columns).forEach(fail)
  } catch (error) {
    fail(error)
  }
  return isWhole
}

/** The width of a table whose header cannot be used: its rows are passed over. */
const UNREADABLE = -1

/** What is wrong with a header. */
function headerFaults(
  header: readonly string[],
  name: string,
  line: number,
  required: readonly string[],
  columns: readonly string[],
): readonly SpillwayError[] {
  const place = `${name}:${line}`
  const other = looksLikeTable(header, columns)
  if (other !== undefined)
    return [looksLike(other, place, 'this file', header.join(), `A header of ${required.join(', ')} is expected.`)]
  const separator = wrongSeparator(header, columns)
  if (separator !== undefined) {
    const cure = 'Save it with commas between the cells, and a point in numbers: 0.5, not 0,5.'
    return [mistake('wrong-separator', place, `cells are separated by ${separator}, not by commas`, header[0], cure)]
  }
  const absent = required.filter((column) => !header.includes(column))
  const unknown = header.flatMap((column, i) => {
    const path = `${place} ${column}`
    if (!columns.includes(column)) {
      const missing = columns.filter((known) => !header.includes(known))
      const cure = `${suggest(column, missing)} A column that is not known is never passed over in silence.`
      return mistake('unknown-column', path, 'no such column', column, cure)
    }
    if (header.indexOf(column) === i) return []
    return mistake('duplicate-column', path, 'this column stands twice', column, 'Keep one.')
  })
  const missing = absent
    .filter((column) => !header.some((given) => !columns.includes(given) && nearest(given, [column]) !== undefined))
    .map((column) => {
      const cure = `Add it to the header, which must have ${required.join(', ')}.`
      return mistake('missing-column', `${place} ${column}`, 'the header has no such column', header.join(), cure)
    })
  return [...unknown, ...missing]
}

const SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
] as const

/** What separates the columns of a header that has no comma, in words. */
function wrongSeparator(header: readonly string[], columns: readonly string[]): string | undefined {
  if (header.length !== 1) return undefined
  const found = SEPARATORS.find(([separator]) =>
    header[0].split(separator).some((cell, _, cells) => cells.length > 1 && nearest(cell, columns) !== undefined),
  )
  return found?.[1]
}

export function wrongWidth(name: string, line: number, row: readonly string[], width: number): SpillwayError {
  const problem = `the row has ${row.length} cells and the header ${width}`
  const split = row.length > width ? decimalComma(row) : undefined
  const cure =
    split === undefined
      ? 'Give one cell per column; put a cell with a comma in quotes.'
      : `Write numbers with a point and nothing else between the digits (${split} is two cells), or a cell with a comma in quotes.`
  return mistake('wrong-cell-count', `${name}:${line}`, problem, row.join(), cure)
}

/** Two neighbours that would be one number with a comma in it: 0,5 or 3,500. */
function decimalComma(row: readonly string[]): string | undefined {
  const at = row.findIndex((cell, i) => /^[+-]?\d+$/.test(cell) && /^\d+$/.test(row[i + 1] ?? ''))
  return at < 0 ? undefined : `${row[at]},${row[at + 1]}`
}

export function emptyCell(name: string, line: number, column: string): SpillwayError {
  const isName = column === 'account' || column === 'market'
  const what = isName ? 'name' : 'value'
  const code = isName ? 'empty-name' : 'empty-cell'
  return mistake(code, `${name}:${line} ${column}`, `the ${what} must not be empty`, '', `Give the ${what}.`)
}
