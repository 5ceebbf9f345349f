import { fromCoordinates, fromTriplets, multiplyMatrix, type SparseMatrix } from '../numeric/sparse-matrix.js'
import { multiplySymmetric, powerOfTwoScale, rowMagnitudes } from './by-rows.js'
import type { StandardForm } from './standard-form.js'

/**
 * Linear forms whose optimum is evidence about another form. Each is feasible or bounded by construction, so
 * that a solver can answer it with `optimal` and a judge can look at numbers instead of at a word.
 */

const empty = (n: number): SparseMatrix => fromTriplets(n, n, [])

/** The form without integer variables. */
export const relaxation = (form: StandardForm): StandardForm => ({
  ...form,
  integer: new Uint8Array(form.integer.length),
})

/** The form without an objective: any feasible point is optimal. */
export const pointForm = (form: StandardForm): StandardForm => ({
  ...form,
  linear: new Float64Array(form.linear.length),
  quadratic: empty(form.linear.length),
  offset: 0,
})

/**
 * minimise Σ (s_i + t_i)  subject to  rowLower ≤ Ax + D(s − t) ≤ rowUpper,  lower ≤ x ≤ upper,  s, t ≥ 0
 *
 * with D_i the scale of row i. Always feasible; its optimum is zero when the relaxation is feasible, and otherwise its
 * duals are a Farkas proof. Columns n … n+2m−1 are s and t.
 */
export function elasticForm(form: StandardForm): StandardForm {
  const { matrix } = form
  const columns = matrix.columns
  const rows = matrix.rows
  const magnitudes = rowMagnitudes(matrix)
  const size = matrix.values.length
  const row = new Int32Array(size + 2 * rows)
  const column = new Int32Array(size + 2 * rows)
  const value = new Float64Array(size + 2 * rows)
  row.set(matrix.indices)
  value.set(matrix.values)
  for (let j = 0; j < columns; j++) column.fill(j, matrix.starts[j], matrix.starts[j + 1])
  for (let i = 0; i < rows; i++) {
    const scale = 1 / powerOfTwoScale(magnitudes[i])
    row.fill(i, size + 2 * i, size + 2 * i + 2)
    column[size + 2 * i] = columns + i
    column[size + 2 * i + 1] = columns + rows + i
    value[size + 2 * i] = scale
    value[size + 2 * i + 1] = -scale
  }
  const total = columns + 2 * rows
  const extended = (head: Float64Array, tail: number): Float64Array => {
    const all = new Float64Array(total).fill(tail)
    all.set(head)
    return all
  }
  return {
    linear: extended(new Float64Array(columns), 1),
    quadratic: empty(total),
    offset: 0,
    matrix: fromCoordinates(rows, total, row, column, value),
    rowLower: form.rowLower,
    rowUpper: form.rowUpper,
    lower: extended(form.lower, 0),
    upper: extended(form.upper, Infinity),
    integer: new Uint8Array(total),
  }
}

/**
 * minimise c·d  subject to  the recession directions:  (Ad)_i ≥ 0 where rowLower_i is finite, ≤ 0
 * where rowUpper_i is,  Qd = 0,  −1 ≤ d ≤ 1 and d_j ≥ 0, ≤ 0 likewise. Always feasible (d = 0) and bounded; below zero
 * exactly when the objective is unbounded below from a feasible point. Rows of Q with more than one entry are given
 * the slack that rounding needs: a Q of low rank has rows that depend on each other to 1e-16 only.
 */
export function rayForm(form: StandardForm): StandardForm {
  const { matrix, quadratic } = form
  const columns = matrix.columns
  const row: number[] = Array.from(matrix.indices)
  const column: number[] = []
  const value: number[] = Array.from(matrix.values)
  for (let j = 0; j < columns; j++) {
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) column.push(j)
  }
  for (let j = 0; j < columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = quadratic.indices[p]
      row.push(matrix.rows + i)
      column.push(j)
      value.push(quadratic.values[p])
      if (i === j) continue
      row.push(matrix.rows + j)
      column.push(i)
      value.push(quadratic.values[p])
    }
  }
  const rows = matrix.rows + (quadratic.values.length > 0 ? columns : 0)
  const slack = curvatureSlack(quadratic)
  const sided = (bounds: Float64Array, open: number, length: number): Float64Array => {
    const all = new Float64Array(length)
    bounds.forEach((bound, k) => {
      all[k] = Number.isFinite(bound) ? 0 : open
    })
    return all
  }
  return {
    linear: form.linear,
    quadratic: empty(columns),
    offset: 0,
    matrix: fromCoordinates(rows, columns, Int32Array.from(row), Int32Array.from(column), Float64Array.from(value)),
    rowLower: sided(form.rowLower, -Infinity, rows).map((bound, i) => bound - (slack[i - matrix.rows] ?? 0)),
    rowUpper: sided(form.rowUpper, Infinity, rows).map((bound, i) => bound + (slack[i - matrix.rows] ?? 0)),
    lower: sided(form.lower, -1, columns),
    upper: sided(form.upper, 1, columns),
    integer: new Uint8Array(columns),
  }
}

const ROUNDING_OF_Q = 1e-12

function curvatureSlack(quadratic: SparseMatrix): Float64Array {
  const largest = new Float64Array(quadratic.rows)
  const entries = new Int32Array(quadratic.rows)
  const see = (i: number, value: number): void => {
    largest[i] = Math.max(largest[i], Math.abs(value))
    entries[i]++
  }
  for (let j = 0; j < quadratic.columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      see(quadratic.indices[p], quadratic.values[p])
      if (quadratic.indices[p] !== j) see(j, quadratic.values[p])
    }
  }
  return largest.map((value, i) => (entries[i] > 1 ? ROUNDING_OF_Q * value : 0))
}

/** A side this close, relative to its bound or to 1, is active. */
const ACTIVE = 1e-9

/**
 * minimise (c + Qx)·d  over the directions that stay feasible near the point x:  (Ad)_i ≥ 0 where row i is at its lower bound, ≤ 0
 * at its upper, −1 ≤ d ≤ 1 and d_j ≥ 0, ≤ 0 likewise. At an optimal x the optimum is 0, at d = 0, and its duals are duals of the
 * form that are complementary to x: no price on a row that is not at a bound, no reduced cost on a column that is not.
 */
export function directionForm(form: StandardForm, x: Float64Array): StandardForm {
  const curved = multiplySymmetric(form.quadratic, x)
  const near = (bounds: Float64Array, at: Float64Array, open: number): Float64Array =>
    bounds.map((bound, k) => (Math.abs(at[k] - bound) <= ACTIVE * Math.max(1, Math.abs(bound)) ? 0 : open))
  const activity = multiplyMatrix(form.matrix, x)
  return {
    linear: form.linear.map((c, j) => c + curved[j]),
    quadratic: empty(x.length),
    offset: 0,
    matrix: form.matrix,
    rowLower: near(form.rowLower, activity, -Infinity),
    rowUpper: near(form.rowUpper, activity, Infinity),
    lower: near(form.lower, x, -1),
    upper: near(form.upper, x, 1),
    integer: new Uint8Array(x.length),
  }
}
