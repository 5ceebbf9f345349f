import type { SparseMatrix } from '../numeric/sparse-matrix.js'
import type { SolverAnswer } from './outcome.js'
import type { StandardForm } from './standard-form.js'

/**
 * The form in other units, for solvers that drop small coefficients: with diagonal R and S of powers of two and x = S z,
 *
 *     minimise ½ z'(SQS)z + (S linear)·z + offset   subject to   R rowLower ≤ (R A S) z ≤ R rowUpper,  S⁻¹lower ≤ z ≤ S⁻¹upper.
 *
 * R and S take turns in dividing every row and column by the geometric mean of its smallest and largest entry. Columns
 * of integer variables keep their unit (S_jj = 1). Powers of two round nothing. The way back: x = S z, and y = R y' for
 * the duals y' of the rows.
 */
export interface EquilibratedForm {
  readonly form: StandardForm
  recover(answer: SolverAnswer): SolverAnswer
}

const SWEEPS = 8
/** Solvers scale rows by powers of two of their own, which may bring an entry down to their threshold by this much. */
const MARGIN = 4
/** Units stay where products of two of them, of a bound and of a cost are no under- or overflow. */
const LARGEST_EXPONENT = 200

/** Whether an entry is at or below `least` beside 1 or the largest of its row, or of Q. */
export function hasTinyCoefficients({ matrix, quadratic }: StandardForm, least: number): boolean {
  const threshold = MARGIN * least
  const largest = new Float64Array(matrix.rows).fill(1)
  matrix.values.forEach((value, p) => {
    const i = matrix.indices[p]
    largest[i] = Math.max(largest[i], Math.abs(value))
  })
  const isTiny = (value: number, beside: number): boolean => value !== 0 && Math.abs(value) <= threshold * beside
  if (matrix.values.some((value, p) => isTiny(value, largest[matrix.indices[p]]))) return true
  const curvature = quadratic.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  return quadratic.values.some((value) => isTiny(value, curvature))
}

export function equilibrate(form: StandardForm): EquilibratedForm {
  const { rows, columns } = scales(form)
  const scaled: StandardForm = {
    linear: form.linear.map((c, j) => c * columns[j]),
    quadratic: scaledMatrix(form.quadratic, columns, columns),
    offset: form.offset,
    matrix: scaledMatrix(form.matrix, rows, columns),
    rowLower: form.rowLower.map((bound, i) => bound * rows[i]),
    rowUpper: form.rowUpper.map((bound, i) => bound * rows[i]),
    lower: form.lower.map((bound, j) => bound / columns[j]),
    upper: form.upper.map((bound, j) => bound / columns[j]),
    integer: form.integer,
  }
  return {
    form: scaled,
    recover: ({ x, rowPrices, ...answer }) => ({
      ...answer,
      ...(x && { x: x.map((value, j) => value * columns[j]) }),
      ...(rowPrices && { rowPrices: rowPrices.map((price, i) => price * rows[i]) }),
    }),
  }
}

function scaledMatrix(a: SparseMatrix, rows: Float64Array, columns: Float64Array): SparseMatrix {
  const values = a.values.slice()
  for (let j = 0; j < a.columns; j++) {
    for (let p = a.starts[j]; p < a.starts[j + 1]; p++) values[p] *= rows[a.indices[p]] * columns[j]
  }
  return { ...a, values }
}

/** The diagonals of R and S. The square roots of Q's diagonal are one more row, so that S Q S is even as well. */
function scales(form: StandardForm): { rows: Float64Array; columns: Float64Array } {
  const { matrix, quadratic } = form
  const curvature = new Float64Array(matrix.columns)
  for (let j = 0; j < matrix.columns; j++) {
    const p = quadratic.starts[j]
    if (p < quadratic.starts[j + 1] && quadratic.indices[p] === j)
      curvature[j] = Math.sqrt(Math.abs(quadratic.values[p]))
  }
  const rows = new Float64Array(matrix.rows + 1)
  const columns = new Float64Array(matrix.columns)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const rowRange = new Range(rows.length)
    const columnRange = new Range(columns.length)
    const see = (visit: (i: number, j: number, exponent: number) => void): void => {
      for (let j = 0; j < matrix.columns; j++) {
        for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
          const magnitude = Math.abs(matrix.values[p])
          if (magnitude > 0) visit(matrix.indices[p], j, Math.log2(magnitude))
        }
        if (curvature[j] > 0) visit(matrix.rows, j, Math.log2(curvature[j]))
      }
    }
    see((i, j, exponent) => rowRange.include(i, exponent + columns[j]))
    for (let i = 0; i < rows.length; i++) rows[i] = -rowRange.middle(i)
    see((i, j, exponent) => columnRange.include(j, exponent + rows[i]))
    for (let j = 0; j < columns.length; j++) columns[j] = form.integer[j] ? 0 : -columnRange.middle(j)
  }
  const power = (exponent: number): number =>
    2 ** Math.round(Math.min(LARGEST_EXPONENT, Math.max(-LARGEST_EXPONENT, exponent)))
  return { rows: rows.subarray(0, matrix.rows).map(power), columns: columns.map(power) }
}

/** The smallest and largest exponent seen at every index. */
class Range {
  readonly #low: Float64Array
  readonly #high: Float64Array

  constructor(size: number) {
    this.#low = new Float64Array(size).fill(Infinity)
    this.#high = new Float64Array(size).fill(-Infinity)
  }

  include(k: number, exponent: number): void {
    this.#low[k] = Math.min(this.#low[k], exponent)
    this.#high[k] = Math.max(this.#high[k], exponent)
  }

  /** 0 where nothing was seen. */
  middle(k: number): number {
    return this.#low[k] === Infinity ? 0 : (this.#low[k] + this.#high[k]) / 2
  }
}
