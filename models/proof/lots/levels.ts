import { needsMoreSteps } from '../../../src/certificates/index.js'
import { add, type Decimal, multiply, ratioOf, ratioText, signOf } from '../../../src/numeric/index.js'
import type { DemandedMarket } from '../../book/decision-space.js'
import type { Bound } from '../claim.js'
import { entriesAt, hasField, marketNamed, ratioIn } from '../evidence.js'
import { recheckGroup } from '../leverage/levels.js'
import type { LeverageProblem } from '../leverage/problem.js'
import { type FillColumns, separateMarkets } from '../leverage/separate-markets.js'
import { holdsNothingElse, type LotMarket, levelWeight, lotMarkets } from './markets.js'

/** The bound in a certificate: that of a group, raised by the levels of markets that a count of lots proves. */
export function recheckLotLevels(problem: LeverageProblem, evidence: unknown): Bound {
  const group = recheckGroup(problem, evidence, ['levels'])
  if (!hasField(evidence, 'levels')) return group
  const { markets, levelOf } = readLotLevels(problem, evidence)
  return withLevels(problem, group, markets, levelOf)
}

/** The markets in which counting is sound, and the levels that evidence states of them. */
export function readLotLevels(
  problem: LeverageProblem,
  evidence: unknown,
): { readonly markets: readonly LotMarket[]; levelOf(market: LotMarket): Level | undefined } {
  const texts = new Map(
    entriesAt(evidence, 'levels').map(([market, text]) => [
      marketNamed(problem.space, market, `levels.${market}`),
      ratioIn(text, `levels.${market}`),
    ]),
  )
  // Counting is sound only where no owner links markets and levels rank as leverage does.
  const markets = lotColumns(problem) ? lotMarkets(problem, levelWeight(problem)) : []
  const levelOf = ({ market }: LotMarket): Level | undefined => {
    const level = texts.get(market)
    return level && [whole(level.s * level.n), whole(level.d)]
  }
  return { markets, levelOf }
}

/**
 * Markets as columns of fills, each with the weight by which its levels rank as leverage does; undefined where owners link
 * markets, or hold other things off the mark.
 */
export function lotColumns(problem: LeverageProblem): FillColumns[] | undefined {
  const { space, remarked, freePairs } = problem
  const own = space.event.accounts.equity.values
  const columns = separateMarkets(problem, (owner, market) => {
    const equity = own[space.owners[owner]]
    return isOff(space.markets[market]) || equity <= 0 ? remarked[owner] : equity
  })
  const ranks = columns?.every(
    ({ market, indices }) =>
      !isOff(space.markets[market]) || indices.every((t) => holdsNothingElse(problem, freePairs[t])),
  )
  return ranks ? columns : undefined
}

const isOff = ({ concession }: DemandedMarket): boolean => signOf(concession) !== 0

export type Level = readonly [numerator: Decimal, denominator: Decimal]

const whole = (digits: bigint): Decimal => ({ digits, scale: 0 })

/** The best of a bound and the levels of markets, as far as counting proves them. */
export function withLevels(
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
    const { price, concession, market: facts } = problem.space.markets[market.market]
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
