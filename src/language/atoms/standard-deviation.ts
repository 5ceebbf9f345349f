import { applyAtom } from '../atom.js'
import type { Expression } from '../expression.js'
import { norm2Atom } from './norm2.js'
import { sumOfSquares } from './sum-of-squares.js'

/**
 * √(a'Ca) of an affine block a of n rows and a covariance matrix C, given by rows: the standard deviation of Σ_r a_r
 * R_r where R has that covariance. One row, convex, the norm of the block √D L'a with C = L D L'. It may stand in the
 * objective and, bounded above, in constraints, where `quadraticForm` may not.
 *
 * Throws `not-convex` where C is not positive semidefinite, with a direction along which it curves downwards; `wrong-type`,
 * `expression-shape` and `expression-number` for C; and as `applyAtom` does. `label` names it in reports.
 *
 *     program.subjectTo('risk', standardDeviation(weights, covariance).atMost(0.15))
 */
export function standardDeviation(
  argument: Expression,
  covariance: readonly ArrayLike<number>[],
  label?: string,
): Expression {
  const { rows, weights } = sumOfSquares('standardDeviation', argument, covariance)
  return applyAtom(norm2Atom, rows.times(weights.map(Math.sqrt)), label ?? 'standardDeviation')
}
