import type { StandardForm } from '../canonical/standard-form.js'
import { fromTriplets, type SparseMatrix, type Triplet } from '../numeric/sparse-matrix.js'
import { notExpressible } from './not-expressible.js'
import { readableBound } from './readable-numbers.js'
import { type FormNames, statedForm } from './stated-form.js'

/** A matrix compressed by columns, by the letters of OSQP: row indices `i` and values `x` of column j from `p[j]` on. */
export interface OsqpMatrix {
  readonly m: number
  readonly n: number
  readonly p: readonly number[]
  readonly i: readonly number[]
  readonly x: readonly number[]
}
export interface OsqpModel {
  readonly n: number
  readonly m: number
  /** The upper triangle of P. */
  readonly P: OsqpMatrix
  readonly q: readonly number[]
  readonly A: OsqpMatrix
  readonly l: readonly number[]
  readonly u: readonly number[]
  /** Names of the columns and the rows, in order. */
  readonly columns: readonly string[]
  readonly rows: readonly string[]
}

/** What OSQP takes for infinite. */
const INFINITE = 1e30

/**
 * minimise ½ x'Px + q·x subject to l ≤ Ax ≤ u, as OSQP wants it: bounds of columns are rows, named after their column, and a
 * constant is the cost of a column `one` fixed at 1. Throws `not-expressible` on integer columns and on finite bounds of 1e20
 * and more.
 */
export function osqpModel(form: StandardForm, called?: FormNames): OsqpModel {
  form.integer.forEach((flag, j) => {
    if (flag === 0) return
    const cure = 'Choose a format for integer columns: lp, mps, glpk, jslp.'
    notExpressible('osqp', `integer[${j}]`, 1, 'an integer column cannot be written', cure)
  })
  const { columns, rows } = statedForm(form, called)
  const terms: Triplet[] = []
  const names: string[] = []
  const l: number[] = []
  const u: number[] = []
  const bound = (value: number, name: string): number => {
    readableBound('osqp', value, name)
    return Math.min(Math.max(value, -INFINITE), INFINITE)
  }
  const addRow = (name: string, lower: number, upper: number): number => {
    names.push(name)
    l.push(bound(lower, name))
    u.push(bound(upper, name))
    return names.length - 1
  }
  for (const row of rows()) {
    const i = addRow(row.name, row.lower, row.upper)
    for (const [column, value] of row.terms) terms.push([i, column, value])
  }
  for (const [j, { name, lower, upper }] of columns.entries()) {
    if (lower > -Infinity || upper < Infinity) terms.push([addRow(`bounds of ${name}`, lower, upper), j, 1])
  }
  return {
    n: columns.length,
    m: names.length,
    P: compressed(fromTriplets(columns.length, columns.length, transposed(form.quadratic))),
    q: columns.map(({ cost }) => cost),
    A: compressed(fromTriplets(names.length, columns.length, terms)),
    l,
    u,
    columns: columns.map(({ name }) => name),
    rows: names,
  }
}

function transposed({ columns, starts, indices, values }: SparseMatrix): Triplet[] {
  const triplets: Triplet[] = []
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) if (values[p] !== 0) triplets.push([j, indices[p], values[p]])
  }
  return triplets
}

function compressed({ rows, columns, starts, indices, values }: SparseMatrix): OsqpMatrix {
  return { m: rows, n: columns, p: Array.from(starts), i: Array.from(indices), x: Array.from(values) }
}
