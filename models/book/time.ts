import { decimalPattern, type RawNumber, readNumber } from './number.js'
import { mistake, type Place } from './place.js'

const ISO = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/
/** The last moment that JavaScript's calendar knows, in milliseconds. */
const LAST = 8.64e15

/**
 * Milliseconds since 1970, UTC: from a number (or its text), or from ISO-8601 text ("2025-10-10T21:16:04.831Z").
 * Text without an offset is UTC, never the zone of the machine. Digits below a microsecond are lost in the double.
 */
export function readTime(raw: RawNumber, place: Place, field: string): number {
  const text = typeof raw === 'string' ? ISO.exec(raw) : null
  if (text !== null) return readIso(text, raw, place(field))
  if (typeof raw === 'string' && !decimalPattern.test(raw)) throw badTime(raw, place(field))
  const value = readNumber(raw, place, field)
  if (Math.abs(value) > LAST) throw badTime(raw, place(field))
  return value
}

function readIso(match: RegExpExecArray, raw: RawNumber, path: string): number {
  const [, day = '', minute = '00:00', second = '00', fraction = '', zone = 'Z'] = match
  const midnight = new Date(`${day}T00:00:00Z`)
  const whole = Date.parse(`${day}T${minute}:${second}${zone}`)
  // The calendar of JavaScript takes the 30th of February for the 1st of March; a day that does not read back is wrong.
  if (Number.isNaN(whole) || midnight.toISOString().slice(0, 10) !== day) throw badTime(raw, path)
  return whole + (fraction === '' ? 0 : Number(`${fraction}e3`))
}

function badTime(raw: RawNumber, path: string): Error {
  const cure = 'Give milliseconds since 1970 or ISO-8601 text such as "2025-10-10T21:16:04.831Z".'
  return mistake('bad-time', path, 'not a moment in time', raw, cure)
}
