import { type Pair, plus } from './common-level.js'
import { evenFlow } from './even-flow.js'
import { checkNetwork } from './network-check.js'
import { levelPart, type Part, Sums } from './network-part.js'
import { splitPart, withoutForced } from './network-split.js'

/**
 * The fair flow from markets to columns:
 *
 *     0 ≤ f_ik ≤ u_ik,   Σ_i f_ik = s_k,   y_i = Σ_k f_ik,   level_i = (a_i − y_i)/w_i,
 *
 * such that for every threshold λ the group A = {i : level_i > λ} has got all that can be sent there,
 *
 *     y(A) = ρ(A) = Σ_k min(s_k, Σ_{i∈A} u_ik).
 *
 * Exactly one y is fair. It minimises Σ_i w_i φ(level_i) for every convex φ at once: Σ (a_i − y_i)²/w_i, the largest level, and the sum
 * of what exceeds any threshold (Fujishige 1980, lexicographically optimal base; Groenevelt 1991). Starts and levels have any sign.
 *
 * **Method** (decomposition). Take all markets of a part as one: the level λ at which its columns, each a box as wide as all its pairs, take up
 * all supplies. If a flow leaves every column exactly that much, the part is fair at λ. If not, a minimum cut tells markets
 * that end below λ from those that end above, and every column belongs to one side (`network-split.ts`): two smaller
 * problems that share nothing. Each cut is strict, so that m markets take at most m − 1 cuts and 2m − 1 flows, on parts that only shrink;
 * flows are trades between few markets (`trade.ts`), in practice a few passes over the pairs.
 *
 * **Of the many flows with these y** the result is the one with the least Σ f_ik²/u_ik (`even-flow.ts`): pairs as near to a common share
 * of their capacity as can be. It is unique, so that the order of columns matters to the last bits only.
 */
export interface Network {
  /** One entry per pair: its column, its market and u_ik ≥ 0. No pair stands twice. Grouped by column, ascending. */
  readonly column: Int32Array
  readonly market: Int32Array
  readonly capacity: Float64Array
  /** One entry per column: w_i > 0 and a_i of any sign. */
  readonly weight: Float64Array
  readonly start: Float64Array
}

/** Every market sends s_k, between 0 and Σ_i u_ik; a rounding error beyond either end is taken as that end. */
export interface GivenSupply extends Network {
  readonly supply: Float64Array
}

/**
 * Every market sends anything between two ends, 0 ≤ least ≤ most ≤ Σ_i u_ik, and levels are pulled towards zero: the minimiser of Σ (a_i − y_i)²/w_i. The same as a
 * free column at level zero that takes whatever is left of `most`, up to most − least from each market.
 */
export interface SupplyBetween extends Network {
  readonly least: Float64Array
  readonly most: Float64Array
}

export type NetworkFillInput = GivenSupply | SupplyBetween

export interface NetworkFill {
  /** f_ik, one entry per pair, exactly 0 or u_ik at the ends. */
  readonly flow: Float64Array
  /** (a_i − y_i)/w_i, one entry per column; columns that share the level of a market have the same double. */
  readonly level: Float64Array
  /**
   * μ_k, one entry per market: columns above it get u_ik, columns below it nothing. Half the fall of Σ (a_i − y_i)²/w_i per unit of supply,
   * and the evidence that certificates start from.
   */
  readonly marketLevel: Float64Array
  /** Σ_i f_ik, one entry per market. */
  readonly sent: Float64Array
  /** Parts that were levelled or cut, and phases of flow in all of them. */
  readonly parts: number
  readonly rounds: number
  /** Whether every market sends what it must but for rounding. How fair the flow is, a certificate says. */
  readonly isExact: boolean
}

/** What a market may have sent too much or too little, relative to its supply. */
const ROUNDING = 2 ** -44

/** Throws `SpillwayError` on arrays that do not fit together, on negative or infinite entries and on supplies beyond capacity. */
export function networkFill(input: NetworkFillInput): NetworkFill {
  const whole = checkNetwork(input)
  const flow = new Float64Array(whole.pairs.length)
  const level = new Float64Array(whole.columns.length).fill(Number.NaN)
  const marketLevel = new Float64Array(whole.markets.length).fill(Number.NaN)
  let parts = 0
  let rounds = 0
  let isExact = true
  const todo = [withoutForced(whole, flow)]
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    const levelled = levelPart(part)
    parts++
    rounds += levelled.rounds
    if (levelled.isLow !== undefined) {
      todo.push(...splitPart(part, levelled, levelled.isLow, flow))
      continue
    }
    const reached = Math.min(Math.max(levelled.common.level.high, part.low), part.high)
    part.markets.forEach((k, t) => {
      marketLevel[k] = reached
      isExact &&= Math.abs(levelled.missed[t]) <= ROUNDING * whole.supply[k].high
    })
    part.pairs.forEach((p, t) => {
      flow[p] = levelled.flow[t]
    })
    levelled.common.taken.forEach((taken, i) => {
      if (taken > 0 && taken < part.size[i]) level[part.columns[i]] = levelled.common.level.high
    })
  }
  fillLevels(whole, flow, level)
  levelForced(whole, level, marketLevel)
  evenFlow(whole, flow, level, marketLevel)
  const pairs = input.column.length
  const sent = sentBy(whole, flow.subarray(0, pairs))
  return {
    flow: flow.slice(0, pairs),
    level: level.slice(0, input.weight.length),
    marketLevel,
    sent,
    parts,
    rounds,
    isExact,
  }
}

/** Columns that end away from the level of any part: what their pairs leave of their start. */
function fillLevels({ starts, startHigh, weight }: Part, flow: Float64Array, level: Float64Array): void {
  for (let i = 0; i < weight.length; i++) {
    if (!Number.isNaN(level[i])) continue
    let left: Pair = { high: startHigh[i], low: 0 }
    for (let p = starts[i]; p < starts[i + 1]; p++) left = plus(left, -flow[p])
    level[i] = left.high / weight[i]
  }
}

/** A market that sends nothing stands with its highest column, one that sends all it can with its lowest. */
function levelForced({ starts, market, supply }: Part, level: Float64Array, marketLevel: Float64Array): void {
  const isForced = Uint8Array.from(marketLevel, (value) => Number(Number.isNaN(value)))
  for (let i = 0; i < level.length; i++) {
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const k = market[p]
      if (isForced[k] === 0) continue
      const before = Number.isNaN(marketLevel[k]) ? level[i] : marketLevel[k]
      marketLevel[k] = supply[k].high > 0 ? Math.min(before, level[i]) : Math.max(before, level[i])
    }
  }
  for (let k = 0; k < marketLevel.length; k++) if (Number.isNaN(marketLevel[k])) marketLevel[k] = 0
}

function sentBy({ markets, market }: Part, flow: Float64Array): Float64Array {
  const sums = new Sums(Array.from(markets, () => ({ high: 0, low: 0 })))
  for (let p = 0; p < flow.length; p++) sums.subtract(market[p], -flow[p])
  return Float64Array.from(sums.values(), ({ high }) => high)
}
