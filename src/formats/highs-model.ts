import { powerOfTwoScale, rowMagnitudes } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { tabulate } from '../numeric/index.js'

/**
 * The typed arrays of HiGHS:
 *
 *     minimise ½ x'(sQ)x + (s c)·x   subject to   R rowLower ≤ R A x ≤ R rowUpper,  lower ≤ x ≤ upper
 *
 * s and R are powers of two, 1 unless magnitudes leave the comfortable range, so nothing is rounded. Rows without a
 * nonzero and rows without a finite bound are dropped: the quadratic solver of HiGHS never stops on an empty row.
 */
export interface HighsModel {
  readonly numCols: number
  readonly numRows: number
  readonly colCost: Float64Array
  readonly colLower: Float64Array
  readonly colUpper: Float64Array
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
  readonly matrix: {
    readonly format: 'csc'
    readonly numRows: number
    readonly numCols: number
    readonly starts: Int32Array
    readonly indices: Int32Array
    readonly values: Float64Array
  }
  readonly integrality?: Int32Array
  readonly hessian?: {
    readonly format: 'triangular'
    readonly dimension: number
    readonly starts: Int32Array
    readonly indices: Int32Array
    readonly values: Float64Array
  }
}

export interface CompiledHighs {
  readonly model: HighsModel
  /** s of the formula. */
  readonly objectiveScale: number
  /** Row duals of the model → prices of the form's rows; dropped rows get 0. */
  readonly rowPrices: (rowDual: Float64Array) => Float64Array
}

/** Below and above, HiGHS drops coefficients (1e-9) or its absolute tolerances lose their meaning. */
const COMFORTABLE = { least: 1e-3, most: 1e6 }

const comfortableScale = (magnitude: number): number =>
  magnitude === 0 || (magnitude >= COMFORTABLE.least && magnitude <= COMFORTABLE.most) ? 1 : powerOfTwoScale(magnitude)

export function highsModel(form: StandardForm): CompiledHighs {
  const { matrix, quadratic } = form
  const magnitudes = rowMagnitudes(matrix)
  const keptAs = new Int32Array(matrix.rows).fill(-1)
  const keptRows = new Int32Array(matrix.rows)
  let count = 0
  for (let i = 0; i < matrix.rows; i++) {
    if (magnitudes[i] === 0 || (form.rowLower[i] === -Infinity && form.rowUpper[i] === Infinity)) continue
    keptAs[i] = count
    keptRows[count++] = i
  }
  const kept = keptRows.subarray(0, count)
  const scales = tabulate(count, (k) => comfortableScale(magnitudes[kept[k]]))
  const bounds = (side: Float64Array) => tabulate(count, (k) => side[kept[k]] * scales[k])

  let largest = 0
  for (const c of form.linear) largest = Math.max(largest, Math.abs(c))
  for (const q of quadratic.values) largest = Math.max(largest, Math.abs(q))
  const objectiveScale = comfortableScale(largest)

  const starts = new Int32Array(matrix.columns + 1)
  const indices = new Int32Array(matrix.values.length)
  const values = new Float64Array(matrix.values.length)
  let size = 0
  for (let j = 0; j < matrix.columns; j++) {
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
      const row = keptAs[matrix.indices[p]]
      if (row < 0 || matrix.values[p] === 0) continue
      indices[size] = row
      values[size] = matrix.values[p] * scales[row]
      size++
    }
    starts[j + 1] = size
  }
  const columns = matrix.columns
  const isInteger = form.integer.some((flag) => flag !== 0)
  const isQuadratic = quadratic.values.some((value) => value !== 0)
  const model: HighsModel = {
    numCols: columns,
    numRows: count,
    colCost: form.linear.map((c) => c * objectiveScale),
    colLower: form.lower,
    colUpper: form.upper,
    rowLower: bounds(form.rowLower),
    rowUpper: bounds(form.rowUpper),
    matrix: {
      format: 'csc',
      numRows: count,
      numCols: columns,
      starts,
      indices: indices.subarray(0, size),
      values: values.subarray(0, size),
    },
    ...(isInteger ? { integrality: Int32Array.from(form.integer) } : {}),
    ...(isQuadratic ? { hessian: hessian(form, objectiveScale) } : {}),
  }
  const rowPrices = (rowDual: Float64Array): Float64Array => {
    const prices = new Float64Array(matrix.rows)
    kept.forEach((i, k) => {
      prices[i] = (rowDual[k] * scales[k]) / objectiveScale
    })
    return prices
  }
  return { model, objectiveScale, rowPrices }
}

function hessian(form: StandardForm, scale: number): NonNullable<HighsModel['hessian']> {
  const { columns, starts, indices, values } = form.quadratic
  return { format: 'triangular', dimension: columns, starts, indices, values: values.map((value) => value * scale) }
}
