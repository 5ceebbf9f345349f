import type { Expression } from '../expression.js'
import { sumOfSquares } from './sum-of-squares.js'
import { sumSquares } from './sum-squares.js'

/**
 * a'Pa of an affine block a of n rows and a symmetric n × n matrix P, given by rows: one row, convex, for the objective only. Of a
 * matrix that is not symmetric (P + P')/2 counts, which gives the same values.
 *
 * P = L D L' is factorised with the largest diagonal entry first, and a'Pa = Σ_k D_k (L'a)_k² goes into the objective as
 * `sumSquares` does. Throws `not-convex` where P is not positive semidefinite, with a direction along which it curves downwards;
 * `wrong-type`, `expression-shape` and `expression-number` for P; and as `sumSquares` does. `label` names it in reports.
 *
 *     program.minimize(quadraticForm(weights, covariance).minus(weights.dot(mean)))
 */
export function quadraticForm(argument: Expression, matrix: readonly ArrayLike<number>[], label?: string): Expression {
  const { rows, weights } = sumOfSquares('quadraticForm', argument, matrix)
  return sumSquares(rows, weights, label ?? 'quadraticForm')
}
