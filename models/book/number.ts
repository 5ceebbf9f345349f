import { compare, type Decimal, decimalOf, parseDecimal } from '../../src/numeric/index.js'
import { mistake, type Place } from './place.js'

/** A number as it stands in a file: a JSON number, or a decimal in a string or a cell. */
export type RawNumber = number | string

/** What a number must be, beyond finite. */
export type Sign = 'any' | 'positive' | 'not-negative'

/** Longer texts are refused, and more digits between the first and the last that are not zero: what is read can then be written. */
const LONGEST = 300
const MOST_DIGITS = 250
/** What is a number at all, though perhaps too large or too long to be read. */
const SHAPE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
/** Numbers that are read, in every file: no exponent has more than three digits. */
export const decimalPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/

/** Reads a number, or throws `bad-number`, `number-out-of-range`, `not-positive` or `negative`. Minus zero is zero. */
export function readNumber(raw: RawNumber, place: Place, field: string, sign: Sign = 'any'): number {
  const value = typeof raw === 'number' ? raw : Number(raw)
  if (typeof raw === 'string' ? !isPlain(raw) && !isReadable(raw, value) : !Number.isFinite(value)) {
    throw unreadable(raw, place(field))
  }
  if (sign === 'positive' && !(value > 0)) {
    throw mistake('not-positive', place(field), `${field} must be above zero`, raw, 'Correct it or remove the row.')
  }
  if (sign === 'not-negative' && value < 0) {
    throw mistake('negative', place(field), `${field} must not be negative`, raw, 'Give the size without a sign.')
  }
  return value + 0
}

/** Whether the double alone gives back the decimal as written, so that its text need not be kept. */
export function isShortest(raw: RawNumber, value: number): boolean {
  if (typeof raw === 'number' || isPlain(raw) || String(value) === raw) return true
  return compare(parseDecimal(raw) as Decimal, decimalOf(value)) === 0
}

/** The decimal as written. Only after `readNumber` has accepted it. */
export function readDecimal(raw: RawNumber, place: Place, field: string, sign: Sign = 'any'): Decimal {
  const value = readNumber(raw, place, field, sign)
  return typeof raw === 'string' ? (parseDecimal(raw) as Decimal) : decimalOf(value)
}

/**
 * An optional sign, digits and at most one point, no more than 15 digits in all: such a decimal is the only one of its
 * length that reads to its double, hence the shortest. Nearly every cell of a book is one, and needs no further check.
 */
function isPlain(text: string): boolean {
  const length = text.length
  if (length > 17) return false
  let at = 0
  const first = text.charCodeAt(0)
  if (first === 45 || first === 43) at = 1
  let digits = 0
  let points = 0
  for (; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) digits++
    else if (code === 46) points++
    else return false
  }
  return digits > 0 && digits <= 15 && points <= 1
}

/** A decimal that a double holds: finite, and not zero unless it says zero. */
function isReadable(text: string, value: number): boolean {
  if (text.length > LONGEST || !decimalPattern.test(text) || !Number.isFinite(value)) return false
  const decimal = parseDecimal(text)
  if (decimal === undefined || (value === 0 && decimal.digits !== 0n)) return false
  return text.length <= MOST_DIGITS || String(decimal.digits).replace(/^-|0+$/g, '').length <= MOST_DIGITS
}

function unreadable(raw: RawNumber, path: string): Error {
  const outOfRange = typeof raw === 'number' ? !Number.isNaN(raw) : SHAPE.test(raw.slice(0, LONGEST + 1))
  if (outOfRange) {
    const cure = `Give at most ${MOST_DIGITS} digits, and a size that is zero or between 1e-300 and 1e300.`
    return mistake('number-out-of-range', path, 'the number is too large, too small or too long', raw, cure)
  }
  return mistake('bad-number', path, 'not a finite decimal number', raw, cureOf(String(raw)))
}

function cureOf(text: string): string {
  if (text.trim() === '') return 'Give a number; only optional fields may be left out.'
  if (text.length <= LONGEST && text.trim() !== text) return 'Remove the spaces around it.'
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text)) return 'Write it without commas between the digits.'
  if (/^[+-]?[\d.]*\d,\d*$/.test(text))
    return 'Write a decimal point, and nothing else between the digits: 0.5, not 0,5.'
  return 'Write a decimal like 84454.65 or 5e-6.'
}
