import { add, type Decimal, higherLevel, multiply, needsMoreSteps, ratioOf, signOf } from '../../src/index.js'
import { levelPlan } from './level-plan.js'
import { fillMarkets, reductionsFrom, separateMarkets } from './leverage-plan.js'
import type { LeverageProblem } from './leverage-problem.js'
import { holdsNothingElse, type LotMarket, levelWeight, lotMarkets, standings, withBestLots } from './lot-markets.js'
import { roundToLots } from './lots.js'
import type { Bound, Plan } from './objective.js'

/**
 * The least largest leverage in whole lots, exact, where markets separate: the lots with the highest level before them are
 * taken (`src/closed-forms/lot-fill.ts`). Undefined where solvent owners link markets, or hold other things off the mark.
 *
 * The proof counts lots: to bring everybody below the largest level would take more lots than are demanded.
 */
export function lotLevelPlan(problem: LeverageProblem): Plan | undefined {
  const { space, isInsolvent, remarked } = problem
  const own = space.event.accounts.equity.values
  const isOff = space.markets.map(({ concession }) => signOf(concession) !== 0)
  const columns = separateMarkets(problem, (owner, market) => {
    const equity = own[space.owners[owner]!]!
    return isOff[market] || equity <= 0 ? remarked[owner]! : equity
  })
  if (columns === undefined) return undefined
  const isPlain = columns.every(
    ({ market, places }) => !isOff[market] || places.every((t) => holdsNothingElse(problem, problem.freePairs[t]!)),
  )
  if (!isPlain) return undefined
  const filled = roundToLots(
    space,
    reductionsFrom(problem, fillMarkets(problem, columns)),
    (pair) => isInsolvent[space.pairOwner[pair]!] === 1,
  )
  const markets = lotMarkets(problem, levelWeight(problem))
  const reductions = withBestLots(filled, markets, (start) => start)
  const continuous = levelPlan(problem, reductions, [])
  return {
    reductions,
    how: 'whole lots, the highest level first',
    bound: () => markets.reduce((best, market) => provedByCount(problem, market, reductions, best), continuous.bound()),
  }
}

/** The bound of one market's top level, if the count of lots proves it and it is the better one. */
function provedByCount(
  problem: LeverageProblem,
  market: LotMarket,
  reductions: Plan['reductions'],
  known: Bound,
): Bound {
  const { columns } = market
  const levels = standings(market, reductions).map((left, i): readonly [Decimal, Decimal] => [left, columns.weight[i]!])
  const top = levels.reduce(higherLevel)
  if (known.bound === undefined || !needsMoreSteps(columns, top)) return known
  const { price, concession } = problem.space.markets[market.market]!
  // A level μ = N/w is the leverage p μ/(p + d μ), for N/(w + d N/p); at the mark it is μ itself.
  const weight = add(multiply(price, top[1]), multiply(concession, top[0]))
  if (signOf(weight) <= 0) return known
  const bound = ratioOf(multiply(price, top[0]), weight)
  return bound.compare(known.bound) > 0 ? { ...known, bound } : known
}
