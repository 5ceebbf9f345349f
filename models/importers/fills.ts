import { compare, type Decimal, signOf, toText } from '../../src/numeric/index.js'
import { mistake, nearest, type Place } from '../book/place.js'
import { readTime } from '../book/time.js'
import type { ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'

/** A fill by which the venue closed a position, or a part of it. */
export interface AdlFill {
  /** Where the fill stands: `replay.csv:17`, `fills.json[3]`. */
  readonly at: string
  readonly file: string
  /** From 1; where the file has lines. */
  readonly line: number
  /** Where one of our fields stands in it. `reduction` is the size that was closed. */
  readonly place: Place
  readonly user: string
  readonly coin: string
  /** Milliseconds since 1970, UTC. */
  readonly time: number
  /** The price of the ADL. */
  readonly price: Decimal
  /** Contracts closed, > 0. */
  readonly size: Decimal
  /** Contracts before this fill, signed, not zero. */
  readonly position: Decimal
  readonly markPrice?: Decimal | undefined
  readonly entryPrice?: Decimal | undefined
  /** Of the whole account; undefined where the source has none. */
  readonly equity?: Decimal | undefined
}

/** What is known of a row before it is decided whether it is read. */
export interface FillRow {
  readonly at: string
  readonly place: Place
  readonly coin: string
  readonly time: number
  /** What makes a fill the same fill, however its numbers are spelt. */
  readonly identity: string
  /** The rest of what it says, as decimals; one identity with two contents is a contradiction. */
  readonly content?: string
  /** The size, if it can be read; for the count of what is left out. */
  readonly size: () => Decimal | undefined
  readonly read: () => AdlFill
}

/** A coin's first fill, and what was met of other times. */
interface Start {
  readonly first: AdlFill
  readonly times: Set<number>
  later?: Place
}

/**
 * Takes fills in any order, those of the time and the markets asked for, each once. Without `gapMs` an event is one moment: a
 * market with several times, prices or sides is refused.
 */
export class FillCollector {
  private readonly fills: AdlFill[] = []
  private readonly starts = new Map<string, Start>()
  private readonly times = new Set<number>()
  private readonly coins = new Set<string>()
  private readonly identities = new Map<string, Pick<FillRow, 'at' | 'content'>>()
  private readonly wantedTime: number | undefined
  private readonly wantedCoins: ReadonlySet<string> | undefined

  constructor(
    private readonly options: ImportOptions,
    private readonly ledger: Ledger,
  ) {
    const { time, market } = options
    this.wantedTime = time === undefined ? undefined : readTime(time, () => 'options.time', 'time')
    this.wantedCoins = market && new Set(market)
  }

  /** Whether the row was kept. */
  take(row: FillRow): boolean {
    const { coin, time, identity } = row
    this.ledger.row()
    this.times.add(time)
    if (this.wantedTime !== undefined && time !== this.wantedTime) return this.drop('other-time', row)
    this.coins.add(coin)
    if (this.wantedCoins !== undefined && !this.wantedCoins.has(coin)) return this.drop('other-market', row)
    const same = this.identities.get(identity)
    if (same !== undefined) {
      if (same.content !== row.content) throw fillDisagrees(row, same.at)
      return this.drop('duplicate-fill', row)
    }
    this.identities.set(identity, { at: row.at, ...(row.content !== undefined && { content: row.content }) })
    const start = this.starts.get(coin)
    if (this.options.gapMs === undefined && start !== undefined && time !== start.first.time) {
      // Refused at the end, when all times are known that one can choose from.
      start.times.add(time)
      start.later ??= row.place
      return false
    }
    const fill = row.read()
    if (start === undefined) this.starts.set(coin, { first: fill, times: new Set([time]) })
    else if (this.options.gapMs === undefined) checkAlike(start.first, fill)
    this.fills.push(fill)
    this.ledger.at(time)
    return true
  }

  private drop(reason: 'other-time' | 'other-market' | 'duplicate-fill', { at, coin, size }: FillRow): false {
    this.ledger.drop(reason, at, coin, size())
    return false
  }

  finish(files: readonly string[]): readonly AdlFill[] {
    if (this.times.size === 0) {
      const cure = 'Check that this is the right file and that it was written whole.'
      throw mistake('empty-table', files.join(), 'no fill of an ADL stands in it', undefined, cure)
    }
    if (this.coins.size === 0) {
      const cure = `Choose one of the times in the table: ${listed(ascending(this.times))}.`
      throw mistake('unknown-time', 'options.time', 'no row is of this time', this.wantedTime, cure)
    }
    for (const coin of this.wantedCoins ?? []) {
      if (!this.coins.has(coin)) throw unknownCoin(coin, 'options.market', this.coins)
    }
    for (const [coin, { times, later }] of this.starts) {
      if (later === undefined) continue
      const problem = `${JSON.stringify(coin)} is closed at ${times.size} times, and an event is one moment`
      const cure = `Pick one with --time MS, out of ${listed(ascending(times))}, or group them into waves with --gap-ms N.`
      throw mistake('several-times', later('time'), problem, [...times][1], cure)
    }
    return this.fills
  }
}

function fillDisagrees({ place, content }: FillRow, first: string): Error {
  const problem = `the fill of this id stands in ${first} with another size, price or position`
  const cure = 'Keep the record that is right: one fill is counted once, and which of the two it is cannot be guessed.'
  return mistake('fill-disagrees', place('reduction'), problem, content, cure)
}

export function unknownCoin(coin: string, path: string, present: Iterable<string>): Error {
  const near = nearest(coin, present)
  const hint = near === undefined ? '' : `Did you mean ${JSON.stringify(near)}? `
  const cure = `${hint}The rows that are read have ${listed([...present].sort())}.`
  return mistake('unknown-market', path, 'no row is of this coin', coin, cure)
}

/** All of a short list and the beginning of a long one: a cascade has 162 coins and thousands of times. */
export function listed(words: readonly (string | number)[]): string {
  const most = 40
  return words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`
}

const ascending = (times: Iterable<number>): number[] => [...times].sort((a, b) => a - b)

function checkAlike(first: AdlFill, fill: AdlFill): void {
  const { coin, place } = fill
  const where = first.at
  const waves = 'or write one event per price and side with --gap-ms N.'
  if (compare(first.price, fill.price) !== 0) {
    const problem = `${JSON.stringify(coin)} is closed at ${toText(first.price)} in ${where}, at the same time`
    const cure = `A market has one ADL price in an event: keep the rows of one price, ${waves}`
    throw mistake('several-prices', place('adlPrice'), problem, toText(fill.price), cure)
  }
  if (signOf(first.position) !== signOf(fill.position)) {
    const side = signOf(first.position) > 0 ? 'long' : 'short'
    const problem = `${JSON.stringify(coin)} is closed on the ${side} side in ${where}, at the same time`
    const cure = `One side of a market is closed in an event: keep the rows of one side, ${waves}`
    throw mistake('both-sides', place('quantity'), problem, toText(fill.position), cure)
  }
}
