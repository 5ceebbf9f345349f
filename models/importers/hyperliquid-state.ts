import { absolute, add, type Decimal, multiply, signOf, subtract, toText, zero } from '../../src/numeric/index.js'
import { isObject } from '../../src/validation.js'
import { mistake, type Place } from '../book/place.js'
import { readTime } from '../book/time.js'
import {
  amount,
  listIn,
  moment,
  neededAmount,
  neededText,
  objectIn,
  price,
  printedSlack,
  quotientWithin,
  text,
} from './amounts.js'
import type { EquityRecords } from './equity-records.js'
import { listed } from './fills.js'
import type { FoundRecord, Json, RecordKind } from './find-records.js'
import { importVenue, type VenueReader } from './import-venue.js'
import type { Imported, ImportOptions } from './importer.js'
import type { Ledger } from './ledger.js'
import type { VenueBalance, VenuePosition } from './venue-book.js'

export type StateKind = 'state' | 'spot' | 'market'
type Kind = StateKind

export const stateKinds: readonly RecordKind<Kind>[] = [
  { name: 'state', fields: ['assetPositions', 'marginSummary'] },
  { name: 'spot', fields: ['balances'], isOne: ({ balances }) => Array.isArray(balances) },
  { name: 'market', fields: ['market_name', 'positions'] },
]

/** The venue prints six decimal places and leaves out zeros at their end. */
const PLACES = 6

/**
 * Reads states of accounts of Hyperliquid (`clearinghouseState`), of many users: a map, a list of pairs, a line each,
 * or a file each; and snapshots by market (`market_name`, `positions`).
 *
 * - n_ik = `szi`; p_k = `positionValue` / |n_ik|, the shortest price that gives it.
 * - e_i = `crossMarginSummary.accountValue`; an isolated position is an account of its own with `rawUsd` + n p.
 * - An account whose perpetuals show no equity has it elsewhere: with its `spotClearinghouseState`, e_i = USDC + unrealized profit.
 *
 * @throws SpillwayError `equity-elsewhere` where that is not given, `several-times` where states are of several moments
 */
export async function importHyperliquidState(files: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const asks = 'Give the clearinghouseState of this account.'
  const reader = (ledger: Ledger, _: ImportOptions, equities: EquityRecords) =>
    new StateReader(ledger, options, equities)
  return importVenue(
    { source: 'hyperliquid-state', kinds: stateKinds, shared: ['market'], reader, asks },
    files,
    options,
  )
}

interface Held {
  readonly account: string
  readonly place: Place
  readonly at: string
  readonly record: Json
  readonly time: number | undefined
}

/** What an account has outside of its perpetuals. */
interface Spot {
  readonly dollars: Decimal
  /** Amounts of other tokens, as words. */
  readonly others: readonly string[]
}

export class StateReader implements VenueReader<Kind> {
  private readonly states: Held[] = []
  private readonly spots = new Map<string, Spot>()
  private readonly snapshot: { readonly position: VenuePosition; readonly balance: VenueBalance }[] = []
  private readonly cross: VenueBalance[] = []
  private readonly wanted: number | undefined
  /** States that were met, whole. */
  private readonly seen = new Set<string>()

  constructor(
    private readonly ledger: Ledger,
    private readonly options: ImportOptions,
    private readonly equities: EquityRecords,
  ) {
    this.wanted = options.time === undefined ? undefined : readTime(options.time, () => 'options.time', 'time')
  }

  take(found: FoundRecord<Kind>, account: string): void {
    const { kind, record, place, at } = found
    if (kind === 'market') {
      this.takeMarket(found)
      return
    }
    this.ledger.row()
    if (kind === 'spot') this.takeSpot(record, place, account)
    else {
      const time = moment(record, place, ['time'])
      if (this.wanted !== undefined && time !== this.wanted) this.ledger.drop('other-time', at)
      else this.states.push({ account, place, at, record, time })
    }
  }

