import { multiplySymmetric } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { multiplyTransposed, type SparseMatrix } from '../numeric/sparse-matrix.js'
import type { ImpliedBounds } from './implied-bounds.js'

/**
 * Takes the residue of columns that nothing bounds out of rough duals: with F those columns and
 * r = c_F + (Qx̂)_F − A_F'y, the smallest change of y relative to itself that clears r,
 *
 *     y ← y + W A_F z,   (A_F' W A_F) z = r,   W = diag |y|.
 *
 * Prices move in proportion, so none changes its sign for a small r. Interior points and loose tolerances need it: a
 * residue of 1e-7 on a free column hides an improvement ten million away. Returns y itself when there is nothing to do.
 */
const ROUNDS = 5
const MOST_COLUMNS = 300
/** A share of the largest price for rows that may move both ways and have none yet. */
const IDLE_SHARE = 1e-3

export function repairDuals(
  form: StandardForm,
  y: Float64Array,
  bounds: Pick<ImpliedBounds, 'lower' | 'upper'>,
  around: Float64Array,
): Float64Array {
  const curved = multiplySymmetric(form.quadratic, around)
  const largest = y.reduce((most, price) => Math.max(most, Math.abs(price)), 0)
  const repaired = y.slice()
  const residue = new Float64Array(form.linear.length)
  // A column stays in F once it had a residue: it would get one again from the repair of the others.
  const cleared = new Set<number>()
  for (let round = 0; round < ROUNDS; round++) {
    const priced = multiplyTransposed(form.matrix, repaired)
    let isClear = true
    for (let j = 0; j < priced.length; j++) {
      residue[j] = form.linear[j] + curved[j] - priced[j]
      const isOpen =
        (residue[j] > 0 && bounds.lower[j] === -Infinity) || (residue[j] < 0 && bounds.upper[j] === Infinity)
      if (!isOpen) continue
      isClear = false
      cleared.add(j)
    }
    if (isClear || cleared.size > MOST_COLUMNS) break
    const open = [...cleared]
    const weights = repaired.map((price, i) => {
      const isTwoSided = Number.isFinite(form.rowLower[i]) && Number.isFinite(form.rowUpper[i])
      return Math.max(Math.abs(price), isTwoSided ? IDLE_SHARE * largest : 0)
    })
    const z = solveNormal(
      form.matrix,
      open,
      weights,
      Float64Array.from(open, (j) => residue[j]),
    )
    open.forEach((j, k) => {
      for (let p = form.matrix.starts[j]; p < form.matrix.starts[j + 1]; p++) {
        const i = form.matrix.indices[p]
        repaired[i] += weights[i] * form.matrix.values[p] * z[k]
      }
    })
  }
  return repaired.every((price) => Number.isFinite(price)) ? repaired : y
}

/** (A_F' W A_F) z = r by L D L'; a direction without weight is left out. `z` is r at first. */
function solveNormal(
  { starts, indices, values, rows }: SparseMatrix,
  open: readonly number[],
  weights: Float64Array,
  z: Float64Array,
): Float64Array {
  const n = open.length
  const a = new Float64Array(n * n)
  const spread = new Float64Array(rows)
  for (let k = 0; k < n; k++) {
    const j = open[k]
    for (let p = starts[j]; p < starts[j + 1]; p++) spread[indices[p]] = weights[indices[p]] * values[p]
    for (let s = k; s < n; s++) {
      let sum = 0
      for (let p = starts[open[s]]; p < starts[open[s] + 1]; p++) sum += spread[indices[p]] * values[p]
      a[s * n + k] = sum
    }
    for (let p = starts[j]; p < starts[j + 1]; p++) spread[indices[p]] = 0
  }
  const diagonal = Float64Array.from({ length: n }, (_, k) => a[k * n + k])
  for (let k = 0; k < n; k++) {
    const pivot = a[k * n + k]
    const isIdle = !(pivot > 1e-13 * diagonal[k])
    for (let i = k + 1; i < n; i++) {
      const factor = isIdle ? 0 : a[i * n + k] / pivot
      a[i * n + k] = factor
      for (let j = k + 1; j <= i; j++) a[i * n + j] -= factor * (a[j * n + k] * pivot)
      z[i] -= factor * z[k]
    }
    a[k * n + k] = isIdle ? 0 : pivot
  }
  for (let k = n - 1; k >= 0; k--) {
    z[k] = a[k * n + k] === 0 ? 0 : z[k] / a[k * n + k]
    for (let i = k + 1; i < n; i++) z[k] -= a[i * n + k] * z[i]
  }
  return z
}
