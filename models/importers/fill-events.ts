// Above three hundred lines: fills are grouped, split and joined with their books in one pass over one set of tables.
import {
  absolute,
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  signOf,
  subtract,
  toText,
  zero,
} from '../../src/numeric/index.js'
import { decimalJson } from '../book/decimal-column.js'
import type { AdlEvent } from '../book/event.js'
import { EventBuilder } from '../book/event-builder.js'
import { readDecimal } from '../book/number.js'
import type { Place } from '../book/place.js'
import { entry, type FillWave, type MarketFills, type WavePart, wavesOf } from './fill-waves.js'
import { type AdlFill, unknownCoin } from './fills.js'
import type { Disagreement, ImportedEvent, ImportedWave, ImportOptions, OverReduction } from './importer.js'
import { type Ledger, momentsOf } from './ledger.js'

/** What is known of an account besides its fills. */
export interface KnownAccount {
  readonly place: Place
  readonly equity?: Decimal | undefined
  readonly positions: ReadonlyMap<string, KnownPosition>
}

export interface KnownPosition {
  readonly place: Place
  readonly quantity: Decimal
  readonly entryPrice?: Decimal | undefined
}

/** A snapshot that the fills are joined with. */
export interface KnownBook {
  readonly accounts: ReadonlyMap<string, KnownAccount>
  readonly marks: ReadonlyMap<string, { readonly price: Decimal; readonly place: Place }>
  /** Whether it has the accounts that were not closed. */
  readonly isWhole: boolean
}

export interface FillEvents {
  readonly events: readonly ImportedEvent[]
  /** Where `gapMs` was given; then the events are these. */
  readonly waves?: readonly ImportedWave[]
  readonly disagreements: readonly Disagreement[]
  readonly overReductions: readonly OverReduction[]
}

/**
 * Events from fills. In each event, of every account that the wave touches (and, in the first, of the whole snapshot where
 * there is one):
 *
 * - the position n_ik is what stood before the first fill of i in k, less what earlier events of the wave closed;
 * - x_ik = Σ sizes, Q_k = Σ_i x_ik, exactly; a_k is the price of the fills, p_k the mark that they state, else a_k;
 * - e_i is the equity of the account's first row in the event, else that of the snapshot, else Σ_k |n_ik| p_k.
 */
export function eventsOfFills(
  fills: readonly AdlFill[],
  { gapMs, remark }: ImportOptions,
  ledger: Ledger,
  book?: KnownBook,
): FillEvents {
  const made = new FillEventMaker(remark ?? {}, ledger, fills, book)
  const waves = wavesOf(fills, gapMs, ledger)
  const width = Math.max(4, String(waves.length).length)
  const written = waves.flatMap((wave, w): ImportedWave[] => {
    const parts = made.eventsOf(wave)
    return parts.map((event, part): ImportedWave => {
      const letter = parts.length === 1 ? '' : `-${lettersOf(part, parts.length)}`
      const own = wave.parts[part].fills
      const times = own.map(({ time }) => time)
      const { moment, until } = momentsOf(least(times), greatest(times))
      return {
        name: `${String(w + 1).padStart(width, '0')}${letter}`,
        ...event,
        moment: moment ?? '',
        ...(until !== undefined && { until }),
        rows: own.length,
      }
    })
  })
  const { disagreements, overReductions } = made
  made.sayEquities()
  if (book?.isWhole !== true) ledger.cannotSay('other-accounts')
  ledger.cannotSay('demand-is-filled')
  return { events: written, ...(gapMs !== undefined && { waves: written }), disagreements, overReductions }
}

/** a, b, … z; aa, ab, … where there are more, all of one length, so that names sort as they were executed. */
function lettersOf(index: number, count: number): string {
  let text = ''
  for (let rest = index, most = count - 1; ; rest = Math.floor(rest / 26), most = Math.floor(most / 26)) {
    text = String.fromCharCode(97 + (rest % 26)) + text
    if (most < 26) return text
  }
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity)
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity)

