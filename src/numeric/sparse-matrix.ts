import { SpillwayError } from '../errors.js'
import { wrongType } from '../validation.js'

/**
 * A sparse matrix, compressed by columns: column j holds `values[p]` in row `indices[p]` for p from `starts[j]` up to,
 * not including, `starts[j + 1]`. Rows of a column ascend and no entry stands twice.
 */
export interface SparseMatrix {
  readonly rows: number
  readonly columns: number
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

/** An entry of a sparse matrix. */
export type Triplet = readonly [row: number, column: number, value: number]

/** The matrix of `[row, column, value]` triplets; triplets of one entry add up. Throws on entries outside the shape. */
export function fromTriplets(rows: number, columns: number, triplets: readonly Triplet[]): SparseMatrix {
  expectShape('rows', rows)
  expectShape('columns', columns)
  if (!Array.isArray(triplets)) throw wrongType('wrong-type', 'triplets', triplets, TRIPLETS)
  const count = triplets.length
  const row = new Int32Array(count)
  const column = new Int32Array(count)
  const value = new Float64Array(count)
  for (let t = 0; t < count; t++) {
    // Holes are entries too.
    const triplet = triplets[t]
    if (triplet?.length !== 3 || typeof triplet[2] !== 'number') {
      throw wrongType('wrong-type', `triplets[${t}]`, triplet, 'a row, a column and a number')
    }
    const [r, c, v]: Triplet = triplet
    if (!(Number.isInteger(r) && r >= 0 && r < rows && Number.isInteger(c) && c >= 0 && c < columns)) {
      throw new SpillwayError({
        code: 'triplet-outside',
        path: `triplets[${t}]`,
        value: [r, c],
        problem: `entry (${String(r)}, ${String(c)}) is outside a ${rows} × ${columns} matrix`,
        cure: 'Rows and columns count from 0 up to, not including, the shape.',
      })
    }
    row[t] = r
    column[t] = c
    value[t] = v
  }
  return fromCoordinates(rows, columns, row, column, value)
}

const TRIPLETS = 'a list of triplets [row, column, value]'

function expectShape(path: string, size: unknown): void {
  if (Number.isInteger(size) && (size as number) >= 0) return
  throw wrongType('wrong-type', path, size, 'a whole number from 0 on')
}

/**
 * The matrix of three parallel arrays of rows, columns and values; entries that repeat add up. Linear time: two stable
 * counting sorts, by row and then by column.
 */
export function fromCoordinates(
  rows: number,
  columns: number,
  row: Int32Array,
  column: Int32Array,
  value: Float64Array,
): SparseMatrix {
  const byRow = countingOrder(row, rows)
  const order = countingOrder(column, columns, byRow)
  const starts = new Int32Array(columns + 1)
  const indices = new Int32Array(value.length)
  const values = new Float64Array(value.length)
  let last = -1
  let size = 0
  for (const t of order) {
    const isRepeated = last >= 0 && column[t] === column[last] && row[t] === row[last]
    if (isRepeated) {
      values[size - 1] += value[t]
    } else {
      indices[size] = row[t]
      values[size] = value[t]
      starts[column[t] + 1]++
      size++
    }
    last = t
  }
  for (let j = 0; j < columns; j++) starts[j + 1] += starts[j]
  return { rows, columns, starts, indices: indices.slice(0, size), values: values.slice(0, size) }
}

/** The indices 0…n−1 (or `base`) in ascending order of key, ties in the order given. */
export function countingOrder(key: Int32Array, keys: number, base?: Int32Array): Int32Array {
  const next = new Int32Array(keys + 1)
  for (let t = 0; t < key.length; t++) next[key[t] + 1]++
  for (let k = 0; k < keys; k++) next[k + 1] += next[k]
  const order = new Int32Array(key.length)
  for (let p = 0; p < key.length; p++) {
    const t = base === undefined ? p : base[p]
    order[next[key[t]]++] = t
  }
  return order
}

/** y += A x, or the given y. */
export function multiplyMatrix(a: SparseMatrix, x: Float64Array, y = new Float64Array(a.rows)): Float64Array {
  for (let j = 0; j < a.columns; j++) {
    const xj = x[j]
    if (xj !== 0) for (let p = a.starts[j]; p < a.starts[j + 1]; p++) y[a.indices[p]] += a.values[p] * xj
  }
  return y
}

/** Aᵀ y. */
export function multiplyTransposed(a: SparseMatrix, y: Float64Array): Float64Array {
  const x = new Float64Array(a.columns)
  for (let j = 0; j < a.columns; j++) {
    let sum = 0
    for (let p = a.starts[j]; p < a.starts[j + 1]; p++) sum += a.values[p] * y[a.indices[p]]
    x[j] = sum
  }
  return x
}
