import type { StandardForm } from '../canonical/standard-form.js'
import { type NonnegativeForm, nonnegative } from './nonnegative.js'
import { notExpressible, refuseQuadratic } from './not-expressible.js'
import { ONE } from './stated-form.js'

/** The model object of javascript-lp-solver; YALPS reads its parts too. */
export interface JslpModel {
  readonly name: string
  readonly optimize: 'cost'
  readonly opType: 'min'
  readonly constraints: Readonly<
    Record<string, { readonly min?: number; readonly max?: number; readonly equal?: number }>
  >
  readonly variables: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly ints: Readonly<Record<string, 1>>
  /** How a column of the form is read back where x is not simply its namesake: x_j = shift + x{j} − x{j}n. */
  readonly shifts?: Readonly<Record<string, number>>
}

/**
 * minimise cost·z subject to rows of z ≥ 0, by column and by name. Names are generated (`x0`, `r0`, `u0`, `cost`): a
 * column called `feasible` would overwrite the status of the answer. Explicit zeros are dropped: one makes version
 * 1.0.3 call a feasible model infeasible. Throws `not-expressible` on a quadratic objective.
 */
export function jslpModel(form: StandardForm, options: { readonly scaled: boolean }): [JslpModel, NonnegativeForm] {
  refuseQuadratic(form, 'jslp')
  refuseUndersigned(form)
  const plain = nonnegative(form, options)
  const constraints: Record<string, { min?: number; max?: number; equal?: number }> = {}
  const variables: Record<string, Record<string, number>> = {}
  const ints: Record<string, 1> = {}
  for (const { name, cost, integer } of plain.columns) {
    variables[name] = cost === 0 ? {} : { cost }
    if (integer) ints[name] = 1
  }
  for (const { name, terms, lower, upper } of plain.rows) {
    constraints[name] =
      lower === upper
        ? { equal: lower }
        : { ...(lower > -Infinity ? { min: lower } : {}), ...(upper < Infinity ? { max: upper } : {}) }
    for (const [column, value] of terms) variables[plain.columns[column].name][name] = value
  }
  return [{ name: 'spillway', optimize: 'cost', opType: 'min', constraints, variables, ints }, plain]
}

/**
 * The same to be read elsewhere, the objective in full: its constant, to which the shifts add, is the cost of a variable
 * `one` that a constraint of this name fixes at 1, since the format has no other word for it.
 */
export function jslpDocument(form: StandardForm): JslpModel {
  const [model, { offset, shifts: shiftOf }] = jslpModel(form, { scaled: false })
  const shifts: Record<string, number> = {}
  shiftOf.forEach((shift, j) => {
    if (shift !== 0) shifts[`x${j}`] = shift
  })
  const constant = offset !== 0
  return {
    ...model,
    constraints: { ...model.constraints, ...(constant && { [ONE]: { equal: 1 } }) },
    variables: { ...model.variables, ...(constant && { [ONE]: { cost: offset, [ONE]: 1 } }) },
    ...(Object.keys(shifts).length > 0 && { shifts }),
  }
}

/** Splitting an integer column without any bound makes the branching of both solvers infinite. */
function refuseUndersigned(form: StandardForm): void {
  form.integer.forEach((flag, j) => {
    if (flag === 0 || form.lower[j] > -Infinity || form.upper[j] < Infinity) return
    const cure = 'Give the column a finite bound on one side, or choose highs.'
    notExpressible('jslp', `integer[${j}]`, 1, 'an integer column without any bound cannot be written', cure)
  })
}
