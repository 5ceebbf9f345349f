import { compare, type Decimal, signOf, toText } from '../../src/numeric/index.js'
import { emptyName } from '../book/check-shape.js'
import { csvPlace } from '../book/csv-table.js'
import { readDecimal } from '../book/number.js'
import { mistake, nearest, type Place } from '../book/place.js'
import { readTime } from '../book/time.js'
import { readForeignTable } from './foreign-table.js'
import type { ImportOptions } from './importer.js'

const columns = [
  'user',
  'coin',
  'time',
  'adl_price',
  'adl_size',
  'position_size',
  'entry_price',
  'total_equity',
] as const
type Column = (typeof columns)[number]

/** One row of a replay table: an account that was deleveraged in a coin. */
export interface Fill {
  readonly file: string
  readonly line: number
  /** Where a column of this row stands. */
  readonly place: Place
  readonly user: string
  readonly coin: string
  readonly time: number
  readonly price: Decimal
  /** Contracts closed, > 0. */
  readonly size: Decimal
  /** Contracts before this fill, signed, not zero. */
  readonly position: Decimal
  /** Undefined where the replay does not know it. */
  readonly entryPrice: Decimal | undefined
  readonly equity: Decimal
}

/** Reads the fills of one wave: every coin at one time, at one price, on one side. */
export async function readFills(files: readonly string[], options: ImportOptions): Promise<readonly Fill[]> {
  const wave = new Wave(options)
  for (const file of files) {
    await readForeignTable(file, columns, (cells, line) => wave.take(cells, file, line), options)
  }
  return wave.finish(files)
}

/** The coin's first fill, and what was met of other times. */
interface CoinStart {
  readonly first: Fill
  readonly times: Set<number>
  laterTime?: string
}

class Wave {
  private readonly fills: Fill[] = []
  private readonly starts = new Map<string, CoinStart>()
  private readonly times = new Set<number>()
  private readonly coins = new Set<string>()
  private readonly wantedTime: number | undefined
  private readonly wantedCoins: ReadonlySet<string> | undefined

  constructor({ time, market }: ImportOptions) {
    this.wantedTime = time === undefined ? undefined : readTime(time, () => 'options.time', 'time')
    this.wantedCoins = market && new Set(market)
  }

  take(cells: readonly string[], file: string, line: number): void {
    const place = csvPlace(file, line)
    const coin = cells[columns.indexOf('coin')]
    if (coin === '') throw emptyName(place('coin'))
    const time = readTime(cells[columns.indexOf('time')], place, 'time')
    this.times.add(time)
    if (this.wantedTime !== undefined && time !== this.wantedTime) return
    this.coins.add(coin)
    if (this.wantedCoins !== undefined && !this.wantedCoins.has(coin)) return
    const start = this.starts.get(coin)
    if (start !== undefined && time !== start.first.time) {
      // Refused at the end, when all times are known that one can choose from.
      start.times.add(time)
      start.laterTime ??= place('time')
      return
    }
    const fill = readFill(cells, time, file, line)
    if (start === undefined) this.starts.set(coin, { first: fill, times: new Set([time]) })
    else checkAlike(start.first, fill)
    this.fills.push(fill)
  }

  finish(files: readonly string[]): readonly Fill[] {
    if (this.times.size === 0) {
      const cure = 'Check that this is the replay table and that it was written whole.'
      throw mistake('empty-table', files.join(), 'no row stands below the header', undefined, cure)
    }
    if (this.coins.size === 0) {
      const cure = `Choose one of the times in the table: ${listed(ascending(this.times))}.`
      throw mistake('unknown-time', 'options.time', 'no row is of this time', this.wantedTime, cure)
    }
    for (const coin of this.wantedCoins ?? []) {
      if (!this.coins.has(coin)) throw unknownCoin(coin, 'options.market', this.coins)
    }
    for (const [coin, { times, laterTime }] of this.starts) {
      if (laterTime === undefined) continue
      const problem = `${JSON.stringify(coin)} is closed at ${times.size} times, and an event is one wave`
      const cure = `Pick one with --time MS, out of ${listed(ascending(times))}.`
      throw mistake('several-times', laterTime, problem, [...times][1], cure)
    }
    return this.fills
  }
}

