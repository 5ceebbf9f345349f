import { multiplySymmetric } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { multiplyMatrix, type SparseMatrix } from '../numeric/sparse-matrix.js'
import { judgeFeasibility } from './feasibility.js'

/**
 * A feasible x and a direction d with
 *
 *     c·d < 0,   Qd = 0,   (Ad)_i ≥ 0 where rowLower_i is finite, ≤ 0 where rowUpper_i is,   d_j likewise
 *
 * show that the objective falls for ever along x + t d. For integer columns the data must be rational, as doubles are:
 * a multiple of d is then whole.
 */
export interface RayVerdict {
  readonly proved: boolean
  /** Fall of the objective per unit of d. */
  readonly slope: number
  readonly reason: string
}

/** Relative to the largest term of the row: simplex rays are good to 1e-15, and a true bound shows up as about 1. */
const DIRECTION_TOLERANCE = 1e-9

export function judgeRay(form: StandardForm, d: Float64Array): RayVerdict {
  const refuse = (reason: string): RayVerdict => ({ proved: false, slope: 0, reason })
  let slope = 0
  let largestTerm = 0
  for (let j = 0; j < d.length; j++) {
    const step = d[j]!
    if (!Number.isFinite(step)) return refuse(`column ${j} of the ray is not a number`)
    if ((step < 0 && form.lower[j]! > -Infinity) || (step > 0 && form.upper[j]! < Infinity)) {
      return refuse(`the ray leaves the bounds of column ${j}`)
    }
    slope += form.linear[j]! * step
    largestTerm = Math.max(largestTerm, Math.abs(form.linear[j]! * step))
  }
  if (!(slope < -DIRECTION_TOLERANCE * largestTerm)) return refuse('the objective does not fall along the ray')
  const terms = largestTerms(form.matrix, d)
  const activity = multiplyMatrix(form.matrix, d)
  for (let i = 0; i < activity.length; i++) {
    const slack = DIRECTION_TOLERANCE * terms[i]!
    if (
      (form.rowLower[i]! > -Infinity && activity[i]! < -slack) ||
      (form.rowUpper[i]! < Infinity && activity[i]! > slack)
    ) {
      return refuse(`the ray leaves row ${i}`)
    }
  }
  const curvature = multiplySymmetric(form.quadratic, d)
  const bends = symmetricTerms(form.quadratic, d)
  if (curvature.some((value, j) => Math.abs(value) > DIRECTION_TOLERANCE * bends[j]!)) {
    return refuse('the objective curves upwards along the ray')
  }
  return { proved: true, slope, reason: `the objective falls by ${-slope} per unit of a feasible direction` }
}

/** Both halves of the proof; `within` is the tolerance on the point. */
export function judgeUnbounded(form: StandardForm, x: Float64Array, d: Float64Array, within: number): RayVerdict {
  const { relative, where } = judgeFeasibility(form, x)
  if (relative > within) return { proved: false, slope: 0, reason: `the point is not feasible at ${where}` }
  return judgeRay(form, d)
}

/** The largest |a_ij d_j| of every row. */
function largestTerms({ starts, indices, values, columns, rows }: SparseMatrix, d: Float64Array): Float64Array {
  const largest = new Float64Array(rows)
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]!; p < starts[j + 1]!; p++) {
      const term = Math.abs(values[p]! * d[j]!)
      if (term > largest[indices[p]!]!) largest[indices[p]!] = term
    }
  }
  return largest
}

/** The same of a symmetric matrix given by its lower triangle. */
function symmetricTerms(lowerTriangle: SparseMatrix, d: Float64Array): Float64Array {
  const { starts, indices, values, columns } = lowerTriangle
  const largest = largestTerms(lowerTriangle, d)
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]!; p < starts[j + 1]!; p++) {
      largest[j] = Math.max(largest[j]!, Math.abs(values[p]! * d[indices[p]!]!))
    }
  }
  return largest
}
