import {
  add,
  compare,
  type Decimal,
  halfStepDown,
  lotSquareBound,
  multiply,
  roundedQuotient,
  toNumber,
  toText,
  zero,
} from '../../../src/index.js'
import { exactRemarkedEquity } from '../../book/exact-amounts.js'
import { decimalsByMarket, hasField } from '../../proof/evidence.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { recheckSquares, squaresBound } from '../../proof/leverage/squares.js'
import { fillMarkets, reductionsFrom, separateMarkets } from '../leverage/plan.js'
import type { Bound, Plan, Reductions } from '../objective.js'
import { roundToLots } from './lots.js'
import { type LotMarket, lotMarkets, standings, withBestLots } from './markets.js'

/**
 * The least sum of squares in whole lots, exact, where markets separate: the lots whose removal makes the sum fall most are
 * taken. Undefined where solvent owners link markets. The bound prices a lot at the fall of the last one taken.
 */
export function lotSquaresPlan(problem: LeverageProblem): Plan | undefined {
  const { space, isInsolvent } = problem
  const columns = separateMarkets(problem, (owner) => problem.remarked[owner]!)
  if (columns === undefined) return undefined
  const filled = roundToLots(
    space,
    reductionsFrom(problem, fillMarkets(problem, columns)),
    (pair) => isInsolvent[space.pairOwner[pair]!] === 1,
  )
  const markets = lotMarkets(problem, (owner) => exactRemarkedEquity(space, owner))
  const reductions = withBestLots(filled, markets, halfStepDown)
  return {
    reductions,
    how: 'whole lots, the largest fall first',
    bound() {
      const known = squaresBound(problem, reductions, new Set(markets.map(({ market }) => market)))
      return withLotPrices(problem, known, markets, (market) => lastFall(market, reductions))
    },
  }
}

/** The bound in a certificate: squares over fractions, and a price per lot in the markets that have lots. */
export function recheckLotSquares(problem: LeverageProblem, evidence: unknown): Bound {
  if (!hasField(evidence, 'lotPrices')) return recheckSquares(problem, evidence)
  const columns = separateMarkets(problem, (owner) => problem.remarked[owner]!)
  const markets = columns === undefined ? [] : lotMarkets(problem, (owner) => exactRemarkedEquity(problem.space, owner))
  const known = recheckSquares(problem, evidence, new Set(markets.map(({ market }) => market)), ['lotPrices'])
  const prices = decimalsByMarket(problem.space, evidence, 'lotPrices')
  return withLotPrices(problem, known, markets, ({ market }) => prices.get(market) ?? zero)
}

function withLotPrices(
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
    lotPrices.push([problem.space.markets[market.market]!.market.market, toText(price)])
  }
  const evidence = () => ({ ...known.evidence?.(), lotPrices: Object.fromEntries(lotPrices) })
  return { bound: total, prices, evidence }
}

/** Significant decimal places of prices and terms. */
const DIGITS = 40

/** Decimal places that show so many digits of every N²/w. */
function scaleOf({ columns: { start, weight } }: LotMarket): number {
  return (
    DIGITS +
    start.reduce((most, own, i) => {
      const size = toNumber(own) ** 2 / toNumber(weight[i]!)
      return size > 0 ? Math.max(most, Math.ceil(-Math.log10(size))) : most
    }, 0)
  )
}

/** By how much the last lot taken made the sum fall, the least of all that were taken; zero where none was. */
function lastFall(market: LotMarket, reductions: Reductions): Decimal {
  const { columns, pairs } = market
  const scale = scaleOf(market)
  let least: Decimal | undefined
  standings(market, reductions).forEach((left, i) => {
    if (reductions[pairs[i]!]!.digits === 0n) return
    // It brought N + t down to N: t (2 N + t)/w.
    const fall = multiply(columns.step, add(add(left, left), columns.step))
    const price = roundedQuotient(fall, columns.weight[i]!, scale, 'down')
    if (least === undefined || compare(price, least) < 0) least = price
  })
  return least ?? zero
}
