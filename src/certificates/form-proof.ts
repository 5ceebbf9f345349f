import { byRows } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { type Decimal, decimalOf, zero } from '../numeric/decimal.js'
import type { Ratio } from '../numeric/ratio.js'
import { repairSigns } from './dual-bound.js'
import { combineDuals, type LinearProof, type ProofRow } from './linear-proof.js'

/**
 * The dual bound of a linear form in exact numbers: every double counts as the shortest decimal that reads back to it.
 * A column without a bound of its own has that which the rows imply. The constant is the cost of the column `one`,
 * fixed at 1. `bound` is what was stated in enclosed sums; where exact sums come to a little less, the proof is of
 * that. Undefined where they come to nothing, and for a form with squares.
 */
export function formProof(
  form: StandardForm,
  duals: Float64Array,
  implied: Pick<StandardForm, 'lower' | 'upper'>,
  bound: Ratio,
): LinearProof | undefined {
  if (form.quadratic.values.some((value) => value !== 0)) return undefined
  const y = repairSigns(form, duals)
  const view = byRows(form.matrix)
  const finite = (own: number, other: number): Decimal | undefined => {
    const value = Number.isFinite(own) ? own : other
    return Number.isFinite(value) ? decimalOf(value) : undefined
  }
  const columns = Array.from(form.linear, (cost, j) => {
    const lower = finite(form.lower[j], implied.lower[j])
    const upper = finite(form.upper[j], implied.upper[j])
    return { name: `x${j}`, cost: decimalOf(cost), ...(lower && { lower }), ...(upper && { upper }) }
  })
  const one = decimalOf(1)
  if (form.offset !== 0) columns.push({ name: 'one', cost: decimalOf(form.offset), lower: one, upper: one })
  function* rows(): Generator<ProofRow> {
    for (let i = 0; i < form.rowLower.length; i++) {
      const terms: [number, Decimal][] = []
      for (let p = view.starts[i]; p < view.starts[i + 1]; p++) {
        if (view.values[p] !== 0) terms.push([view.columns[p], decimalOf(view.values[p])])
      }
      const [lower, upper, dual] = [form.rowLower[i], form.rowUpper[i], decimalOf(y[i])]
      if (lower === upper) yield { name: `r${i}`, terms, sense: 'E', side: decimalOf(lower), dual }
      else {
        if (Number.isFinite(lower))
          yield { name: `r${i}`, terms, sense: 'G', side: decimalOf(lower), dual: y[i] > 0 ? dual : zero }
        if (Number.isFinite(upper))
          yield { name: `r${i}u`, terms, sense: 'L', side: decimalOf(upper), dual: y[i] < 0 ? dual : zero }
      }
    }
  }
  const proof = { notes: [], columns, rows: { [Symbol.iterator]: rows }, divisor: one, bound }
  const found = combineDuals(proof)
  if (found === undefined) return undefined
  return found.value.compare(bound) < 0 ? { ...proof, bound: found.value } : proof
}
