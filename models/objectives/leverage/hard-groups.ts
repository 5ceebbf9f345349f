import type { Recovered } from '../../../src/canonical/index.js'
import { countingOrder, tabulate, toNumber } from '../../../src/numeric/index.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import type { LevelProgram } from './level-program.js'

/** A solver's dual below this share of the largest is noise. */
const NOISE = 1e-9
/** The best few are handed to the exact judge: in doubles the first may be second. */
const TRIED = 3

/**
 * Groups of owners that are hard to bring down, from a solver's prices of the owners' rows.
 *
 * The bound of duals y is an average, over thresholds θ, of the bounds of the groups {y_i > θ} (Lovász's
 * extension of a submodular function is an integral over its level sets), so the best of these groups bounds at least as
 * well as y itself. They are found in doubles here and judged exactly later; a wrong group costs sharpness, never truth.
 */
export function hardGroups(problem: LeverageProblem, linear: LevelProgram, answer: Recovered): number[][] {
  const prices = answer.prices?.get('owner')
  if (prices === undefined) return []
  const weights = Array.from(linear.rowOwner, (owner, r) => ({ owner, y: Math.abs(prices[r] / linear.rowScale[r]) }))
  const largest = weights.reduce((most, { y }) => Math.max(most, y), 0)
  const ranked = weights.filter(({ y }) => y > NOISE * largest).sort((a, b) => b.y - a.y)
  const bounds = prefixBounds(
    problem,
    ranked.map(({ owner }) => owner),
  )
  const isStep = (n: number): boolean => n + 1 === ranked.length || ranked[n + 1].y < ranked[n].y * (1 - NOISE)
  return Array.from(bounds, (bound, n) => ({ bound, n }))
    .filter(({ bound, n }) => isStep(n) && !Number.isNaN(bound))
    .sort((a, b) => b.bound - a.bound)
    .slice(0, TRIED)
    .map(({ n }) => ranked.slice(0, n + 1).map(({ owner }) => owner))
}

/**
 * The best level that the groups of the highest owners prove, in doubles: with one market, or markets at the mark that
 * separate into one, the optimum; else not above it. Zero where they prove nothing.
 */
export function provedLevel(problem: LeverageProblem): number {
  const { space, gross, isInsolvent } = problem
  const { values } = space.event.accounts.equity
  const levels = gross.map((notional, owner) => {
    const own = values[space.owners[owner]]
    return own > 0 ? notional / own : Number.POSITIVE_INFINITY
  })
  const owners = highestFirst(levels).filter((owner) => !isInsolvent[owner])
  return prefixBounds(problem, owners).reduce((best, bound) => (bound < Infinity ? Math.max(best, bound) : best), 0)
}

/** Steps of the order below: a bound needs no finer one, and to sort a wide book by comparisons is what would take longest. */
const STEPS = 1024

/** The owners by descending level, those between two of the steps as they come. */
function highestFirst(levels: Float64Array): Int32Array {
  const sorted = levels.slice().sort()
  const count = Math.min(STEPS, levels.length)
  const steps = tabulate(count, (s) => sorted[Math.floor((s * levels.length) / count)])
  const rank = new Int32Array(levels.length).map((_, owner) => {
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (steps[middle] <= levels[owner]) low = middle + 1
      else high = middle
    }
    return count - low
  })
  return countingOrder(rank, count + 1)
}

/** (a(A) − Σ p_k z_k)/(e(A) − Σ d_k z_k), z_k = min(R_k, c_k(A)), for the groups of the first 1, 2, … owners. */
function prefixBounds(problem: LeverageProblem, owners: ArrayLike<number>): Float64Array {
  const { space, remaining, gross, freePairs } = problem
  const left = remaining.map(toNumber)
  const prices = space.markets.map(({ price }) => toNumber(price))
  const concessions = space.markets.map(({ concession }) => toNumber(concession))
  const isFree = new Uint8Array(space.capacity.length)
  for (const pair of freePairs) isFree[pair] = 1
  const capacity = left.map(() => 0)
  let amount = 0
  let weight = 0
  return tabulate(owners.length, (n) => {
    const owner = owners[n]
    amount += gross[owner]
    weight += space.event.accounts.equity.values[space.owners[owner]]
    for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
      if (isFree[pair]) capacity[space.pairMarket[pair]] += space.capacity[pair]
    }
    let [amountLeft, weightLeft] = [amount, weight]
    for (let k = 0; k < capacity.length; k++) {
      amountLeft -= prices[k] * Math.min(left[k], capacity[k])
      weightLeft -= concessions[k] * Math.min(left[k], capacity[k])
    }
    return weightLeft > 0 ? amountLeft / weightLeft : Number.POSITIVE_INFINITY
  })
}
