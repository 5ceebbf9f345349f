import { SpillwayError } from '../../../src/errors.js'
import {
  add,
  type Decimal,
  decimalOf,
  multiply,
  roundedQuotient,
  subtract,
  toNumber,
} from '../../../src/numeric/index.js'
import type { AdlEvent } from '../../book/index.js'
import { alignMoves, type GaussianMoves, turnedMoves } from '../../moves/index.js'

/** A law of the moves of an event's markets, in the order of the event, that is proved to be one. */
export interface GaussianDistribution {
  readonly mean: readonly Decimal[]
  /** Row by row, exact; positive semidefinite, not only nearly so. */
  readonly covariance: readonly (readonly Decimal[])[]
}

/**
 * The law of an event's markets. Decimals are those that read back to the doubles of the moves.
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
    if (lift[i] > 0) row[i] = add(row[i], decimalOf(lift[i]))
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
  const spare = needOf(variance, roundedResidue(lessened, factorOf(lessened, size), size))
  if (spare.every((need, i) => need <= variance[i] * ROOM * 0.5)) return new Float64Array(size)
  const lift = needOf(variance, exactResidue(entries, factorOf(entries, size), size))
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

/** C ≈ Σ_f pivot_f l_f l_f', where l_f is 1 at `order[f]` and 0 at the places that came before. */
export interface Factor {
  readonly order: readonly number[]
  readonly pivots: readonly number[]
  readonly columns: readonly Float64Array[]
}

/** LDL' with the largest remaining share of a variance first; stops where only rounding is left. */
export function factorOf(entries: Float64Array, size: number): Factor {
  const rest = entries.slice()
  const order: number[] = []
  const pivots: number[] = []
  const columns: Float64Array[] = []
  const share = (i: number): number => (entries[i * size + i] > 0 ? rest[i * size + i] / entries[i * size + i] : 0)
  const isDone = new Uint8Array(size)
  for (let step = 0; step < size; step++) {
    let p = -1
    for (let i = 0; i < size; i++) if (!isDone[i] && (p < 0 || share(i) > share(p))) p = i
    if (!(share(p) > 4 * size * Number.EPSILON)) break
    isDone[p] = 1
    const pivot = rest[p * size + p]
    const column = Float64Array.from({ length: size }, (_, i) =>
      isDone[i] && i !== p ? 0 : rest[i * size + p] / pivot,
    )
    for (let i = 0; i < size; i++) {
      if (isDone[i]) continue
      for (let j = 0; j < size; j++) rest[i * size + j] -= column[i] * pivot * column[j]
    }
    order.push(p)
    pivots.push(pivot)
    columns.push(column)
  }
  return { order, pivots, columns }
}

/** |R_ij| from above, in doubles. */
function roundedResidue(entries: Float64Array, { pivots, columns }: Factor, size: number) {
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

function exactResidue(entries: Float64Array, { pivots, columns }: Factor, size: number) {
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

/** C = L D L' to about forty places, as decimals: every pivot that is there, the smallest, which are the lift, last. */
export interface FineFactor {
  readonly order: readonly number[]
  readonly pivots: readonly Decimal[]
  readonly columns: readonly (readonly Decimal[])[]
}

/** What is relatively smaller is rounding of the elimination itself. */
const NOTHING = 1e-28
const FINE_PLACES = 60

export function fineFactorOf({ covariance }: GaussianDistribution, markets: readonly number[]): FineFactor {
  const rest = markets.map((i) => markets.map((j) => covariance[i][j]))
  const variance = rest.map((row, i) => toNumber(row[i]))
  const left = new Set(markets.keys())
  const order: number[] = []
  const pivots: Decimal[] = []
  const columns: Decimal[][] = []
  while (left.size > 0) {
    const share = (i: number): number => (variance[i] > 0 ? toNumber(rest[i][i]) / variance[i] : 0)
    const p = [...left].reduce((best, i) => (share(i) > share(best) ? i : best))
    if (!(share(p) > NOTHING)) break
    left.delete(p)
    const pivot = rest[p][p]
    const column = markets.map((_, i) =>
      i === p ? decimalOf(1) : left.has(i) ? quotient(rest[i][p], pivot) : decimalOf(0),
    )
    for (const i of left) {
      for (const j of left) {
        const next = subtract(rest[i][j], multiply(column[i], rest[p][j]))
        rest[i][j] = next.scale > FINE_PLACES ? roundedQuotient(next, decimalOf(1), FINE_PLACES, 'down') : next
      }
    }
    order.push(p)
    pivots.push(pivot)
    columns.push(column)
  }
  return { order, pivots, columns }
}

function quotient(a: Decimal, b: Decimal): Decimal {
  return roundedQuotient(a, b, FINE_PLACES, 'down')
}
