import { readRows } from './csv-rows.js'
import type { ReadOptions } from './file.js'
import { mistake, type Place, suggest } from './place.js'

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
 * column is optional and an error where it is required.
 */
export async function readTable(
  path: string,
  name: string,
  { required, optional = [] }: TableShape,
  onRow: OnTableRow,
  options: ReadOptions = {},
): Promise<void> {
  const columns = [...required, ...optional]
  const needed = required.map(() => '')
  const others: (string | undefined)[] = optional.map(() => undefined)
  let from: readonly number[] | undefined
  let width = 0
  await readRows(
    path,
    name,
    (row, line) => {
      if (from === undefined) {
        from = readHeader(row, name, line, required, columns)
        width = row.length
        return
      }
      if (row.length !== width) throw wrongWidth(name, line, row, width)
      for (let k = 0; k < needed.length; k++) {
        needed[k] = row[from[k]!]!
        if (needed[k] === '') throw emptyCell(name, line, columns[k]!)
      }
      for (let k = 0; k < others.length; k++) {
        const at = from[needed.length + k]!
        others[k] = at < 0 || row[at] === '' ? undefined : row[at]
      }
      onRow(needed, others, line)
    },
    options,
  )
  if (from === undefined) readHeader([], name, 1, required, columns)
}

/** For each column the index of its cell, −1 where the file has no such column. */
function readHeader(
  header: readonly string[],
  name: string,
  line: number,
  required: readonly string[],
  columns: readonly string[],
): readonly number[] {
  header.forEach((column, i) => {
    if (!columns.includes(column)) {
      const missing = columns.filter((known) => !header.includes(known))
      const cure = `${suggest(column, missing)} A column that is not known is never passed over in silence.`
      throw mistake('unknown-column', `${name}:${line} ${column}`, 'no such column', column, cure)
    }
    if (header.indexOf(column) < i) {
      throw mistake('duplicate-column', `${name}:${line} ${column}`, 'this column stands twice', column, 'Keep one.')
    }
  })
  const absent = required.find((column) => !header.includes(column))
  if (absent !== undefined) {
    const cure = `Add it to the header, which must have ${required.join(', ')}.`
    throw mistake('missing-column', `${name}:${line} ${absent}`, 'the header has no such column', header.join(), cure)
  }
  return columns.map((column) => header.indexOf(column))
}

export function wrongWidth(name: string, line: number, row: readonly string[], width: number): Error {
  const problem = `the row has ${row.length} cells and the header ${width}`
  const cure = 'Give one cell per column; put a cell with a comma in quotes.'
  return mistake('wrong-cell-count', `${name}:${line}`, problem, row.join(), cure)
}

export function emptyCell(name: string, line: number, column: string): Error {
  const [code, what] = column === 'account' || column === 'market' ? ['empty-name', 'name'] : ['empty-cell', 'value']
  return mistake(code, `${name}:${line} ${column}`, `the ${what} must not be empty`, '', `Give the ${what}.`)
}
