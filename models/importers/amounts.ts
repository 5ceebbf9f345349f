import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  roundedQuotient,
  signOf,
  subtract,
  toText,
} from '../../src/numeric/index.js'
import { isObject } from '../../src/validation.js'
import { readDecimal, type Sign } from '../book/number.js'
import { mistake, type Place } from '../book/place.js'
import { readTime } from '../book/time.js'
import type { Json } from './find-records.js'

/** The first of some fields that a record has with a value: aliases of one thing. Null, empty and NaN are none. */
function given(record: Json, fields: readonly string[]): readonly [field: string, value: unknown] | undefined {
  for (const field of fields) {
    const value = record[field]
    if (value === undefined || value === null || value === '') continue
    if (typeof value === 'number' ? Number.isNaN(value) : /^[+-]?nan$|^none$|^null$/i.test(String(value))) continue
    return [field, value]
  }
  return undefined
}

/** A decimal of a record; undefined where none of the fields has a value. */
export function amount(record: Json, place: Place, fields: readonly string[], sign?: Sign): Decimal | undefined {
  const found = given(record, fields)
  if (found === undefined) return undefined
  const [field, value] = found
  if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'bigint') {
    throw mistake(
      'bad-number',
      place(field),
      'not a finite decimal number',
      value,
      'Write a decimal like 84454.65 or 5e-6.',
    )
  }
  return readDecimal(typeof value === 'bigint' ? String(value) : value, place, field, sign)
}

/**
 * A price above zero; undefined where none of the fields has a value, or the value is zero, as venues write what there
 * is not. Below zero is a mistake.
 */
export function price(record: Json, place: Place, fields: readonly string[]): Decimal | undefined {
  const found = amount(record, place, fields)
  if (found === undefined || signOf(found) === 0) return undefined
  if (signOf(found) > 0) return found
  const field = fields.find((name) => Object.hasOwn(record, name)) ?? fields[0]
  throw mistake(
    'not-positive',
    place(field),
    `${field} must be above zero`,
    record[field],
    'Correct it, or leave it out.',
  )
}

/** The same of a value that is needed. */
export function neededAmount(record: Json, place: Place, fields: readonly string[], sign?: Sign): Decimal {
  const found = amount(record, place, fields, sign)
  if (found !== undefined) return found
  const field = fields.find((name) => Object.hasOwn(record, name)) ?? fields[0]
  const cure = 'Complete it or remove the record; a value that is needed is never guessed.'
  throw mistake('missing-value', place(field), `${field} is needed`, record[field], cure)
}

export function text(record: Json, fields: readonly string[]): string | undefined {
  const found = given(record, fields)
  return found === undefined ? undefined : String(found[1])
}

export function neededText(record: Json, place: Place, fields: readonly string[]): string {
  const found = given(record, fields)
  if (found !== undefined) {
    const [field, value] = found
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value)
    throw mistake('wrong-type', place(field), 'this must be a text', value, 'Give the name as a text.')
  }
  const field = fields.find((name) => Object.hasOwn(record, name)) ?? fields[0]
  throw mistake('empty-name', place(field), 'the name must not be empty', record[field], 'Give the name.')
}

/**
 * The objects of a list inside a record; none where it is null or absent. What is no list, or no object in it, is never
 * passed over.
 */
export function listIn(record: Json, place: Place, field: string): readonly Json[] {
  const value = record[field]
  if (value === undefined || value === null) return []
  const cure = 'Give the payload as the venue sent it.'
  if (!Array.isArray(value)) throw mistake('wrong-type', place(field), 'this must be a list', value, cure)
  const other = value.findIndex((one) => !isObject(one))
  if (other < 0) return value as readonly Json[]
  throw mistake('wrong-type', `${place(field)}[${other}]`, 'this must be an object', value[other], cure)
}

/** An object inside a record; an empty one where it is null or absent. */
export function objectIn(record: Json, place: Place, field: string): Json {
  const value = record[field]
  if (value === undefined || value === null) return {}
  if (isObject(value)) return value
  throw mistake('wrong-type', place(field), 'this must be an object', value, 'Give the payload as the venue sent it.')
}

/** A moment of trading as a plain number is in milliseconds: between these bounds it would be 1970 to 1973, and is in seconds. */
const SECONDS = [1e9, 1e11] as const
/** Above this it would be the year 5138, and is in micro- or nanoseconds. */
const MILLISECONDS_END = 1e14

/**
 * A moment, as milliseconds since 1970. @throws SpillwayError `mixed-units` for a number that counts seconds,
 * microseconds or nanoseconds
 */
