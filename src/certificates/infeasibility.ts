import type { StandardForm } from '../canonical/standard-form.js'
import { fromTriplets } from '../numeric/sparse-matrix.js'
import { type DualBound, dualBound, ROUNDING } from './dual-bound.js'
import type { ImpliedBounds } from './implied-bounds.js'
import { repairDuals } from './repair.js'

/**
 * Farkas: duals y prove that no x of the bounds keeps the rows when the bound of the zero objective is positive,
 *
 *     Σ_i (y_i⁺ rowLower_i − y_i⁻ rowUpper_i) − Σ_j max over the box of (Aᵀy)_j x_j > 0.
 *
 * For an integer form this refutes the relaxation, and so the form. Columns without any bound are given a box of a
 * million around the point when the duals leave them a residue.
 */
export interface FarkasVerdict {
  readonly proved: boolean
  /** The positive amount by which the weighted rows contradict each other. */
  readonly by: number
  readonly assumed: number
}

const FARKAS_RADIUS = 1e6
/** Contradictions below this, relative to what is summed, are rounding of the caller's data. */
const LEAST_CONTRADICTION = 1e-11

export function judgeFarkas(
  form: StandardForm,
  y: Float64Array,
  bounds: ImpliedBounds,
  around: Float64Array,
): FarkasVerdict {
  const columns = form.linear.length
  const still: StandardForm = {
    ...form,
    linear: new Float64Array(columns),
    quadratic: fromTriplets(columns, columns, []),
    offset: 0,
  }
  const options = { bounds, around, radius: FARKAS_RADIUS }
  let found: DualBound = dualBound(still, y, options)
  if (found.dualResidual > ROUNDING) found = dualBound(still, repairDuals(still, y, bounds, around), options)
  const isClean = found.dualResidual <= ROUNDING
  const proved = isClean && found.bound > LEAST_CONTRADICTION * found.scale
  return { proved, by: found.bound, assumed: found.assumed }
}
