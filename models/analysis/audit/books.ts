import type { Arbitrary } from 'fast-check'
import {
  add,
  type Decimal,
  decimalOf,
  multiply,
  signOf,
  smallerOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import type { FastCheck, Scope } from './axiom.js'
import type { PlainAccount, PlainBook, PlainMarket } from './plain-book.js'

/** What may stand in a book besides accounts that hold the one demanded market and can pay. */
export interface BookShape {
  /** ADL prices off the mark; default yes. */
  readonly offTheMark?: boolean
  /** Accounts with no equity, with debts, and those that closing at the ADL price would bankrupt; default no. */
  readonly insolvents?: boolean
  /** Holdings in a second market, which is not demanded; default no. */
  readonly hedges?: boolean
  /** Leverage up to 10,000, not only to 100; default yes. */
  readonly thin?: boolean
  /** Accounts that are there twice or three times, alike in everything but their names; default no. */
  readonly twins?: boolean
}

/** How a book was drawn: choices among round numbers, the simplest first, so that a counterexample shrinks to them. */
export interface Sketch {
  readonly side: 1 | -1
  readonly mark: number
  /** ADL price over mark. */
  readonly adl: number
  readonly lots: boolean
  readonly accounts: readonly AccountSketch[]
  readonly share: Share
}

export interface AccountSketch {
  /** Contracts: digits with that many zeros. */
  readonly digits: number
  readonly zeros: number
  /** Equity over gross notional, in hundredths. */
  readonly cover: number
  /** Entry price over mark, in hundredths. */
  readonly entry: number
  readonly marginRate: number
  readonly day: number
  readonly isOpposite: boolean
  /** Contracts of the second market. */
  readonly hedge: number
  /** Equity over notional where it is not what `cover` says. */
  readonly debt: number | undefined
  readonly copies: number
}

/** A demand: twentieths of what the side holds, one contract, or all but one. */
export type Share = number | 'one' | 'all but one'

const FIRST_DAY = Date.UTC(2025, 9, 1)
const DAY = 86_400_000
/** Mark of the second market. */
const HEDGE_MARK = 10

export function sketches(fc: FastCheck, scope: Scope, shape: BookShape = {}): Arbitrary<Sketch> {
  const isAtMark = scope.isPlain || shape.offTheMark === false
  return fc.record({
    side: fc.constantFrom<(1 | -1)[]>(1, -1),
    mark: scope.isPlain ? fc.constant(100) : fc.constantFrom(100, 1, 0.5, 20, 25_000),
    adl: isAtMark ? fc.constant(1) : fc.constantFrom(1, 1, 1, 0.98, 1.02, 0.9, 1.1),
    lots: scope.isPlain ? fc.constant(false) : fc.boolean(),
    accounts: fc.array(accountSketches(fc, scope, shape), { minLength: 1, maxLength: scope.accounts }),
    share: shares(fc),
  })
}

export function accountSketches(
  fc: FastCheck,
  { isPlain }: Scope,
  { insolvents = false, hedges = false, thin = true, twins = false }: BookShape = {},
): Arbitrary<AccountSketch> {
  const plainCovers = fc.constantFrom(20, 10, 50, 100, 5)
  const covers = fc.constantFrom(20, 100, 50, 10, 5, 2, 1, 200, 1000, ...(thin ? [0.1, 0.01] : []))
  const debts = [undefined, undefined, undefined, undefined, 0, -0.1, -1, 0.01]
  return fc.record({
    digits: fc.integer({ min: 1, max: 12 }),
    zeros: isPlain ? fc.constant(0) : fc.constantFrom(0, 0, 0, 0, 1, 2, 6),
    cover: isPlain ? plainCovers : fc.oneof({ withCrossShrink: true }, covers, fc.integer({ min: 1, max: 100 })),
    entry: isPlain ? fc.constantFrom(100, 80, 125) : fc.constantFrom(100, 50, 80, 90, 99, 101, 110, 125, 200),
    marginRate: fc.constantFrom(0.01, 0.005, 0.05),
    day: fc.integer({ min: 0, max: 9 }),
    isOpposite: fc.constantFrom(false, false, false, false, false, false, true),
    hedge: hedges ? fc.constantFrom(0, 0, 1, -1, 5, -20, 1000) : fc.constant(0),
    debt: insolvents ? fc.constantFrom(...debts) : fc.constant(undefined),
    copies: twins ? fc.constantFrom(1, 2, 3) : fc.constant(1),
  })
}

export function shares(fc: FastCheck): Arbitrary<Share> {
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.integer({ min: 1, max: 20 }), weight: 4 },
    { arbitrary: fc.constantFrom<Share[]>('one', 'all but one'), weight: 1 },
  )
}

