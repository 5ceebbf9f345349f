import type { RowView } from './by-rows.js'
import type { StandardForm } from './standard-form.js'

/**
 * A weighted hinge in a standard form: a column u in one row only, which the row pushes away from the bound that its cost
 * prefers. With the row turned to ≥ and u or −u so that a > 0,
 *
 *     a u + b·x ≥ end,   u ≥ least,   cost w u, w ≥ 0:   u = least + ((end − b·x)/a − least)⁺ at its best,
 *
 * provided that no upper bound of u is in the way.
 */
export interface Hinge {
  readonly row: number
  readonly column: number
  /** 1 for a row with a lower end, −1 for one with an upper end that is turned. */
  readonly turn: 1 | -1
  /** −1 where −u is meant by u. */
  readonly side: 1 | -1
  /** a > 0, least, end and w, all turned. */
  readonly size: number
  readonly least: number
  readonly end: number
  readonly weight: number
}

/** How far below its need an upper bound of u may lie, relative to it, and still be no constraint. */
const ROUNDING = 1e-9

/**
 * The hinge of a row, if it is a hinge row: it has one end, at most `widest` other columns, and a column as above. Where
 * several columns could be u, the last one is, or none: the row may as well couple them.
 *
 * @param uses how many rows each column stands in
 * @param isCoupling whether a row in doubt couples
 */
export function findHinge(
  form: StandardForm,
  view: RowView,
  uses: Int32Array,
  row: number,
  widest: number,
  isCoupling: boolean,
): Hinge | undefined {
  const turn = form.rowUpper[row] === Infinity ? 1 : form.rowLower[row] === -Infinity ? -1 : 0
  const from = view.starts[row]
  const to = view.starts[row + 1]
  if (turn === 0 || to - from > widest + 1) return undefined
  let lowest = 0
  let unbounded = 0
  const leastOf = (p: number): number => {
    const a = turn * view.values[p]
    return a * (a > 0 ? form.lower[view.columns[p]] : form.upper[view.columns[p]])
  }
  for (let p = from; p < to; p++) {
    if (view.values[p] === 0) continue
    const own = leastOf(p)
    if (own === -Infinity) unbounded++
    else lowest += own
  }
  const end = turn > 0 ? form.rowLower[row] : -form.rowUpper[row]
  let found: Hinge | undefined
  let candidates = 0
  for (let p = from; p < to; p++) {
    const column = view.columns[p]
    const a = turn * view.values[p]
    if (a === 0 || uses[column] > 1 || hasCurvature(form, column)) continue
    const side = a > 0 ? 1 : -1
    const weight = side * form.linear[column]
    const least = side > 0 ? form.lower[column] : -form.upper[column]
    const most = side > 0 ? form.upper[column] : -form.lower[column]
    if (weight < 0 || least === -Infinity) continue
    const size = Math.abs(a)
    const need = unbounded > 0 ? Infinity : (end - (lowest - size * least)) / size
    if (need > most + ROUNDING * Math.max(Math.abs(most), Math.abs(least))) continue
    candidates++
    found = { row, column, turn, side, size, least, end, weight: weight || 0 }
  }
  return candidates > 1 && isCoupling ? undefined : found
}

function hasCurvature({ quadratic }: StandardForm, column: number): boolean {
  const p = quadratic.starts[column]
  return p < quadratic.starts[column + 1] && quadratic.values[p] !== 0
}
