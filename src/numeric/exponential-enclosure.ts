import type { Decimal } from './decimal.js'
import type { Enclosure } from './normal-enclosure.js'

/** Binary places of fixed point. */
const PLACES = 192n
const ONE = 1n << PLACES
/** Decimal places of what is returned, cut outwards. */
const SCALE = 50

/**
 * ln(n/d) of positive integers, enclosed by integer arithmetic: with n/d = 2^k m, 1 ≤ m < 2, and z = (m − 1)/(m + 1),
 *
 *     ln(n/d) = k ln 2 + 2 Σ_j z^(2j+1)/(2j+1),    0 ≤ z < 1/3,    ln 2 = 2 Σ_j 3^−(2j+1)/(2j+1).
 *
 * Every step is cut downwards, by less than one unit of 2⁻¹⁹². A power of z is off by at most two units, for its error
 * shrinks by z² ≤ 1/9 and grows by less than one and a half, a term by at most three, and what is cut off behind the
 * last term by less than one: with fewer than 100 terms each series is within 2 · 301 units, and the result within 602
 * (|k| + 1).
 */
export function logEnclosure(n: bigint, d: bigint): Enclosure {
  if (n <= 0n || d <= 0n) throw new RangeError('the logarithm of a number that is not positive')
  const shifted = (k: bigint): [up: bigint, down: bigint] => (k >= 0n ? [n, d << k] : [n << -k, d])
  let k = BigInt(bitLength(n) - bitLength(d))
  let [up, down] = shifted(k)
  if (up < down) {
    k -= 1n
    ;[up, down] = shifted(k)
  }
  const middle = k * LN_2 + twiceAreaTangent(((up - down) << PLACES) / (up + down))
  return enclosure(middle, SERIES_ERROR * (absolute(k) + 1n))
}

/**
 * exp(−n/d) for n ≥ 0, d > 0, enclosed by integer arithmetic: with n/d = q ln 2 + r, 0 ≤ r < 1,
 *
 *     exp(−n/d) = 2^−q / Σ_j r^j/j!.
 *
 * r is within 602 q + 2 units; each of fewer than 100 terms adds at most two more, and the sum grows the error of r by
 * e^r < 3. So the sum A is within 3 (602 q + 2) + 200 units, and 1/A, with A ≥ 1, by one unit more.
 */
export function exponentialEnclosure(n: bigint, d: bigint): Enclosure {
  if (n < 0n || d <= 0n) throw new RangeError('an exponent above zero')
  const exponent = (n << PLACES) / d
  const q = exponent / (LN_2 + SERIES_ERROR)
  // Far below the places that are kept.
  if (q > PLACES) return { low: ZERO, high: { digits: 1n, scale: SCALE } }
  const rest = exponent - q * LN_2
  let sum = ONE
  for (let term = ONE, j = 1n; ; j++) {
    term = ((term * rest) >> PLACES) / j
    if (term === 0n) break
    sum += term
  }
  const error = 3n * (SERIES_ERROR * q + 2n) + 201n
  const inverse = (ONE << PLACES) / sum
  const { low, high } = enclosure(inverse, error, PLACES + q)
  return { low: low.digits < 0n ? ZERO : low, high }
}

const ZERO: Decimal = { digits: 0n, scale: 0 }
const SERIES_ERROR = 602n

/** 2 artanh(z) in fixed point, 0 ≤ z ≤ 1/3. */
function twiceAreaTangent(z: bigint): bigint {
  const square = (z * z) >> PLACES
  let sum = 0n
  for (let power = z, odd = 1n; power !== 0n; power = (power * square) >> PLACES, odd += 2n) {
    sum += power / odd
  }
  return 2n * sum
}

const LN_2 = twiceAreaTangent(ONE / 3n)

/** `middle` ± `error` units of 2^−places, as decimals cut outwards. */
function enclosure(middle: bigint, error: bigint, places: bigint = PLACES): Enclosure {
  const power = 10n ** BigInt(SCALE)
  return {
    low: { digits: ((middle - error) * power) >> places, scale: SCALE },
    high: { digits: -((-(middle + error) * power) >> places), scale: SCALE },
  }
}

const absolute = (a: bigint): bigint => (a < 0n ? -a : a)

const bitLength = (value: bigint): number => value.toString(2).length