export function unknownCoin(coin: string, path: string, present: Iterable<string>): Error {
  const near = nearest(coin, present)
  const hint = near === undefined ? '' : `Did you mean ${JSON.stringify(near)}? `
  const cure = `${hint}The rows that are read have ${listed([...present].sort())}.`
  return mistake('unknown-market', path, 'no row is of this coin', coin, cure)
}

/** All of a short list and the beginning of a long one: upstream, a cascade has 162 coins and thousands of times. */
function listed(words: readonly (string | number)[]): string {
  const most = 40
  return words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`
}

const ascending = (times: Iterable<number>): number[] => [...times].sort((a, b) => a - b)

function checkAlike(first: Fill, fill: Fill): void {
  const { coin, place } = fill
  const where = `${first.file}:${first.line}`
  if (compare(first.price, fill.price) !== 0) {
    const problem = `${JSON.stringify(coin)} is closed at ${toText(first.price)} in ${where}, at the same time`
    const cure = 'A market has one ADL price in an event: keep the rows of one price.'
    throw mistake('several-prices', place('adl_price'), problem, toText(fill.price), cure)
  }
  if (signOf(first.position) !== signOf(fill.position)) {
    const side = signOf(first.position) > 0 ? 'long' : 'short'
    const problem = `${JSON.stringify(coin)} is closed on the ${side} side in ${where}, at the same time`
    const cure = 'One side of a market is closed in an event: keep the rows of one side.'
    throw mistake('both-sides', place('position_size'), problem, toText(fill.position), cure)
  }
}

function readFill(cells: readonly string[], time: number, file: string, line: number): Fill {
  const place = csvPlace(file, line)
  const cell = (column: Column): string => cells[columns.indexOf(column)]
  const read = (column: Column, sign?: 'positive'): Decimal =>
    readDecimal(stated(cell(column), place, column), place, column, sign)
  const user = cell('user')
  if (user === '') throw emptyName(place('user'))
  checkUnsigned(cell('adl_size'), place)
  const position = read('position_size')
  if (signOf(position) === 0) {
    const cure = 'Give the signed size before the fill, negative for a short, or remove the row.'
    throw mistake('zero-position', place('position_size'), 'nothing was held', cell('position_size'), cure)
  }
  const price = read('adl_price', 'positive')
  const size = read('adl_size', 'positive')
  const entryPrice = readEntryPrice(cell('entry_price'), place)
  const equity = read('total_equity')
  return { file, line, place, user, coin: cell('coin'), time, price, size, position, entryPrice, equity }
}

/** The cell, unless it is one of the ways in which Python writes that there is no value. */
function stated(cell: string, place: Place, field: string): string {
  if (!isUnknown(cell)) return cell
  const cure = 'Complete the table or remove the row; a value that is needed is never guessed.'
  throw mistake('missing-value', place(field), `${field} is needed`, cell, cure)
}

const isUnknown = (cell: string): boolean => /^[+-]?nan$|^none$|^$/i.test(cell.trim())

function checkUnsigned(size: string, place: Place): void {
  if (!/^[+-]/.test(size) || isUnknown(size)) return
  const cure = 'Give the contracts closed without a sign; position_size says on which side.'
  throw mistake('signed-size', place('adl_size'), 'a size has no sign', size, cure)
}

/** An entry price is optional in an event, and the replay's is none where it is empty or not above zero. */
function readEntryPrice(cell: string, place: Place): Decimal | undefined {
  if (isUnknown(cell)) return undefined
  const price = readDecimal(cell, place, 'entry_price')
  return signOf(price) > 0 ? price : undefined
}
