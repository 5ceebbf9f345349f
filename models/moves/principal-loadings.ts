import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import type { AdlEvent } from '../book/index.js'
import { mistake } from '../book/place.js'
import { alignMoves } from './align.js'
import type { Loadings, Moves, ScenarioMoves } from './moves.js'
import { turnedMoves } from './turned.js'

/** Loadings of the one factor that explains most, and how much it explains. */
export interface PrincipalLoadings {
  /** β_k of every market of the event. */
  readonly loadings: Loadings
  /** λ1/Σλ: the share of the total variance that the one factor explains, from 0 to 1. */
  readonly share: number
}

/**
 * The one factor that explains most of the moves of an event's markets: with λ1 and u the largest eigenvalue of their
 * covariance and its unit vector,
 *
 *     β_k = √λ1 · u_k,
 *
 * so that the factor has unit variance. The sign is such that Σ β_k > 0 (of two with the sum zero, the one whose first
 * entry that is not zero is positive). Weights of scenarios count; the covariance is taken about their weighted mean.
 *
 * Loadings are those of the venue's prices; of an inverse market the moves of 1/p are looked at, and −β_k is given.
 *
 * @throws SpillwayError `missing-market`; `inverse-move`; `not-expressible`; `no-variance` where nothing moves.
 */
export function principalLoadings(stated: Moves, event: AdlEvent): PrincipalLoadings {
  const moves = turnedMoves(stated, event)
  const column = alignMoves(moves, event)
  const covariance =
    moves.kind === 'gaussian'
      ? submatrix(moves.covariance, column, moves.markets.length)
      : sampleCovariance(moves, column)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true })
  const largest = Math.max(...realEigenvalues)
  const total = covariance.trace()
  if (!(largest > 0)) {
    const cure = 'Give moves in which at least one market of the event moves, or give --loadings.'
    throw mistake('no-variance', 'moves', 'the moves are all the same, so no factor explains them', largest, cure)
  }
  const unit = eigenvectorMatrix.getColumn(realEigenvalues.indexOf(largest))
  const scale = Math.sqrt(largest) * signOfVector(unit)
  const loadings = new Map(
    event.markets.map(({ market, inverse }, k) => [market, (inverse ? -scale : scale) * unit[k] + 0]),
  )
  return { loadings, share: Math.min(1, largest / total) }
}

/** Sums nearer to zero than this, for vectors of length one, are zero but for rounding. */
const NOTHING = 1e-12

function signOfVector(unit: readonly number[]): 1 | -1 {
  const sum = unit.reduce((a, b) => a + b, 0)
  const decisive = Math.abs(sum) > NOTHING ? sum : unit.find((entry) => Math.abs(entry) > NOTHING)!
  return decisive > 0 ? 1 : -1
}

function submatrix(covariance: Float64Array, column: Int32Array, m: number): Matrix {
  return new Matrix(Array.from(column, (i) => Array.from(column, (j) => covariance[i * m + j])))
}

/** Σ_s w_s (r_sk − r̄_k)(r_sl − r̄_l) / Σ_s w_s. */
function sampleCovariance({ count, markets, returns, weights }: ScenarioMoves, column: Int32Array): Matrix {
  const m = markets.length
  const weightOf = (s: number): number => weights?.values[s] ?? 1
  let total = 0
  const mean = new Float64Array(column.length)
  for (let s = 0; s < count; s++) {
    total += weightOf(s)
    for (let k = 0; k < column.length; k++) mean[k] += weightOf(s) * returns.values[s * m + column[k]]
  }
  for (let k = 0; k < column.length; k++) mean[k] /= total
  const covariance = Matrix.zeros(column.length, column.length)
  const move = new Float64Array(column.length)
  for (let s = 0; s < count; s++) {
    const weight = weightOf(s) / total
    if (weight === 0) continue
    for (let k = 0; k < column.length; k++) move[k] = returns.values[s * m + column[k]] - mean[k]
    for (let k = 0; k < column.length; k++) {
      for (let l = 0; l <= k; l++) covariance.set(k, l, covariance.get(k, l) + weight * move[k] * move[l])
    }
  }
  for (let k = 0; k < column.length; k++) for (let l = 0; l < k; l++) covariance.set(l, k, covariance.get(k, l))
  return covariance
}
