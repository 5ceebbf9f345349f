import { fairBound } from '../../../src/certificates/index.js'
import {
  absolute,
  add,
  type Decimal,
  decimalOf,
  multiply,
  ratioOf,
  signOf,
  subtract,
  toNumber,
  toText,
  zero,
} from '../../../src/numeric/index.js'
import { exactCapacity, exactRemarkedEquity } from '../../book/exact-amounts.js'
import type { Bound } from '../claim.js'
import { decimalAt, field, onlyFields } from '../evidence.js'
import type { FactorProblem } from './problem.js'

/**
 * What one level μ_k per demanded market proves, in exact decimals (`src/certificates/fair-bound.ts`): markets send flow to owners,
 * in the direction in which it takes exposure away (docs/objectives/factor-leverage.md). Levels that are off cost sharpness, never
 * truth. Prices are 2 μ_k v_k.
 */
export function levelsBound(factor: FactorProblem, levels: readonly number[]): Bound {
  const { problem, effect } = factor
  const { space, remaining, solventCapacity } = problem
  const exact = levels.map(decimalOf)
  const markets = effect.map((v, k) => {
    const sent = signOf(v) > 0 ? remaining[k] : subtract(solventCapacity[k], remaining[k])
    const supply = isOpen(factor, k) ? multiply(absolute(v), sent) : zero
    return { least: supply, most: supply, level: exact[k] }
  })
  const bound = ratioOf(fairBound(factorColumns(factor), markets))
  return {
    // Squares are not negative, whatever the levels say.
    bound: bound.s < 0 ? ratioOf(zero) : bound,
    prices: effect.map((v, k) => (isOpen(factor, k) ? 2 * levels[k] * toNumber(v) : 0)),
    evidence: () => ({
      levels: Object.fromEntries(space.markets.map(({ market }, k) => [market.market, toText(exact[k])])),
    }),
  }
}

/** Whether the market moves exposures of the solvent at all. */
function isOpen({ effect, problem }: FactorProblem, k: number): boolean {
  return signOf(effect[k]) !== 0 && signOf(problem.remaining[k]) > 0
}

/** a_i, g_i and u_ik of the solvent: z_i, and |v_k| c_ik more for every market whose flow is turned. */
export function* factorColumns(factor: FactorProblem) {
  const { problem, effect, start } = factor
  const { space, isInsolvent } = problem
  for (let owner = 0; owner < space.owners.length; owner++) {
    if (isInsolvent[owner]) continue
    let raised = start[owner]
    const pairs: [market: number, capacity: Decimal][] = []
    for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
      const k = space.pairMarket[pair]
      if (!isOpen(factor, k)) continue
      const capacity = multiply(absolute(effect[k]), exactCapacity(space, pair))
      if (signOf(effect[k]) < 0) raised = add(raised, capacity)
      pairs.push([k, capacity])
    }
    yield { owner, start: raised, weight: exactRemarkedEquity(space, owner), pairs }
  }
}

/** The bound of evidence as `levelsBound` gives it: one level per demanded market, by name. */
export function readLevels(factor: FactorProblem, evidence: unknown): Bound {
  return levelsBound(factor, levelsOf(factor, evidence))
}

export function levelsOf({ problem }: FactorProblem, evidence: unknown): number[] {
  onlyFields(evidence, 'evidence', ['levels'])
  const names = problem.space.markets.map(({ market: { market } }) => market)
  const levels = onlyFields(field(evidence, 'levels'), 'evidence.levels', names)
  return names.map((market) => toNumber(decimalAt(levels[market], `evidence.levels.${market}`)))
}
