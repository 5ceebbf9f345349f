import Table from 'cli-table3'
import pico from 'picocolors'
import { printable } from './failure.js'

type Colors = ReturnType<typeof pico.createColors>

/** Colours for a stream: on a terminal only, and not where NO_COLOR is set. */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  const isPlain = Boolean(NO_COLOR) || FORCE_COLOR === '0'
  return pico.createColors(!isPlain && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb')))
}

export interface Column {
  readonly title: string
  readonly isNumber?: boolean
}

/** A table without lines: titles dim, numbers to the right, two blanks in front. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], colours: Colors): string {
  const printed = new Table({
    head: columns.map(({ title }) => colours.dim(title)),
    colAligns: columns.map(({ isNumber }) => (isNumber ? 'right' : 'left')),
    chars: PLAIN,
    style: { head: [], border: [], compact: true, 'padding-left': 2, 'padding-right': 0 },
  })
  printed.push(...rows.map((row) => [...row]))
  return printed
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Pairs of a word and what is to be said of it, the words in one column. */
export function facts(pairs: readonly (readonly [string, string])[], colours: Colors): string {
  const width = Math.max(...pairs.map(([word]) => word.length))
  return pairs.map(([word, says]) => `  ${colours.dim(word.padEnd(width))}  ${says}`).join('\n')
}

const PLAIN = Object.fromEntries(
  ['top', 'bottom', 'left', 'right'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, ''] as const),
  ),
) as Record<string, string>
Object.assign(PLAIN, { mid: '', 'mid-mid': '', middle: '' })

const LONGEST_NAME = 44

/** A name from a file, safe on a terminal, its middle left out where it is very long. */
export function name(text: string, longest = LONGEST_NAME): string {
  const safe = printable(text)
  if (safe.length <= longest) return safe
  return `${safe.slice(0, longest / 2)}…${safe.slice(1 - longest / 2)}`
}

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 8 })
const LARGE = 1e15
const SMALL = 1e-4

/** Eight significant digits; `null` is infinity. */
export function number(value: number | null | undefined): string {
  if (value === undefined) return '–'
  if (value === null || value === Infinity) return '∞'
  const size = Math.abs(value)
  return size !== 0 && (size >= LARGE || size < SMALL)
    ? value.toExponential(4).replace(/\.?0+e/, 'e')
    : plain.format(value)
}

/** As `number`, to fewer digits. */
export const rounded = (value: number | null | undefined, digits: number): string =>
  number(value === undefined || value === null ? value : Number(value.toPrecision(digits)))

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export const count = (value: number): string => whole.format(value)

/** "1 account", "2 accounts", "3 policies". */
export const several = (value: number, word: string, words = `${word}s`): string =>
  `${count(value)} ${value === 1 ? word : words}`

/** Four significant digits and a cross, as people write leverage. */
export function leverage(value: number | null | undefined): string {
  if (value === undefined || value === null || value === Infinity) return number(value)
  const size = Math.abs(value)
  return `${size !== 0 && (size >= 1e6 || size < 1e-3) ? value.toExponential(2) : Number(value.toPrecision(5))}×`
}

/** A range of signed leverage; an end without a number is infinite. */
export function leverages(min: number | null, max: number | null): string {
  return `${min === null ? `−${leverage(null)}` : leverage(min)} … ${leverage(max)}`
}

/** Where factor loadings come from. */
export function loadingsWords({
  loadings,
  explained,
}: {
  readonly loadings: string
  readonly explained?: number
}): string {
  const share = explained === undefined ? '' : `, ${percent(explained)} of the variance`
  return `loadings ${loadings === 'given' ? 'as given' : `of the ${loadings}`}${share}`
}

export function percent(value: number): string {
  if (value > 0 && value < 0.001) return '<0.1 %'
  return `${value < 1 && value > 0.999 ? '99.9' : (100 * value).toFixed(1).replace(/\.0$/, '')} %`
}

/** A relative gap. */
export function gap(value: number | null | undefined): string {
  if (value === undefined || value === null) return 'unknown'
  return value === 0 ? '0, exact' : String(Number(value.toPrecision(2)))
}
