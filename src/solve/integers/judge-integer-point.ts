import type { StandardForm } from '../../canonical/standard-form.js'
import { type FeasibilityReport, judgeFeasibility } from '../../certificates/feasibility.js'
import { impliedBounds } from '../../certificates/implied-bounds.js'
import { columnFixer } from './fix-columns.js'

/** Largest relative violation of a completed point: its integers are exact and the others come from a linear program. */
export const FEASIBLE_COMPLETION = 1e-9

/**
 * How far a point leaves an integer program, its integer variables taken as constants: they must be integers inside
 * their bounds, rows of them alone hold exactly or not at all, and every other row is measured by what acts in it once
 * they are substituted (`judgeFeasibility`), inside the bounds that the rows then imply. No coefficient of an integer
 * forgives anything.
 */
export function judgeIntegerPoint(form: StandardForm, x: Float64Array): FeasibilityReport {
  const broken = (where: string): FeasibilityReport => ({ absolute: Infinity, relative: Infinity, where })
  const lower = form.lower.slice()
  const upper = form.upper.slice()
  for (let j = 0; j < form.linear.length; j++) {
    if (form.integer[j] === 0) continue
    const value = x[j]
    if (!Number.isInteger(value)) return broken(`column ${j} (whole)`)
    if (value < lower[j] || value > upper[j]) return broken(`column ${j} (bounds)`)
    lower[j] = value
    upper[j] = value
  }
  const fixed = columnFixer(form)(lower, upper)
  if (fixed.conflict !== undefined) return broken(fixed.conflict)
  const bounds = impliedBounds(fixed.form)
  return judgeFeasibility(fixed.form, x, bounds.conflict === undefined ? bounds : fixed.form)
}
