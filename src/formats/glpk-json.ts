import type { StandardForm } from '../canonical/standard-form.js'
import { refuseQuadratic } from './not-expressible.js'
import { type FormNames, statedForm } from './stated-form.js'

/** The model object of glpk.js. Bound types: 1 free, 2 lower, 3 upper, 4 both, 5 fixed. */
export interface GlpkModel {
  readonly name: string
  readonly objective: { readonly direction: number; readonly name: string; readonly vars: readonly GlpkTerm[] }
  readonly subjectTo: readonly {
    readonly name: string
    readonly vars: readonly GlpkTerm[]
    readonly bnds: GlpkBounds
  }[]
  readonly bounds: readonly (GlpkBounds & { readonly name: string })[]
  readonly generals: readonly string[]
}
export interface GlpkTerm {
  readonly name: string
  readonly coef: number
}
export interface GlpkBounds {
  readonly type: number
  readonly lb: number
  readonly ub: number
}

const MINIMISE = 1

/**
 * minimise c·x subject to rowLower ≤ Ax ≤ rowUpper as glpk.js wants it: terms by row, integer columns with whole
 * bounds, explicit zeros and bare rows dropped. The format has no constant, so an offset is the cost of a column
 * `one` fixed at 1. Throws `not-expressible` on a quadratic objective.
 */
export function glpkModel(form: StandardForm, names?: FormNames): GlpkModel {
  refuseQuadratic(form, 'glpk')
  const { columns, rows } = statedForm(form, names)
  return {
    name: 'spillway',
    objective: {
      direction: MINIMISE,
      name: 'cost',
      vars: columns.map(({ name, cost }) => ({ name, coef: cost })),
    },
    subjectTo: Array.from(rows(), ({ name, terms, lower, upper }) => ({
      name,
      vars: terms.map(([column, coef]) => ({ name: columns[column].name, coef })),
      bnds: boundsOf(lower, upper),
    })),
    bounds: columns.map(({ name, lower, upper }) => ({ name, ...boundsOf(lower, upper) })),
    generals: columns.filter(({ integer }) => integer).map(({ name }) => name),
  }
}

function boundsOf(lower: number, upper: number): GlpkBounds {
  const hasLower = lower > -Infinity
  const hasUpper = upper < Infinity
  // glpk.js marks missing sides by the largest double of either sign, and JSON has no infinity.
  const lb = hasLower ? lower : -Number.MAX_VALUE
  const ub = hasUpper ? upper : Number.MAX_VALUE
  if (hasLower && hasUpper) return { type: lower === upper ? 5 : 4, lb, ub }
  return { type: hasLower ? 2 : hasUpper ? 3 : 1, lb, ub }
}