interface Holding {
  /** Signed, before the event that is being made. */
  quantity: Decimal
  readonly entryPrice: Decimal | undefined
  readonly place: Place
}

interface Holder {
  readonly place: Place
  /** Carried from the snapshot; undefined where only rows say it, or nobody. */
  equity: Decimal | undefined
  readonly holdings: Map<string, Holding>
}

class FillEventMaker {
  readonly disagreements: Disagreement[] = []
  readonly overReductions: OverReduction[] = []
  private readonly holders = new Map<string, Holder>()
  /** The last mark that is known of each market. */
  private readonly marks: Map<string, { readonly price: Decimal; readonly place: Place }>
  private readonly remark: ReadonlyMap<string, Decimal>
  /** Accounts of the snapshot that are listed in the first event only: later ones carry them on. */
  private untouched: Iterable<string>
  private readonly defaulted = new Set<string>()
  private readonly moved = new Set<string>()

  constructor(
    remark: NonNullable<ImportOptions['remark']>,
    private readonly ledger: Ledger,
    fills: readonly AdlFill[],
    private readonly book: KnownBook | undefined,
  ) {
    const coins = new Set(fills.map(({ coin }) => coin))
    this.remark = new Map(
      Object.entries(remark).map(([coin, price]) => {
        if (!coins.has(coin)) throw unknownCoin(coin, 'options.remark', coins)
        return [coin, readDecimal(price, () => 'options.remark', coin, 'positive')]
      }),
    )
    this.marks = new Map(book?.marks)
    for (const [user, { place, equity, positions }] of book?.accounts ?? []) {
      const holdings = new Map(
        [...positions].map(([coin, known]): [string, Holding] => [coin, { ...known, entryPrice: known.entryPrice }]),
      )
      this.holders.set(user, { place, equity, holdings })
    }
    this.untouched = [...this.holders.keys()]
  }

  eventsOf({ fills, parts }: FillWave): readonly Required<ImportedEvent>[] {
    const seen = new Set<string>()
    for (const part of parts) for (const fill of firstsOf(part)) this.hold(fill, seen)
    const users = new Set([...this.untouched, ...fills.map(({ user }) => user)])
    this.untouched = []
    return parts.map((part, p) => {
      if (p > 0) this.moveTo(part)
      const event = this.eventOf(part, parts, fills, users)
      const reductions = reductionsOf(part)
      this.close(part)
      return { event, reductions }
    })
  }

  /** What stood before the first fill of an account in a market, in this wave. */
  private hold({ user, coin, held, fill }: First, seen: Set<string>): void {
    const holder = entry(
      this.holders,
      user,
      (): Holder => ({ place: fill.place, equity: undefined, holdings: new Map() }),
    )
    const key = JSON.stringify([user, coin])
    if (seen.has(key)) return
    seen.add(key)
    this.set(holder, coin, held, fill, this.book?.isWhole ? 'position-from-fill' : undefined)
  }

  /** A later event of a wave finds what the earlier ones left, unless its own fills know better. */
  private moveTo(part: WavePart): void {
    for (const { user, coin, held, fill } of firstsOf(part)) {
      const holder = this.holders.get(user)
      if (holder !== undefined) this.set(holder, coin, held, fill, 'position-moved')
    }
  }

  private set(
    { holdings }: Holder,
    coin: string,
    held: Decimal,
    fill: AdlFill,
    reason: 'position-moved' | 'position-from-fill' | undefined,
  ): void {
    const before = holdings.get(coin)
    if (before !== undefined && compare(before.quantity, held) === 0) return
    if (reason !== undefined) this.ledger.repair(reason, fill.at)
    holdings.set(coin, { quantity: held, entryPrice: fill.entryPrice ?? before?.entryPrice, place: fill.place })
  }

