import type { EquilibratedForm } from './equilibrate.js'
import type { StandardForm } from './standard-form.js'

/** From 1e20 on solvers take a finite side for an infinite one. */
const FAR = 1e19

/**
 * The least that a point must go away from zero: the largest of the lower sides above zero and the upper ones below it.
 * Other sides may be as far as they like, for what is taken for infinite there is only looser.
 */
function reach({ rowLower, rowUpper, lower, upper }: StandardForm): number {
  const far = (sides: Float64Array, sign: number): number =>
    sides.reduce((most, side) => (Number.isFinite(side) ? Math.max(most, sign * side) : most), 0)
  return Math.max(far(rowLower, 1), far(rowUpper, -1), far(lower, 1), far(upper, -1))
}

/**
 * The form with every column counted in units of s, a power of two, where a point must go further from zero than
 * solvers look; undefined elsewhere:
 *
 *     minimise ½ z'(sQ)z + linear·z   subject to   rowLower/s ≤ A z ≤ rowUpper/s,  lower/s ≤ z ≤ upper/s,    x = s z.
 *
 * The objective is divided by s as well, so that duals are those of the form. Powers of two round nothing that is within reach.
 */
export function inLargerUnits(form: StandardForm): EquilibratedForm | undefined {
  const far = reach(form)
  if (!(far > FAR) || form.integer.some((flag) => flag !== 0)) return undefined
  const s = 2 ** Math.floor(Math.log2(far))
  const shrunk = (sides: Float64Array): Float64Array => sides.map((side) => side / s)
  return {
    form: {
      ...form,
      quadratic: { ...form.quadratic, values: form.quadratic.values.map((value) => value * s) },
      rowLower: shrunk(form.rowLower),
      rowUpper: shrunk(form.rowUpper),
      lower: shrunk(form.lower),
      upper: shrunk(form.upper),
    },
    recover: (answer) => ({ ...answer, ...(answer.x && { x: answer.x.map((value) => value * s) }) }),
  }
}
