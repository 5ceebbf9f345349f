import { absolute, type Decimal, signOf } from '../../src/numeric/index.js'

const lengthOf = (digits: bigint): number => String(digits < 0n ? -digits : digits).length
const powerOfTen = (exponent: number): bigint => 10n ** BigInt(exponent)

/** The nearest decimal of so many significant digits; halves go away from zero. */
export function roundSignificant(value: Decimal, count: number): Decimal {
  const surplus = lengthOf(value.digits) - count
  if (surplus <= 0) return value
  const unit = powerOfTen(surplus)
  const size = absolute(value).digits
  const rounded = ((size + unit / 2n) / unit) * BigInt(signOf(value))
  const scale = value.scale - surplus
  return scale >= 0 ? { digits: rounded, scale } : { digits: rounded * powerOfTen(-scale), scale: 0 }
}

/** One unit of the last of so many significant digits of a number above zero: 1e-7 of 67000 with twelve. */
export function lastDigitOf(value: Decimal, count: number): Decimal {
  const scale = value.scale - lengthOf(value.digits) + count
  return scale >= 0 ? { digits: 1n, scale } : { digits: powerOfTen(-scale), scale: 0 }
}
