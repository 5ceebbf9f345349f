import { SpillwayError } from '../../errors.js'
import { isArrayLike, wrongType } from '../../validation.js'
import { expectLength, expectNumbers } from '../checks.js'
import { Expression, expectExpression } from '../expression.js'

/** a'Pa as a weighted sum of squares, Σ_k w_k r_k² with w > 0: the rows r and the weights. */
export interface SumOfSquares {
  readonly rows: Expression
  readonly weights: Float64Array
}

/**
 * a'Pa of an affine block a of n rows and a symmetric n × n matrix P, given by rows, as a sum of squares: P = L D L' is
 * factorised with the largest diagonal entry first, and a'Pa = Σ_k D_k (L'a)_k². Of a matrix that is not symmetric (P +
 * P')/2 counts.
 *
 * Throws `not-convex` where P is not positive semidefinite, with a direction along which it curves downwards; `wrong-type`,
 * `expression-shape` and `expression-number` for P. `name` is the atom's.
 */
export function sumOfSquares(name: string, argument: Expression, matrix: readonly ArrayLike<number>[]): SumOfSquares {
  expectExpression(name, argument)
  const path = `${name}.matrix`
  const n = argument.rows
  const rest = symmetric(path, matrix, n)
  const scale = rest.reduce((most, row) => row.reduce((high, value) => Math.max(high, Math.abs(value)), most), 0)
  const tolerance = n * ROUNDING * scale
  const open = new Set(Array.from({ length: n }, (_, i) => i))
  /** Column k of L with the entry 1 at its pivot, and D_k. */
  const factors: { readonly pivot: number; readonly column: Float64Array; readonly weight: number }[] = []
  while (open.size > 0) {
    const pivot = largestDiagonal(rest, open)
    const weight = rest[pivot][pivot]
    if (weight <= tolerance) break
    const column = new Float64Array(n)
    for (const i of open) column[i] = rest[i][pivot] / weight
    open.delete(pivot)
    for (const i of open) for (const j of open) rest[i][j] -= column[i] * column[j] * weight
    factors.push({ pivot, column, weight })
  }
  const downwards = directionDown(rest, open, tolerance)
  if (downwards !== undefined) throw notConvex(path, argument, lifted(downwards, factors), matrix)
  const rows = factors.map(({ column }) => argument.dot(column))
  return { rows: Expression.concat(rows), weights: Float64Array.from(factors, ({ weight }) => weight) }
}

/** What factorising rounds away, relative to the largest entry and to the size. */
const ROUNDING = 2 ** -44

function symmetric(path: string, matrix: readonly ArrayLike<number>[], n: number): Float64Array[] {
  if (!Array.isArray(matrix)) throw wrongType('wrong-type', path, matrix, 'a list of rows, each a list of numbers')
  expectLength(path, matrix.length, n)
  // Holes are entries too.
  Array.from(matrix).forEach((row: unknown, i) => {
    if (!isArrayLike(row)) throw wrongType('wrong-type', `${path}[${i}]`, row, 'a list of numbers')
    expectLength(`${path}[${i}]`, row.length, n)
    expectNumbers(`${path}[${i}]`, row as ArrayLike<number>)
  })
  return matrix.map((row: ArrayLike<number>, i) => Float64Array.from(row, (value, j) => (value + matrix[j][i]) / 2))
}

function largestDiagonal(rest: readonly Float64Array[], open: ReadonlySet<number>): number {
  let best = -1
  for (const i of open) if (best < 0 || rest[i][i] > rest[best][best]) best = i
  return best
}

/** Among what is left after the pivots: an entry below zero on the diagonal, or one beside a zero diagonal. */
function directionDown(
  rest: readonly Float64Array[],
  open: ReadonlySet<number>,
  tolerance: number,
): ReadonlyMap<number, number> | undefined {
  for (const i of open) if (rest[i][i] < -tolerance) return new Map([[i, 1]])
  for (const i of open) {
    for (const j of open) {
      if (i === j || Math.abs(rest[i][j]) <= 2 * tolerance) continue
      return new Map([
        [i, 1],
        [j, -Math.sign(rest[i][j])],
      ])
    }
  }
  return undefined
}

/** The direction in all entries: those of the pivots are chosen so that (L'a)_k = 0, last pivot first. */
function lifted(
  direction: ReadonlyMap<number, number>,
  factors: readonly { readonly pivot: number; readonly column: Float64Array }[],
): Float64Array {
  const d = new Float64Array(factors[0]?.column.length ?? Math.max(...direction.keys()) + 1)
  for (const [i, value] of direction) d[i] = value
  for (const { pivot, column } of factors.toReversed()) {
    let sum = 0
    column.forEach((value, i) => {
      if (i !== pivot) sum += value * d[i]
    })
    d[pivot] = -sum
  }
  return d
}

function notConvex(
  path: string,
  argument: Expression,
  d: Float64Array,
  matrix: readonly ArrayLike<number>[],
): SpillwayError {
  const longest = d.reduce((most, step) => Math.max(most, Math.abs(step)), 0)
  const steps = Array.from(d, (step) => step / longest)
  const curvature = steps.reduce((sum, a, i) => sum + a * steps.reduce((row, b, j) => row + matrix[i][j] * b, 0), 0)
  const named = steps.flatMap((step, i) => {
    return step === 0 ? [] : [`${Number(step.toPrecision(4))} in ${argument.labels?.[i] ?? `entry ${i}`}`]
  })
  const shown = named.slice(0, 6).join(', ')
  return new SpillwayError({
    code: 'not-convex',
    path,
    value: curvature,
    problem: `curves downwards: along ${shown}${named.length > 6 ? `, and ${named.length - 6} more` : ''} its value is negative`,
    cure: 'Give a positive semidefinite matrix, such as a covariance; one that was estimated may need its negative eigenvalues set to zero.',
  })
}
