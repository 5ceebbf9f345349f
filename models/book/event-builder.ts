import { compare, type Decimal, decimalOf, signOf, zero } from '../../src/numeric/index.js'
import { badSide } from './check-shape.js'
import { demandFaults, deriveDemand } from './demand.js'
import { eventDigest } from './digest.js'
import type { AdlEvent, Book, Demand, FlatPositions, Market } from './event.js'
import { groupPositions } from './group-positions.js'
import { GrowingDecimals, GrowingDoubles, GrowingIntegers } from './growing-column.js'
import type { AccountJson, DemandJson, MarketJson, PositionJson } from './json-forms.js'
import { inLinearTerms } from './linear-terms.js'
import { Mistakes } from './mistakes.js'
import { NameIndex } from './name-index.js'
import { type RawNumber, readDecimal, type Sign } from './number.js'
import { mistake, type Place } from './place.js'
import { refuseMixedSettlement } from './settlement.js'
import { readTime } from './time.js'

/** The optional columns that accounts and positions share. */
class Extras {
  private readonly maintenanceMargin
  private readonly walletBalance
  private readonly openedAt = new GrowingDoubles()

  constructor(private readonly mistakes: Mistakes) {
    this.maintenanceMargin = new GrowingDecimals('maintenanceMargin', 'any', mistakes)
    this.walletBalance = new GrowingDecimals('walletBalance', 'any', mistakes)
  }

  read(i: number, row: Pick<PositionJson, 'maintenanceMargin' | 'walletBalance' | 'openedAt'>, place: Place): void {
    this.maintenanceMargin.read(i, row.maintenanceMargin, place)
    this.walletBalance.read(i, row.walletBalance, place)
    const { openedAt } = row
    if (openedAt === undefined || openedAt === null) return
    try {
      this.openedAt.set(i, readTime(openedAt, place, 'openedAt'))
    } catch (error) {
      this.mistakes.add(error)
    }
  }

  finish(count: number) {
    return present({
      maintenanceMargin: this.maintenanceMargin.finish(count),
      walletBalance: this.walletBalance.finish(count),
      openedAt: this.openedAt.finish(count),
    })
  }
}

/**
 * Takes the rows of an event, from either form and in any order that names things before it uses them, checks each
 * once, and keeps columns. Positions may come in any order of accounts; `finish` groups them. A position of quantity zero is
 * dropped, and so is what is said of it.
 *
 * Mistakes are collected: `finish` throws them, and until then a row with one leaves a hole that nobody gets to see.
 */
export class EventBuilder {
  private readonly markets: Market[] = []
  private readonly marketPlaces: Place[] = []
  private readonly marketIndex
  private readonly accountIndex
  private readonly equity
  private readonly accountExtras
  private readonly exempt = new Set<number>()
  private readonly holder = new GrowingIntegers()
  private readonly held = new GrowingIntegers()
  private readonly mark = new GrowingIntegers()
  private readonly quantity
  private readonly entryPrice
  private readonly positionExtras
  /** Where the fields of flat positions are read, to be forgotten: each stands in row 0. */
  private readonly flatEntryPrice
  private readonly flatExtras
  private flatCount = 0
  private readonly firstFlat: FlatPositions['first'][number][] = []
  /** By market with a mark of zero: what is wrong with that where somebody holds it, and where it stands in the input. */
  private readonly zeroMarks = new Map<number, { readonly error: Error; readonly order: number }>()
  private readonly demands = new Map<number, { readonly entry: Demand; readonly path: string }>()

  /** @param positionPlace where a position stands, from its account and the mark that came with it */
  constructor(
    private readonly positionPlace: (account: number, mark: number) => Place,
    private readonly mistakes = new Mistakes(),
  ) {
    this.marketIndex = new NameIndex('market', mistakes)
    this.accountIndex = new NameIndex('account', mistakes)
    this.equity = new GrowingDecimals('equity', 'any', mistakes)
    this.quantity = new GrowingDecimals('quantity', 'any', mistakes)
    this.entryPrice = new GrowingDecimals('entryPrice', 'positive', mistakes)
    this.flatEntryPrice = new GrowingDecimals('entryPrice', 'any', mistakes)
    this.accountExtras = new Extras(mistakes)
    this.positionExtras = new Extras(mistakes)
    this.flatExtras = new Extras(mistakes)
  }

