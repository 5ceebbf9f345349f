import type { ConeKind, ConicForm } from '../canonical/conic-form.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { multiplyMatrix, type SparseMatrix } from '../numeric/sparse-matrix.js'
import { normRows } from './norm-rows.js'

/**
 * Rows of Gx + s = b for cones over (v, z, t), t = 1 where it has no column, in this order for Clarabel and SCS alike:
 * for each cone
 *
 *     second-order:  s = (v + t, 2z, v − t),   s₀ ≥ ‖(s₁, s₂)‖         v t ≥ z²
 *     exponential:   s = (z, t, v),            s₁ exp(s₀/s₁) ≤ s₂      v ≥ t exp(z/t)
 *
 * and s = (t, z), s₀ ≥ ‖(s₁, s₂, …)‖ for cones that make a norm (`normRows`), whose heights are fixed at zero, without their row.
 */
export interface ConeRows {
  /** What else is left of the form. */
  readonly relaxation: StandardForm
  /** Sizes of the second-order cones, which come first. */
  readonly secondOrder: readonly number[]
  /** How many exponential cones follow. */
  readonly exponential: number
  /** G by its entries, rows counted from the first of these. */
  readonly row: readonly number[]
  readonly column: readonly number[]
  readonly value: readonly number[]
  readonly right: readonly number[]
  /** z² / t where heights were left out. */
  complete(x: Float64Array): Float64Array
  /**
   * Duals of these rows → of every block of cones, see `SolverAnswer`; duals of the rows that norms left out are put
   * into `rowPrices`.
   */
  duals(z: ArrayLike<number>, rowPrices: Float64Array): readonly Float64Array[]
}

/** Multiples of v, z and t in each of the three entries of s. */
const SLACKS: Readonly<Record<ConeKind, readonly (readonly [v: number, z: number, t: number])[]>> = {
  'second-order': [
    [1, 0, 1],
    [0, 2, 0],
    [1, 0, -1],
  ],
  exponential: [
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ],
}

export function coneRows(form: ConicForm): ConeRows {
  const { cones } = form
  const norms = normRows(form)
  const secondOrder: number[] = []
  const right: number[] = []
  const row: number[] = []
  const column: number[] = []
  const value: number[] = []
  const put = (i: number, j: number, multiple: number): void => {
    row.push(i)
    column.push(j)
    value.push(-multiple)
  }
  const starts = new Int32Array(cones.length)
  let exponential = 0
  for (const kind of ['second-order', 'exponential'] as const) {
    cones.forEach((block, c) => {
      if (block.kind !== kind) return
      const { height, of, scale } = block
      const start = right.length
      starts[c] = start
      if (norms[c] >= 0) {
        secondOrder.push(height.length + 1)
        right.push(...new Array<number>(height.length + 1).fill(0))
        put(start, scale!, 1)
        forEachEntry(of, (r, j, multiple) => put(start + 1 + r, j, multiple))
        return
      }
      if (kind === 'exponential') exponential += height.length
      else secondOrder.push(...new Array<number>(height.length).fill(3))
      const slacks = SLACKS[kind]
      const putAll = (r: number, j: number, number: 0 | 1 | 2, multiple: number): void => {
        slacks.forEach((slack, k) => {
          if (slack[number] !== 0) put(start + 3 * r + k, j, slack[number] * multiple)
        })
      }
      height.forEach((v, r) => {
        putAll(r, v, 0, 1)
        if (scale !== undefined) putAll(r, scale, 2, 1)
        right.push(...slacks.map((slack) => (scale === undefined ? slack[2] : 0)))
      })
      forEachEntry(of, (r, j, multiple) => putAll(r, j, 1, multiple))
    })
  }
  return {
    relaxation: withoutNorms(form, norms),
    secondOrder,
    exponential,
    row,
    column,
    value,
    right,
    complete: (x) => completed(form, norms, x),
    duals: (z, rowPrices) =>
      cones.map(({ kind, height }, c) => {
        const start = starts[c]
        if (norms[c] < 0) return dualsOf(kind, height.length, (k) => z[start + k])
        // λ t + μ'z ≥ 0 is Σ_r λ/2 (v_r + t) + μ_r z_r ≥ 0 but for λ/2 of the row Σ_r v_r ≤ t.
        const half = z[start] / 2
        rowPrices[norms[c]] = -half
        return Float64Array.from({ length: 2 * height.length }, (_, k) =>
          k % 2 === 0 ? half : z[start + 1 + (k >> 1)],
        )
      }),
  }
}

function dualsOf(kind: ConeKind, count: number, dual: (k: number) => number): Float64Array {
  const duals = new Float64Array(2 * count)
  for (let r = 0; r < count; r++) {
    SLACKS[kind].forEach(([v, z], k) => {
      duals[2 * r] += v * dual(3 * r + k)
      duals[2 * r + 1] += z * dual(3 * r + k)
    })
  }
  return duals
}

function forEachEntry(
  { columns, starts, indices, values }: SparseMatrix,
  use: (r: number, j: number, value: number) => void,
): void {
  for (let j = 0; j < columns; j++) for (let p = starts[j]; p < starts[j + 1]; p++) use(indices[p], j, values[p])
}

function withoutNorms({ relaxation, cones }: ConicForm, norms: Int32Array): StandardForm {
  const lower = relaxation.lower.slice()
  const upper = relaxation.upper.slice()
  const rowUpper = relaxation.rowUpper.slice()
  cones.forEach(({ height }, c) => {
    if (norms[c] < 0) return
    rowUpper[norms[c]] = Infinity
    for (const v of height) lower[v] = upper[v] = 0
  })
  return { ...relaxation, lower, upper, rowUpper }
}

function completed({ cones }: ConicForm, norms: Int32Array, x: Float64Array): Float64Array {
  const point = x.slice()
  cones.forEach(({ height, of, scale }, c) => {
    if (norms[c] < 0) return
    const t = x[scale!]
    multiplyMatrix(of, x).forEach((z, r) => {
      point[height[r]] = t > 0 ? z * (z / t) : 0
    })
  })
  return point
}
