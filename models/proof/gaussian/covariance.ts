import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  type Decimal,
  decimalOf,
  multiply,
  type PivotedFactor,
  pivotedFactor,
  subtract,
  toNumber,
} from '../../../src/numeric/index.js'
import type { AdlEvent } from '../../book/index.js'
import { alignMoves, type GaussianMoves, turnedMoves } from '../../moves/index.js'

/** A normal distribution of the moves of an event's markets, in the order of the event, that is proved to be one. */
export interface GaussianDistribution {
  readonly mean: readonly Decimal[]
  /** Row by row, exact; positive semidefinite, not only nearly so. */
  readonly covariance: readonly (readonly Decimal[])[]
}

/**
 * The distribution for an event's markets. Decimals are those that read back to the doubles of the moves.
 *
 * A covariance that is singular on paper, such as that of one factor, is in general indefinite once its entries are
 * rounded, and then expected losses are not convex and nothing can be proved. It is lifted by what a residue bound asks:
 * C ≈ LDL' in doubles, R = C − LDL' exactly, and C + diag(ρ) = LDL' + (R + diag(ρ)) is semidefinite when the last matrix is
 * diagonally dominant, here in units of the standard deviations. ρ is about 1e-16 of the variances, the rounding that the
 * entries have anyway. A matrix that is definite with room to spare is left as it is.
 *
 * Throws `missing-market` where the moves lack a market of the event, `not-expressible` where one is inverse, `covariance` where no such small lift helps.
 */
export function gaussianDistribution(event: AdlEvent, moves: GaussianMoves): GaussianDistribution {
  turnedMoves(moves, event)
  const order = Array.from(alignMoves(moves, event))
  const width = moves.markets.length
  const size = order.length
  const entries = new Float64Array(size * size)
  order.forEach((a, i) => {
    order.forEach((b, j) => {
      entries[i * size + j] = moves.covariance[a * width + b]
    })
  })
  refuseAsymmetry(entries, size)
  const lift = liftOf(entries, size)
  const covariance = order.map((_, i) => {
    const row = Array.from(entries.subarray(i * size, (i + 1) * size), decimalOf)
    row[i] = add(row[i], decimalOf(lift[i]))
    return row
  })
  return { mean: order.map((k) => decimalOf(moves.mean[k])), covariance }
}

/** Room that a definite matrix must have, in units of its variances, to be left alone; and the most that is added to one. */
const ROOM = 1e-12
const LARGEST_LIFT = 1e-9

function liftOf(entries: Float64Array, size: number): Float64Array {
  const variance = Float64Array.from({ length: size }, (_, i) => entries[i * size + i])
  const lessened = entries.slice()
  for (let i = 0; i < size; i++) lessened[i * size + i] *= 1 - ROOM
  const spare = needOf(variance, roundedResidue(lessened, pivotedFactor(lessened, size), size))
  if (spare.every((need, i) => need <= variance[i] * ROOM * 0.5)) return new Float64Array(size)
  const lift = needOf(variance, exactResidue(entries, pivotedFactor(entries, size), size))
  const bad = lift.findIndex((need, i) => !(need <= variance[i] * LARGEST_LIFT))
  if (bad < 0) return lift
  throw notADistribution(`[${bad}]`, variance[bad], 'the covariance is not positive semidefinite')
}

/** A covariance that is not symmetric to the last digit has two values for one thing. */
function refuseAsymmetry(entries: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = entries[i * size + j]
      if (Number.isFinite(value) && value === entries[j * size + i]) continue
      throw notADistribution(`[${i}][${j}]`, value, 'the covariance is not symmetric, or not finite')
    }
  }
}

function notADistribution(place: string, value: unknown, problem: string): SpillwayError {
  return new SpillwayError({
    code: 'covariance',
    path: `moves.gaussian.covariance${place}`,
    value,
    problem,
    cure: 'Give variances and correlations that some joint law has; a matrix of samples has them by construction.',
  })
}

/** ρ_i ≥ Σ_j |R_ij| δ_i/δ_j with δ the standard deviations: D(R + diag ρ)D is then diagonally dominant for D = 1/δ. */
function needOf(variance: Float64Array, residue: (i: number, j: number) => number): Float64Array {
  return variance.map((own, i) => {
    let sum = 0
    for (let j = 0; j < variance.length; j++) {
      const size = Math.abs(residue(i, j))
      if (size > 0) sum += size * Math.sqrt(own / variance[j])
    }
    return sum * (1 + 1e-10)
  })
}

/** |R_ij| from above, in doubles. */
function roundedResidue(entries: Float64Array, { pivots, columns }: PivotedFactor, size: number) {
  return (i: number, j: number): number => {
    let sum = entries[i * size + j]
    let magnitude = Math.abs(sum)
    pivots.forEach((pivot, f) => {
      const term = columns[f][i] * pivot * columns[f][j]
      sum -= term
      magnitude += Math.abs(term)
    })
    return Math.abs(sum) + magnitude * (pivots.length + 4) * Number.EPSILON
  }
}

function exactResidue(entries: Float64Array, { pivots, columns }: PivotedFactor, size: number) {
  const exact = columns.map((column) => Array.from(column, decimalOf))
  const scaled = exact.map((column, f) => column.map((entry) => multiply(entry, decimalOf(pivots[f]))))
  return (i: number, j: number): number => {
    const sum = exact.reduce(
      (rest, column, f) => subtract(rest, multiply(column[i], scaled[f][j])),
      decimalOf(entries[i * size + j]),
    )
    return toNumber(sum)
  }
}
