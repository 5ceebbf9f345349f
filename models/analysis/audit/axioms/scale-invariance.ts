import { type Decimal, decimalOf, multiply } from '../../../../src/numeric/index.js'
import type { Axiom } from '../axiom.js'
import { bookOf, sketches } from '../books.js'
import { areApart, inWords, slackOf } from '../compare.js'
import { eventOf, type PlainBook } from '../plain-book.js'

/** Factors whose inverse is a decimal, too. */
const FACTORS = [10, 1000, 0.001, 1e6, 1e-6, 0.5]

/**
 * With prices and equities times s (another currency), x stays; with contracts times s and prices over s (another
 * contract size), x is times s: the share that is closed of every position is the same.
 */
export const scaleInvariance: Axiom = {
  name: 'scale-invariance',
  statement: 'Another currency or another contract size changes nothing but the unit.',
  domain:
    'One demanded market; accounts may have debts and hold other markets. The variant has all money, or all contracts, times a factor.',
  trials: (fc, scope) =>
    fc
      .record({
        sketch: sketches(fc, scope, { insolvents: true, hedges: true }),
        money: fc.boolean(),
        factor: fc.constantFrom(...FACTORS),
      })
      .map(({ sketch, money, factor }) => {
        const book = bookOf(sketch)
        return { event: eventOf(book), variant: eventOf(money ? inMoney(book, factor) : inContracts(book, factor)) }
      }),
  async judge(run, event, variant) {
    const { shares } = await run(event)
    const scaled = await run(variant!)
    for (const share of shares) {
      const other = scaled.shareOf(share.account)!
      // x/c against x'/c', multiplied out.
      const slack = multiply(slackOf(share), other.held)
      if (!areApart(multiply(share.closed, other.held), multiply(other.closed, share.held), slack)) continue
      const [closed, held] = inWords(share.closed, share.held)
      const [otherClosed, otherHeld] = inWords(other.closed, other.held)
      return `Of account ${share.account} ${closed} of ${held} contracts is closed. In the same book in other units, ${otherClosed} of ${otherHeld} is.`
    }
    return undefined
  },
}

function inMoney(book: PlainBook, factor: number): PlainBook {
  const times = (value: Decimal): Decimal => multiply(value, decimalOf(factor))
  return {
    ...book,
    markets: book.markets.map((market) => ({
      ...market,
      markPrice: times(market.markPrice),
      adlPrice: times(market.adlPrice),
    })),
    accounts: book.accounts.map((account) => ({
      ...account,
      equity: times(account.equity),
      positions: account.positions.map((position) => ({ ...position, entryPrice: times(position.entryPrice) })),
    })),
  }
}

function inContracts(book: PlainBook, factor: number): PlainBook {
  const times = (value: Decimal): Decimal => multiply(value, decimalOf(factor))
  const over = (value: Decimal): Decimal => multiply(value, decimalOf(1 / factor))
  return {
    markets: book.markets.map((market) => ({
      ...market,
      markPrice: over(market.markPrice),
      adlPrice: over(market.adlPrice),
      ...(market.lotSize && { lotSize: times(market.lotSize) }),
    })),
    accounts: book.accounts.map((account) => ({
      ...account,
      positions: account.positions.map(({ market, quantity, entryPrice }) => ({
        market,
        quantity: times(quantity),
        entryPrice: over(entryPrice),
      })),
    })),
    demand: book.demand.map((entry) => ({ ...entry, quantity: times(entry.quantity) })),
  }
}
