import {
  add,
  type Decimal,
  higherLevel,
  multiply,
  needsMoreSteps,
  ratioOf,
  ratioText,
  signOf,
} from '../../../src/index.js'
import type { DemandedMarket } from '../../book/decision-space.js'
import { entriesAt, hasField, marketNamed, ratioIn } from '../../proof/evidence.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { levelPlan, recheckGroup } from '../leverage/level-plan.js'
import { type FillColumns, fillMarkets, reductionsFrom, separateMarkets } from '../leverage/plan.js'
import type { Bound, Plan, Reductions } from '../objective.js'
import { roundToLots } from './lots.js'
import { holdsNothingElse, type LotMarket, levelWeight, lotMarkets, standings, withBestLots } from './markets.js'

/**
 * The least largest leverage in whole lots, exact, where markets separate: the lots with the highest level before them are
 * taken (`src/closed-forms/lot-fill.ts`). Undefined where solvent owners link markets, or hold other things off the mark.
 *
 * The proof counts lots: to bring everybody below the largest level would take more lots than are demanded.
 */
export function lotLevelPlan(problem: LeverageProblem): Plan | undefined {
  const { space, isInsolvent } = problem
  const columns = lotColumns(problem)
  if (columns === undefined) return undefined
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
    bound: () => withLevels(problem, continuous.bound(), markets, (market) => topLevel(market, reductions)),
  }
}

/** The bound in a certificate: that of a group, raised by the levels of markets that a count of lots proves. */
export function recheckLotLevels(problem: LeverageProblem, evidence: unknown): Bound {
  const group = recheckGroup(problem, evidence, ['levels'])
  if (!hasField(evidence, 'levels')) return group
  const texts = new Map(
    entriesAt(evidence, 'levels').map(([market, text]) => [
      marketNamed(problem.space, market, `levels.${market}`),
      ratioIn(text, `levels.${market}`),
    ]),
  )
  // Counting is sound only where no owner links markets and levels rank as leverage does.
  const markets = lotColumns(problem) ? lotMarkets(problem, levelWeight(problem)) : []
  return withLevels(problem, group, markets, ({ market }) => {
    const level = texts.get(market)
    return level && [whole(level.s * level.n), whole(level.d)]
  })
}

/**
 * Markets as columns of fills, each with the weight by which its levels rank as leverage does; undefined where owners link
 * markets, or hold other things off the mark.
 */
function lotColumns(problem: LeverageProblem): FillColumns[] | undefined {
  const { space, remarked, freePairs } = problem
  const own = space.event.accounts.equity.values
  const columns = separateMarkets(problem, (owner, market) => {
    const equity = own[space.owners[owner]!]!
    return isOff(space.markets[market]!) || equity <= 0 ? remarked[owner]! : equity
  })
  const ranks = columns?.every(
    ({ market, places }) =>
      !isOff(space.markets[market]!) || places.every((t) => holdsNothingElse(problem, freePairs[t]!)),
  )
  return ranks ? columns : undefined
}

const isOff = ({ concession }: DemandedMarket): boolean => signOf(concession) !== 0

type Level = readonly [numerator: Decimal, denominator: Decimal]

const whole = (digits: bigint): Decimal => ({ digits, scale: 0 })

function topLevel(market: LotMarket, reductions: Reductions): Level {
  const { weight } = market.columns
  return standings(market, reductions)
    .map((left, i): Level => [left, weight[i]!])
    .reduce(higherLevel)
}

/** The best of a bound and the levels of markets, as far as counting proves them. */
function withLevels(
  problem: LeverageProblem,
  known: Bound,
  markets: readonly LotMarket[],
  levelOf: (market: LotMarket) => Level | undefined,
): Bound {
  let best = known.bound
  const proved: [string, string][] = []
  for (const market of markets) {
    const level = levelOf(market)
    if (level === undefined || !needsMoreSteps(market.columns, level)) continue
    const { price, concession, market: facts } = problem.space.markets[market.market]!
    // A level μ = N/w is the leverage p μ/(p + d μ), for N/(w + d N/p); at the mark it is μ itself.
    const weight = add(multiply(price, level[1]), multiply(concession, level[0]))
    if (signOf(level[0]) <= 0) continue
    proved.push([facts.market, ratioText(ratioOf(level[0], level[1]))])
    if (signOf(weight) <= 0) {
      // Whoever stands at that level or above has something left and no equity.
      best = undefined
      continue
    }
    const bound = ratioOf(multiply(price, level[0]), weight)
    if (best !== undefined && bound.compare(best) > 0) best = bound
  }
  const evidence = () => ({ ...known.evidence?.(), levels: Object.fromEntries(proved) })
  return { bound: best, prices: best === undefined ? known.prices.map(() => Number.NaN) : known.prices, evidence }
}
