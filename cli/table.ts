import Table from 'cli-table3'
import pico from 'picocolors'
import { printable } from './failure.js'
import { hanging, seen, shortened, widthOf, wrapped } from './layout.js'

export * from '../reports/number-words.js'

type Colors = ReturnType<typeof pico.createColors>

let isPlainAsked = false

/** Whether this run may use colours at all; `--no-color` forbids it. */
export function allowColours(isAllowed: boolean): void {
  isPlainAsked = !isAllowed
}

/** Colours for a stream: on a terminal only, and not with --no-color or where NO_COLOR is set. */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  const isPlain = isPlainAsked || Boolean(NO_COLOR) || FORCE_COLOR === '0'
  return pico.createColors(!isPlain && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb')))
}

export interface Column {
  readonly title: string
  readonly isNumber?: boolean
  /** Names: their middle is left out where the table is too wide. */
  readonly isName?: boolean
  /** Sentences: they take several lines. */
  readonly isText?: boolean
}

const GAP = 2
const LEAST_NAME = 12
const LEAST_TEXT = 16

/**
 * A table without lines: titles dim, numbers to the right, two blanks in front. It fits the terminal: names are
 * shortened, sentences wrapped, and columns that still find no room stand in a table of their own below, beside the
 * first column.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], colours: Colors): string {
  const room = widthOf(process.stdout)
  const widths = columns.map(({ title }, c) => Math.max(seen(title), ...rows.map((row) => seen(row[c] ?? ''))))
  const cells = rows.map((row) => [...row])
  narrow(columns, rows, widths, room)
  columns.forEach(({ isName, isText }, c) => {
    for (const row of cells) {
      if (isName) row[c] = shortened(row[c] ?? '', widths[c])
      else if (isText) row[c] = wrapped(row[c] ?? '', widths[c]).join('\n')
    }
  })
  return groups(widths, room)
    .map((group) =>
      drawn(
        group.map((c) => columns[c]),
        cells.map((row) => group.map((c) => row[c])),
        colours,
      ),
    )
    .join('\n\n')
}

/** Takes what is too much from the widest column of names, then of sentences, whose longest words stay whole. */
function narrow(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  widths: number[],
  room: number,
): void {
  const least = columns.map(({ isName, isText }, c) => {
    if (isName) return LEAST_NAME
    if (!isText) return widths[c]
    return Math.max(LEAST_TEXT, ...rows.flatMap((row) => (row[c] ?? '').split(' ').map(seen)))
  })
  for (const kind of ['isName', 'isText'] as const) {
    for (;;) {
      const over = widths.reduce((sum, width) => sum + GAP + width, 0) - room
      const candidates = [...columns.keys()].filter((c) => columns[c][kind] && widths[c] > least[c])
      if (over <= 0 || candidates.length === 0) break
      const widest = candidates.reduce((a, b) => (widths[b] > widths[a] ? b : a))
      widths[widest] = widths[widest] - 1
    }
  }
}

/** Columns that fit beside each other, the first before each group. */
function groups(widths: readonly number[], room: number): number[][] {
  const found: number[][] = []
  let used = Infinity
  widths.forEach((width, c) => {
    if (c === 0) return
    if (used + GAP + width > room) {
      found.push([0])
      used = GAP + widths[0]
    }
    found.at(-1)!.push(c)
    used += GAP + width
  })
  return found.length === 0 ? [[0]] : found
}

function drawn(columns: readonly Column[], rows: readonly string[][], colours: Colors): string {
  const printed = new Table({
    head: columns.map(({ title }) => colours.dim(title)),
    colAligns: columns.map(({ isNumber }) => (isNumber ? 'right' : 'left')),
    chars: PLAIN,
    style: { head: [], border: [], compact: true, 'padding-left': GAP, 'padding-right': 0 },
  })
  printed.push(...rows)
  return printed
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Pairs of a word and what is to be said of it, the words in one column. */
export function facts(pairs: readonly (readonly [string, string])[], colours: Colors): string {
  const width = Math.max(...pairs.map(([word]) => seen(word)))
  const room = widthOf(process.stdout)
  return pairs
    .map(([word, meaning]) => {
      const title = `${word}${' '.repeat(Math.max(0, width - seen(word)))}`
      return `  ${colours.dim(title)}  ${hanging(meaning, width + 4, room)}`
    })
    .join('\n')
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
  return shortened(printable(text), longest)
}
