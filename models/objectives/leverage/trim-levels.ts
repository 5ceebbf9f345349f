import { subtract, toNumber } from '../../../src/numeric/index.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { equityWhenClosed } from './level-program.js'

/**
 * Moves what a solver's tolerance left above a level to owners who have room below it.
 *
 * At level λ an owner has slack −(N_i − λ D_i), which falls by p_k − λ d_k per contract kept. Owners without slack keep a
 * little less of everything; what a market then lacks is kept by owners with slack, each in proportion to its room. A
 * solver that is good to 1e-8 of the largest account leaves the small ones off by more than that, and they may be the ones
 * at the top. Contracts kept, in the order of `problem.freePairs`; close to the input, and not exact: `apportion` follows.
 */
export function trimLevels(problem: LeverageProblem, kept: Float64Array, level: number): Float64Array {
  const { space, freePairs, fixed, prices, solventCapacity, remaining } = problem
  const closedEquity = equityWhenClosed(problem)
  const trimmed = kept.map((amount, t) => Math.min(Math.max(amount, 0), space.capacity[freePairs[t]]))
  const gain = Float64Array.from(freePairs, (pair) => {
    const k = space.pairMarket[pair]
    return prices[k] - level * toNumber(space.markets[k].concession)
  })
  const slackOf = (): Float64Array => {
    const slack = closedEquity.map((equity, owner) => level * equity - fixed[owner])
    freePairs.forEach((pair, t) => {
      slack[space.pairOwner[pair]] -= gain[t] * trimmed[t]
    })
    return slack
  }
  const indicesOf: number[][] = space.markets.map(() => [])
  freePairs.forEach((pair, t) => {
    indicesOf[space.pairMarket[pair]].push(t)
  })
  for (let round = 0; round < ROUNDS; round++) {
    shrinkAbove(problem, trimmed, gain, slackOf())
    const slack = slackOf()
    indicesOf.forEach((indices, k) => {
      const wanted = toNumber(subtract(solventCapacity[k], remaining[k]))
      const lacking = wanted - indices.reduce((sum, t) => sum + trimmed[t], 0)
      const room = indices.map((t) => {
        const pair = freePairs[t]
        const most = space.capacity[pair] - trimmed[t]
        return gain[t] > 0 ? Math.min(most, Math.max(0, slack[space.pairOwner[pair]]) / gain[t]) : most
      })
      const total = room.reduce((sum, value) => sum + value, 0)
      if (!(lacking > 0 && total > 0)) return
      const share = Math.min(1, lacking / total)
      indices.forEach((t, i) => {
        trimmed[t] += share * room[i]
        slack[space.pairOwner[freePairs[t]]] -= gain[t] * share * room[i]
      })
    })
  }
  return trimmed
}

const ROUNDS = 3

/** Owners above the level keep less of everything that counts against them, all in one proportion. */
function shrinkAbove(
  { space, freePairs }: LeverageProblem,
  kept: Float64Array,
  gain: Float64Array,
  slack: Float64Array,
): void {
  const counted = new Float64Array(slack.length)
  freePairs.forEach((pair, t) => {
    if (gain[t] > 0) counted[space.pairOwner[pair]] += gain[t] * kept[t]
  })
  freePairs.forEach((pair, t) => {
    const owner = space.pairOwner[pair]
    if (slack[owner] < 0 && gain[t] > 0) kept[t] *= Math.max(0, 1 + slack[owner] / counted[owner])
  })
}