  /** To be said where rows of a table could not be read: names that are missing are then no further mistakes. */
  lacks(table: 'markets' | 'accounts'): void {
    const index = table === 'markets' ? this.marketIndex : this.accountIndex
    index.isIncomplete = true
  }

  addMarket(row: MarketJson, place: Place): void {
    const k = this.marketIndex.add(row.market, place)
    const read = (
      field: Exclude<keyof MarketJson, 'market' | 'inverse' | 'settles'>,
      sign: Sign,
    ): Decimal | undefined => this.decimal(row[field], place, field, sign)
    const markPrice = read('markPrice', 'any')
    if (markPrice !== undefined && signOf(markPrice) < 0)
      this.mistakes.add(notPositive('markPrice', row.markPrice, place))
    const isZero = markPrice !== undefined && signOf(markPrice) === 0
    if (isZero) {
      const error = notPositive('markPrice', row.markPrice, place)
      this.zeroMarks.set(k, { error, order: this.mistakes.reserve() })
    }
    // Whoever writes out the default of a market without a price writes a zero.
    const adlPrice = read('adlPrice', isZero ? 'not-negative' : 'positive')
    const lotSize = read('lotSize', 'positive')
    const factorLoading = read('factorLoading', 'any')
    const contractSize = read('contractSize', 'positive')
    this.marketPlaces.push(place)
    const { inverse, settles } = row
    this.markets.push({
      market: row.market,
      markPrice: markPrice ?? zero,
      adlPrice: adlPrice ?? markPrice ?? zero,
      ...(lotSize !== undefined && { lotSize }),
      ...(factorLoading !== undefined && { factorLoading }),
      // The default says nothing, written out or not.
      ...(contractSize !== undefined && compare(contractSize, one) !== 0 && { contractSize }),
      ...(inverse === true && { inverse }),
      ...(typeof settles === 'string' && { settles }),
    })
  }

  private decimal(raw: RawNumber | null | undefined, place: Place, field: string, sign: Sign): Decimal | undefined {
    if (raw === undefined || raw === null) return undefined
    return this.mistakes.attempt(() => readDecimal(raw, place, field, sign))
  }

  addAccount(row: Omit<AccountJson, 'positions'>, place: Place): number {
    const i = this.accountIndex.add(row.account, place)
    this.equity.read(i, row.equity, place)
    this.accountExtras.read(i, row, place)
    if (row.exempt === true) this.exempt.add(i)
    return i
  }

  accountNamed(name: string, place: Place): number {
    return this.accountIndex.find(name, place)
  }

  /** @param mark given back to `positionPlace` when a mistake shows only at the end */
  addPosition(account: number, row: PositionJson, mark: number, place: Place): void {
    const i = this.holder.count
    const market = this.marketIndex.find(row.market, place)
    if (this.quantity.read(i, row.quantity, place) === 0) {
      this.addFlat(account, row, place)
      return
    }
    this.held.push(market)
    this.holder.push(account)
    this.mark.push(mark)
    this.entryPrice.read(i, row.entryPrice, place)
    this.positionExtras.read(i, row, place)
  }

  /** Venues list what was held once, with an entry price of zero or none. */
  private addFlat(account: number, row: PositionJson, place: Place): void {
    this.flatEntryPrice.read(0, row.entryPrice, place)
    this.flatExtras.read(0, row, place)
    this.flatCount++
    const name = this.accountIndex.names[account]
    if (this.firstFlat.length < FLAT_SHOWN && name !== undefined)
      this.firstFlat.push({ account: name, market: row.market })
  }

  addDemand(row: Omit<DemandJson, 'side'> & { readonly side: string }, place: Place): void {
    const market = this.marketIndex.find(row.market, place)
    const before = this.demands.get(market)
    if (before !== undefined && market >= 0) {
      const cure = 'Give one entry per market: one side is reduced.'
      const problem = `${before.path} is about this market already`
      this.mistakes.add(mistake('duplicate-demand', place('market'), problem, row.market, cure))
    }
    if (row.side !== 'long' && row.side !== 'short') this.mistakes.add(badSide(place('side'), row.side))
    const side = row.side === 'long' ? 1 : -1
    const quantity = this.decimal(row.quantity, place, 'quantity', 'not-negative') ?? zero
    if (before === undefined) this.demands.set(market, { entry: { market, side, quantity }, path: place('quantity') })
  }

