import { SpillwayError } from '../errors.js'
import { expectLabel } from './checks.js'
import type { Constraint } from './constraint.js'
import { expectCurvature } from './curvature.js'
import type { Curve } from './curve.js'
import { Expression, expectExpression } from './expression.js'
import type { Range } from './range.js'

/**
 * An atom f takes a block a of n rows to a block of n rows (`entrywise`) or of one (`scalar`), each convex in a.
 *
 * It describes itself: its value on plain numbers, how it composes, and what it becomes in a linear or quadratic
 * program. Concave functions are negations of atoms.
 */
export type Atom = EpigraphAtom | SquaresAtom

interface AtomProperties {
  readonly name: string
  readonly curvature: 'convex'
  /** `increasing` in every entry: a convex argument stays convex. `none`: the argument is affine. */
  readonly monotonicity: 'increasing' | 'none'
  readonly shape: 'scalar' | 'entrywise'
  /** f at the entries of a, one number per row of the result. */
  value(entries: Float64Array): Float64Array
  /** Between what f lies, from what the entries of a lie between. Default: its values at both ends where it is increasing. */
  rangeOver?(argument: Range): Range
}

/** An atom rewritten to its epigraph: f(a) becomes new columns u with linear constraints that hold just where u ≥ f(a). */
export interface EpigraphAtom extends AtomProperties {
  readonly rewriting: 'epigraph'
  /** A lower bound of f that u must be given, as the epigraph has no row for it. Default −∞. */
  readonly lower?: number
  /**
   * f∞(a) = lim f(t a)/t as t → ∞, which is f itself where f is positively homogeneous. Without it nobody shows a
   * program unbounded.
   */
  readonly recession?: Atom | 'itself'
  epigraph(site: EpigraphSite): readonly Constraint[]
}

/** An atom rewritten into the quadratic of the objective: f(a) = Σ_r weights_r a_r², every weight ≥ 0. */
export interface SquaresAtom extends AtomProperties {
  readonly rewriting: 'squares'
  readonly shape: 'scalar'
  readonly monotonicity: 'none'
  /** One per row of a. */
  readonly weights: Float64Array
}

/** What an epigraph is written with: rows over these columns, without further atoms. */
export interface EpigraphSite {
  /** a, n rows; affine, or convex where the atom is increasing. */
  readonly argument: Expression
  /** u, as many rows as f has. */
  readonly output: Expression
  auxiliary(columns: Auxiliary): Expression
  /** Columns that equal the entries of a, or lie above them where the atom is increasing. */
  entries(): Expression
  /** Columns v ≥ t φ(z/t), one per row of z. No linear program has them: `solveProgram` replaces them by tangents. */
  above(columns: AboveCurve): Expression
}

/** What lies above the perspective of a curve. */
export interface AboveCurve {
  /** For reports, after the atom's label. */
  readonly name: string
  readonly curve: Curve
  /** z, sums and differences of columns, so that rows of tangents have nothing to round. */
  readonly of: Expression
  /** t ≥ 0, a column. Default 1. */
  readonly scale?: Expression
  /** Where tangents at a point of the entries touch, row by row. Default z/t. */
  ratiosAt?(entries: Float64Array): ArrayLike<number>
}

/** Further columns that an epigraph needs. */
export interface Auxiliary {
  /** For reports, after the atom's label. */
  readonly name: string
  readonly size: number
  /** Default −∞. */
  readonly lower?: number
  /** The columns that go with u = f(a), from the entries of a. */
  valueAt(entries: Float64Array): ArrayLike<number>
  /** Between what they lie, from what the entries of a lie between (which may be infinite). */
  rangeOver(argument: Range): Range
}

/** What the shared property tests need of an atom: its name, and one of it for n rows (with parameters drawn at random). */
export interface AtomFamily {
  readonly name: string
  /** `random` draws from [0, 1). */
  draw(rows: number, random: () => number): Atom
}

/**
 * f(argument). An argument without variables is computed at once.
 *
 * Throws `wrong-type` unless the argument is an expression, `not-convex` unless it is affine, or convex where the atom
 * is increasing; `squares-outside-objective` when squares stand in it.
 */
export function applyAtom(atom: Atom, argument: Expression, label?: string): Expression {
  expectExpression(atom.name, argument)
  expectLabel(`${atom.name}.label`, label)
  const { space, rows } = argument
  if (space === undefined) return Expression.constant(atom.value(argument.coordinates().constant))
  const path = label ?? atom.name
  const isIncreasing = atom.monotonicity === 'increasing'
  expectCurvature(argument, path, { positive: () => isIncreasing, negative: () => false, squares: false })
  const entries = atom.shape === 'scalar' ? 1 : rows
  const application = space.apply(atom, argument, entries, label)
  return Expression.ofColumns(space, entries, (r) => ~(application.first + r))
}

/** Throws `negative-weight` where a weight is below zero: a negative multiple of a convex function is not convex. */
export function expectWeights(path: string, weights: Float64Array): Float64Array {
  const r = weights.findIndex((weight) => weight < 0)
  if (r < 0) return weights
  throw new SpillwayError({
    code: 'negative-weight',
    path: `${path}[${r}]`,
    value: weights[r],
    problem: 'is below zero, which is not convex',
    cure: 'Weights are zero or more.',
  })
}
