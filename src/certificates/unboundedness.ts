import { multiplySymmetric } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import type { SparseMatrix } from '../numeric/sparse-matrix.js'
import { EnclosedSum } from './enclosed-sum.js'

/**
 * A feasible x and a direction d with
 *
 *     c·d < 0,   Qd = 0,   (Ad)_i ≥ 0 where rowLower_i is finite, ≤ 0 where rowUpper_i is,   d_j likewise
 *
 * show that the objective is unbounded below along x + t d. For integer columns the data must be rational, as doubles are:
 * a multiple of d is then whole.
 */
export interface RayVerdict {
  readonly proved: boolean
  /** Fall of the objective per unit of d. */
  readonly slope: number
  readonly reason: string
}

/**
 * Relative to the sum of the terms of a row or of the slope: what the rounding of d leaves, about 1e-16 of each term, and no
 * more. Rows that are nearly parallel, x ≤ y ≤ (1 − 1e-10) x + 5, bound the objective far out by less than any solver's tolerance.
 */
const DIRECTION_TOLERANCE = 2 ** -46
/**
 * The same of Qd; a Q of low rank is computed by whoever gives it. Where terms of Q cancel along d, the objective has
 * to fall by more than this share of its own terms: what is orthogonal to the flat directions on paper is so to
 * rounding only, and a fall of rounding is none.
 */
const CURVATURE_TOLERANCE = 1e-9

export function judgeRay(form: StandardForm, d: Float64Array): RayVerdict {
  const refuse = (reason: string): RayVerdict => ({ proved: false, slope: 0, reason })
  const fall = new EnclosedSum()
  for (let j = 0; j < d.length; j++) {
    const step = d[j]
    if (!Number.isFinite(step)) return refuse(`column ${j} of the ray is not a number`)
    if ((step < 0 && form.lower[j] > -Infinity) || (step > 0 && form.upper[j] < Infinity)) {
      return refuse(`the ray leaves the bounds of column ${j}`)
    }
    fall.addProduct(form.linear[j], step)
  }
  const slope = fall.value
  if (!(slope < -DIRECTION_TOLERANCE * fall.magnitude)) return refuse('the objective does not fall along the ray')
  const activities = rowSums(form.matrix, d)
  for (let i = 0; i < activities.length; i++) {
    const { value, magnitude } = activities[i]
    const slack = DIRECTION_TOLERANCE * magnitude
    if ((form.rowLower[i] > -Infinity && value < -slack) || (form.rowUpper[i] < Infinity && value > slack)) {
      return refuse(`the ray leaves row ${i}`)
    }
  }
  const curvature = multiplySymmetric(form.quadratic, d)
  const bends = symmetricTerms(form.quadratic, d)
  if (curvature.some((value, j) => Math.abs(value) > CURVATURE_TOLERANCE * bends[j])) {
    return refuse('the objective curves upwards along the ray')
  }
  const isCancelled = bends.some((size) => size > 0)
  if (isCancelled && !(slope < -CURVATURE_TOLERANCE * fall.magnitude)) {
    return refuse('the objective falls along the ray by no more than rounding, beside the squares that cancel along it')
  }
  return { proved: true, slope, reason: `the objective falls by ${-slope} per unit of a feasible direction` }
}

/** (Ad)_i of every row, enclosed. */
function rowSums({ starts, indices, values, columns, rows }: SparseMatrix, d: Float64Array): readonly EnclosedSum[] {
  const sums = Array.from({ length: rows }, () => new EnclosedSum())
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) sums[indices[p]].addProduct(values[p], d[j])
  }
  return sums
}

/** The largest |a_ij d_j| of every row. */
function largestTerms({ starts, indices, values, columns, rows }: SparseMatrix, d: Float64Array): Float64Array {
  const largest = new Float64Array(rows)
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      const term = Math.abs(values[p] * d[j])
      if (term > largest[indices[p]]) largest[indices[p]] = term
    }
  }
  return largest
}

/** The largest |q_ij d_j| of every row of a symmetric matrix given by its lower triangle. */
function symmetricTerms(lowerTriangle: SparseMatrix, d: Float64Array): Float64Array {
  const { starts, indices, values, columns } = lowerTriangle
  const largest = largestTerms(lowerTriangle, d)
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      largest[j] = Math.max(largest[j], Math.abs(values[p] * d[indices[p]]))
    }
  }
  return largest
}
