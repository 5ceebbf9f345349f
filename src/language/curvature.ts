import { SpillwayError } from '../errors.js'
import type { Expression } from './expression.js'
import type { Space } from './space.js'

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
    const { atom, argument, label } = space.applicationOf(~column[t])
    const guilty = `${atom.name} '${label}'`
    const multiple = `${value[t]} times ${guilty} of ${describe(space, argument)}`
    if (!(value[t] > 0 ? allowed.positive(row[t]) : allowed.negative(row[t]))) {
      throw new SpillwayError({
        code: 'not-convex',
        path: `${path}[${row[t]}]`,
        value: value[t],
        problem: `${multiple} is ${value[t] > 0 ? 'convex, and no concave' : 'concave, and no convex'} expression, which is wanted here`,
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
        problem: `the quadratic ${multiple} stands in a constraint or in another atom`,
        cure: 'Keep squares in the objective: the standard form has linear rows only.',
      })
    }
  }
}

const SHOWN = 3

/** A block as it might be written: `(2 x[a] - x[b] + 1, …)`, the first rows and terms of it. */
function describe(space: Space, expression: Expression): string {
  const rows = Array.from({ length: Math.min(expression.rows, SHOWN) }, (_, r) => describeRow(space, expression, r))
  return `(${rows.join(', ')}${expression.rows > SHOWN ? ', ...' : ''})`
}

function describeRow(space: Space, expression: Expression, r: number): string {
  const { row, column, value, constant } = expression.coordinates()
  const terms: string[] = []
  for (let t = 0; t < row.length && terms.length <= SHOWN; t++) {
    if (row[t] !== r || value[t] === 0) continue
    const name = column[t] >= 0 ? space.variableName(column[t]) : space.applicationOf(~column[t]).label
    const size = Math.abs(value[t])
    terms.push(`${value[t] < 0 ? '- ' : '+ '}${size === 1 ? '' : `${size} `}${name}`)
  }
  const shown = terms.slice(0, SHOWN)
  if (terms.length > SHOWN) shown.push('+ ...')
  if (constant[r] !== 0 || shown.length === 0) shown.push(`${constant[r] < 0 ? '- ' : '+ '}${Math.abs(constant[r])}`)
  return shown.join(' ').replace(/^\+ /, '')
}
