import { lotSquareBound } from '../../../src/certificates/index.js'
import { type Decimal, leadingExponent, toNumber, toText, zero } from '../../../src/numeric/index.js'
import { exactRemarkedEquity } from '../../book/exact-amounts.js'
import type { Bound } from '../claim.js'
import { decimalsByMarket, hasField } from '../evidence.js'
import type { LeverageProblem } from '../leverage/problem.js'
import { separateMarkets } from '../leverage/separate-markets.js'
import { recheckSquares } from '../leverage/squares.js'
import { type LotMarket, lotMarkets } from './markets.js'

/** The bound in a certificate: squares over fractions, and a price per lot in the markets that have lots. */
export function recheckLotSquares(problem: LeverageProblem, evidence: unknown): Bound {
  if (!hasField(evidence, 'lotPrices')) return recheckSquares(problem, evidence)
  const columns = separateMarkets(problem, (owner) => problem.remarked[owner])
  const markets = columns === undefined ? [] : lotMarkets(problem, (owner) => exactRemarkedEquity(problem.space, owner))
  const known = recheckSquares(problem, evidence, new Set(markets.map(({ market }) => market)), ['lotPrices'])
  const prices = decimalsByMarket(problem.space, evidence, 'lotPrices')
  return withLotPrices(problem, known, markets, ({ market }) => prices.get(market) ?? zero)
}

export function withLotPrices(
  problem: LeverageProblem,
  known: Bound,
  markets: readonly LotMarket[],
  priceOf: (market: LotMarket) => Decimal,
): Bound {
  const prices = known.prices.slice()
  const lotPrices: [string, string][] = []
  let total = known.bound
  for (const market of markets) {
    const price = priceOf(market)
    total = total?.add(lotSquareBound(market.columns, price, scaleOf(market)))
    prices[market.market] = toNumber(price) / toNumber(market.lot)
    lotPrices.push([problem.space.markets[market.market].market.market, toText(price)])
  }
  const evidence = () => ({ ...known.evidence?.(), lotPrices: Object.fromEntries(lotPrices) })
  return { bound: total, prices, evidence }
}

/** Significant decimal places of prices and terms. */
const DIGITS = 40

/** Decimal places that show so many digits of every N²/w. */
export function scaleOf({ columns: { start, weight } }: LotMarket): number {
  return (
    DIGITS +
    start.reduce((most, own, i) => {
      const amount = toNumber(own)
      return Math.max(most, -leadingExponent((amount * amount) / toNumber(weight[i])))
    }, 0)
  )
}
