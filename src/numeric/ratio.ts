import Fraction from 'fraction.js'
import type { Decimal } from './decimal.js'
import { dyadic } from './dyadic.js'

/**
 * Exact quotients of decimals, for values and bounds that must be compared without rounding.
 * `fraction.js` keeps them in lowest terms over `bigint`.
 */
export type Ratio = Fraction

const tenTo = (exponent: number): bigint => 10n ** BigInt(exponent)

/** a / b, exact. Throws when b is zero. */
export function ratioOf(a: Decimal, b: Decimal = { digits: 1n, scale: 0 }): Ratio {
  return new Fraction(a.digits * tenTo(b.scale), b.digits * tenTo(a.scale))
}

/** a + b, exact; both finite. */
export function dyadicRatio(a: number, b: number): Ratio {
  const [one, other] = [dyadic(a), dyadic(b)]
  const exponent = Math.min(one.exponent, other.exponent, 0)
  const at = ({ digits, exponent: own }: typeof one): bigint => digits << BigInt(own - exponent)
  return new Fraction(at(one) + at(other), 1n << BigInt(-exponent))
}

/** Reads what `ratioText` writes. */
export function parseRatio(text: string): Ratio {
  return new Fraction(text)
}

export function ratioText(a: Ratio): string {
  return a.toFraction(false)
}

/** The double nearest to a ratio, to within one unit in the last place; never overflows on long numerators. */
export function ratioNumber(a: Ratio): number {
  if (a.n === 0n) return 0
  // Sixty-odd significant bits of the quotient, then an exact power of two.
  const shift = bitLength(a.d) - bitLength(a.n) + 64
  const quotient = shift >= 0 ? (a.n << BigInt(shift)) / a.d : a.n / (a.d << BigInt(-shift))
  return Number(a.s) * scaleByPowerOfTwo(Number(quotient), -shift)
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4
}

function scaleByPowerOfTwo(value: number, exponent: number): number {
  let rest = exponent
  let result = value
  for (; rest > 1000; rest -= 1000) result *= 2 ** 1000
  for (; rest < -1000; rest += 1000) result *= 2 ** -1000
  return result * 2 ** rest
}