/** The book of a sketch; accounts are named a, b, c, … as they stand. */
export function bookOf(sketch: Sketch): PlainBook {
  const first = marketOf('BTC', sketch, 1)
  const hasSecond = sketch.accounts.some(({ hedge }) => hedge !== 0)
  const markets = hasSecond ? [first, marketOf('ETH', { mark: HEDGE_MARK, adl: 1, lots: false }, 0.8)] : [first]
  const drawn = sketch.accounts.flatMap((account) => Array.from({ length: account.copies }, () => account))
  const accounts = drawn.map((account, i) => accountOf(account, sketch, nameOf(i)))
  const book = { markets, accounts, demand: [{ market: 0, side: sketch.side, quantity: zero }] }
  const quantity = quantityOf(sketch.share, heldOf(book))
  return { ...book, demand: [{ market: 0, side: sketch.side, quantity }] }
}

export const nameOf = (i: number): string => String.fromCharCode(97 + i)

function marketOf(
  market: string,
  { mark, adl, lots }: Pick<Sketch, 'mark' | 'adl' | 'lots'>,
  loading: number,
): PlainMarket {
  const markPrice = decimalOf(mark)
  return {
    market,
    markPrice,
    adlPrice: multiply(markPrice, decimalOf(adl)),
    ...(lots && { lotSize: decimalOf(1) }),
    factorLoading: decimalOf(loading),
  }
}

/**
 * An account that can pay has what `cover` asks of its notional, and besides what closing everything would cost it: its
 * equity is above zero at the mark and at the ADL price, whatever is closed.
 */
function accountOf(sketch: AccountSketch, { side, mark, adl }: Sketch, account: string): PlainAccount {
  const size = decimalOf(sketch.digits * 10 ** sketch.zeros)
  const direction = sketch.isOpposite ? -side : side
  const markPrice = decimalOf(mark)
  const notional = multiply(size, markPrice)
  const hedge = decimalOf(sketch.hedge)
  const gross = add(notional, multiply(decimalOf(Math.abs(sketch.hedge)), decimalOf(HEDGE_MARK)))
  const concession = Math.max(0, Math.round(direction * (1 - adl) * 100) / 100)
  const paying = add(multiply(gross, hundredths(sketch.cover)), multiply(notional, decimalOf(concession)))
  const entryOf = (price: Decimal): Decimal => multiply(price, hundredths(sketch.entry))
  return {
    account,
    equity: sketch.debt === undefined ? paying : multiply(notional, decimalOf(sketch.debt)),
    marginRate: decimalOf(sketch.marginRate),
    openedAt: FIRST_DAY + sketch.day * DAY,
    positions: [
      { market: 0, quantity: multiply(size, decimalOf(direction)), entryPrice: entryOf(markPrice) },
      ...(sketch.hedge === 0 ? [] : [{ market: 1, quantity: hedge, entryPrice: entryOf(decimalOf(HEDGE_MARK)) }]),
    ],
  }
}

export const hundredths = (value: number): Decimal => multiply(decimalOf(value), { digits: 1n, scale: 2 })

/** What the demanded side of the one demanded market holds. */
export function heldOf({ accounts, demand }: PlainBook): Decimal {
  const { market, side } = demand[0]
  let held = zero
  for (const { positions } of accounts) {
    for (const { market: own, quantity } of positions) {
      if (own === market && signOf(quantity) === side) held = add(held, multiply(quantity, decimalOf(side)))
    }
  }
  return held
}

/** Whole contracts, at most what is held. */
export function quantityOf(share: Share, held: Decimal): Decimal {
  const one = decimalOf(1)
  if (share === 'one') return smallerOf(one, held)
  if (share === 'all but one') return signOf(held) === 0 ? zero : subtract(held, one)
  const twentieths = (held.digits * BigInt(share) + 19n) / 20n
  return { digits: twentieths, scale: 0 }
}
