import { SpillwayError } from '../errors.js'
import { beyondNearest, nearestQuotient, splitQuotient } from './decimal-number.js'
import { longDecimal } from './long-decimal.js'

/**
 * Exact decimals: value = digits · 10^(−scale), scale ≥ 0.
 *
 * Sums, differences, products and comparisons are exact; there is no division. The language's own
 * `bigint` does the work: on 400,000 products it was ten times faster than a decimal library that stores digits in
 * arrays, and a certificate of a crisis book takes millions.
 */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

const GRAMMAR = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/
/** Longer texts and larger exponents are refused: no price needs them and each could fill the memory. */
const LONGEST_TEXT = 400
const LARGEST_EXPONENT = 400

/** Powers of ten that are exact in a double. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, e) => 10 ** e)

const powers: bigint[] = [1n]
function power(exponent: number): bigint {
  for (let e = powers.length; e <= exponent; e++) powers.push((powers[e - 1] as bigint) * 10n)
  return powers[exponent] as bigint
}

export const zero: Decimal = { digits: 0n, scale: 0 }

/** Reads "84454.65", "-5e-6", "+.5"; undefined for anything else ("", "1,000", "NaN", "0x1", absurd lengths). */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const match = GRAMMAR.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  if (whole.length + fraction.length === 0) return undefined
  const shift = Number(exponent)
  if (Math.abs(shift) > LARGEST_EXPONENT) return undefined
  const magnitude = BigInt(whole + fraction)
  const scale = fraction.length - shift
  const digits = sign === '-' ? -magnitude : magnitude
  return scale >= 0 ? { digits, scale } : { digits: digits * power(-scale), scale: 0 }
}

/** The shortest decimal that reads back to a finite double. */
export function decimalOf(value: number): Decimal {
  if (Number.isSafeInteger(value)) return { digits: BigInt(value), scale: 0 }
  const long = longDecimal(value)
  if (long !== undefined) return long
  // Up to fifteen digits there is one decimal of a length that reads back, and the fewest decimal places that do are tried
  // first; printing and parsing takes four times as long.
  for (let scale = 1; scale <= 15; scale++) {
    const digits = Math.round(value * (EXACT_POWERS[scale] as number))
    if (Math.abs(digits) >= 1e15) break
    if (digits / (EXACT_POWERS[scale] as number) === value) return { digits: BigInt(digits), scale }
  }
  return printed(value)
}

/**
 * The same number, with so many decimal places if it has no more: decimals of one scale are added and compared as they are. Up to
 * fifteen digits one decimal reads back, so zeros at its end are all that can be different.
 */
export function decimalAt(value: number, scale: number): Decimal {
  if (scale < 1 || scale > 15) return decimalOf(value)
  const digits = Math.round(value * (EXACT_POWERS[scale] as number))
  const isWhole = Math.abs(digits) < 1e15 && digits / (EXACT_POWERS[scale] as number) === value
  return isWhole ? { digits: BigInt(digits), scale } : decimalOf(value)
}

/** The decimal that a double prints as. */
function printed(value: number): Decimal {
  const text = String(value)
  const point = text.indexOf('.')
  if (point > 0 && !text.includes('e')) {
    const isBelowOne = text.startsWith('0.')
    const digits = isBelowOne ? text.slice(2) : text.slice(0, point) + text.slice(point + 1)
    return { digits: BigInt(digits), scale: text.length - point - 1 }
  }
  const decimal = parseDecimal(text)
  if (decimal === undefined) throw beyondDoubles(value)
  return decimal
}

/** Sums and products of what was given can be larger than doubles reach, though each number of the input is one. */
function beyondDoubles(value: number): SpillwayError {
  return new SpillwayError({
    code: 'number-range',
    path: 'arithmetic',
    value,
    problem: 'a sum, product or quotient of the numbers given is beyond what doubles hold',
    cure: 'Correct the numbers that cannot be meant, or give amounts in larger or smaller units: between 1e-100 and 1e100 all is well.',
  })
}

