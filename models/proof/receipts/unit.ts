import { compare, type Decimal, multiply, signOf, toText } from '../../../src/numeric/index.js'

/** The most that a cut may be off, as a share of the demand: rounding, and no room to spare anybody. */
const LARGEST_SHARE: Decimal = { digits: 1n, scale: 9 }
const POWER_OF_TEN = /^(10*|0\.0*1)$/

/** Whether cuts of a demand Q may be off by a unit: zero, or a power of ten of at most 1e-9 Q. */
export function isUnit(unit: Decimal, quantity: Decimal): boolean {
  return signOf(unit) === 0 || (POWER_OF_TEN.test(toText(unit)) && compare(unit, mostOf(quantity)) <= 0)
}

/** The largest unit of a demand, 1e-9 Q or the next power of ten below it; zero without a demand. */
export function largestUnit(quantity: Decimal): Decimal {
  if (signOf(quantity) <= 0) return { digits: 0n, scale: 0 }
  const most = mostOf(quantity)
  const power = String(most.digits).length - 1 - most.scale
  return power >= 0 ? { digits: 10n ** BigInt(power), scale: 0 } : { digits: 1n, scale: -power }
}

const mostOf = (quantity: Decimal): Decimal => multiply(LARGEST_SHARE, quantity)