  private close({ markets }: WavePart): void {
    for (const [coin, { first, closings }] of markets) {
      this.marks.set(coin, { price: markOf(first), place: first.place })
      const side = signOf(first.position)
      const concession = multiply(subtract(markOf(first), first.price), { digits: BigInt(side), scale: 0 })
      for (const [user, { closed }] of closings) {
        const holder = this.holders.get(user)
        const holding = holder?.holdings.get(coin)
        if (holder === undefined || holding === undefined) continue
        const left = subtract(absolute(holding.quantity), closed)
        if (signOf(left) <= 0) holder.holdings.delete(coin)
        else holding.quantity = side < 0 ? negate(left) : left
        if (holder.equity !== undefined) holder.equity = subtract(holder.equity, multiply(concession, closed))
      }
    }
  }

  /** The builder checks what any event must obey, and reports it where the value stands in the source. */
  private eventOf(
    part: WavePart,
    parts: readonly WavePart[],
    fills: readonly AdlFill[],
    users: ReadonlySet<string>,
  ): AdlEvent {
    const builder = new EventBuilder(() => (field) => field)
    const prices = this.pricesOf(part, parts, users)
    for (const [market, { mark, adlPrice, place }] of prices) {
      const row = { market, markPrice: decimalJson(mark), ...(adlPrice && { adlPrice: decimalJson(adlPrice) }) }
      builder.addMarket(row, place)
    }
    this.moveEquities(prices)
    const rows = this.equityRows(part, fills)
    const assumed: string[] = []
    for (const account of users) {
      const holder = this.holders.get(account)
      if (holder === undefined) continue
      const { equity, isAssumed } = this.equityOf(account, holder, rows.get(account), prices)
      if (isAssumed) assumed.push(account)
      const place = rows.get(account)?.place ?? holder.place
      const i = builder.addAccount({ account, equity: decimalJson(equity) }, place)
      for (const [market, { quantity, entryPrice, place }] of holder.holdings) {
        const row = {
          market,
          quantity: decimalJson(quantity),
          ...(entryPrice && { entryPrice: decimalJson(entryPrice) }),
        }
        if (entryPrice === undefined) this.ledger.cannotSay('entry-price')
        builder.addPosition(i, row, 0, place)
      }
    }
    for (const [market, { first, total }] of part.markets) {
      const side = signOf(first.position) > 0 ? 'long' : 'short'
      const place: Place = (field) => first.place(field === 'quantity' ? 'reduction' : field)
      builder.addDemand({ market, side, quantity: decimalJson(total) }, place)
    }
    this.findOverReductions(part)
    const event = builder.finish('given')
    return assumed.length === 0 ? event : { ...event, assumedEquity: assumed }
  }

  /** Equities of the snapshot are at its marks, then at those of each event: e_i += Σ_k n_ik (p_k − p_k before). */
  private moveEquities(prices: ReadonlyMap<string, { readonly mark: Decimal; readonly place: Place }>): void {
    for (const [coin, { mark, place }] of prices) {
      const before = this.marks.get(coin)
      this.marks.set(coin, { price: mark, place })
      if (before === undefined || compare(before.price, mark) === 0) continue
      for (const [name, holder] of this.holders) {
        const holding = holder.holdings.get(coin)
        if (holding === undefined || holder.equity === undefined) continue
        holder.equity = add(holder.equity, multiply(holding.quantity, subtract(mark, before.price)))
        if (this.moved.has(name)) continue
        this.moved.add(name)
        this.ledger.repair('re-marked', name)
      }
    }
  }

  /** Markets of this event, then those that only other events of the wave or the holders' other positions are in. */
  private pricesOf(part: WavePart, parts: readonly WavePart[], users: ReadonlySet<string>) {
    const prices = new Map<string, { mark: Decimal; adlPrice?: Decimal; place: Place }>()
    for (const [coin, { first }] of part.markets) {
      if (first.markPrice === undefined) this.ledger.complete('mark-from-price', first.at)
      const isOff = compare(markOf(first), first.price) !== 0
      prices.set(coin, { mark: markOf(first), ...(isOff && { adlPrice: first.price }), place: first.place })
    }
    const other = new Map<string, MarketFills>()
    for (const { markets } of parts) for (const [coin, group] of markets) other.set(coin, group)
    for (const user of users) {
      for (const coin of this.holders.get(user)?.holdings.keys() ?? []) {
        if (prices.has(coin)) continue
        const group = other.get(coin)
        const known = this.marks.get(coin)
        if (group !== undefined) prices.set(coin, { mark: markOf(group.first), place: group.first.place })
        else if (known !== undefined) prices.set(coin, { mark: known.price, place: known.place })
      }
    }
    return prices
  }

