import type { Expression } from './expression.js'

/**
 * A block of constraints, `lower ≤ body ≤ upper` row by row, made by `atMost`, `atLeast`, `equals` and `between`.
 *
 * Bounds may be infinite: a row without a finite bound holds always. A row whose lower bound lies above its upper one
 * makes the program infeasible, which is an outcome, not an error.
 */
export interface Constraint {
  readonly body: Expression
  readonly lower: Float64Array
  readonly upper: Float64Array
}
