import { integerRoot } from './root.js'

/**
 * The standard normal density φ(t) and tail Φ(−t) in doubles, for whoever proposes: proofs take `normalEnclosure`.
 *
 *     φ(t) = exp(−τ²)/√(2π),    Φ(−t) = exp(−τ²) y(τ)/2,    t = √2 τ,    y(τ) = exp(τ²) erfc(τ)
 *
 * τ² = h² + (τ − h)(τ + h) with h, τ rounded to 24 bits, so that h² is exact. y is smooth and falls slowly; around the
 * nearest multiple c of 1/4 it is a polynomial, whose coefficients follow from y′ = 2 τ y − 2/√π and y(c), in integers.
 * Both are good to a few units in the last place.
 */
export interface NormalPoint {
  readonly density: number
  readonly tail: number
}

/**
 * The largest τ, t ≈ 14.1: farther out s φ(t) is at most 1.5e-44 s, far less than gaps are measured against, and proofs are
 * spared numbers of hundreds of digits.
 */
export const FARTHEST_TAU = 10

/** For 0 ≤ τ ≤ `FARTHEST_TAU`. */
export function normalAt(tau: number): NormalPoint {
  const high = Math.fround(tau)
  const falling = Math.exp(-high * high) * Math.exp((high - tau) * (high + tau))
  const cell = Math.round(tau * CELLS)
  const coefficients = cells[cell] ?? coefficientsAt(cell)
  cells[cell] = coefficients
  const offset = tau - cell / CELLS
  let scaled = 0
  for (let n = DEGREE; n >= 0; n--) scaled = scaled * offset + coefficients[n]
  return { density: falling / Math.sqrt(2 * Math.PI), tail: (falling * scaled) / 2 }
}

/** τ = |z|/√2, rounded, and at most `FARTHEST_TAU`. */
export function tauOf(z: number): number {
  return Math.min(Math.abs(z) * Math.SQRT1_2, FARTHEST_TAU)
}

/** φ(z) and Φ(−z) for any z; beyond `FARTHEST_TAU` the tail is φ(z)/z, which is more than it by less than a hundredth. */
export function plainNormal(z: number): NormalPoint {
  const size = Math.abs(z)
  const density = Math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI)
  const tau = size * Math.SQRT1_2
  const { tail } = tau < FARTHEST_TAU ? normalAt(tau) : { tail: density / size }
  return { density, tail: z < 0 ? 1 - tail : tail }
}

/** Cells per unit of τ, and the degree that gives all digits at a distance of half a cell, 1/8. */
const CELLS = 4
const DEGREE = 17
const cells: Float64Array[] = []

/** Binary places: c² ≤ 100 costs 145, the recurrence of coefficients some 30. */
const PLACES = 400n
const ONE = 1n << PLACES

/**
 * a_n of y(c + h) = Σ a_n h^n: a_0 = e^{c²} − (2/√π) Σ_k (2c²)^k c/(1·3·…·(2k+1)), a_1 = 2 c a_0 − 2/√π, and
 * (n + 1) a_{n+1} = 2 c a_n + 2 a_{n−1}.
 */
function coefficientsAt(cell: number): Float64Array {
  const c = (BigInt(cell) << PLACES) / BigInt(CELLS)
  const square = (c * c) >> PLACES
  let exponential = ONE
  for (let term = ONE, j = 1n; term !== 0n; j++) {
    term = ((term * square) >> PLACES) / j
    exponential += term
  }
  let series = c
  for (let term = c, k = 3n; term !== 0n; k += 2n) {
    term = ((2n * term * square) >> PLACES) / k
    series += term
  }
  const constant = (2n * ONE * ONE) / rootOfPi()
  const a = [exponential - ((constant * series) >> PLACES)]
  a.push(((2n * c * a[0]) >> PLACES) - constant)
  for (let n = 1n; n < BigInt(DEGREE); n++) {
    a.push((((2n * c * a[Number(n)]) >> PLACES) + 2n * a[Number(n) - 1]) / (n + 1n))
  }
  return Float64Array.from(a, (value) => Number(value >> (PLACES - 200n)) * 2 ** -200)
}

let root: bigint | undefined

/** √π, by Machin's formula π = 16 atan(1/5) − 4 atan(1/239). */
function rootOfPi(): bigint {
  const arctangent = (inverse: bigint): bigint => {
    let sum = 0n
    let power = ONE / inverse
    for (let k = 1n; power !== 0n; k += 2n) {
      sum += k % 4n === 1n ? power / k : -power / k
      power /= inverse * inverse
    }
    return sum
  }
  root ??= integerRoot((16n * arctangent(5n) - 4n * arctangent(239n)) << PLACES)
  return root
}
