import type { SparseMatrix } from '../numeric/sparse-matrix.js'

/** The same matrix compressed by rows: row i holds `values[p]` in column `columns[p]`, p from `starts[i]` to `starts[i + 1]`. */
export interface RowView {
  readonly starts: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array
}

/** Linear time; columns of a row ascend. */
export function byRows(a: SparseMatrix): RowView {
  const starts = new Int32Array(a.rows + 1)
  for (const i of a.indices) starts[i + 1]++
  for (let i = 0; i < a.rows; i++) starts[i + 1] += starts[i]
  const next = starts.slice()
  const columns = new Int32Array(a.values.length)
  const values = new Float64Array(a.values.length)
  for (let j = 0; j < a.columns; j++) {
    for (let p = a.starts[j]; p < a.starts[j + 1]; p++) {
      const at = next[a.indices[p]]++
      columns[at] = j
      values[at] = a.values[p]
    }
  }
  return { starts, columns, values }
}

/** The largest magnitude in every row; 0 for a row without a nonzero. */
export function rowMagnitudes(a: SparseMatrix): Float64Array {
  const largest = new Float64Array(a.rows)
  for (let p = 0; p < a.values.length; p++) {
    const magnitude = Math.abs(a.values[p])
    if (magnitude > largest[a.indices[p]]) largest[a.indices[p]] = magnitude
  }
  return largest
}

/** The power of two that brings a magnitude into [½, 1); 1 for zero. Multiplying by it rounds nothing. */
export function powerOfTwoScale(magnitude: number): number {
  if (!(magnitude > 0 && Number.isFinite(magnitude))) return 1
  const exponent = Math.min(900, Math.max(-900, Math.floor(Math.log2(magnitude)) + 1))
  return 2 ** -exponent
}

/** y = Q x for a symmetric matrix given by its lower triangle. */
export function multiplySymmetric(lowerTriangle: SparseMatrix, x: Float64Array): Float64Array {
  const q = lowerTriangle
  const y = new Float64Array(q.rows)
  for (let j = 0; j < q.columns; j++) {
    for (let p = q.starts[j]; p < q.starts[j + 1]; p++) {
      const i = q.indices[p]
      y[i] += q.values[p] * x[j]
      if (i !== j) y[j] += q.values[p] * x[i]
    }
  }
  return y
}

/** Whether a matrix has a nonzero at all; explicit zeros do not count. */
export function hasEntries(a: SparseMatrix): boolean {
  return a.values.some((value) => value !== 0)
}
