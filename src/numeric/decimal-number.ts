import { productError } from './product-error.js'
/**
 * digits / 10^scale as the nearest double, without printing and reading it: numerator and denominator are taken as pairs of
 * doubles (high + low), the quotient of the high parts is corrected by what it leaves, and the correction is used only where
 * its own error cannot change how the sum rounds. Undefined where it might, or where a step could leave the normal range.
 *
 * With q = fl(h/P) the remainder h − q P is a double, found exactly by Dekker's product. The three terms of r = (h − q
 * P) + l − q p are below 2⁻⁵¹ h each, so c = r/P misses the true correction by less than 2⁻¹⁰⁰ q, what l and p
 * themselves leave out included (2⁻¹⁰⁶ h and 2⁻¹⁰⁶ P). 2⁻⁹⁶ q is granted; rounding is monotone, so where both ends give
 * one double it is the one.
 */
export function nearestQuotient(digits: bigint, scale: number): number | undefined {
  const high = Number(digits)
  if (scale > LARGEST_SCALE || !(Math.abs(high) < LARGEST)) return undefined
  const power = powerOf(scale)
  const rest = powerRests[scale] as number
  const quotient = high / power
  if (!(Math.abs(quotient) > SMALLEST)) return undefined
  const low = beyondHigh(digits, high)
  const correction = (remainder(high, quotient, power) + low - quotient * rest) / power
  const granted = Math.abs(quotient) * GRANTED
  const nearest = quotient + (correction - granted)
  return nearest === quotient + (correction + granted) ? nearest : undefined
}

/**
 * What digits / 10^scale has beyond a double near it, to 2⁻⁹⁸ of the double: together they are a number of twice the
 * length. NaN where a step could leave the normal range.
 */
export function beyondNearest(digits: bigint, scale: number, nearest: number): number {
  if (digits === 0n) return 0
  const high = Number(digits)
  if (scale > LARGEST_SCALE || !(Math.abs(high) < LARGEST) || !(Math.abs(nearest) > SMALLEST)) return Number.NaN
  const power = powerOf(scale)
  const rest = powerRests[scale] as number
  const low = beyondHigh(digits, high)
  return (remainder(high, nearest, power) + low - nearest * rest) / power
}

/**
 * The nearest double of digits / 10^scale and what it leaves, as `nearestQuotient` and `beyondNearest` find them, in
 * one go: written at an index of two columns. False, and nothing written, where a step could leave the normal range or
 * rounding is not decided.
 */
export function splitQuotient(
  digits: bigint,
  scale: number,
  index: number,
  values: Float64Array,
  rests: Float64Array,
): boolean {
  const high = Number(digits)
  if (scale > LARGEST_SCALE || !(Math.abs(high) < LARGEST)) return false
  const power = powerOf(scale)
  const rest = powerRests[scale] as number
  const quotient = high / power
  if (!(Math.abs(quotient) > SMALLEST)) return false
  const low = beyondHigh(digits, high)
  const correction = (remainder(high, quotient, power) + low - quotient * rest) / power
  const granted = Math.abs(quotient) * GRANTED
  const nearest = quotient + (correction - granted)
  if (nearest !== quotient + (correction + granted)) return false
  values[index] = nearest
  // Neighbouring doubles differ by a double.
  rests[index] = quotient - nearest + correction
  return true
}

const word = new BigInt64Array(1)
const halves = new Uint32Array(word.buffer)
word[0] = 1n
const UPPER = halves[0] === 1 ? 1 : 0
const HALF = 2 ** 32

/**
 * digits − high for the double nearest to them, without making another big integer: where it is below 2⁶³ in size, it
 * is known by its last 64 bits, which are the difference of theirs. Those of the double are what is left of |high|
 * beyond multiples of 2⁶⁴, a double too.
 */
function beyondHigh(digits: bigint, high: number): number {
  const size = Math.abs(high)
  if (size <= Number.MAX_SAFE_INTEGER) return 0
  if (size >= 2 ** 115) return Number(digits - BigInt(high))
  word[0] = digits
  const rest = size - Math.floor(size / 2 ** 64) * 2 ** 64
  const upper = Math.floor(rest / HALF)
  const lower = rest - upper * HALF
  // The last bits of a negative number are those of its size, taken from 2⁶⁴.
  const isBelow = high < 0
  const low = (halves[1 - UPPER] as number) + (isBelow ? lower : -lower)
  const up = (halves[UPPER] as number) + (isBelow ? upper : -upper)
  // |digits − high| is at most 2⁶², so that the upper half of the difference, with what the lower half carries, tells its sign.
  const carried = up + Math.floor(low / HALF)
  const signed = carried - Math.round(carried / HALF) * HALF
  return signed * HALF + (low - Math.floor(low / HALF) * HALF)
}

const LARGEST_SCALE = 250
const LARGEST = 1e250
const SMALLEST = 1e-250
const GRANTED = 2 ** -96

/** h − q P where q is the rounded quotient h/P: exact. */
function remainder(h: number, q: number, P: number): number {
  const product = q * P
  return h - product - productError(q, P, product)
}

/** 10^scale as doubles, and what is left of it; as far as somebody has asked. */
const powers = new Float64Array(LARGEST_SCALE + 1)
const powerRests = new Float64Array(LARGEST_SCALE + 1)
let known = 0

function powerOf(scale: number): number {
  for (; known <= scale; known++) {
    const exact = 10n ** BigInt(known)
    powers[known] = Number(exact)
    powerRests[known] = Number(exact - BigInt(powers[known] as number))
  }
  return powers[scale] as number
}
