import type { ConicCanonical } from '../canonical/canonical.js'
import type { VariableBounds } from '../certificates/feasibility.js'

/**
 * What the columns of a lifted point move in, for the judge of feasibility: a violation of a row is small or large
 * beside what one unit of its columns would do. That holds for the variables, which have the modeller's units. A column
 * that stands for an atom has none of its own: in ‖1e-8 x‖ ≤ 1e-8 a unit of it is a hundred million of x. So it moves
 * as far as its atom does while
 *
 *     every variable moves by max(|x_k|, min(1, upper_k − lower_k)),
 *
 * as in a row of these variables.
 */
export function reachOf(canonical: ConicCanonical, x: Float64Array): VariableBounds {
  const { form, variableCount: count, impliedBox } = canonical
  const { lower, upper } = form.relaxation
  const around = { lower: lower.slice(), upper: upper.slice() }
  for (let k = 0; k < count; k++) {
    const half = Math.max(Math.abs(x[k]), Math.min(1, Math.max(0, upper[k] - lower[k]))) / 2
    around.lower[k] = x[k] - half
    around.upper[k] = x[k] + half
  }
  const box = impliedBox(around)
  const reach = { lower: lower.slice(), upper: upper.slice() }
  for (let j = count; j < lower.length; j++) {
    if (!Number.isFinite(box.upper[j] - box.lower[j])) continue
    reach.lower[j] = box.lower[j]
    reach.upper[j] = box.upper[j]
  }
  return reach
}
