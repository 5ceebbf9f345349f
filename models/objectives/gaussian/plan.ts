import {
  add,
  apportion,
  type Decimal,
  decimalOf,
  type Ratio,
  ratioNumber,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import { leastNormalLosses, type NormalLossesPoint } from '../../../src/solvers/index.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import { relativeGap } from '../../proof/gap.js'
import { stateAfter } from '../../proof/gaussian/book.js'
import { type GaussianProblem, gaussianBound } from '../../proof/gaussian/bound.js'
import { type CutSeed, seedOf } from '../../proof/gaussian/cut.js'
import { leverageProblem } from '../../proof/leverage/problem.js'
import { separateMarkets } from '../../proof/leverage/separate-markets.js'
import { fillMarkets, reductionsFrom } from '../leverage/plan.js'
import { type Bound, isStopped, type Pause, type Plan, type Reductions, type RunProgram } from '../objective.js'
import { type GaussianBlocks, gaussianBlocks } from './blocks.js'
import { bestSeeds, hedgeSeeds } from './hedge.js'
import { outerProgram } from './outer.js'

/** A gap that needs no more rounds, and how many there are. */
const CLOSE = 1e-9
const MOST_ROUNDS = 12
/** In units of the gap's floor, 1e-12 of gross: what more rounds do not resolve in books that a lifted covariance hedges. */
const LIFT = 1000

/**
 * Water-filling where one market is closed, eligible accounts hold nothing else, and all are solvent: shortfalls are
 * then g_i E (ℓ_i W − 1)^+ with one W for all, convex in the level ℓ_i under any distribution, and the least-majorized
 * levels are best for every such sum (Theorem 2.4).
 */
export function planWithoutSolver(
  problem: GaussianProblem,
  value: (reductions: Reductions) => Ratio,
  floor: number,
): Plan | undefined {
  if (problem.space.markets.length !== 1) return undefined
  const levels = leverageProblem(problem.space)
  if (levels.isInsolvent.includes(1)) return undefined
  const columns = separateMarkets(levels, (owner) => levels.remarked[owner])
  if (columns === undefined || columns.some(({ fixed }) => fixed.some((amount) => amount !== 0))) return undefined
  const reductions = reductionsFrom(levels, fillMarkets(levels, columns))
  const bound = gaussianBound(problem, seedsOf(problem, reductions))
  // Rounding that leaves a gap is for the solver to close.
  return relativeGap(value(reductions), bound.bound, floor)! <= CLOSE ? { reductions, bound: () => bound } : undefined
}

/**
 * Outer approximation. Our own interior point proposes where to cut; the solver solves the linear program of the cuts, whose prices
 * compete with those that the cuts' slopes suggest, and its optimum is a lower bound by another method. Mostly that ends it. Where
 * the gap is still open, the solver's corner is tried alone and mixed with the best point, cuts are added there, and the next
 * program is run. The plan stands by its own proof: a solver that stops half-way does not take it away.
 */
export async function planBySolver(
  problem: GaussianProblem,
  value: (reductions: Reductions) => Ratio,
  floor: number,
  run: RunProgram,
  precision: number,
  pause?: Pause,
): Promise<Plan> {
  const blocks = gaussianBlocks(problem)
  const found = await leastNormalLosses(blocks, precision, floor, pause)
  const candidateOf = (point: Float64Array) => {
    const reductions = closedAt(problem, blocks, point)
    return { point, reductions, value: value(reductions) }
  }
  let best = candidateOf(found.point)
  // Below this a loss is the rounding of reductions: where all can be hedged, shorter ones often do so exactly.
  if (ratioNumber(best.value) < floor) {
    const reductions = closedAt(problem, blocks, found.point, SHORT)
    const short = { point: found.point, reductions, value: value(reductions) }
    if (short.value.compare(best.value) < 0) best = short
  }
  const seedSets = [blocks.seedsAt(found)]
  let bound = gaussianBound(problem, seedSets[0])
  const isOpen = (): boolean => relativeGap(best.value, bound.bound, floor)! > CLOSE
  const addCuts = (seeds: CutSeed[], prices?: readonly Decimal[]): void => {
    if (!seedSets.includes(seeds)) seedSets.push(seeds)
    bound = higher(bound, gaussianBound(problem, seeds, prices))
  }
  // Prices decide which cuts accounts at a kink get, and each account takes the best it has.
  const addPrices = (prices: readonly number[]): void => {
    const hedged = hedgeSeeds(problem, blocks, found, prices)
    const exact = prices.map(decimalOf)
    addCuts(bestSeeds(problem, [...seedSets, hedged], exact), exact)
  }
  if (isOpen()) addPrices(bound.prices.map((price, k) => interiorPrice(blocks, found, k) ?? price))
  if (isOpen()) addCuts(seedsOf(problem, best.reductions))
  const isLifted = blocks.singular.some((singular) => singular !== undefined)
  for (let round = 0; round < MOST_ROUNDS && blocks.pairs.length > 0; round++) {
    const { program, pointOf, pricesOf } = outerProgram(
      problem,
      blocks,
      seedSets,
      Math.max(ratioNumber(best.value), floor),
    )
    // Where a covariance is singular, what is left is soon the size of its lift, and programs in doubles cannot tell it apart.
    if (round > 4 && isLifted && ratioNumber(best.value.sub(bound.bound!)) < LIFT * floor) break
    const answer = await run(program)
    if (isStopped(answer)) break
    const prices = pricesOf(answer, bound.prices)
    if (prices !== undefined) addCuts(seedSets[0], prices.map(decimalOf))
    if (prices !== undefined && isOpen()) addPrices(prices)
    if (!isOpen()) break
    const corner = pointOf(answer)
    for (const share of [1, 0.5, 0.1, 0.01]) {
      const mixed = candidateOf(best.point.map((eta, j) => eta + share * (corner[j] - eta)))
      if (share === 1) addCuts(seedsOf(problem, mixed.reductions))
      if (mixed.value.compare(best.value) >= 0) continue
      best = mixed
      addCuts(seedsOf(problem, mixed.reductions))
    }
  }
  return { reductions: best.reductions, bound: () => bound }
}

function interiorPrice({ markets }: GaussianBlocks, { prices }: NormalLossesPoint, market: number): number | undefined {
  const row = markets.indexOf(market)
  const price = row < 0 ? undefined : -prices[row]
  return Number.isFinite(price) ? price : undefined
}

const higher = (a: Bound, b: Bound): Bound => (b.bound!.compare(a.bound!) > 0 ? b : a)

/** Seeds at exact reductions, by owner. */
function seedsOf({ law, deciding }: GaussianProblem, reductions: Reductions): CutSeed[] {
  return deciding.map((account) =>
    seedOf(
      law,
      account,
      stateAfter(account, (pair) => reductions[pair]),
    ),
  )
}

/** Shares this close to a bound of their pair are at it. */
const AT_BOUND = 1e-9

/** Exact reductions from kept shares: what markets keep adds up exactly, the rest is closed. */
function closedAt({ space }: GaussianProblem, blocks: GaussianBlocks, point: Float64Array, digits?: number): Decimal[] {
  const capacities = Array.from(space.capacity, (_, pair) => exactCapacity(space, pair))
  const reductions = capacities.slice()
  const columns: number[][] = blocks.markets.map(() => [])
  blocks.rowOf.forEach((row, j) => {
    columns[row].push(j)
  })
  columns.forEach((list, row) => {
    const { quantity } = space.markets[blocks.markets[row]]
    const whole = list.map((j) => capacities[blocks.pairs[j]])
    const kept = apportion(
      Float64Array.from(list, (j) => shortened(snapped(point[j]) * blocks.amount[j], digits)),
      whole,
      subtract(whole.reduce(add, zero), quantity),
    )
    list.forEach((j, t) => {
      reductions[blocks.pairs[j]] = subtract(whole[t], kept[t])
    })
  })
  return reductions
}

/** Significant digits of short reductions. */
const SHORT = 11

function shortened(amount: number, digits?: number): number {
  return digits === undefined ? amount : Number(amount.toPrecision(digits))
}

function snapped(share: number): number {
  return share < AT_BOUND ? 0 : share > 1 - AT_BOUND ? 1 : share
}
