import { Option } from 'commander'
import { suggest } from '../src/names.js'
import { parseDecimal, toNumber } from '../src/numeric/index.js'
import { mistake } from './usage.js'

/** Names there are, and the nearest to the one that was given. */
export function choices(name: string, known: readonly string[]): string {
  const near = suggest(name, known)
  const all = `There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`
  return near.startsWith('Did') ? `${near} ${all}` : all
}

/** A number from 0 up to, not including, 1. */
export function fraction(flag: string): (text: string) => number {
  return (text) => {
    const value = numberOf(flag, text)
    if (value >= 0 && value < 1) return value
    throw mistake(
      'bad-number',
      flag,
      text,
      'is out of range',
      'Give a number from 0 up to, not including, 1, such as 1e-6.',
    )
  }
}

/** A number above zero. */
export function positive(flag: string): (text: string) => number {
  return (text) => {
    const value = numberOf(flag, text)
    if (value > 0) return value
    throw mistake('bad-number', flag, text, 'is not above zero', 'Give a number above zero, such as 60.')
  }
}

/** A whole number between two others, both allowed. */
export function whole(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = numberOf(flag, text)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    const cure = `Give a whole number from ${least} to ${most}.`
    throw mistake('bad-number', flag, text, Number.isInteger(value) ? 'is out of range' : 'is not whole', cure)
  }
}

/** What a seed may be. */
export const seed = whole('--seed', 0, 2 ** 32 - 1)

/** A plain number, exact digits rounded to a double. */
export function numberOf(flag: string, text: string): number {
  const decimal = parseDecimal(text)
  const value = decimal === undefined ? Number.NaN : toNumber(decimal)
  if (Number.isFinite(value)) return value
  throw mistake('bad-number', flag, text, 'is not a number', 'Give a plain number, such as 0.001 or 1e-3.')
}

/** A path, or `-` for a standard stream. */
export function pathOrStandard(argument: string): (text: string) => string {
  return (text) => (text === '-' ? text : path(argument)(text))
}

/** A path argument; standard input is not read. */
export function path(argument: string): (text: string) => string {
  return (text) => {
    if (text !== '-' && text !== '') return text
    const cure = 'Give the path of a file or a folder; standard input is not read.'
    throw mistake('not-a-path', argument, text, 'this is no path', cure)
  }
}

/** The path of a CSV file that is written. */
export function csvFile(flag: string): (text: string) => string {
  return (text) => {
    if (/.\.csv$/i.test(text)) return text
    throw mistake('unknown-extension', flag, text, 'this is written as CSV', 'Use .csv.')
  }
}

export const EXACT_HELP = 'exact arithmetic throughout, also on large books: slower'

/** The demand that counts: that of the event unless it says otherwise. */
export function demandOption(description: string): Option {
  return new Option('--demand <which>', description).choices(['event', 'filled']).default('event')
}
