import erfc from '@stdlib/math-base-special-erfc'
import exp from '@stdlib/math-base-special-exp'
import { type Decimal, decimalOf, multiply, parseDecimal } from '../../../src/numeric/index.js'

/**
 * The standard normal density φ(t) and tail Φ(−t), at t = √2 τ ≥ 0, for bounds that must hold.
 *
 *     φ(t) = exp(−τ²)/√(2π),    Φ(−t) = erfc(τ)/2
 *
 * Both library functions get the very argument that is meant: t itself is never formed, and τ² = h² + (τ − h)(τ + h) with h, τ rounded
 * to 24 bits, so that h² is exact. They descend from FreeBSD's msun, whose documented error is below one unit in the last
 * place (2.2e-16); with the factor, the second exponential and the rounding to a decimal that is below 1e-15. `MARGIN`, 2e-14, is
 * what certificates grant them, and is charged to the bound.
 */
export interface NormalPoint {
  readonly density: number
  readonly tail: number
}

/** The largest relative error of `density` and `tail`, as the judges assume it. */
export const MARGIN = 2e-14

const above = parseDecimal('1.00000000000002') as Decimal
const below = parseDecimal('0.99999999999998') as Decimal

/**
 * The largest τ, t ≈ 14.1: farther out an account counts with at most s φ(t) ≈ 1.5e-44 s from above and nothing from below,
 * far less than gaps are measured against, and certificates are spared numbers of hundreds of digits.
 */
export const FARTHEST = 10

/** For 0 ≤ τ ≤ `FARTHEST`. */
export function normalAt(tau: number): NormalPoint {
  const high = Math.fround(tau)
  const density = (exp(-high * high) * exp((high - tau) * (high + tau))) / Math.sqrt(2 * Math.PI)
  return { density, tail: erfc(tau) / 2 }
}

/** A decimal not below, or not above, a number of which `value` is a rounded copy. */
export const raised = (value: number): Decimal => multiply(decimalOf(value), above)
export const lowered = (value: number): Decimal => multiply(decimalOf(value), below)

/** τ = |z|/√2, rounded, and at most `FARTHEST`. */
export function tauOf(z: number): number {
  return Math.min(Math.abs(z) * Math.SQRT1_2, FARTHEST)
}

/** φ(z) and Φ(−z) in doubles for any z. */
export function plainNormal(z: number): NormalPoint {
  return { density: exp((-z * z) / 2) / Math.sqrt(2 * Math.PI), tail: erfc(z * Math.SQRT1_2) / 2 }
}
