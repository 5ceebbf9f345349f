import { byRows, powerOfTwoScale } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { columnBounds } from './not-expressible.js'
import { isCrossed } from './stated-form.js'

/**
 * The form in columns that are never negative, for solvers that know no other:
 *
 *     x_j = shift_j + Σ sign · z   with z ≥ 0:   finite lower bound: shift up;  only an upper bound: mirror;
 *     free: the difference of two z;  fixed: no z at all.
 *
 * Upper bounds become rows. A row that is left without terms is dropped where zero satisfies it, up to the rounding of
 * the shifts, and stays (0 = 1) where it does not, as bounds that cross do. The way back, `recover`, is in the same
 * file by design. With `scaled`, the objective and every row are multiplied by powers of two that bring their largest
 * coefficient below 1: these solvers compare with absolute tolerances of 1e-8.
 */
export interface NonnegativeForm {
  readonly columns: readonly { readonly name: string; readonly cost: number; readonly integer: boolean }[]
  readonly rows: readonly NonnegativeRow[]
  /** The constant that shifting adds to the objective (unscaled), the form's own offset included. */
  readonly offset: number
  readonly shifts: Float64Array
  recover(value: (name: string) => number): Float64Array
}
export interface NonnegativeRow {
  readonly name: string
  readonly terms: readonly (readonly [column: number, value: number])[]
  readonly lower: number
  readonly upper: number
}

/** Of the terms of a row of fixed columns: what their sum may miss its side by. */
const ROUNDING = 1e-12

export function nonnegative(form: StandardForm, options: { readonly scaled: boolean }): NonnegativeForm {
  const columns: { name: string; cost: number; integer: boolean }[] = []
  const parts: (readonly (readonly [column: number, sign: number])[])[] = []
  const shifts = new Float64Array(form.linear.length)
  const rows: NonnegativeRow[] = []
  const never = (name: string): void => void rows.push({ name, terms: [], lower: 1, upper: 1 })
  let offset = form.offset
  for (let j = 0; j < form.linear.length; j++) {
    const given = columnBounds(form, j)
    const crossed = isCrossed(...given)
    if (crossed) never(`u${j}`)
    const [lower, upper] = crossed ? [0, Infinity] : given
    const add = (name: string, sign: number): readonly [number, number] => {
      columns.push({ name, cost: sign * form.linear[j], integer: form.integer[j] !== 0 })
      return [columns.length - 1, sign]
    }
    shifts[j] = lower > -Infinity ? lower : upper < Infinity ? upper : 0
    offset += form.linear[j] * shifts[j]
    if (lower === upper) parts.push([])
    else if (lower > -Infinity) parts.push([add(`x${j}`, 1)])
    else if (upper < Infinity) parts.push([add(`x${j}`, -1)])
    else parts.push([add(`x${j}`, 1), add(`x${j}n`, -1)])
    if (lower > -Infinity && upper < Infinity && lower !== upper) {
      rows.push({ name: `u${j}`, terms: [[columns.length - 1, 1]], lower: -Infinity, upper: upper - lower })
    }
  }
  const view = byRows(form.matrix)
  for (let i = 0; i < form.matrix.rows; i++) {
    const name = `r${i}`
    if (isCrossed(form.rowLower[i], form.rowUpper[i])) {
      never(name)
      continue
    }
    const terms: [number, number][] = []
    let moved = 0
    let carried = 0
    let largest = 0
    for (let p = view.starts[i]; p < view.starts[i + 1]; p++) {
      const value = view.values[p]
      if (value === 0) continue
      moved += value * shifts[view.columns[p]]
      carried += Math.abs(value * shifts[view.columns[p]])
      for (const [column, sign] of parts[view.columns[p]]) terms.push([column, sign * value])
      largest = Math.max(largest, Math.abs(value))
    }
    const lower = form.rowLower[i] - moved
    const upper = form.rowUpper[i] - moved
    if (lower === -Infinity && upper === Infinity) continue
    if (terms.length === 0) {
      if (lower > ROUNDING * carried || upper < -ROUNDING * carried) never(name)
      continue
    }
    const scale = options.scaled ? powerOfTwoScale(largest) : 1
    const scaledTerms = terms.map(([column, value]) => [column, value * scale] as const)
    rows.push({ name, terms: scaledTerms, lower: lower * scale, upper: upper * scale })
  }
  const dearest = columns.reduce((most, { cost }) => Math.max(most, Math.abs(cost)), 0)
  const costScale = options.scaled ? powerOfTwoScale(dearest) : 1
  return {
    columns: columns.map((column) => ({ ...column, cost: column.cost * costScale })),
    rows,
    offset,
    shifts,
    recover: (value) =>
      shifts.map((shift, j) =>
        parts[j].reduce((sum, [column, sign]) => sum + sign * value(columns[column].name), shift),
      ),
  }
}