export function moment(record: Json, place: Place, fields: readonly string[]): number | undefined {
  const found = given(record, fields)
  if (found === undefined) return undefined
  const [field, value] = found
  // Nanoseconds and a space for the T are common in exports, and say the same.
  const raw =
    typeof value === 'bigint'
      ? Number(value)
      : typeof value === 'string'
        ? value.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/(\.\d{9})\d+/, '$1')
        : value
  if (typeof raw !== 'string' && typeof raw !== 'number') {
    const cure = 'Give milliseconds since 1970, or ISO-8601 text such as "2025-10-10T21:16:04.831Z".'
    throw mistake('bad-time', place(field), 'not a moment in time', raw, cure)
  }
  return inMilliseconds(readTime(raw, place, field), raw, place, field)
}

/** The moment itself, unless it is a count of seconds, of microseconds or of nanoseconds. */
export function inMilliseconds(time: number, raw: unknown, place: Place, field: string): number {
  const isInSeconds = time >= SECONDS[0] && time < SECONDS[1]
  if (!isInSeconds && time < MILLISECONDS_END) return time
  const unit = isInSeconds ? 'seconds' : 'micro- or nanoseconds'
  const cure = 'Give milliseconds since 1970, or ISO-8601 text such as "2025-10-10T21:16:04.831Z".'
  throw mistake('mixed-units', place(field), `this time is in ${unit}`, raw, cure)
}

/** −1 or 1 for the words of `long` and `short`; throws `bad-side` for any other. */
export function sideOf(
  word: string,
  place: Place,
  field: string,
  long: readonly string[],
  short: readonly string[],
): -1 | 1 {
  const lower = word.toLowerCase()
  if (long.includes(lower)) return 1
  if (short.includes(lower)) return -1
  throw mistake('bad-side', place(field), 'not a side', word, `Write one of ${[...long, ...short].join(', ')}.`)
}

/** A size with the sign of its side. A short may be negative already; a long is not. */
export function onSide(value: Decimal, side: -1 | 1, place: Place, field: string): Decimal {
  if (side > 0 && signOf(value) < 0) {
    const cure = 'A long is positive: correct the side or the size.'
    throw mistake('wrong-side', place(field), 'a position of the long side is negative', toText(value), cure)
  }
  return withSign(value, side)
}

export const withSign = (value: Decimal, sign: -1 | 0 | 1): Decimal =>
  sign < 0 ? negate(absolute(value)) : absolute(value)

/** An unsigned half of what the last of `scale` decimal places counts. */
const halfUnit = (scale: number): Decimal => ({ digits: 5n, scale: scale + 1 })

/**
 * By how much a printed number may miss what it stands for: half a unit of the last decimal place that is written.
 * Zeros at the end are left out by many writers, so that fewer than `least` places are no sign of rounding. Of more
 * digits than a double has, the fifteenth is the last one that counts.
 */
export function printedSlack(value: Decimal, least = 2): Decimal {
  const beyond = Math.max(0, absolute(value).digits.toString().length - DOUBLE_DIGITS)
  const scale = value.scale - beyond
  return halfUnit(beyond > 0 && scale >= 0 ? scale : Math.max(least, value.scale))
}

const DOUBLE_DIGITS = 15

/** More decimal places are not tried. */
const MOST_PLACES = 30

/**
 * q with |q·b − a| ≤ slack, for b ≠ 0: the one with the fewest decimal places, and of those the nearest to a / b,
 * however evenly the division comes out. What venues print is a rounded product, and the factor has few digits.
 */
export function quotientWithin(a: Decimal, b: Decimal, slack: Decimal): Decimal {
  const [numerator, divisor] = [absolute(a), absolute(b)]
  const sign = (signOf(a) * signOf(b)) as -1 | 0 | 1
  for (let scale = 0; scale < MOST_PLACES; scale++) {
    const candidates = [
      roundedQuotient(numerator, divisor, scale, 'down'),
      roundedQuotient(numerator, divisor, scale, 'up'),
    ]
    const misses = candidates.map((q) => absolute(subtract(multiply(q, divisor), numerator)))
    const best = compare(misses[0], misses[1]) <= 0 ? 0 : 1
    if (signOf(candidates[best]) > 0 && compare(misses[best], slack) <= 0) return withSign(candidates[best], sign)
  }
  return withSign(roundedQuotient(numerator, divisor, MOST_PLACES, 'down'), sign)
}

/** Whether |q·b − a| ≤ slack. */
export function isWithin(q: Decimal, b: Decimal, a: Decimal, slack: Decimal): boolean {
  return compare(absolute(subtract(multiply(q, b), a)), slack) <= 0
}

export const sum = (values: readonly Decimal[]): Decimal => values.reduce(add, { digits: 0n, scale: 0 })
