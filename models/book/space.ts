import type { Decimal } from '../../src/numeric/index.js'
import type { AdlEvent, Market } from './event.js'

/**
 * What can be decided in an event: one reduction x_ik for every eligible pair of account and demanded market,
 * 0 ≤ x_ik ≤ c_ik with Σ_i x_ik = Q_k. Owners are the eligible accounts, those that hold something demanded and are not exempt.
 */
export interface DecisionSpace {
  readonly event: AdlEvent
  /** Markets with a demand Q_k > 0, in the order of the demand. */
  readonly markets: readonly DemandedMarket[]
  /** Index of each owner in `event.accounts`, ascending. */
  readonly owners: Int32Array
  /** The pairs of owner o stand from `starts[o]` up to, not including, `starts[o + 1]`. */
  readonly starts: Int32Array
  /** Of each pair: its owner, its market (an index into `markets`) and its index in `event.positions`. */
  readonly pairOwner: Int32Array
  readonly pairMarket: Int32Array
  readonly pairPosition: Int32Array
  /** c_ik, contracts. */
  readonly capacity: Float64Array
  /** Where only whole lots may be closed: the lot size L_k by demanded market, undefined for markets without one. */
  readonly lots?: readonly (Decimal | undefined)[]
  /** Where nobody may end below zero: what may be closed of a pair, where that is less than the holding. */
  readonly caps?: readonly (Decimal | undefined)[]
  /** Beside the caps, the owners of whom Σ_k d_k x_ik ≤ e_i must be asked, because several markets together could break it. */
  readonly solvencyRows?: Int32Array
}

/** A market of which something must be closed. */
export interface DemandedMarket {
  readonly index: number
  readonly market: Market
  /** σ_k. */
  readonly side: 1 | -1
  /** p_k and d_k = σ_k (p_k − a_k): what the closed side gives up per contract. */
  readonly price: Decimal
  readonly concession: Decimal
  /** Q_k > 0. */
  readonly quantity: Decimal
}
