import { type AtomFamily, applyAtom, expectWeights, type SquaresAtom } from '../atom.js'
import { perRow } from '../checks.js'
import { type Expression, expectExpression } from '../expression.js'

/**
 * Σ_r w_r a_r² goes into the objective: a row of one variable straight onto the diagonal of Q, any other by way of a
 * column z_r = a_r of its own, so that Q stays diagonal however dense the rows are.
 */
const squaresAtom = (weights: Float64Array): SquaresAtom => ({
  name: 'sumSquares',
  curvature: 'convex',
  monotonicity: 'none',
  shape: 'scalar',
  value: (entries) => Float64Array.of(entries.reduce((sum, entry, r) => sum + weights[r] * entry * entry, 0)),
  rewriting: 'squares',
  weights,
})

/**
 * The weighted sum of squares of a block, Σ_r w_r a_r² with w ≥ 0 (default 1): one row, convex, of an affine block, for
 * the objective only.
 *
 * `label` names it in reports. An empty block gives 0. Throws `negative-weight`, `expression-shape` and
 * `expression-number` for the weights, and as `applyAtom` does.
 *
 *     program.minimize(sumSquares(exposure, inverseEquity))
 */
export function sumSquares(argument: Expression, weights: number | ArrayLike<number> = 1, label?: string): Expression {
  expectExpression('sumSquares', argument)
  const each = expectWeights('sumSquares.weights', perRow('sumSquares.weights', weights, argument.rows))
  return applyAtom(squaresAtom(each), argument, label)
}

export const sumSquaresFamily: AtomFamily = {
  name: 'sumSquares',
  draw: (rows, random) => squaresAtom(Float64Array.from({ length: rows }, () => Math.max(0, 4 * random() - 1))),
}
