import { halfStepDown } from '../../../src/closed-forms/index.js'
import { add, compare, type Decimal, multiply, roundedQuotient, zero } from '../../../src/numeric/index.js'
import { exactRemarkedEquity } from '../../book/exact-amounts.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { separateMarkets } from '../../proof/leverage/separate-markets.js'
import { squaresBound } from '../../proof/leverage/squares.js'
import { type LotMarket, lotMarkets } from '../../proof/lots/markets.js'
import { scaleOf, withLotPrices } from '../../proof/lots/squares.js'
import type { Plan, Reductions } from '../objective.js'
import { standings, withBestLots } from './best-lots.js'
import { fillInLots } from './lots.js'

/**
 * The least sum of squares in whole lots, exact, where markets separate: the lots whose removal makes the sum fall most are
 * taken. Undefined where solvent owners link markets. The bound prices a lot at the fall of the last one taken.
 */
export function lotSquaresPlan(problem: LeverageProblem): Plan | undefined {
  const { space } = problem
  const columns = separateMarkets(problem, (owner) => problem.remarked[owner])
  if (columns === undefined) return undefined
  const filled = fillInLots(problem, columns)
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

/** By how much the last lot taken made the sum fall, the least of all that were taken; zero where none was. */
function lastFall(market: LotMarket, reductions: Reductions): Decimal {
  const { columns, pairs } = market
  const scale = scaleOf(market)
  let least: Decimal | undefined
  standings(market, reductions).forEach((left, i) => {
    if (reductions[pairs[i]].digits === 0n) return
    // It brought N + t down to N: t (2 N + t)/w.
    const fall = multiply(columns.step, add(add(left, left), columns.step))
    const price = roundedQuotient(fall, columns.weight[i], scale, 'down')
    if (least === undefined || compare(price, least) < 0) least = price
  })
  return least ?? zero
}
