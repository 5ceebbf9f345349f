import { SpillwayError } from '../../src/errors.js'
import { readRows } from '../book/csv-rows.js'
import { csvPlace } from '../book/csv-table.js'
import type { ReadOptions } from '../book/file.js'
import { otherFile } from '../book/looks-like-file.js'
import { mistake, nearest } from '../book/place.js'

/** The cells of a row in the order of the columns asked for; the array is used again for the next row. */
export type OnForeignRow = (cells: readonly string[], line: number) => void

/**
 * Reads some columns of a CSV file that was made for others. It may have any number of further columns, which are not
 * looked at: `readTable` refuses them because a misspelt column of ours must not be lost. Cells may be empty, and those of optional
 * columns that are not there are.
 */
export async function readForeignTable(
  path: string,
  columns: readonly string[],
  onRow: OnForeignRow,
  options: ReadOptions,
  optional: readonly string[] = [],
): Promise<void> {
  const cells = [...columns, ...optional].map(() => '')
  let from: readonly number[] | undefined
  let width = 0
  const reading = readRows(
    path,
    path,
    (row, line) => {
      if (from === undefined) {
        const maybe = optional.map((column) => row.indexOf(column))
        from = [...columns.map((column) => find(column, row, columns, path, line)), ...maybe]
        width = row.length
        return
      }
      if (row.length !== width) {
        const problem = `the row has ${row.length} cells and the header ${width}`
        const cure = 'Give one cell per column; put a cell with a comma in quotes.'
        throw mistake('wrong-cell-count', `${path}:${line}`, problem, row.join(), cure)
      }
      for (let k = 0; k < cells.length; k++) cells[k] = from[k] < 0 ? '' : row[from[k]]
      onRow(cells, line)
    },
    options,
  )
  await reading.catch(async (error: unknown) => {
    const isHeader = error instanceof SpillwayError && error.code === 'missing-column'
    const expected = `A table with the columns ${columns.join(', ')} is expected here (docs/import.md).`
    throw (isHeader && (await otherFile(path, expected, columns))) || error
  })
  if (from === undefined) find(columns[0], [], columns, path, 1)
}

function find(
  column: string,
  header: readonly string[],
  columns: readonly string[],
  path: string,
  line: number,
): number {
  const at = header.indexOf(column)
  const place = csvPlace(path, line)(column)
  if (at < 0) {
    const unknown = header.filter((name) => !columns.includes(name))
    const near = nearest(column, unknown)
    const hint =
      near === undefined ? '' : `Rename ${JSON.stringify(near)} to ${JSON.stringify(column)}, if it is that. `
    const cure = `${hint}The header must have ${columns.join(', ')}; other columns are ignored.`
    throw mistake('missing-column', place, 'the header has no such column', header.join(), cure)
  }
  if (header.indexOf(column, at + 1) >= 0) {
    throw mistake('duplicate-column', place, 'this column stands twice', column, 'Keep one.')
  }
  return at
}
