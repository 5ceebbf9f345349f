import type { StandardForm } from '../canonical/standard-form.js'
import { EnclosedSum } from './enclosed-sum.js'

/**
 * How far a point leaves  rowLower ≤ Ax ≤ rowUpper,  lower ≤ x ≤ upper,  x_j whole.
 *
 * Relative violations are against what acts in the row: the largest of its finite bounds, its terms |a_ij x_j|, and
 *
 *     |a_ij| · min(1, upper_j − lower_j)   of its continuous columns,
 *
 * which is what moving column j by one unit inside its bounds would repair. A large coefficient forgives nothing where
 * its column is an integer at 0 or cannot move. Violations of a column are against max(1, |bound|).
 */
export interface FeasibilityReport {
  /** Largest violation in the units of the row or column. */
  readonly absolute: number
  /** Largest violation relative to its scale; NaN coordinates count as infinite. */
  readonly relative: number
  /** `row 3`, `column 0 (bounds)`, `column 2 (whole)`: where the largest relative violation is. */
  readonly where: string
}

export type VariableBounds = Pick<StandardForm, 'lower' | 'upper'>

/** `bounds`: what the columns can move in, where more is known than the form's own bounds say. */
export function judgeFeasibility(
  form: StandardForm,
  x: Float64Array,
  bounds: VariableBounds = form,
): FeasibilityReport {
  const worst = { absolute: 0, relative: 0, where: 'nowhere' }
  const see = (violation: number, scale: number, where: string): void => {
    const amount = Number.isNaN(violation) ? Infinity : violation
    worst.absolute = Math.max(worst.absolute, amount)
    if (amount / scale > worst.relative) {
      worst.relative = amount / scale
      worst.where = where
    }
  }
  if (x.length !== form.linear.length) see(Infinity, 1, 'the number of columns')
  for (let j = 0; j < form.linear.length; j++) {
    const value = x[j]
    if (!Number.isFinite(value)) see(Infinity, 1, `column ${j} (not a number)`)
    const lower = form.lower[j]
    const upper = form.upper[j]
    if (value < lower) see(lower - value, Math.max(1, Math.abs(lower)), `column ${j} (bounds)`)
    if (value > upper) see(value - upper, Math.max(1, Math.abs(upper)), `column ${j} (bounds)`)
    if (form.integer[j]) see(Math.abs(value - Math.round(value)), 1, `column ${j} (whole)`)
  }
  const { activity, scale } = rowActivities(form, x, bounds)
  for (let i = 0; i < form.matrix.rows; i++) {
    const lower = form.rowLower[i]
    const upper = form.rowUpper[i]
    const value = activity[i]
    if (!(value >= lower)) see(lower - value, scale[i], `row ${i}`)
    if (!(value <= upper)) see(value - upper, scale[i], `row ${i}`)
  }
  return worst
}

/** Activities of the rows at x, and the scales of the formula; 0 for a row in which nothing acts, and which nothing can leave. */
function rowActivities(
  form: StandardForm,
  x: Float64Array,
  bounds: VariableBounds,
): { activity: Float64Array; scale: Float64Array } {
  const { matrix } = form
  const finite = (bound: number): number => (Number.isFinite(bound) ? Math.abs(bound) : 0)
  const scale = form.rowLower.map((lower, i) => Math.max(finite(lower), finite(form.rowUpper[i])))
  const sums = Array.from({ length: matrix.rows }, () => new EnclosedSum())
  for (let j = 0; j < matrix.columns; j++) {
    const isInteger = form.integer[j] !== 0
    const size = isInteger ? Math.abs(Math.round(x[j])) : Math.abs(x[j])
    const reach = isInteger ? 0 : Math.min(1, Math.max(0, bounds.upper[j] - bounds.lower[j]))
    const acts = Math.max(size, reach)
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
      const i = matrix.indices[p]
      sums[i].addProduct(matrix.values[p], x[j])
      const term = Math.abs(matrix.values[p]) * acts
      if (term > scale[i]) scale[i] = term
    }
  }
  return { activity: Float64Array.from(sums, (sum) => sum.value), scale }
}

/** The point with tiny violations of bounds undone and almost whole coordinates of integer columns made whole. */
export function tidy(form: StandardForm, x: Float64Array, within: number): Float64Array {
  return x.map((value, j) => {
    const nearest = Math.round(value)
    const whole = form.integer[j] && Math.abs(value - nearest) <= within ? nearest : value
    const lower = form.lower[j]
    const upper = form.upper[j]
    if (whole < lower && lower - whole <= within * Math.max(1, Math.abs(lower))) return lower
    if (whole > upper && whole - upper <= within * Math.max(1, Math.abs(upper))) return upper
    return whole
  })
}
