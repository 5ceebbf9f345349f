import { compare, decimalOf, multiply } from '../../../src/numeric/index.js'
import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice, numberFrom } from '../machinery/options.js'
import { shareOut } from '../machinery/shares.js'

const options = {
  weight: choice(['linear', 'constant', 'power', 'excess'], 'g of the weight λ g(λ)'),
  exponent: numberFrom(0, 10, 2, 'c of weight=power, g = λ^c'),
  threshold: numberFrom(0, 1e6, 1, 'τ₀ of weight=excess, g = (λ − τ₀)⁺'),
}

/** Doubles this near the threshold (relative) are compared exactly. */
const CLOSE = 1e-9

/**
 * Risk-aware pro rata, h_i = min(β_i, τ λ_i g(λ_i)), λ_i the gross leverage of the account. The source decides fractions
 * of dollars; here h_i is the fraction of position i that is closed (as in `capped-pro-rata`) and β_i = 1:
 *
 *     x_i = c_i min(1, τ λ_i g(λ_i)),   Σ x_i = Q.
 *
 * With the source's linear g = λ the weight is λ², not λ; `constant` gives λ. Accounts without equity (λ = ∞) come
 * first, weights of zero (`excess`) last, both in proportion to what they hold. It does not minimise the one-step deficit, as
 * has been claimed: that is linear in h, so its minimiser is a queue. Two accounts with e = w = 1 and ρ = (2, 1), B = 1: the
 * queue removes 2, this rule 5/3.
 */
export const riskAwareProRata = marketPolicy('risk-aware-pro-rata', options, ({ weight, exponent, threshold }) => {
  const growth = {
    linear: (leverage: number) => leverage,
    constant: () => 1,
    power: (leverage: number) => leverage ** exponent,
    excess: (leverage: number) => Math.max(0, leverage - threshold),
  }[weight]
  const limit = decimalOf(threshold)
  /** At the threshold the weight is zero, exactly: a rounding more would be closed whole before those who have none. */
  const isAtLimit = ({ grossNotional, equity }: MarketBook, leverage: number, i: number): boolean =>
    weight === 'excess' &&
    Math.abs(leverage - threshold) <= CLOSE * threshold &&
    compare(grossNotional.exact(i), multiply(limit, equity.exact(i))) <= 0
  return {
    summary: 'a larger fraction of the position the higher the leverage',
    formula: 'x_i = c_i min(1, τ λ_i g(λ_i)); λ = gross notional/equity',
    source: 'https://github.com/pluriholonomic/autodeleveraging-analysis, paper/main_corrected.tex',
    ties: 'none arise',
    closing: 'shares',
    ranking: 'none',
    equity: 'whole account, at the mark',
    space: 'wealth',
    needs: [],
    rule: (market) =>
      shareOut(
        market,
        market.leverage.map((leverage, i) => {
          if (leverage === Infinity) return Infinity
          return isAtLimit(market, leverage, i) ? 0 : market.capacity.values[i] * leverage * growth(leverage)
        }),
      ),
  }
})
