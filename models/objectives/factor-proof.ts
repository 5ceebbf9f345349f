import {
  add,
  type Decimal,
  decimalOf,
  multiply,
  negate,
  parseDecimal,
  ratioOf,
  SpillwayError,
  squareBound,
  toNumber,
  toText,
  zero,
} from '../../src/index.js'
import { exactCapacity, exactRemarkedEquity } from '../book/decision-space.js'
import type { FactorProblem } from './factor-problem.js'
import type { Bound } from './objective.js'

/**
 * What one level per market proves (docs/objectives/factor-leverage.md). With thresholds θ_k = 2 μ_k v_k in the squares bound
 * (`src/certificates/square-bound.ts`), the best multiplier of an owner is the level that it would settle at if market k took from it
 * all that stands above μ_k:
 *
 *     m_i:   z_i + Σ_{v_k<0} |v_k| c_ik = m g_i + Σ_k |v_k| c_ik 1{m > μ_k}   (in part where m = μ_k).
 *
 * The multipliers are found in doubles and judged exactly: levels that are off cost sharpness, never truth. Prices are θ_k.
 */
export function levelsBound(factor: FactorProblem, levels: readonly number[]): Bound {
  const { problem, effect, start } = factor
  const { space, isInsolvent, remarked, remaining } = problem
  const twice = levels.map((level) => decimalOf(2 * level))
  const markets = space.markets.map((_, k) => ({
    price: effect[k]!,
    removed: remaining[k]!,
    threshold: multiply(twice[k]!, effect[k]!),
  }))
  const pairsOf = freePairsByOwner(factor)
  function* columns() {
    for (let owner = 0; owner < space.owners.length; owner++) {
      if (isInsolvent[owner]) continue
      const pairs = pairsOf[owner] ?? []
      yield {
        amount: start[owner]!,
        weight: exactRemarkedEquity(space, owner),
        multiplier: decimalOf(bestMultiplier(factor, { owner, weight: remarked[owner]!, pairs, levels })),
        pairs: pairs.map((pair): [number, Decimal] => [space.pairMarket[pair]!, exactCapacity(space, pair)]),
      }
    }
  }
  const bound = ratioOf(squareBound(columns(), markets))
  return {
    // Squares are not negative, whatever the levels say.
    bound: bound.s < 0 ? ratioOf(zero) : bound,
    prices: markets.map(({ threshold, removed }) => (removed.digits === 0n ? 0 : toNumber(threshold))),
    evidence: () => ({
      levels: Object.fromEntries(space.markets.map(({ market }, k) => [market.market, toText(decimalOf(levels[k]!))])),
    }),
  }
}

function freePairsByOwner({ problem: { space, freePairs } }: FactorProblem): (number[] | undefined)[] {
  const pairsOf: (number[] | undefined)[] = new Array(space.owners.length)
  for (const pair of freePairs) {
    const owner = space.pairOwner[pair]!
    const list = pairsOf[owner]
    if (list === undefined) pairsOf[owner] = [pair]
    else list.push(pair)
  }
  return pairsOf
}

interface Owner {
  readonly owner: number
  readonly weight: number
  readonly pairs: readonly number[]
  readonly levels: readonly number[]
}

function bestMultiplier(
  { problem: { space }, start, effect, effects }: FactorProblem,
  { owner, weight, pairs, levels }: Owner,
): number {
  const steps = pairs
    .filter((pair) => effects[space.pairMarket[pair]!] !== 0)
    .sort((a, b) => levels[space.pairMarket[a]!]! - levels[space.pairMarket[b]!]!)
  let exact = start[owner]!
  for (const pair of steps) {
    const k = space.pairMarket[pair]!
    if (effects[k]! < 0) exact = add(exact, multiply(negate(effect[k]!), exactCapacity(space, pair)))
  }
  let amount = toNumber(exact)
  for (const pair of steps) {
    const k = space.pairMarket[pair]!
    // Not above the lowest level that is left: nobody takes more.
    if (amount / weight <= levels[k]!) break
    amount -= Math.abs(effects[k]!) * space.capacity[pair]!
    if (amount / weight < levels[k]!) return levels[k]!
  }
  return amount / weight
}

/** The bound of evidence as `levelsBound` gives it: one level per demanded market, by name. Throws `SpillwayError` `evidence`. */
export function readLevels(factor: FactorProblem, evidence: unknown): Bound {
  const levels: unknown =
    typeof evidence === 'object' && evidence !== null && 'levels' in evidence ? evidence.levels : {}
  return levelsBound(
    factor,
    factor.problem.space.markets.map(({ market: { market } }) => {
      const text = Object.entries(levels ?? {}).find(([name]) => name === market)?.[1]
      const level = typeof text === 'string' ? parseDecimal(text) : undefined
      if (level !== undefined) return toNumber(level)
      throw new SpillwayError({
        code: 'evidence',
        path: `evidence.levels.${market}`,
        value: text,
        problem: 'is not a level written as a decimal',
        cure: 'Give one level for every demanded market, as the certificate has it.',
      })
    }),
  )
}
