import { byRows } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { columnBounds, refuseQuadratic } from './not-expressible.js'

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
export function glpkModel(form: StandardForm): GlpkModel {
  refuseQuadratic(form, 'glpk')
  const rows = byRows(form.matrix)
  const subjectTo: { name: string; vars: GlpkTerm[]; bnds: GlpkBounds }[] = []
  for (let i = 0; i < form.matrix.rows; i++) {
    const bnds = boundsOf(form.rowLower[i]!, form.rowUpper[i]!)
    const vars: GlpkTerm[] = []
    for (let p = rows.starts[i]!; p < rows.starts[i + 1]!; p++) {
      if (rows.values[p] !== 0) vars.push({ name: `x${rows.columns[p]}`, coef: rows.values[p]! })
    }
    if (vars.length > 0 && bnds.type !== 1) subjectTo.push({ name: `r${i}`, vars, bnds })
  }
  const constant = form.offset === 0 ? [] : [{ name: 'one', coef: form.offset }]
  return {
    name: 'spillway',
    objective: {
      direction: MINIMISE,
      name: 'cost',
      vars: [...Array.from(form.linear, (coef, j) => ({ name: `x${j}`, coef })), ...constant],
    },
    subjectTo,
    bounds: [
      ...Array.from(form.linear, (_, j) => ({ name: `x${j}`, ...boundsOf(...columnBounds(form, j)) })),
      ...constant.map(({ name }) => ({ name, ...boundsOf(1, 1) })),
    ],
    generals: Array.from(form.linear, (_, j) => `x${j}`).filter((_, j) => form.integer[j]),
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
