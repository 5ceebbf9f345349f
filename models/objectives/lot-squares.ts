import {
  type Decimal,
  halfStepDown,
  lotSquareBound,
  multiply,
  roundedQuotient,
  subtract,
  toNumber,
} from '../../src/index.js'
import { exactRemarkedEquity } from '../book/decision-space.js'
import { fillMarkets, reductionsFrom, separateMarkets } from './leverage-plan.js'
import type { LeverageProblem } from './leverage-problem.js'
import { type LotMarket, lotMarkets, standings, withBestLots } from './lot-markets.js'
import { roundToLots } from './lots.js'
import type { Plan, Reductions } from './objective.js'
import { squaresBound } from './squares-proof.js'

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
      const prices = known.prices.slice()
      let total = known.bound
      for (const market of markets) {
        const { bound, price } = provedByPrice(market, reductions)
        prices[market.market] = toNumber(price) / toNumber(market.lot)
        total = total?.add(bound)
      }
      return { bound: total, prices }
    },
  }
}

/** Decimal places of prices and terms beyond those of the step's own square over the weight. */
const DIGITS = 40

function provedByPrice(market: LotMarket, reductions: Reductions) {
  const { columns, pairs } = market
  const { start, weight, step } = columns
  const scale = DIGITS + start.reduce((most, own, i) => Math.max(most, places(own, weight[i]!)), 0)
  let price: Decimal | undefined
  standings(market, reductions).forEach((left, i) => {
    if (reductions[pairs[i]!]!.digits === 0n) return
    // The last lot taken brought N + t down to N: t (2 N + t)/w.
    const fall = roundedQuotient(
      multiply(step, subtract(multiply(TWO, left), multiply(MINUS, step))),
      weight[i]!,
      scale,
      'down',
    )
    if (price === undefined || toNumber(subtract(fall, price)) < 0) price = fall
  })
  const found = price ?? { digits: 0n, scale: 0 }
  return { price: found, bound: lotSquareBound(columns, found, scale) }
}

const TWO: Decimal = { digits: 2n, scale: 0 }
const MINUS: Decimal = { digits: -1n, scale: 0 }

/** Leading zeros of N²/w behind the point, at most. */
function places(start: Decimal, weight: Decimal): number {
  const size = toNumber(start) ** 2 / toNumber(weight)
  return size > 0 ? Math.max(0, Math.ceil(-Math.log10(size))) : 0
}
