import { dyadic, logEnclosure, toNumber } from '../numeric/index.js'

/**
 * A convex function φ of one number, and with it its perspective t φ(z/t), t ≥ 0, which is convex in z and t together.
 * Second-order cones are perspectives of the square, exponential cones of the exponential; linear programs know them by
 * tangents.
 */
export interface Curve {
  /** What lies above its perspective. */
  readonly cone: 'second-order' | 'exponential'
  value(ratio: number): number
  /** A line that φ never lies below, touching it at `ratio` or next to it. */
  tangent(ratio: number): Tangent
  /** Where φ has a slope: the inverse of its derivative. */
  ratioOf(slope: number): number
  /** Where the first tangents touch: with these no program that is bounded by the curve is unbounded. */
  readonly first: readonly number[]
}

/**
 * rise · φ(ρ) ≥ slope · ρ + intercept for every ρ, so rise · v ≥ slope · z + intercept · t wherever v ≥ t φ(z/t) and t
 * ≥ 0: true for these three doubles as they stand, with nothing rounded.
 */
export interface Tangent {
  readonly rise: number
  readonly slope: number
  readonly intercept: number
}

/** t φ(z/t), at t = 0 its limit. */
export function perspective({ value }: Curve, z: number, t: number): number {
  if (t > 0) return t * value(z / t)
  return z > 0 ? Infinity : 0
}

/** ρ² ≥ 2τρ − τ², with τ² rounded up: the product loses one part in 2⁵³ at most, far from where doubles end. */
export const square: Curve = {
  cone: 'second-order',
  value: (ratio) => ratio * ratio,
  tangent: (ratio) => {
    const size = Math.abs(ratio)
    const tau = size < 2 ** -120 ? 0 : size > 2 ** 120 ? Infinity : ratio
    return { rise: 1, slope: 2 * tau, intercept: -tau * tau * (1 + 2 ** -51) }
  },
  ratioOf: (slope) => slope / 2,
  first: [0, 1, -1],
}

/** Steeper and flatter tangents than these are left out: exp(ρ) ≥ 0 is as good to twelve digits, and doubles hold no more. */
const FLATTEST = -28
const STEEPEST = 28
/** What four roundings of doubles can be off, relative to their terms. */
const ROUNDING = 2 ** -50

/**
 * r exp(ρ) ≥ ρ + 1 + ln r for every r > 0, and exp(ρ) ≥ s ρ + s (1 − ln s) for every s > 0, touching at ρ = −ln r and
 * at ρ = ln s: the first where the curve is flat, so that no coefficient is small. The intercept is rounded down from
 * an enclosure of the logarithm.
 */
export const exponential: Curve = {
  cone: 'exponential',
  value: Math.exp,
  tangent: (ratio) => {
    const tau = Math.min(Math.max(ratio, FLATTEST), STEEPEST)
    if (tau <= 0) {
      const rise = Math.exp(-tau)
      const log = toNumber(logOf(rise).low)
      return { rise, slope: 1, intercept: 1 + log - ROUNDING * (1 + Math.abs(log)) }
    }
    const slope = Math.exp(tau)
    const log = toNumber(logOf(slope).high)
    return { rise: 1, slope, intercept: slope * (1 - log) - ROUNDING * slope * (1 + Math.abs(log)) }
  },
  ratioOf: Math.log,
  first: [0, -1, -4],
}

/** By the cone above it. */
export const curves: Readonly<Record<Curve['cone'], Curve>> = { 'second-order': square, exponential }

/** The logarithm of a positive double, enclosed. */
function logOf(value: number): ReturnType<typeof logEnclosure> {
  const { digits, exponent } = dyadic(value)
  return exponent >= 0 ? logEnclosure(digits << BigInt(exponent), 1n) : logEnclosure(digits, 1n << BigInt(-exponent))
}
