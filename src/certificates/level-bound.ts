import { add, type Decimal, multiply, signOf, subtract, zero } from '../numeric/decimal.js'
import { type Ratio, ratioOf } from '../numeric/ratio.js'

/**
 * A lower bound on the largest level that a group of columns can be brought to, in exact rationals.
 *
 * Column i has level N_i/D_i with N_i = a_i − Σ_k p_k x_ik and D_i = w_i − Σ_k d_k x_ik, counted as infinite where
 * D_i ≤ 0 < N_i. Whatever the removals x, group A gives up between least_k and most_k of market k in total. If all its
 * levels were below λ then Σ_A (N_i − λ D_i) < 0, yet that sum is at least
 *
 *     G(λ) = a(A) − λ w(A) − Σ_k max { (p_k − λ d_k) z : least_k ≤ z ≤ most_k }.
 *
 * So every λ ≥ 0 with G(λ) ≥ 0 is a lower bound, provided that N_i = 0 implies D_i > 0 (a column that is removed whole
 * leaves positive weight). G is concave and piecewise linear with G(0) ≥ 0: Newton's method from the right ends at its
 * largest root after at most one step per market. With one market this is the level certificate
 * p (Σ_A c − Q)/(Σ_A w − d Q); with d = 0 in all it is (a(A) − ρ(A))/w(A) of the network.
 */
export interface GroupTotals {
  /** a(A) ≥ 0. */
  readonly amount: Decimal
  /** w(A). */
  readonly weight: Decimal
  readonly markets: readonly GroupMarket[]
}

export interface GroupMarket {
  /** p_k > 0. */
  readonly price: Decimal
  /** d_k. */
  readonly concession: Decimal
  /** What the group must give up, and what it can. */
  readonly least: Decimal
  readonly most: Decimal
}

export interface LevelBound {
  /** The bound; undefined stands for infinity: no removal brings the group to any finite level. */
  readonly bound: Ratio | undefined
  /** z_k at the bound, by market. */
  readonly given: readonly Decimal[]
  /** w(A) − Σ d_k z_k, what a change of the numerator is divided by. */
  readonly weightLeft: Decimal
}

export function levelBound({ amount, weight, markets }: GroupTotals): LevelBound {
  // Beyond every breakpoint λ = p_k/d_k: a positive concession makes giving up little the worst case.
  let given = markets.map(({ concession, least, most }) => (signOf(concession) > 0 ? least : most))
  for (;;) {
    const z = given
    const sum = (value: (market: GroupMarket) => Decimal): Decimal =>
      markets.reduce((total, market, k) => add(total, multiply(value(market), z[k])), zero)
    const amountLeft = subtract(
      amount,
      sum((market) => market.price),
    )
    const weightLeft = subtract(
      weight,
      sum((market) => market.concession),
    )
    if (signOf(weightLeft) <= 0) return { bound: undefined, given, weightLeft }
    const bound = ratioOf(amountLeft, weightLeft)
    const next = markets.map(({ price, concession, least, most }) =>
      signOf(concession) > 0 && ratioOf(price, concession).compare(bound) < 0 ? least : most,
    )
    if (next.every((value, k) => value === given[k])) return { bound, given, weightLeft }
    given = next
  }
}