  /**
   * The event, with the demand that was added or, when none was given, the one that follows from the book. Throws the mistakes that
   * were found; what shows only on the whole book is looked for where its rows have none.
   */
  finish(demandSource: AdlEvent['demandSource']): AdlEvent {
    this.mistakes.subject = undefined
    const { mistakes } = this
    const flatPositions = { count: this.flatCount, first: this.firstFlat }
    this.checkZeroMarks()
    mistakes.attempt(() => refuseMixedSettlement(this.markets, (k) => this.marketPlaces[k]))
    mistakes.throwAny()
    const book = this.finishBook()
    mistakes.throwAny()
    if (demandSource === 'derived') {
      const derived = deriveDemand(book)
      const given = derived.takenOver.length === 0 ? {} : { given: { ...book, demand: derived.demand } }
      const digest = digestOf(book, undefined)
      return inLinearTerms({ ...derived, demandSource, ...given, flatPositions, digest })
    }
    const stated = [...this.demands.values()]
    const demand = stated.map(({ entry }) => entry)
    for (const error of demandFaults(book, demand, (k) => stated[k].path)) mistakes.add(error)
    mistakes.throwAny()
    const digest = digestOf(book, demand)
    return inLinearTerms({ ...book, demand, demandSource, takenOver: [], flatPositions, digest })
  }

  /** A mark of zero is that of a market that nobody trades any more: a mistake where somebody holds it, or it is demanded. */
  private checkZeroMarks(): void {
    if (this.zeroMarks.size === 0) return
    const used = new Set(this.held.finish())
    for (const [k, { error, order }] of this.zeroMarks) {
      const demanded = this.demands.get(k)
      if (used.has(k) || (demanded && signOf(demanded.entry.quantity) > 0)) this.mistakes.add(error, order)
    }
  }

  private finishBook(): Book {
    const { names } = this.accountIndex
    const count = names.length
    const accounts = {
      count,
      names,
      equity: this.equity.finishAll(count),
      ...(this.exempt.size > 0 && { exempt: Uint8Array.from(names, (_, i) => (this.exempt.has(i) ? 1 : 0)) }),
      ...this.accountExtras.finish(count),
    }
    const rows = this.holder.count
    const columns = {
      market: this.held.finish(),
      quantity: this.quantity.finishAll(rows),
      ...present({ entryPrice: this.entryPrice.finish(rows) }),
      ...this.positionExtras.finish(rows),
    }
    const { positions, repeated } = groupPositions(this.holder.finish(), count, this.markets.length, columns)
    const marks = repeated.length === 0 ? undefined : this.mark.finish()
    for (const { account, row } of repeated) {
      const place = this.positionPlace(account, marks![row])
      const market = this.markets[columns.market[row]].market
      const problem = `account ${JSON.stringify(names[account])} holds this side of the market already`
      const cure =
        'Add the two up (one long and one short position may stand side by side), or give an isolated-margin position an account of its own.'
      this.mistakes.add(mistake('duplicate-position', place('market'), problem, market, cure))
    }
    return { markets: this.markets, accounts, positions }
  }
}

const one = decimalOf(1)

/** How many flat positions an event names. */
const FLAT_SHOWN = 20

function notPositive(field: string, raw: RawNumber, place: Place): Error {
  const cure = 'Correct it, or remove the market if nobody holds it.'
  return mistake('not-positive', place(field), `${field} must be above zero`, raw, cure)
}

/** Without the fields that are undefined. */
function present<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }
}

/** The digest when it is asked for. Outside the builder, whose columns a closure of its own methods would keep alive. */
const digestOf = (book: Book, demand: readonly Demand[] | undefined): (() => string) =>
  once(() => eventDigest(book, demand))

export function once(compute: () => string): () => string {
  let value: string | undefined
  return () => (value ??= compute())
}