  private takeSpot(record: Json, place: Place, account: string): void {
    let dollars = zero
    const others: string[] = []
    listIn(record, place, 'balances').forEach((balance, i) => {
      const inside = (field: string) => `${place('balances')}[${i}].${field}`
      const total = neededAmount(balance, inside, ['total'])
      const coin = text(balance, ['coin']) ?? ''
      if (coin === 'USDC') dollars = add(dollars, total)
      else if (signOf(total) !== 0) others.push(`${toText(total)} ${coin}`)
    })
    this.spots.set(account, { dollars, others })
  }

  private takeMarket({ record, place, at }: FoundRecord<Kind>): void {
    const market = neededText(record, place, ['market_name']).replace(/^hyperliquid:/, '')
    listIn(record, place, 'positions').forEach((row, i) => {
      this.ledger.row()
      const inside = (field: string) => `${place('positions')}[${i}].${field}`
      const where = `${at}.positions[${i}]`
      const account = this.ledger.account(neededText(row, inside, ['user']), where)
      const quantity = neededAmount(row, inside, ['size'])
      if (signOf(quantity) === 0) {
        this.ledger.drop('flat-position', where)
        return
      }
      const notional = absolute(neededAmount(row, inside, ['notional_size', 'notional']))
      const shared = { at: where, place: inside, account }
      this.snapshot.push({
        position: {
          ...{ ...shared, market, quantity, settles: 'USDC' },
          entryPrice: price(row, inside, ['entry_price']),
          mark: absolute(quotientWithin(notional, quantity, slackOf(notional))),
        },
        balance: {
          ...{ ...shared, currency: undefined, hasIsolated: false },
          equity: neededAmount(row, inside, ['account_value']),
        },
      })
    })
  }

  positions(): readonly VenuePosition[] {
    this.checkTimes()
    return [...this.states.flatMap((state) => this.ofState(state)), ...this.snapshot.map(({ position }) => position)]
  }

  /** Of every state; undefined where it does not say, and of a snapshot by market. */
  get moments(): readonly (number | undefined)[] {
    return [...this.states.map(({ time }) => time), ...(this.snapshot.length > 0 ? [undefined] : [])]
  }

  /** States that were fetched one after the other are one moment only where somebody says how far apart they may be. */
  private checkTimes(): void {
    const times = [...new Set(this.states.flatMap(({ time }) => time ?? []))].sort((a, b) => a - b)
    const { gapMs } = this.options
    // Joined with fills, whose moment counts.
    if (gapMs === Infinity) return
    const late = times.find((time, t) => t > 0 && time - times[t - 1] > (gapMs ?? 0))
    if (late !== undefined) {
      const path = this.states.find(({ time }) => time === late)?.place('time') ?? 'time'
      const problem = `the states are of ${times.length} moments, and an event is one`
      const cure = `Pick one with --time, out of ${listed(times)}, or say with --gap-ms how far apart states of one moment may be.`
      throw mistake('several-times', path, problem, late, cure)
    }
    for (const time of times) this.ledger.at(time)
    if (times.length === 0) this.ledger.cannotSay('moment')
    if (this.wanted !== undefined && this.states.length === 0) {
      throw mistake('unknown-time', 'options.time', 'no state is of this time', this.wanted, 'Choose another one.')
    }
  }

  private ofState({ account, place, at, record }: Held): readonly VenuePosition[] {
    const identity = JSON.stringify([account, record])
    const isAgain = this.seen.has(identity)
    this.seen.add(identity)
    if (isAgain) this.ledger.drop('duplicate-row', at)
    const positions = listIn(record, place, 'assetPositions').flatMap((entry, i) => {
      const row = isObject(entry.position) ? entry.position : entry
      const inside = (field: string) => `${place('assetPositions')}[${i}].position.${field}`
      this.ledger.row()
      const where = `${at}${at.includes(' ') ? '.' : ' '}assetPositions[${i}]`
      const position = this.positionOf(row, inside, where, account)
      if (position === undefined || !isAgain) return position ?? []
      this.ledger.drop('duplicate-row', where, position.market, absolute(position.quantity))
      return []
    })
    if (isAgain) return []
    const isolated = positions.reduce((total, { isolatedEquity }) => add(total, isolatedEquity ?? zero), zero)
    if (this.equities.byAccount.has(account)) return positions
    const equity = this.crossEquity(record, place, isolated)
    const cross = positions.filter(({ isolatedEquity }) => isolatedEquity === undefined)
    this.cross.push({
      ...{ at, place, account, currency: undefined, hasIsolated: false },
      equity: this.completed(equity, cross, account, record, place, at),
    })
    return positions
  }