  /** The row that states each account's equity: its first in this event, else in the wave. */
  private equityRows(part: WavePart, fills: readonly AdlFill[]): ReadonlyMap<string, AdlFill> {
    const rows = new Map<string, AdlFill>()
    for (const fill of part.fills) {
      const first = entry(rows, fill.user, () => fill)
      if (first.equity === undefined || fill.equity === undefined) continue
      if (compare(first.equity, fill.equity) === 0) continue
      const [kept, other] = [toText(first.equity), toText(fill.equity)]
      this.disagreements.push({ account: fill.user, kept, other, file: fill.file, line: fill.line })
      this.ledger.repair('equity-disagrees', fill.at)
    }
    for (const fill of fills) entry(rows, fill.user, () => fill)
    return rows
  }

  private equityOf(
    account: string,
    holder: Holder,
    row: AdlFill | undefined,
    prices: ReadonlyMap<string, { readonly mark: Decimal }>,
  ): { readonly equity: Decimal; readonly isAssumed: boolean } {
    const stated = row?.equity ?? holder.equity
    let equity = stated ?? zero
    for (const [coin, { quantity }] of holder.holdings) {
      const mark = prices.get(coin)?.mark ?? zero
      const from = this.remark.get(coin)
      if (stated === undefined) equity = add(equity, multiply(absolute(quantity), mark))
      else if (from !== undefined) equity = add(equity, multiply(quantity, subtract(mark, from)))
    }
    if (stated === undefined && !this.defaulted.has(account)) {
      this.defaulted.add(account)
      this.ledger.complete('equity-from-notional', row?.at ?? account)
    }
    return { equity, isAssumed: stated === undefined }
  }

  /** How many accounts have no equity in the source, when all events are made. */
  sayEquities(): void {
    const [count, of] = [this.defaulted.size, this.holders.size]
    if (count === of && count > 0) this.ledger.cannotSay('equity')
    if (count === of || count === 0) return
    const few = [...this.defaulted].slice(0, 3).join(', ')
    const names = count > 3 ? `${few} and ${count - 3} more` : few
    const says = `The source gives no equity of ${count} of ${of} accounts (${names}). These have their notional as equity (leverage 1): what follows from their leverage is not a finding.`
    this.ledger.cannotSay('equity', { says, accounts: { count, of } })
  }

  private findOverReductions({ markets }: WavePart): void {
    for (const [market, { closings }] of markets) {
      for (const [account, { held, closed }] of closings) {
        if (compare(closed, absolute(held)) <= 0) continue
        this.overReductions.push({ account, market, held: toText(absolute(held)), closed: toText(closed) })
      }
    }
  }
}

const markOf = ({ markPrice, price }: AdlFill): Decimal => markPrice ?? price

interface First {
  readonly user: string
  readonly coin: string
  readonly held: Decimal
  readonly fill: AdlFill
}

function* firstsOf({ markets }: WavePart): Generator<First> {
  for (const [coin, { closings }] of markets) {
    for (const [user, { held, first }] of closings) yield { user, coin, held, fill: first }
  }
}

/** In the order of the rows. */
function reductionsOf({ fills, markets }: WavePart) {
  const reductions = new Map<string, { account: string; market: string; quantity: string }>()
  for (const { user, coin } of fills) {
    entry(reductions, JSON.stringify([user, coin]), () => {
      const closed = markets.get(coin)?.closings.get(user)?.closed ?? zero
      return { account: user, market: coin, quantity: String(decimalJson(closed)) }
    })
  }
  return [...reductions.values()]
}
