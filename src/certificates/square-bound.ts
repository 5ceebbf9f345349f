import { add, type Decimal, multiply, signOf, subtract } from '../numeric/decimal.js'
import { DecimalTotal } from '../numeric/decimal-total.js'

/**
 * A lower bound on a sum of squares over removals, in exact decimals.
 *
 * Minimise Σ_i z_i²/w_i with z_i = a_i − Σ_k p_k x_ik, 0 ≤ x_ik ≤ c_ik, Σ_i x_ik = R_k. For any duals m_i and
 * thresholds θ_k: z²/w ≥ 2 m z − m² w (because (z − m w)² ≥ 0), which is linear in x, and the most that a linear
 * function can gain in market k is at most θ_k R_k + Σ_i (2 m_i p_k − θ_k)⁺ c_ik. Hence
 *
 *     optimum ≥ Σ_i (2 m_i a_i − m_i² w_i) − Σ_k [ θ_k R_k + Σ_i (2 m_i p_k − θ_k)⁺ c_ik ],
 *
 * with equality at the optimal levels m_i = z_i/w_i and shadow prices θ_k.
 */
export interface SquareColumn {
  readonly amount: Decimal
  readonly weight: Decimal
  readonly multiplier: Decimal
  /** The column's pairs: index of the market and capacity c_ik. */
  readonly pairs: Iterable<readonly [market: number, capacity: Decimal]>
}

export interface SquareMarket {
  readonly price: Decimal
  /** R_k, what is removed in total. */
  readonly removed: Decimal
  readonly threshold: Decimal
}

export function squareBound(columns: Iterable<SquareColumn>, markets: readonly SquareMarket[]): Decimal {
  const bound = new DecimalTotal()
  for (const { amount, weight, multiplier, pairs } of columns) {
    const twice = add(multiplier, multiplier)
    bound.add(multiply(twice, amount))
    bound.subtract(multiply(multiply(multiplier, multiplier), weight))
    for (const [k, capacity] of pairs) {
      const gain = subtract(multiply(twice, markets[k].price), markets[k].threshold)
      if (signOf(gain) > 0) bound.subtract(multiply(gain, capacity))
    }
  }
  for (const { removed, threshold } of markets) bound.subtract(multiply(threshold, removed))
  return bound.value
}
