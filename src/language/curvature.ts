import { SpillwayError } from '../errors.js'
import type { Expression } from './expression.js'

/**
 * Convexity by the signs of multiples. Atoms are convex and everything else in an expression is affine, so a row is
 * convex when no atom in it has a negative multiple, concave when none has a positive one. The rule is sufficient, not
 * necessary: `f.minus(f)` counts as neither.
 */
export type Curvature = 'constant' | 'affine' | 'convex' | 'concave' | 'neither'

/** The curvature that holds for every row of the block. */
export function curvatureOf(expression: Expression): Curvature {
  const { column, value } = expression.coordinates()
  if (column.length === 0) return 'constant'
  const isPositive = column.some((j, t) => j < 0 && value[t] > 0)
  const isNegative = column.some((j, t) => j < 0 && value[t] < 0)
  if (isPositive) return isNegative ? 'neither' : 'convex'
  return isNegative ? 'concave' : 'affine'
}

/** Which multiples of atoms a place takes, row by row. */
export interface Allowed {
  readonly positive: (row: number) => boolean
  readonly negative: (row: number) => boolean
  /** Whether atoms that become squares may stand here: only the objective of the standard form is quadratic. */
  readonly squares: boolean
}

/**
 * Throws `not-convex` where an atom has a multiple of the wrong sign, and `squares-outside-objective` where a square
 * stands in a constraint or in another atom. The path ends in the guilty atom.
 */
export function expectCurvature(expression: Expression, path: string, allowed: Allowed): void {
  const { space } = expression
  if (space === undefined || space.entryCount === 0) return
  const { row, column, value } = expression.coordinates()
  for (let t = 0; t < column.length; t++) {
    if (column[t] >= 0 || value[t] === 0) continue
    const { atom, label } = space.applicationOf(~column[t])
    const guilty = `${atom.name} '${label}'`
    if (!(value[t] > 0 ? allowed.positive(row[t]) : allowed.negative(row[t]))) {
      throw new SpillwayError({
        code: 'not-convex',
        path: `${path}[${row[t]}]`,
        value: value[t],
        problem: `this multiple of the convex ${guilty} is not convex here`,
        cure:
          'Minimise convex expressions or bound them above, maximise their negations or bound those below, and use ' +
          'them in increasing atoms; all else must be affine.',
      })
    }
    if (atom.rewriting === 'squares' && !allowed.squares) {
      throw new SpillwayError({
        code: 'squares-outside-objective',
        path: `${path}[${row[t]}]`,
        value: value[t],
        problem: `the quadratic ${guilty} stands in a constraint or in another atom`,
        cure: 'Keep squares in the objective: the standard form has linear rows only.',
      })
    }
  }
}
