/**
 * The fair flow from markets to columns:
 *
 *     0 ≤ f_ik ≤ u_ik,   Σ_i f_ik = s_k,   y_i = Σ_k f_ik,   level_i = (a_i − y_i)/w_i,
 *
 * such that for every threshold λ the group A = {i : level_i > λ} has got all that can be sent there,
 *
 *     y(A) = ρ(A) = Σ_k min(s_k, Σ_{i∈A} u_ik).
 *
 * Exactly one y is fair. It minimises Σ_i w_i φ(level_i) for every convex φ at once: Σ (a_i − y_i)²/w_i, the largest
 * level, and the sum of what exceeds any threshold (Fujishige 1980, lexicographically optimal base; Groenevelt 1991).
 * Starts and levels have any sign.
 *
 * **Method** (decomposition). Take all markets of a part as one: the level λ at which its columns, each a box as wide
 * as all its pairs, take up all supplies. If a flow leaves every column exactly that much, the part is fair at λ. If
 * not, a minimum cut tells markets that end below λ from those that end above, and every column belongs to one side
 * (`network-split.ts`): two smaller problems that share nothing. Each cut is strict, so that m markets take at most m −
 * 1 cuts and 2m − 1 flows, on parts that only shrink; flows are trades between few markets (`trade.ts`), in practice a
 * few passes over the pairs.
 *
 * **Of the many flows with these y** the result is the one with the least Σ f_ik²/u_ik (`even-flow.ts`): pairs as near
 * to a common share of their capacity as can be. It is unique, so that the order of columns matters to the last bits
 * only.
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
 * Every market sends anything between two ends, 0 ≤ least ≤ most ≤ Σ_i u_ik, and levels are pulled towards zero: the
 * minimiser of Σ (a_i − y_i)²/w_i. The same as a free column at level zero that takes whatever is left of `most`, up to
 * most − least from each market.
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
   * μ_k, one entry per market: columns above it get u_ik, columns below it nothing. Half the fall of Σ (a_i − y_i)²/w_i
   * per unit of supply, and the evidence that certificates start from.
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
