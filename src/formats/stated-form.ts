import { byRows } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { columnBounds } from './not-expressible.js'

/**
 * The form in words that every reader of a foreign format knows. Readers differ on a constant in the objective, on a row
 * without terms, on a model without rows and on bounds that cross; all four are said by one more column, fixed at 1:
 *
 *     minimise cost·x + offset·one   subject to rows with at least one term each,  lower ≤ x ≤ upper,  one = 1
 *
 * What no point satisfies (crossed bounds, a row `1 ≤ 0`) becomes the row `one = 0`. Rows that always hold are left
 * out; where none is left the row `fixed`, one = 1, stands for them. The column is there only where it is needed;
 * columns are `x0, x1, …`, rows `r0, r1, …`, crossed columns rows `c0, c1, …`.
 */
export interface StatedForm {
  readonly columns: readonly StatedColumn[]
  /** At least one. They come one at a time, so that a large model never stands twice in memory. */
  rows(): Iterable<StatedRow>
}

export interface StatedColumn {
  readonly name: string
  readonly cost: number
  readonly lower: number
  readonly upper: number
  readonly integer: boolean
  /** Whether a row has a term in it. */
  readonly isInRow: boolean
}
export interface StatedRow {
  readonly name: string
  readonly terms: readonly (readonly [column: number, value: number])[]
  readonly lower: number
  readonly upper: number
}

export const ONE = 'one'

/** Whether nothing lies between two bounds. */
export const isCrossed = (lower: number, upper: number): boolean =>
  lower > upper || lower === Infinity || upper === -Infinity

/** What columns and rows are called in a file, where not `x0` and `r0`; `readableNames` makes such lists. */
export interface FormNames {
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  /** What else stands at the beginning of a text, a line each. */
  readonly remarks?: readonly string[]
}

export function statedForm(form: StandardForm, names?: FormNames): StatedForm {
  const n = form.linear.length
  const view = byRows(form.matrix)
  const never = (name: string): StatedRow => ({ name, terms: [[n, 1]], lower: 0, upper: 0 })
  const row = (i: number): StatedRow | undefined => {
    const name = names?.rows[i] ?? `r${i}`
    const lower = form.rowLower[i]
    const upper = form.rowUpper[i]
    if (isCrossed(lower, upper)) return never(name)
    if (lower === -Infinity && upper === Infinity) return undefined
    const terms: [number, number][] = []
    for (let p = view.starts[i]; p < view.starts[i + 1]; p++) {
      if (view.values[p] !== 0) terms.push([view.columns[p], view.values[p]])
    }
    if (terms.length > 0) return { name, terms, lower, upper }
    return lower > 0 || upper < 0 ? never(name) : undefined
  }
  const crossed: number[] = []
  const columns = Array.from(form.linear, (cost, j) => {
    const [lower, upper] = columnBounds(form, j)
    const column = { name: names?.columns[j] ?? `x${j}`, cost, integer: form.integer[j] !== 0, isInRow: false }
    if (!isCrossed(lower, upper)) return { ...column, lower, upper }
    crossed.push(j)
    return { ...column, lower: -Infinity, upper: Infinity }
  })
  function* written(): Generator<StatedRow> {
    for (const j of crossed) yield never(`c${j}`)
    for (let i = 0; i < form.matrix.rows; i++) {
      const next = row(i)
      if (next !== undefined) yield next
    }
  }
  const one = { name: ONE, cost: form.offset, lower: 1, upper: 1, integer: false, isInRow: false }
  let isEmpty = true
  for (const { terms } of written()) {
    isEmpty = false
    for (const [column] of terms) (columns[column] ?? one).isInRow = true
  }
  one.isInRow ||= isEmpty
  if (one.isInRow || one.cost !== 0) columns.push(one)
  const always: StatedRow = { name: 'fixed', terms: [[n, 1]], lower: 1, upper: 1 }
  return { columns, rows: () => (isEmpty ? [always] : written()) }
}
