import { marketPolicy } from '../machinery/market-policy.js'
import { shareOut } from '../machinery/shares.js'

/**
 * One step of projected descent, published as "vector mirror descent": h = Π(0), Π the Euclidean projection on
 * {h ∈ [0,1]^n : wᵀh = B}, market by market, w_i = contracts × gap per contract. The gap cancels, and the projection
 * of the origin is
 *
 *     h_i = min(1, t c_i),   x_i = c_i h_i,   Σ x_i = Q :
 *
 * the fraction is in proportion to the size of the position, the contracts to its square. The published step size has no
 * effect, since the gradient of the one step that is taken is zero.
 */
export const oneStepProjection = marketPolicy('one-step-projection', {}, () => ({
  summary: 'contracts in proportion to the square of the position ("vector mirror descent")',
  formula: 'x_i = c_i min(1, t c_i)',
  source: 'https://github.com/pluriholonomic/autodeleveraging-analysis, methodology.md',
  ties: 'none arise',
  closing: 'shares',
  ranking: 'none',
  equity: 'none',
  space: 'wealth',
  needs: [],
  rule: (market) =>
    shareOut(
      market,
      market.capacity.values.map((contracts) => contracts * contracts),
    ),
}))
