import { lotFill } from '../../../src/closed-forms/index.js'
import { type Decimal, multiply, signOf, subtract, toNumber, wholeQuotient } from '../../../src/numeric/index.js'
import { isLevel, type Last, lastOf } from '../../proof/leverage/last-level.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import type { Reductions } from '../objective.js'
import { reductionsFrom } from './plan.js'

/**
 * Exact reductions for the largest leverage, from the amounts that solvent owners keep (`reductionsFrom`). Where
 * accounts with g_i ≤ 0 come last (`--keep-solvent`) they take what is beyond the others, E contracts of a market, at
 * the least level:
 *
 *     x_i(λ) = (λ e_i − N_i)/(λ d − p) within [0, cap_i],    Σ_i x_i(λ) = E,    λ > p/d,
 *
 * N_i being gross notional. Closing raises their leverage, so whoever starts at the level λ or above is left alone.
 */
export function leastLevelReductions(problem: LeverageProblem, kept: Float64Array): Decimal[] {
  const parts = problem.space.markets.map((_, k) => lastAtLeastLevel(problem, k))
  const pairs = Int32Array.from(parts.flatMap((part) => part.pairs))
  return reductionsFrom(problem, kept, { pairs, kept: Float64Array.from(parts.flatMap((part) => part.kept)) })
}

interface Kept {
  readonly pairs: readonly number[]
  readonly kept: readonly number[]
}

/** Of a market with d > 0; elsewhere they share pro rata, for their leverage is infinite whatever is closed. */
function lastAtLeastLevel(problem: LeverageProblem, market: number): Kept {
  const { space, duty } = problem
  const { price, concession } = space.markets[market]
  const last = signOf(concession) > 0 ? lastOf(problem, market) : []
  if (last.length === 0) return { pairs: [], kept: [] }
  const wanted = toNumber(duty[market])
  const sizes = last.map(({ pair, equity: own, gross }) => {
    // In contracts: e_i/d, and what is above zero of N_i/p − e_i/d; with λ = (p/d)(1 + 1/t), x_i(t) = e_i/d − t (N_i/p − e_i/d).
    const equity = toNumber(own) / toNumber(concession)
    return { cap: space.capacity[pair], equity, beyond: Math.max(0, toNumber(gross) / toNumber(price) - equity) }
  })
  const closedAt = (t: number): number[] =>
    sizes.map(({ cap, equity, beyond }) => Math.min(cap, Math.max(0, equity - t * beyond)))
  const total = (t: number): number => closedAt(t).reduce((sum, x) => sum + x, 0)
  let [low, high] = [0, 1]
  while (total(high) > wanted && high < HIGHEST) high *= 2
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    if (total(middle) > wanted) low = middle
    else high = middle
  }
  const closed = closedAt(high)
  // Accounts with g_i = 0 keep their leverage whatever is closed of them: they share where they hold enough by themselves.
  const sum = closed.reduce((a, b) => a + b, 0)
  const share = sum > wanted ? wanted / sum : 1
  return { pairs: last.map(({ pair }) => pair), kept: sizes.map(({ cap }, i) => cap - share * closed[i]) }
}

/** Halvings that leave nothing between two doubles. */
const STEPS = 200
const HIGHEST = 1e300

/**
 * Reductions in which those who come last give whole lots at the least level, in markets with a lot size: lot j of an
 * account leaves it at (N − p j L)/(e − d j L), no lower than the lot before, so the E/L lots with the lowest such
 * levels are best, and leximin. By
 *
 *     λ = (p/d)(1 + 1/t),   t = p (e − d j L)/(d N − p e),
 *
 * a lower λ is a higher t, which falls by the same step with every lot: `lotFill` finds them, exactly. Where d N = p e
 * every lot leaves λ = p/d, the lowest level there is.
 */
export function lastInLots(problem: LeverageProblem, reductions: Reductions): Decimal[] {
  const given = reductions.slice()
  problem.space.markets.forEach((market, k) => {
    const lot = problem.space.lots?.[k]
    if (lot === undefined || signOf(market.concession) <= 0) return
    const most = (own: Last): bigint => wholeQuotient(own.cap, lot)
    const last = lastOf(problem, k).filter((own) => most(own) > 0n)
    if (last.length === 0) return
    let wanted = wholeQuotient(problem.duty[k], lot)
    const give = ({ pair }: Last, count: bigint): void => {
      given[pair] = multiply({ digits: count, scale: 0 }, lot)
      wanted -= count
    }
    const isFirst = (own: Last): boolean => isLevel(market, own)
    for (const own of last.filter(isFirst)) give(own, most(own) < wanted ? most(own) : wanted)
    const rising = last.filter((own) => !isFirst(own))
    const { price, concession } = market
    const step = multiply(concession, lot)
    const start = rising.map(({ equity }) => subtract(equity, step))
    const weight = rising.map(({ gross, equity }) => subtract(multiply(concession, gross), multiply(price, equity)))
    lotFill({ start, weight, most: rising.map(most), step, wanted }).forEach((count, i) => {
      give(rising[i], count)
    })
  })
  return given
}
