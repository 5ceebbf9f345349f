import { type Decimal, parseDecimal, toText } from '#src/numeric/decimal.js'
import type { Ratio } from '#src/numeric/ratio.js'
import { type Fraction, frac, over } from '../fraction.js'

/** A decimal as it is written. */
export function dec(text: string | number): Decimal {
  const decimal = parseDecimal(String(text))
  if (decimal === undefined) throw new Error(`no decimal: ${text}`)
  return decimal
}

/** Decimals and ratios as fractions of the tests' own. */
export const fracOf = (decimal: Decimal): Fraction => frac(toText(decimal))
export const fracOfRatio = (ratio: Ratio): Fraction => over(frac(String(ratio.s * ratio.n)), frac(String(ratio.d)))
export const text = (ratio: Ratio | undefined): string | undefined => ratio?.toFraction(false)