function digitsAt(a: Decimal, scale: number): bigint {
  return a.scale === scale ? a.digits : a.digits * power(scale - a.scale)
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { digits: digitsAt(a, scale) + digitsAt(b, scale), scale }
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { digits: digitsAt(a, scale) - digitsAt(b, scale), scale }
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale }
}

/** a / b to `scale` decimal places, rounded towards ∞ (`up`) or −∞ (`down`). Throws where b is zero. */
export function roundedQuotient(a: Decimal, b: Decimal, scale: number, towards: 'up' | 'down'): Decimal {
  // Only the difference of the exponents counts: a division by few digits is several times as fast as one by many.
  const shift = scale + b.scale - a.scale
  let numerator = shift >= 0 ? a.digits * power(shift) : a.digits
  let denominator = shift >= 0 ? b.digits : b.digits * power(-shift)
  if (denominator < 0n) [numerator, denominator] = [-numerator, -denominator]
  // BigInt division cuts towards zero.
  if (towards === 'up') {
    return { digits: numerator > 0n ? (numerator - 1n) / denominator + 1n : numerator / denominator, scale }
  }
  return { digits: numerator < 0n ? (numerator + 1n) / denominator - 1n : numerator / denominator, scale }
}

/** ⌊a / b⌋ for b > 0. */
export function wholeQuotient(a: Decimal, b: Decimal): bigint {
  return roundedQuotient(a, b, 0, 'down').digits
}

export function negate(a: Decimal): Decimal {
  return { digits: -a.digits, scale: a.scale }
}

export function absolute(a: Decimal): Decimal {
  return a.digits < 0n ? negate(a) : a
}

/** −1, 0 or 1. */
export function signOf(a: Decimal): -1 | 0 | 1 {
  return a.digits > 0n ? 1 : a.digits < 0n ? -1 : 0
}

/** The sign of a − b. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a.scale === b.scale) return a.digits > b.digits ? 1 : a.digits < b.digits ? -1 : 0
  return signOf(subtract(a, b))
}

export function smallerOf(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) <= 0 ? a : b
}

export function largerOf(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) >= 0 ? a : b
}

/** The fewest decimal places that show it, whatever zeros it carries: a property of the number, as its scale is not. */
export function decimalPlaces(a: Decimal): number {
  let { digits, scale } = a
  if (digits === 0n) return 0
  for (; scale > 0 && digits % 10n === 0n; scale--) digits /= 10n
  return scale
}

/** The plain decimal without exponent or trailing zeros: "84454.65", "-0.000005", "0". */
export function toText(a: Decimal): string {
  const negative = a.digits < 0n
  const digits = String(negative ? -a.digits : a.digits).padStart(a.scale + 1, '0')
  const point = digits.length - a.scale
  const fraction = digits.slice(point).replace(/0+$/, '')
  const body = digits.slice(0, point) + (fraction === '' ? '' : `.${fraction}`)
  return negative && a.digits !== 0n ? `-${body}` : body
}

/** The nearest double. Both operands of the quick quotient are exact, so it rounds once, as reading the text does. */
export function toNumber(a: Decimal): number {
  if (a.scale < EXACT_POWERS.length) {
    const digits = Number(a.digits)
    if (Math.abs(digits) <= Number.MAX_SAFE_INTEGER) return digits / (EXACT_POWERS[a.scale] as number)
  }
  return nearestQuotient(a.digits, a.scale) ?? Number(toText(a))
}

/** What the nearest double leaves of a decimal, itself as a double; NaN where that is not computed. */
export function restOf(a: Decimal, nearest: number): number {
  return beyondNearest(a.digits, a.scale, nearest)
}

/** The nearest double and what it leaves, written at an index of two columns. */
export function splitInto(a: Decimal, index: number, values: Float64Array, rests: Float64Array): void {
  if (splitQuotient(a.digits, a.scale, index, values, rests)) return
  values[index] = toNumber(a)
  rests[index] = restOf(a, values[index])
}
