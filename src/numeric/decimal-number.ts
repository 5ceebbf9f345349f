/**
 * digits / 10^scale as the nearest double, without printing and reading it: numerator and denominator are taken as pairs of
 * doubles (high + low), the quotient of the high parts is corrected by what it leaves, and the correction is used only where
 * its own error cannot change how the sum rounds. Undefined where it might, or where a step could leave the normal range.
 *
 * With q = fl(h/P) the remainder h − q P is a double, found exactly by Dekker's product. The three terms of
 * r = (h − q P) + l − q p are below 2⁻⁵¹ h each, so c = r/P misses the true correction by less than 2⁻¹⁰⁰ q, what l and p themselves
 * leave out included (2⁻¹⁰⁶ h and 2⁻¹⁰⁶ P). 2⁻⁹⁶ q is granted; rounding is monotone, so where both ends give one double it is the one.
 */
export function nearestQuotient(digits: bigint, scale: number): number | undefined {
  const high = Number(digits)
  if (scale > LARGEST_SCALE || !(Math.abs(high) < LARGEST)) return undefined
  const [power, rest] = powerParts(scale)
  const quotient = high / power
  if (!(Math.abs(quotient) > SMALLEST)) return undefined
  const low = Number(digits - BigInt(high))
  const correction = (remainder(high, quotient, power) + low - quotient * rest) / power
  const granted = Math.abs(quotient) * GRANTED
  const nearest = quotient + (correction - granted)
  return nearest === quotient + (correction + granted) ? nearest : undefined
}

const LARGEST_SCALE = 250
const LARGEST = 1e250
const SMALLEST = 1e-250
const GRANTED = 2 ** -96
const SPLITTER = 2 ** 27 + 1

/** h − q P where q is the rounded quotient h/P: exact. */
function remainder(h: number, q: number, P: number): number {
  const product = q * P
  const wideQ = SPLITTER * q
  const highQ = wideQ - (wideQ - q)
  const lowQ = q - highQ
  const wideP = SPLITTER * P
  const highP = wideP - (wideP - P)
  const lowP = P - highP
  const error = lowQ * lowP - (product - highQ * highP - lowQ * highP - highQ * lowP)
  return h - product - error
}

const parts: (readonly [high: number, low: number])[] = []

/** 10^scale as a double and what is left of it. */
function powerParts(scale: number): readonly [high: number, low: number] {
  for (let e = parts.length; e <= scale; e++) {
    const exact = 10n ** BigInt(e)
    const high = Number(exact)
    parts.push([high, Number(exact - BigInt(high))])
  }
  return parts[scale] as readonly [number, number]
}
