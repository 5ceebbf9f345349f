/** Exact arithmetic on doubles as they are, binary digits and all: every finite double is an integer over 2^1074. */
const DIGITS = 1074

const double = new Float64Array(1)
const bits = new BigUint64Array(double.buffer)

/** The sign apart, |value| = magnitude × 2^(exponent − 1 − 1074). */
function partsOf(value: number): { readonly magnitude: bigint; readonly exponent: number } {
  double[0] = value
  const exponent = Number((bits[0] >> 52n) & 0x7ffn)
  const fraction = bits[0] & ((1n << 52n) - 1n)
  return exponent === 0 ? { magnitude: fraction, exponent: 1 } : { magnitude: fraction | (1n << 52n), exponent }
}

/** So many digits behind the binary point hold each of these numbers, and sums and differences of them; at most 1074. */
export function digitsOf(...columns: readonly Iterable<number>[]): number {
  let digits = 0
  for (const column of columns)
    for (const value of column) if (value !== 0) digits = Math.max(digits, DIGITS + 1 - partsOf(value).exponent)
  return digits
}

/** The number times 2^digits. Throws where that is no integer. */
export function exact(value: number, digits = DIGITS): bigint {
  const { magnitude, exponent } = partsOf(value)
  const shift = BigInt(exponent - 1 - DIGITS + digits)
  const shifted = shift >= 0n ? magnitude << shift : magnitude >> -shift
  if (shift < 0n && shifted << -shift !== magnitude) throw new Error(`${value} has more than ${digits} binary digits`)
  return value < 0 ? -shifted : shifted
}

/** A product of two has twice as many digits behind the point; this gives a sum as many. */
export const widen = (value: bigint): bigint => value << BigInt(DIGITS)

const length = (value: bigint): number => 4 * value.toString(16).length

/** A quotient of two, both ≥ 0, to sixty bits or more. */
export function toNumber(numerator: bigint, denominator: bigint): number {
  const shift = Math.max(0, 64 + length(denominator) - length(numerator))
  return Number((numerator << BigInt(shift)) / denominator) * 2 ** -shift
}

export function sumOf(values: Iterable<number>, digits = DIGITS): bigint {
  let sum = 0n
  for (const value of values) sum += exact(value, digits)
  return sum
}
