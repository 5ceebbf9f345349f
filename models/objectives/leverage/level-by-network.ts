import { toNumber } from '../../../src/numeric/index.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { provedLevel } from './hard-groups.js'
import { equityWhenClosed } from './level-program.js'
import { fillLinkedMarkets } from './plan.js'

const MOST_STEPS = 40
/** Where a step leaves somebody without equity, the next asks for equity first: a level this many times higher. */
const CLIMB = 1000
const HIGHEST = 1e12

/**
 * The least largest leverage off the mark, where accounts link markets, by Dinkelbach's steps (`level-program.ts`)
 * without a solver: at the best level λ so far,
 *
 *     minimise max_i (N_i − λ D_i)/s_i,    N_i − λ D_i = o_i − λ e⁰_i + Σ_k (p_k − λ d_k) y_ik,
 *
 * a kept contract counts p_k − λ d_k whoever keeps it, so that each step is water-filling of the network with these
 * prices, negative ones too: there closing raises the leverage of those above p_k/d_k. Contracts kept, in the order of
 * `problem.freePairs`; undefined where somebody is left without equity at any level: that is for a solver. Doubles all the
 * way: how near the best level it came is for the plan's bound to say.
 */
export function levelByNetwork(problem: LeverageProblem): Float64Array | undefined {
  const { space, freePairs, fixed, prices, isInsolvent, remarked } = problem
  const closedEquity = equityWhenClosed(problem)
  const concessions = Float64Array.from(space.markets, ({ concession }) => toNumber(concession))
  /** D_i, and the largest N_i/D_i. */
  const standing = (kept: Float64Array): { readonly equity: Float64Array; readonly value: number } => {
    const [size, equity] = [fixed.slice(), closedEquity.slice()]
    freePairs.forEach((pair, t) => {
      const [owner, k] = [space.pairOwner[pair], space.pairMarket[pair]]
      size[owner] += prices[k] * kept[t]
      equity[owner] += concessions[k] * kept[t]
    })
    let value = 0
    for (let owner = 0; owner < size.length; owner++) {
      if (isInsolvent[owner] === 1 || !(size[owner] > 0)) continue
      value = Math.max(value, equity[owner] > 0 ? size[owner] / equity[owner] : Infinity)
    }
    return { equity, value }
  }
  let best: { readonly kept: Float64Array; readonly value: number } | undefined
  let [level, weight] = [0, remarked]
  let unit = 0
  for (let step = 0; step < MOST_STEPS; step++) {
    const gain = prices.map((price, k) => price - level * concessions[k])
    const rest = fixed.map((value, owner) => (isInsolvent[owner] === 1 ? value : value - level * closedEquity[owner]))
    const kept = fillLinkedMarkets(problem, weight, { prices: gain, fixed: rest })
    const { equity, value } = standing(kept)
    if (value === Infinity && best === undefined) {
      unit ||= provedLevel(problem) || 1
      level = CLIMB * Math.max(level, unit)
      if (level > HIGHEST * unit) return undefined
      continue
    }
    if (best !== undefined && !(value < best.value)) break
    best = { kept, value }
    // At the optimum already, or so near that a step has no digit left.
    if (value === 0) break
    level = value
    weight = equity.map((own, owner) => (isInsolvent[owner] === 0 && own > 0 ? own : Math.abs(remarked[owner])))
  }
  return best?.kept
}