  private positionOf(row: Json, place: Place, at: string, account: string): VenuePosition | undefined {
    const market = neededText(row, place, ['coin'])
    const quantity = neededAmount(row, place, ['szi'])
    if (signOf(quantity) === 0) {
      this.ledger.drop('flat-position', at)
      return undefined
    }
    const value = neededAmount(row, place, ['positionValue'], 'positive')
    const leverage = objectIn(row, place, 'leverage')
    const type = text(leverage, ['type']) ?? 'cross'
    if (type !== 'cross' && type !== 'isolated')
      throw mistake('bad-value', place('leverage.type'), 'neither cross nor isolated', type, 'Write one of the two.')
    const isIsolated = type === 'isolated'
    const raw = amount(leverage, (field) => place(`leverage.${field}`), ['rawUsd'])
    const signed = signOf(quantity) < 0 ? { ...value, digits: -value.digits } : value
    return {
      ...{ at, place, account, market, quantity, settles: 'USDC' },
      entryPrice: price(row, place, ['entryPx']),
      mark: quotientWithin(value, absolute(quantity), slackOf(value)),
      isolatedEquity: !isIsolated
        ? undefined
        : raw === undefined
          ? neededAmount(row, place, ['marginUsed'])
          : add(raw, signed),
    }
  }

  private crossEquity(record: Json, place: Place, isolated: Decimal): Decimal {
    const cross = objectIn(record, place, 'crossMarginSummary')
    if (Object.keys(cross).length > 0)
      return neededAmount(cross, (field) => place(`crossMarginSummary.${field}`), ['accountValue'])
    const all = objectIn(record, place, 'marginSummary')
    return subtract(
      neededAmount(all, (field) => place(`marginSummary.${field}`), ['accountValue']),
      isolated,
    )
  }

  /** Zero is what the perpetuals of a unified account show, whatever it has; it is asked for, not taken for zero. */
  private completed(
    equity: Decimal,
    cross: readonly VenuePosition[],
    account: string,
    record: Json,
    place: Place,
    at: string,
  ): Decimal {
    const mode = text(record, ['accountMode', 'account_mode', 'abstraction', 'userAbstraction', 'mode']) ?? ''
    const isElsewhere = /unified|portfolio/i.test(mode) || (signOf(equity) === 0 && cross.length > 0)
    if (!isElsewhere) return equity
    const spot = this.spots.get(account)
    if (spot === undefined) {
      if (cross.length === 0) return equity
      const problem = `account ${JSON.stringify(account)} holds positions and shows no equity: its collateral stands elsewhere`
      const cure = `Give its spotClearinghouseState in a file more, or its equity in a record of account and equity.`
      throw mistake('equity-elsewhere', place('crossMarginSummary.accountValue'), problem, '0', cure)
    }
    const joined = cross.reduce((total, position) => add(total, profitOf(position)), spot.dollars)
    if (spot.others.length > 0 && cross.length > 0 && signOf(joined) <= 0) {
      const has = listed(spot.others)
      const problem = `account ${JSON.stringify(account)} holds positions with ${toText(joined)} USDC, and has ${has} besides, whose worth is not given`
      const cure = `Give its equity over all tokens in a record of account and equity.`
      throw mistake('equity-elsewhere', place('crossMarginSummary.accountValue'), problem, toText(joined), cure)
    }
    if (spot.others.length > 0) this.ledger.cannotSay('unpriced-collateral')
    this.ledger.repair('equity-joined', at)
    return joined
  }

  balances(): readonly VenueBalance[] {
    return [...this.cross, ...this.snapshot.map(({ balance }) => balance)]
  }
}

/** n (p − entry). */
function profitOf({ quantity, mark, entryPrice }: VenuePosition): Decimal {
  if (mark === undefined || entryPrice === undefined) return zero
  return multiply(quantity, subtract(mark, entryPrice))
}

const slackOf = (value: Decimal): Decimal => printedSlack(value, PLACES)
