import { checkDemand, deriveDemand } from './demand.js'
import { eventDigest } from './digest.js'
import type { AdlEvent, Book, Demand, Market } from './event.js'
import { groupPositions } from './group-positions.js'
import { GrowingDecimals, GrowingDoubles, GrowingIntegers } from './growing-column.js'
import { NameIndex } from './name-index.js'
import { readDecimal } from './number.js'
import { mistake, type Place } from './place.js'
import type { AccountJson, DemandJson, MarketJson, PositionJson } from './schema.js'
import { readTime } from './time.js'

/** The optional columns that accounts and positions share. */
class Extras {
  private readonly maintenanceMargin = new GrowingDecimals('maintenanceMargin')
  private readonly walletBalance = new GrowingDecimals('walletBalance')
  private readonly openedAt = new GrowingDoubles()

  read(i: number, row: Pick<PositionJson, 'maintenanceMargin' | 'walletBalance' | 'openedAt'>, place: Place): void {
    this.maintenanceMargin.read(i, row.maintenanceMargin, place)
    this.walletBalance.read(i, row.walletBalance, place)
    if (row.openedAt !== undefined) this.openedAt.set(i, readTime(row.openedAt, place, 'openedAt'))
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
 * once, and keeps columns. Positions may come in any order of accounts; `finish` groups them.
 */
export class EventBuilder {
  private readonly markets: Market[] = []
  private readonly marketIndex = new NameIndex('market')
  private readonly accountIndex = new NameIndex('account')
  private readonly equity = new GrowingDecimals('equity')
  private readonly accountExtras = new Extras()
  private readonly holder = new GrowingIntegers()
  private readonly held = new GrowingIntegers()
  private readonly mark = new GrowingIntegers()
  private readonly quantity = new GrowingDecimals('quantity')
  private readonly entryPrice = new GrowingDecimals('entryPrice', 'positive')
  private readonly positionExtras = new Extras()
  private readonly demands = new Map<number, { readonly entry: Demand; readonly path: string }>()

  /** @param positionPlace where a position stands, from its account and the mark that came with it */
  constructor(private readonly positionPlace: (account: number, mark: number) => Place) {}

  addMarket(row: MarketJson, place: Place): void {
    this.marketIndex.add(row.market, place)
    const markPrice = readDecimal(row.markPrice, place, 'markPrice', 'positive')
    const { adlPrice, lotSize, factorLoading } = row
    this.markets.push({
      market: row.market,
      markPrice,
      adlPrice: adlPrice === undefined ? markPrice : readDecimal(adlPrice, place, 'adlPrice', 'positive'),
      ...(lotSize !== undefined && { lotSize: readDecimal(lotSize, place, 'lotSize', 'positive') }),
      ...(factorLoading !== undefined && { factorLoading: readDecimal(factorLoading, place, 'factorLoading') }),
    })
  }

  addAccount(row: Omit<AccountJson, 'positions'>, place: Place): number {
    const i = this.accountIndex.add(row.account, place)
    this.equity.read(i, row.equity, place)
    this.accountExtras.read(i, row, place)
    return i
  }

  accountNamed(name: string, place: Place): number {
    return this.accountIndex.find(name, place)
  }

  /** @param mark given back to `positionPlace` when a mistake shows only at the end */
  addPosition(account: number, row: PositionJson, mark: number, place: Place): void {
    const i = this.holder.count
    this.held.push(this.marketIndex.find(row.market, place))
    this.holder.push(account)
    this.mark.push(mark)
    this.quantity.read(i, row.quantity, place)
    this.entryPrice.read(i, row.entryPrice, place)
    this.positionExtras.read(i, row, place)
  }

  addDemand(row: DemandJson, place: Place): void {
    const market = this.marketIndex.find(row.market, place)
    const before = this.demands.get(market)
    if (before !== undefined) {
      const cure = 'Give one entry per market: one side is reduced.'
      throw mistake(
        'duplicate-demand',
        place('market'),
        `${before.path} is about this market already`,
        row.market,
        cure,
      )
    }
    const side = row.side === 'long' ? 1 : -1
    const quantity = readDecimal(row.quantity, place, 'quantity', 'not-negative')
    this.demands.set(market, { entry: { market, side, quantity }, path: place('quantity') })
  }

  /** The event, with the demand that was added or, when none was given, the one that follows from the book. */
  finish(demandSource: AdlEvent['demandSource']): AdlEvent {
    const book = this.finishBook()
    if (demandSource === 'derived') {
      const derived = deriveDemand(book)
      const given = derived.takenOver.length === 0 ? {} : { given: book }
      return { ...derived, demandSource, ...given, digest: once(() => eventDigest(book, undefined)) }
    }
    const stated = [...this.demands.values()]
    const demand = stated.map(({ entry }) => entry)
    checkDemand(book, demand, (k) => stated[k]!.path)
    return { ...book, demand, demandSource, takenOver: [], digest: once(() => eventDigest(book, demand)) }
  }

  private finishBook(): Book {
    const { names } = this.accountIndex
    const count = names.length
    const accounts = {
      count,
      names,
      equity: this.equity.finishAll(count),
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
    if (repeated !== undefined) {
      const place = this.positionPlace(repeated.account, this.mark.finish()[repeated.row]!)
      const market = this.markets[columns.market[repeated.row]!]!.market
      const holder = JSON.stringify(names[repeated.account])
      const cure = 'Net the two, or give an isolated-margin position an account of its own.'
      throw mistake('duplicate-position', place('market'), `account ${holder} holds this market already`, market, cure)
    }
    return { markets: this.markets, accounts, positions }
  }
}

/** Without the fields that are undefined. */
function present<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }
}

export function once(compute: () => string): () => string {
  let value: string | undefined
  return () => (value ??= compute())
}
