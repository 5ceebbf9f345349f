import { doublesOf, subtract, toNumber } from '../../../src/numeric/index.js'
import type { LeverageProblem } from './problem.js'

/** Free pairs of one market as columns of a fill, one per owner: amounts p c, the part that stays, and a weight. */
export interface FillColumns {
  readonly market: number
  /** Indices into `problem.freePairs`. */
  readonly indices: readonly number[]
  readonly amount: Float64Array
  readonly fixed: Float64Array
  readonly weight: Float64Array
  /** p_k R_k, and p_k times what solvent owners keep. */
  readonly removed: number
  readonly kept: number
}

/**
 * The problem market by market, where it falls apart: no solvent owner has two free pairs. Undefined where it does not.
 */
export function separateMarkets(
  problem: LeverageProblem,
  weightOf: (owner: number, market: number) => number,
): FillColumns[] | undefined {
  const { space, freePairs, fixed, prices, remaining, solventCapacity } = problem
  for (let t = 1; t < freePairs.length; t++) {
    if (space.pairOwner[freePairs[t]] === space.pairOwner[freePairs[t - 1]]) return undefined
  }
  const indices: number[][] = space.markets.map(() => [])
  for (let t = 0; t < freePairs.length; t++) indices[space.pairMarket[freePairs[t]]].push(t)
  return space.markets.flatMap((_, k) => {
    if (indices[k].length === 0) return []
    const pairs = indices[k].map((t) => freePairs[t])
    return {
      market: k,
      indices: indices[k],
      amount: doublesOf(pairs.length, (i) => prices[k] * space.capacity[pairs[i]]),
      fixed: doublesOf(pairs.length, (i) => fixed[space.pairOwner[pairs[i]]]),
      weight: doublesOf(pairs.length, (i) => weightOf(space.pairOwner[pairs[i]], k)),
      removed: prices[k] * toNumber(remaining[k]),
      kept: prices[k] * toNumber(subtract(solventCapacity[k], remaining[k])),
    }
  })
}
