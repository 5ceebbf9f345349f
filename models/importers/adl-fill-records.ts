import { add, type Decimal, multiply, negate, signOf, toText } from '../../src/numeric/index.js'
import { isObject } from '../../src/validation.js'
import { mistake, type Place } from '../book/place.js'
import { amount, moment, neededAmount, neededText, printedSlack, quotientWithin, sideOf, text } from './amounts.js'
import type { AdlFill, FillCollector } from './fills.js'
import { accountOfFile, type FoundRecord, type Json, type RecordKind } from './find-records.js'
import type { Ledger } from './ledger.js'

/** A fill as Hyperliquid's API and node have it, and as data sets call the same fields. */
export const fillKinds: readonly RecordKind<'fill'>[] = [
  { name: 'fill', fields: ['coin', 'px', 'sz'] },
  { name: 'fill', fields: ['coin', 'price', 'size', 'start_position'] },
]

const names = {
  coin: ['coin'],
  time: ['time', 'timestamp'],
  price: ['px', 'price'],
  size: ['sz', 'size'],
  position: ['startPosition', 'start_position'],
  direction: ['dir', 'direction'],
  side: ['side'],
  profit: ['closedPnl', 'closed_pnl', 'realized_pnl'],
  mark: ['markPx', 'liquidation_mark_px', 'liquidation_mark_price'],
  id: ['tid', 'trade_id'],
  liquidated: ['liquidatedUser', 'liquidated_user'],
} as const

/** Where our fields stand in a record. */
const ours: Readonly<Record<string, keyof typeof names>> = {
  market: 'coin',
  markPrice: 'mark',
  adlPrice: 'price',
  quantity: 'position',
  reduction: 'size',
  entryPrice: 'profit',
}

/** Takes fills of Hyperliquid into a collector, those that are auto-deleveraging; the others are counted. */
export class AdlFillReader {
  private readonly unnamed = new Set<string>()

  constructor(
    private readonly collector: FillCollector,
    private readonly ledger: Ledger,
  ) {}

  take(found: FoundRecord<string>): void {
    const { record, place, at } = found
    const direction = neededText(record, place, names.direction)
    if (!/auto.?deleverag/i.test(direction)) {
      this.ledger.row()
      this.ledger.drop('not-adl', at)
      return
    }
    const time = this.timeOf(found)
    const coin = neededText(record, place, names.coin)
    const user = this.userOf(found)
    if (isLiquidated(user, text(liquidationOf(record), names.liquidated))) {
      this.ledger.row()
      this.ledger.drop(
        'liquidated-side',
        at,
        coin,
        attempt(() => amount(record, place, names.size)),
      )
      return
    }
    const size = (): Decimal | undefined => attempt(() => amount(record, place, names.size))
    const read = (): AdlFill => this.read(found, user, coin, time)
    const placed: Place = (field) => place(fieldIn(found, field))
    this.collector.take({ at, place: placed, coin, time, ...identityOf(found, user, coin, time), size, read })
  }

  /** Fills of one block are of one moment, that of the block. */
  private timeOf({ record, place, around }: FoundRecord<string>): number {
    const block = moment(around, place, ['block_time'])
    const own = moment(record, place, names.time)
    const time = block === undefined ? own : Math.floor(block)
    if (time === undefined) neededAmount(record, place, names.time)
    return time ?? 0
  }

  private userOf({ account, file, at }: FoundRecord<string>): string {
    if (account !== undefined) return account
    if (!this.unnamed.has(file)) this.ledger.complete('account-from-file', at)
    this.unnamed.add(file)
    return this.ledger.account(accountOfFile(file), at)
  }

  private read(found: FoundRecord<string>, user: string, coin: string, time: number): AdlFill {
    const { record, place, at, file, line } = found
    const price = neededAmount(record, place, names.price, 'positive')
    const size = neededAmount(record, place, names.size, 'positive')
    const position = neededAmount(record, place, names.position)
    if (signOf(position) === 0) {
      const cure = 'Give the signed size before the fill, or remove it.'
      throw mistake('zero-position', place(fieldIn(found, 'quantity')), 'nothing was held', '0', cure)
    }
    this.checkSide(found, signOf(position))
    const markPrice = amount(liquidationOf(record), place, names.mark, 'positive')
    const entryPrice = this.entryPrice(found, price, size, position)
    const placed: Place = (field) => place(fieldIn(found, field))
    return { at, file, line, place: placed, user, coin, time, price, size, position, markPrice, entryPrice }
  }

  /** Who closes a short buys. */
  private checkSide({ record, place }: FoundRecord<string>, sign: number): void {
    const word = text(record, names.side)
    if (word === undefined) return
    const bought = sideOf(word, place, 'side', ['b', 'buy', 'bid'], ['a', 's', 'sell', 'ask'])
    if (bought !== sign) return
    const held = sign > 0 ? 'long' : 'short'
    const cure =
      'Correct the side or the position before the fill: closing a long is a sale, closing a short a purchase.'
    throw mistake('wrong-side', place('side'), `this side adds to the ${held} position before the fill`, word, cure)
  }

  /** entry = price − side · profit / size, the shortest that gives the profit as it was rounded. */
  private entryPrice(
    found: FoundRecord<string>,
    price: Decimal,
    size: Decimal,
    position: Decimal,
  ): Decimal | undefined {
    const profit = amount(found.record, found.place, names.profit)
    if (profit === undefined) return undefined
    const paid = add(multiply(price, size), signOf(position) < 0 ? profit : negate(profit))
    if (signOf(paid) <= 0) return undefined
    const entry = quotientWithin(paid, size, printedSlack(profit, 6))
    if (signOf(entry) <= 0) return undefined
    this.ledger.repair('entry-from-profit', found.at)
    return entry
  }
}

const liquidationOf = (record: Json): Json => (isObject(record.liquidation) ? record.liquidation : record)

/** Whether a fill is of the account for which the venue closes others: it is their counterparty, and none of them. */
export const isLiquidated = (user: string, liquidated: string | undefined): boolean =>
  liquidated !== undefined && user.toLowerCase() === liquidated.toLowerCase()

/**
 * A fill is one by its id, else by all that it says. The same fill comes from the API and from a node, with numbers spelt
 * otherwise ("0.5", 0.50), so numbers are compared and not their text.
 */
function identityOf({ record, place }: FoundRecord<string>, user: string, coin: string, time: number) {
  const numbers = [names.price, names.size, names.position].map((fields) => {
    const value = attempt(() => amount(record, place, fields))
    return value === undefined ? text(record, fields) : toText(value)
  })
  const id = text(record, names.id)
  if (id === undefined || /^0*$/.test(id)) return { identity: JSON.stringify([user, coin, time, ...numbers]) }
  return { identity: JSON.stringify([user, coin, time, 'id', id]), content: numbers.join() }
}

function fieldIn({ record }: FoundRecord<string>, field: string): string {
  const own = ours[field]
  if (own === undefined) return field
  return names[own].find((name) => Object.hasOwn(record, name)) ?? names[own][0]
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
