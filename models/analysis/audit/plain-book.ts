import {
  absolute,
  add,
  type Decimal,
  multiply,
  parseDecimal,
  signOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import { decimalJson, type EventJson } from '../../book/index.js'

/** A small book in exact decimals, easy to vary; `eventOf` writes it as an event with every optional input. */
export interface PlainBook {
  readonly markets: readonly PlainMarket[]
  readonly accounts: readonly PlainAccount[]
  readonly demand: readonly { readonly market: number; readonly side: 1 | -1; readonly quantity: Decimal }[]
}

export interface PlainMarket {
  readonly market: string
  readonly markPrice: Decimal
  readonly adlPrice: Decimal
  readonly lotSize?: Decimal | undefined
  readonly factorLoading: Decimal
}

export interface PlainAccount {
  readonly account: string
  readonly equity: Decimal
  /** Maintenance margin over notional. */
  readonly marginRate: Decimal
  /** Milliseconds since 1970, UTC. */
  readonly openedAt: number
  readonly positions: readonly PlainPosition[]
}

export interface PlainPosition {
  /** Index into `markets`. */
  readonly market: number
  /** Long positive. */
  readonly quantity: Decimal
  readonly entryPrice: Decimal
}

/**
 * The book as an event. Maintenance margin is the rate times notional; wallet balance is equity less unrealized profit,
 * so that both stay true when a book is varied. Positions of zero contracts are left out.
 */
export function eventOf({ markets, accounts, demand }: PlainBook): EventJson {
  return {
    format: 'spillway/event@1',
    markets: markets.map(({ market, markPrice, adlPrice, lotSize, factorLoading }) => ({
      market,
      markPrice: decimalJson(markPrice),
      adlPrice: decimalJson(adlPrice),
      ...(lotSize && { lotSize: decimalJson(lotSize) }),
      factorLoading: decimalJson(factorLoading),
    })),
    accounts: accounts.map(({ account, equity, marginRate, openedAt, positions }) => {
      const open = positions.filter(({ quantity }) => signOf(quantity) !== 0)
      const margins = open.map(({ market, quantity }) =>
        multiply(marginRate, multiply(absolute(quantity), markets[market].markPrice)),
      )
      const profit = open
        .map(({ market, quantity, entryPrice }) => multiply(quantity, subtract(markets[market].markPrice, entryPrice)))
        .reduce(add, zero)
      return {
        account,
        equity: decimalJson(equity),
        maintenanceMargin: decimalJson(margins.reduce(add, zero)),
        walletBalance: decimalJson(subtract(equity, profit)),
        openedAt,
        positions: open.map(({ market, quantity, entryPrice }, j) => ({
          market: markets[market].market,
          quantity: decimalJson(quantity),
          entryPrice: decimalJson(entryPrice),
          maintenanceMargin: decimalJson(margins[j]),
          openedAt,
        })),
      }
    }),
    demand: demand.map(({ market, side, quantity }) => ({
      market: markets[market].market,
      side: side === 1 ? 'long' : 'short',
      quantity: decimalJson(quantity),
    })),
  }
}

/** The same book with another demand in its one demanded market. */
export function demanding(book: PlainBook, quantity: Decimal): PlainBook {
  return { ...book, demand: book.demand.map((entry) => ({ ...entry, quantity })) }
}

/** The same book where one account is another one, or several, or none. */
export function replacing(book: PlainBook, index: number, accounts: readonly PlainAccount[]): PlainBook {
  return { ...book, accounts: book.accounts.toSpliced(index, 1, ...accounts) }
}

/** What is demanded in the one demanded market of an event. */
export function quantityIn({ demand }: EventJson): Decimal {
  return parseDecimal(String(demand![0].quantity))!
}

/** The event with another demand in its one demanded market. */
export function withQuantity(event: EventJson, quantity: Decimal): EventJson {
  return { ...event, demand: event.demand!.map((entry) => ({ ...entry, quantity: decimalJson(quantity) })) }
}
