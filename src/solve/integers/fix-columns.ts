import type { StandardForm } from '../../canonical/standard-form.js'
import { type Decimal, decimalOf, multiply, signOf, subtract, toNumber } from '../../numeric/decimal.js'
import { roundingOf } from '../../numeric/rounding-of.js'

/**
 * A form in which some columns are constants: with F the columns whose bounds are equal,
 *
 *     rowLower − Σ_{j∈F} a_ij x_j  ≤  Σ_{j∉F} a_ij x_j  ≤  rowUpper − Σ_{j∈F} a_ij x_j,
 *
 * the new sides exact in the decimals of the data (a double counts as the shortest decimal that reads back to it) and
 * rounded once. Large coefficients cancel without a trace, and a row of constants alone is decided exactly. The shape
 * stays: entries of fixed columns become zeros, so that points and duals need no translation.
 *
 * A number that fifteen digits do not give back was computed in doubles, with their rounding: beside other columns the
 * sides are moved apart by 2⁻⁵² of each such term, or exact cancellation would call an equality broken by what rounding
 * left of it. A row of n constants alone, one of them computed, is broken by more than n 2⁻⁵² of what it adds up: its
 * side may have been computed from them, even where it has no more than fifteen digits.
 */
export interface FixedForm {
  readonly form: StandardForm
  /** A row of constants that is broken, whatever the other columns do. */
  readonly conflict?: string
}

export type Fixer = (lower: Float64Array, upper: Float64Array) => FixedForm

/** Fixes columns of one form again and again; decimals are read once. */
export function columnFixer(form: StandardForm): Fixer {
  const { matrix } = form
  const entries: Decimal[] = []
  const sides = new Map<number, Decimal>()
  const roundings: number[] = []
  const roundingAt = (p: number): number => (roundings[p] ??= roundingOf(matrix.values[p]))
  const entryAt = (p: number): Decimal => (entries[p] ??= decimalOf(matrix.values[p]))
  const sideOf = (bound: number): Decimal => {
    const known = sides.get(bound) ?? decimalOf(bound)
    sides.set(bound, known)
    return known
  }
  return (lower, upper) => {
    const values = matrix.values.slice()
    const constants = new Map<number, Decimal>()
    const roundedBy = new Float64Array(matrix.rows)
    const magnitude = new Float64Array(matrix.rows)
    const terms = new Float64Array(matrix.rows)
    const isOpen = new Uint8Array(matrix.rows)
    for (let j = 0; j < matrix.columns; j++) {
      const isFixed = lower[j] === upper[j]
      const value = isFixed && lower[j] !== 0 ? decimalOf(lower[j]) : undefined
      for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
        const i = matrix.indices[p]
        if (!isFixed) {
          if (values[p] !== 0) isOpen[i] = 1
          continue
        }
        values[p] = 0
        if (value === undefined) continue
        const term = multiply(entryAt(p), value)
        roundedBy[i] += roundingAt(p) * Math.abs(lower[j])
        magnitude[i] += Math.abs(matrix.values[p] * lower[j])
        terms[i]++
        const sum = constants.get(i)
        constants.set(i, sum === undefined ? term : subtract(sum, { digits: -term.digits, scale: term.scale }))
      }
    }
    const rowLower = form.rowLower.slice()
    const rowUpper = form.rowUpper.slice()
    let conflict: string | undefined
    const shift = (sides: Float64Array, i: number, breaks: -1 | 1): void => {
      const side = sides[i]
      const constant = constants.get(i)
      if (!Number.isFinite(side) || (constant === undefined && isOpen[i])) return
      const rest = constant === undefined ? sideOf(side) : subtract(sideOf(side), constant)
      const rounding = roundedBy[i] + roundingOf(side)
      const slack = rounding > 0 ? (1 + terms[i]) * 2 ** -52 * (magnitude[i] + Math.abs(side)) : 0
      if (isOpen[i]) sides[i] = toNumber(rest) - breaks * rounding
      // An empty row is kept where its lower side is not above 0 and its upper side not below.
      else if (signOf(rest) === breaks && Math.abs(toNumber(rest)) > slack)
        conflict ??= `the integers alone break row ${i}`
      else sides[i] = breaks === 1 ? -Infinity : Infinity
    }
    for (let i = 0; i < matrix.rows; i++) {
      shift(rowLower, i, 1)
      shift(rowUpper, i, -1)
    }
    const fixed = { ...form, matrix: { ...matrix, values }, rowLower, rowUpper, lower, upper }
    return conflict === undefined ? { form: fixed } : { form: fixed, conflict }
  }
}
