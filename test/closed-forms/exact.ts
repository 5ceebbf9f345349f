/** Exact arithmetic on doubles as they are, binary digits and all: every finite double is an integer over 2^1074. */
const DIGITS = 1074n

export function exact(value: number): bigint {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & ((1n << 52n) - 1n)
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return value < 0 ? -magnitude : magnitude
}

/** A product of two has twice as many digits behind the point; this gives a sum as many. */
export const widen = (value: bigint): bigint => value << DIGITS

const length = (value: bigint): number => 4 * value.toString(16).length

/** A quotient of two, both ≥ 0, to sixty bits or more. */
export function toNumber(numerator: bigint, denominator: bigint): number {
  const shift = Math.max(0, 64 + length(denominator) - length(numerator))
  return Number((numerator << BigInt(shift)) / denominator) * 2 ** -shift
}

export function sumOf(values: Iterable<number>): bigint {
  let sum = 0n
  for (const value of values) sum += exact(value)
  return sum
}
