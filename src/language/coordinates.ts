/**
 * A block of n rows, Σ value · column + constant: coordinate t puts `value[t]` times column `column[t]` into row
 * `row[t]`. Coordinates stand in any order and those of one row and column add up. Arrays are shared between blocks and never
 * written to once they are in one.
 */
export interface Coordinates {
  readonly row: Int32Array
  readonly column: Int32Array
  readonly value: Float64Array
  readonly constant: Float64Array
}

/** A block set at row `firstRow` of another. */
export interface StackedBlock {
  readonly block: Coordinates
  readonly firstRow: number
}

/** The sum of stacked blocks, as one block of `rows` rows. Linear in what it holds, however many the parts are. */
export function sumOfStacked(parts: readonly StackedBlock[], rows: number): Coordinates {
  let size = 0
  for (const { block } of parts) size += block.value.length
  const row = new Int32Array(size)
  const column = new Int32Array(size)
  const value = new Float64Array(size)
  const constant = new Float64Array(rows)
  let next = 0
  for (const { block, firstRow } of parts) {
    row.set(block.row, next)
    column.set(block.column, next)
    value.set(block.value, next)
    const end = next + block.value.length
    if (firstRow > 0) for (let t = next; t < end; t++) row[t] += firstRow
    for (let r = 0; r < block.constant.length; r++) constant[firstRow + r] += block.constant[r]
    next = end
  }
  return { row, column, value, constant }
}

/** Row r times `factor[r]`. Rows and columns are shared. */
export function scaleRows({ row, column, value, constant }: Coordinates, factor: Float64Array): Coordinates {
  return {
    row,
    column,
    value: value.map((multiple, t) => multiple * factor[row[t]]),
    constant: constant.map((given, r) => given * factor[r]),
  }
}

/** Row r added into row `group[r]` of `count`. Columns and values are shared. */
export function addIntoRows(block: Coordinates, group: Int32Array, count: number): Coordinates {
  const constant = new Float64Array(count)
  for (let r = 0; r < group.length; r++) constant[group[r]] += block.constant[r]
  return { row: block.row.map((r) => group[r]), column: block.column, value: block.value, constant }
}

/** Row q of the result is row `rows[q]` of the block; rows may repeat, and may be left out. */
export function gatherRows(block: Coordinates, rows: Int32Array): Coordinates {
  const { starts, order } = byRow(block)
  let size = 0
  for (const r of rows) size += starts[r + 1] - starts[r]
  const row = new Int32Array(size)
  const column = new Int32Array(size)
  const value = new Float64Array(size)
  const constant = new Float64Array(rows.length)
  let next = 0
  for (let q = 0; q < rows.length; q++) {
    const r = rows[q]
    constant[q] = block.constant[r]
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      const t = order[p]
      row[next] = q
      column[next] = block.column[t]
      value[next++] = block.value[t]
    }
  }
  return { row, column, value, constant }
}

/** The coordinates of row r are `order[p]` for p from `starts[r]` up to, not including, `starts[r + 1]`. */
export function byRow({ row, constant }: Coordinates): { starts: Int32Array; order: Int32Array } {
  const rows = constant.length
  const starts = new Int32Array(rows + 1)
  for (const r of row) starts[r + 1]++
  for (let r = 0; r < rows; r++) starts[r + 1] += starts[r]
  const next = starts.slice()
  const order = new Int32Array(row.length)
  for (let t = 0; t < row.length; t++) order[next[row[t]]++] = t
  return { starts, order }
}
