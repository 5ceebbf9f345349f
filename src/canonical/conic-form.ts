import type { SparseMatrix } from '../numeric/sparse-matrix.js'
import type { StandardForm } from './standard-form.js'

/** Which cone: `second-order` in its rotated shape, v t ≥ z², or `exponential`, v ≥ t exp(z/t). */
export type ConeKind = 'second-order' | 'exponential'

/**
 * Several cones of one kind, cone r over the numbers v = x_{height[r]}, z = (of · x)_r and t = x_{scale}, or t = 1
 * where no column scales them:
 *
 *     second-order:  v t ≥ z²,  v, t ≥ 0              in other words ‖(2z, v − t)‖ ≤ v + t
 *     exponential:   v ≥ t exp(z/t),  t > 0,          and what such points tend to: v ≥ 0, z ≤ 0, t = 0
 */
export interface Cones {
  readonly kind: ConeKind
  /** A column each. */
  readonly height: Int32Array
  /** A row for each cone, a column for each of the form; entries are ±1. */
  readonly of: SparseMatrix
  /** One column for all. */
  readonly scale?: number
}

/**
 * The standard form of programs with curves, as `norm2` or `logSumExp` have:
 *
 *     minimise ½ x'Qx + linear·x + offset   subject to   rowLower ≤ Ax ≤ rowUpper,  lower ≤ x ≤ upper,
 *     x_j whole where integer[j],   (v, z, t)_r ∈ K for every cone.
 *
 * Everything but the cones stands one step deeper, in `relaxation`, whose optimum bounds that of the form and may lie
 * far below it. So a conic form has none of the fields of a standard form: who knows no cones cannot take one, by type
 * and when it runs, and nobody leaves the cones out without writing so.
 */
export interface ConicForm {
  readonly relaxation: StandardForm
  /** At least one. */
  readonly cones: readonly Cones[]
}

export function isConic(form: StandardForm | ConicForm): form is ConicForm {
  return 'cones' in form
}

/** A form without its cones, for those who mean to leave them out. */
export function relaxationOf(form: StandardForm | ConicForm): StandardForm {
  return isConic(form) ? form.relaxation : form
}
