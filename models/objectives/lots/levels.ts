import { higherLevel } from '../../../src/certificates/index.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { type Level, lotColumns, withLevels } from '../../proof/lots/levels.js'
import { type LotMarket, levelWeight, lotMarkets } from '../../proof/lots/markets.js'
import { lastInLots } from '../leverage/last-at-level.js'
import { levelPlan } from '../leverage/level-plan.js'
import type { Plan, Reductions } from '../objective.js'
import { standings, withBestLots } from './best-lots.js'
import { fillInLots } from './lots.js'

/**
 * The least largest leverage in whole lots, exact, where markets separate: the lots with the highest level before them are
 * taken (`src/closed-forms/lot-fill.ts`). Undefined where solvent owners link markets, or hold other things off the mark.
 *
 * The proof counts lots: to bring everybody below the largest level would take more lots than are demanded.
 */
export function lotLevelPlan(problem: LeverageProblem): Plan | undefined {
  const columns = lotColumns(problem)
  if (columns === undefined) return undefined
  const filled = fillInLots(problem, columns)
  const markets = lotMarkets(problem, levelWeight(problem))
  const reductions = lastInLots(
    problem,
    withBestLots(filled, markets, (start) => start),
  )
  const continuous = levelPlan(problem, reductions, [])
  return {
    reductions,
    how: 'whole lots, the highest level first',
    bound: () => withLevels(problem, continuous.bound(), markets, (market) => topLevel(market, reductions)),
  }
}

function topLevel(market: LotMarket, reductions: Reductions): Level {
  const { weight } = market.columns
  return standings(market, reductions)
    .map((left, i): Level => [left, weight[i]])
    .reduce(higherLevel)
}
