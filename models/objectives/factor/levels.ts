import { toNumber } from '../../../src/numeric/index.js'
import { exposuresAfter, type FactorProblem } from '../../proof/factor/problem.js'
import type { Reductions } from '../objective.js'

/**
 * The level of each demanded market, read off a solver's plan: where its flow stands between the bounds of some pair,
 * that owner's z'_i/g_i. Markets that one owner links that way share a level, and are given the same double, Σ z'_i / Σ
 * g_i over the owners of such pairs: the last digits of a level would otherwise cost the bound what a whole pair can
 * move. A market without such a pair has the level of the contract closed last. `margin`: closer than this share of it
 * to a bound counts as at the bound.
 */
export function marketLevels(factor: FactorProblem, reductions: Reductions, margin: number): number[] {
  const { problem, effects } = factor
  const { space, freePairs, remarked } = problem
  const exposures = exposuresAfter(factor, reductions)
  const root = effects.map((_, k) => k)
  const find = (k: number): number => {
    while (root[k] !== k) k = root[k] = root[root[k]]
    return k
  }
  const isInside = (pair: number): boolean => {
    const closed = toNumber(reductions[pair])
    const capacity = space.capacity[pair]
    return effects[space.pairMarket[pair]] !== 0 && closed > margin * capacity && closed < (1 - margin) * capacity
  }
  const firstInside = new Int32Array(space.owners.length).fill(-1)
  for (const pair of freePairs) {
    if (!isInside(pair)) continue
    const owner = space.pairOwner[pair]
    const k = space.pairMarket[pair]
    if (firstInside[owner] < 0) firstInside[owner] = k
    else root[find(k)] = find(firstInside[owner])
  }
  const exposure = new Float64Array(effects.length)
  const weight = new Float64Array(effects.length)
  firstInside.forEach((k, owner) => {
    if (k < 0) return
    exposure[find(k)] += toNumber(exposures[owner])
    weight[find(k)] += remarked[owner]
  })
  const last = lastClosed(factor, reductions, margin)
  return space.markets.map((_, k) => (weight[find(k)] > 0 ? exposure[find(k)] / weight[find(k)] : last[k]))
}

/** By market, the level from which the last contract was taken: the lowest where closing lowers it, else the highest. */
export function lastClosed(factor: FactorProblem, reductions: Reductions, margin = 0): Float64Array {
  const { problem, effects } = factor
  const { space, freePairs, remarked } = problem
  const exposures = exposuresAfter(factor, reductions)
  const gain = new Float64Array(effects.length).fill(Infinity)
  for (const pair of freePairs) {
    const k = space.pairMarket[pair]
    if (effects[k] === 0 || !(toNumber(reductions[pair]) > margin * space.capacity[pair])) continue
    const owner = space.pairOwner[pair]
    const level = toNumber(exposures[owner]) / remarked[owner]
    gain[k] = Math.min(gain[k], Math.sign(effects[k]) * level)
  }
  return gain.map((level, k) => (level === Infinity ? 0 : Math.sign(effects[k]) * level))
}
