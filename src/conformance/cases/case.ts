import type { FormInput } from '../../canonical/index.js'
import { fromTriplets, type Triplet } from '../../numeric/index.js'

/** A problem with what every capable solver must say of it. `x` only where it is unique, `prices` likewise. */
export interface ConformanceCase {
  readonly form: FormInput
  readonly status: 'optimal' | 'infeasible' | 'unbounded'
  readonly objective?: number
  readonly x?: readonly number[]
  readonly prices?: readonly number[]
}

export interface Written {
  readonly cost: readonly number[]
  readonly rows?: readonly (readonly [lower: number, coefficients: readonly number[], upper: number])[]
  readonly lower?: readonly number[]
  readonly upper?: readonly number[]
  readonly integer?: readonly boolean[]
  readonly quadratic?: readonly Triplet[]
  readonly offset?: number
  /** Zeros of `rows` stand in the matrix, too. */
  readonly keepZeros?: boolean
}

/** A form written out by rows; columns are ≥ 0 unless bounds are given. */
export function form(written: Written): FormInput {
  const { cost, rows = [], quadratic, keepZeros = false } = written
  const triplets: Triplet[] = []
  rows.forEach(([, coefficients], i) => {
    coefficients.forEach((a, j) => {
      if (a !== 0 || keepZeros) triplets.push([i, j, a])
    })
  })
  return {
    linear: cost,
    matrix: fromTriplets(rows.length, cost.length, triplets),
    rowLower: rows.map(([lower]) => lower),
    rowUpper: rows.map(([, , upper]) => upper),
    lower: written.lower ?? cost.map(() => 0),
    upper: written.upper ?? cost.map(() => Infinity),
    ...(written.integer && { integer: written.integer }),
    ...(quadratic && { quadratic: fromTriplets(cost.length, cost.length, quadratic) }),
    ...(written.offset !== undefined && { offset: written.offset }),
  }
}
