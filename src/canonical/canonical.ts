import type { Expression, Range } from '../language/index.js'
import type { Naming } from './assembly.js'
import { type ConicForm, isConic } from './conic-form.js'
import type { StandardForm } from './standard-form.js'

/** A program in standard form, and the ways between its points and the form's. */
export interface Canonical<Form extends StandardForm | ConicForm = StandardForm> {
  readonly form: Form
  /** The modeller's name of column j: `kept[BTC]`, or for a column of an atom the atom's label. */
  readonly columnName: Naming
  /** The modeller's name of row i: `demand[BTC]`, or for a row of an atom the atom's label. */
  readonly rowName: Naming
  /** A text about rows and columns of the form by the modeller's names: `row 0` becomes `demand[BTC]`. */
  inNames(text: string): string
  /**
   * The point of the form that goes with a point of the program, one entry per variable: the columns of atoms hold their
   * values. It is feasible where the program's point is, and has its objective (negated when maximising).
   */
  lift(point: ArrayLike<number>): Float64Array
  /**
   * Bounds for every column of the form that cut off no optimum: the variables' own, and what these imply for the columns
   * of atoms (`rangeOf`). A judge's dual bound over the form holds for rough duals only over such a box. The form
   * itself leaves those columns as free as the mathematics does: solvers fare worse with bounds that are nearly active.
   */
  impliedBox(known?: Range): Range
  /** What an answer for the form says about the program. */
  recover(x: ArrayLike<number>, rowPrices?: ArrayLike<number>): Recovered
}

/** The same for a program with atoms such as `norm2`, whose form has cones. */
export interface ConicCanonical extends Canonical<ConicForm> {
  /** The columns of the program's own variables come first: so many. */
  readonly variableCount: number
  /** Where tangents at a lifted point touch, z/t for each of `form.cones` and each of their rows; not a number where none does. */
  ratiosAt(x: Float64Array): readonly ArrayLike<number>[]
}

export const hasCones = (canonical: Canonical | ConicCanonical): canonical is ConicCanonical => isConic(canonical.form)

/** The same program with another form in its place, or, where there are cones, beside them. */
export function withRelaxation<Given extends Canonical | ConicCanonical>(
  canonical: Given,
  relaxation: StandardForm,
): Given {
  return { ...canonical, form: hasCones(canonical) ? { ...canonical.form, relaxation } : relaxation }
}

/** A point of the standard form, read back as the modeller wrote the program. */
export interface Recovered {
  /** The program's objective at the point, as the modeller wrote it, evaluated from the atoms themselves. */
  readonly objective: number
  /** One entry per variable of the program, in order of declaration. */
  readonly point: Float64Array
  /** The point by block of variables. */
  readonly values: ReadonlyMap<string, Float64Array>
  /**
   * By block of constraints, the rate of change of the optimal objective, as the modeller wrote it, per unit of the
   * bound that is active. Minimising it is ≤ 0 for upper bounds and ≥ 0 for lower ones; maximising, the reverse.
   */
  readonly prices?: ReadonlyMap<string, Float64Array>
  /** The values of any expression of the program at the point. */
  evaluate(expression: Expression): Float64Array
}
