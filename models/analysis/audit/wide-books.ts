import type { Arbitrary } from 'fast-check'
import { type Decimal, decimalOf, multiply } from '../../../src/numeric/index.js'
import type { FastCheck, Scope } from './axiom.js'
import { heldOf, hundredths, nameOf, quantityOf, type Share, shares } from './books.js'
import type { PlainAccount, PlainBook } from './plain-book.js'

const MARKETS = ['BTC', 'ETH', 'SOL'] as const

/**
 * Any book: up to three markets, each with a demand, a demand of zero or none, and an ADL price of its own; accounts
 * that hold several, on both sides, or nothing; debts, no equity, and more than enough.
 */
export function wideBooks(fc: FastCheck, { accounts: most, isPlain }: Scope): Arbitrary<PlainBook> {
  const market = fc.record({
    mark: isPlain ? fc.constant(100) : fc.constantFrom(100, 1, 0.5, 20, 25_000),
    adl: isPlain ? fc.constant(1) : fc.constantFrom(1, 1, 0.98, 1.02, 0.9, 1.1),
    lots: isPlain ? fc.constant(false) : fc.boolean(),
    loading: fc.constantFrom(1, 0.5, 1.5, -0.5),
    side: fc.constantFrom<(1 | -1)[]>(1, -1),
    share: fc.oneof(
      { withCrossShrink: true },
      { arbitrary: shares(fc), weight: 6 },
      { arbitrary: fc.constantFrom('zero' as const, 'none' as const), weight: 1 },
    ),
  })
  // Contracts on the demanded side; below zero on the other.
  const size = isPlain
    ? fc.constantFrom<number[]>(0, 1, 2, 5, -1)
    : fc.constantFrom<number[]>(0, 0, 1, 2, 12, 300, 1_000_000, -1, -5, -1_000_000)
  const account = fc.record({
    holdings: fc.tuple(...MARKETS.map(() => size)),
    cover: isPlain ? fc.constantFrom(20, 10, 50, 5) : fc.constantFrom(20, 100, 50, 10, 5, 2, 1, 0.01, 0, -10, -200),
    entry: isPlain ? fc.constantFrom(100, 80, 125) : fc.constantFrom(100, 50, 80, 90, 99, 101, 110, 125, 200),
    marginRate: fc.constantFrom(0.01, 0.005, 0.05),
    day: fc.integer({ min: 0, max: 9 }),
  })
  return fc
    .record({
      markets: fc.array(market, { minLength: 1, maxLength: isPlain ? 1 : MARKETS.length }),
      accounts: fc.array(account, { minLength: 1, maxLength: most }),
    })
    .map(({ markets, accounts }) => {
      const book = {
        markets: markets.map(({ mark, adl, lots, loading }, k) => ({
          market: MARKETS[k],
          markPrice: decimalOf(mark),
          adlPrice: multiply(decimalOf(mark), decimalOf(adl)),
          ...(lots && { lotSize: decimalOf(1) }),
          factorLoading: decimalOf(loading),
        })),
        accounts: accounts.map(({ holdings, cover, entry, marginRate, day }, i): PlainAccount => {
          const held = holdings.slice(0, markets.length)
          const gross = held.reduce((sum, quantity, k) => sum + Math.abs(quantity) * markets[k].mark, 0)
          return {
            account: nameOf(i),
            equity: multiply(decimalOf(gross === 0 ? 100 : gross), hundredths(cover)),
            marginRate: decimalOf(marginRate),
            openedAt: Date.UTC(2025, 9, 1 + day),
            positions: held.map((quantity, k) => ({
              market: k,
              quantity: decimalOf(quantity * markets[k].side),
              entryPrice: multiply(decimalOf(markets[k].mark), hundredths(entry)),
            })),
          }
        }),
      }
      const demand = markets.flatMap(({ side, share }, market) => {
        const quantity = demandOf(share, heldOf({ ...book, demand: [{ market, side, quantity: decimalOf(0) }] }))
        return quantity === undefined ? [] : [{ market, side, quantity }]
      })
      return { ...book, demand }
    })
}

function demandOf(share: Share | 'zero' | 'none', held: Decimal): Decimal | undefined {
  if (share === 'none') return undefined
  return share === 'zero' ? decimalOf(0) : quantityOf(share, held)
}
