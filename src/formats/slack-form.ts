import { type ConicForm, isConic } from '../canonical/conic-form.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { fromCoordinates, type SparseMatrix } from '../numeric/sparse-matrix.js'
import { type ConeRows, coneRows } from './cone-rows.js'
import { highsModel } from './highs-model.js'

/**
 * The form as solvers over cones take it:
 *
 *     minimise ½ x'Px + q·x   subject to   Gx + s = b,
 *     s = 0 in the first `zero` rows,  s ≥ 0 in the next `nonnegative`,  and then three rows for each cone (`coneRows`).
 *
 * An equality row and a fixed column are one row each; every other finite side of a row or column is one row,
 *
 *     a·x ≤ upper   →   a·x + s = upper,        a·x ≥ lower   →   −a·x + s = −lower.
 *
 * The numbers are those of `highsModel`: scaled by powers of two, without rows that hold nothing.
 */
export interface SlackForm {
  /** P, by its upper triangle. */
  readonly quadratic: SparseMatrix
  /** q. */
  readonly linear: Float64Array
  /** G. */
  readonly matrix: SparseMatrix
  /** b. */
  readonly right: Float64Array
  readonly zero: number
  readonly nonnegative: number
  /** Sizes of the second-order cones that follow, and how many exponential ones come after these. */
  readonly secondOrder: readonly number[]
  readonly exponential: number
  /** A point of this form as one of the form. */
  readonly pointOf: (x: ArrayLike<number>) => Float64Array
  /**
   * Duals z of the rows of G → duals of the form's rows and cones. At an optimum Px + q + G'z = 0 where the form has
   * c + Qx − A'y = reduced costs, so a row `sign · a·x` gives its z times −sign to the dual of its row.
   */
  readonly dualsOf: (z: ArrayLike<number>) => Required<Pick<SolverAnswer, 'rowPrices' | 'coneDuals'>>
}

/** sign · (row or column) + s = sign · bound; a row of the model, or a column counted from its number of rows. */
interface Side {
  readonly of: number
  readonly sign: 1 | -1
  readonly bound: number
}

export function slackForm(form: StandardForm | ConicForm): SlackForm {
  const cones = coneRows(isConic(form) ? form : { relaxation: form, cones: [] })
  const { model, objectiveScale, rowPrices } = highsModel(cones.relaxation)
  const { numRows: rows, numCols: columns } = model
  const equalities: Side[] = []
  const sides: Side[] = []
  const add = (of: number, lower: number, upper: number): void => {
    if (lower === upper) equalities.push({ of, sign: 1, bound: upper })
    else {
      if (lower > -Infinity) sides.push({ of, sign: -1, bound: lower })
      if (upper < Infinity) sides.push({ of, sign: 1, bound: upper })
    }
  }
  for (let i = 0; i < rows; i++) add(i, model.rowLower[i], model.rowUpper[i])
  for (let j = 0; j < columns; j++) add(rows + j, model.colLower[j], model.colUpper[j])
  const all = [...equalities, ...sides]
  return {
    quadratic: upperTriangle(model.hessian, columns),
    linear: model.colCost,
    matrix: sideMatrix(model.matrix, all, cones),
    right: Float64Array.from([...all.map(({ sign, bound }) => sign * bound), ...cones.right]),
    zero: equalities.length,
    nonnegative: sides.length,
    secondOrder: cones.secondOrder,
    exponential: cones.exponential,
    pointOf: (x) => cones.complete(Float64Array.from(x)),
    dualsOf: (z) => {
      const own = new Float64Array(rows)
      for (const [k, { of, sign }] of all.entries()) if (of < rows) own[of] -= sign * z[k]
      const prices = rowPrices(own)
      const ofCones = Float64Array.from(cones.right, (_, k) => z[all.length + k] / objectiveScale)
      return { coneDuals: cones.duals(ofCones, prices), rowPrices: prices }
    },
  }
}

type Compressed = Pick<SparseMatrix, 'starts' | 'indices' | 'values'>

function upperTriangle(lower: Compressed | undefined, columns: number): SparseMatrix {
  if (lower === undefined)
    return fromCoordinates(columns, columns, new Int32Array(), new Int32Array(), new Float64Array())
  return fromCoordinates(columns, columns, columnOfEntries(lower, columns), lower.indices, lower.values)
}

function columnOfEntries({ starts, indices }: Compressed, columns: number): Int32Array {
  const column = new Int32Array(indices.length)
  for (let j = 0; j < columns; j++) column.fill(j, starts[j], starts[j + 1])
  return column
}

/** G: for every side its row of the matrix, or the unit row of its column, times its sign; then the rows of cones. */
function sideMatrix(
  matrix: Compressed & { readonly numRows: number; readonly numCols: number },
  sides: readonly Side[],
  cones: ConeRows,
) {
  const { numRows: rows, numCols: columns, starts, indices, values } = matrix
  // Up to two sides a row: where they stand, −1 for none.
  const first = new Int32Array(rows).fill(-1)
  const second = new Int32Array(rows).fill(-1)
  let size = 0
  const lengths = new Int32Array(rows)
  for (const i of indices) lengths[i]++
  for (const [k, { of }] of sides.entries()) {
    size += of < rows ? lengths[of] : 1
    if (of >= rows) continue
    if (first[of] < 0) first[of] = k
    else second[of] = k
  }
  const row = new Int32Array(size + cones.row.length)
  const column = new Int32Array(row.length)
  const value = new Float64Array(row.length)
  row.set(
    cones.row.map((k) => sides.length + k),
    size,
  )
  column.set(cones.column, size)
  value.set(cones.value, size)
  let at = 0
  const put = (k: number, j: number, entry: number): void => {
    row[at] = k
    column[at] = j
    value[at] = sides[k].sign * entry
    at++
  }
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      const i = indices[p]
      if (first[i] >= 0) put(first[i], j, values[p])
      if (second[i] >= 0) put(second[i], j, values[p])
    }
  }
  for (const [k, { of }] of sides.entries()) if (of >= rows) put(k, of - rows, 1)
  return fromCoordinates(sides.length + cones.right.length, columns, row, column, value)
}
