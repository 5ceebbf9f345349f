/**
 * Water-filling: remove a total from many columns so that the highest stand as low as can be.
 *
 * Column i has a weight w_i > 0, an amount u_i ≥ 0 that can be removed and a fixed part o_i ≥ 0 that cannot; its level
 * is (o_i + kept_i)/w_i. With total removed s the answer is
 *
 *     kept_i = clip(λ w_i − o_i, 0, u_i),   λ such that  Σ kept_i = Σ u_i − s.
 *
 * It is the least-majorized profile of levels with weights w: it minimises Σ w_i φ(level_i) for every convex φ at
 * once, among them Σ w_i level_i² and, in the limit, the largest level (Campbell, Hey, Moallemi and Nutz,
 * arXiv 2603.15963, Theorem 2.4; Marshall, Olkin and Arnold, chapter 14). Only the kept amounts are returned: where
 * almost everything is removed they are the small numbers, and they keep their digits.
 */
export interface WaterFillInput {
  /** u_i ≥ 0, what can be removed. */
  readonly amount: Float64Array
  /** w_i > 0. */
  readonly weight: Float64Array
  /** o_i ≥ 0, what cannot be removed; zero when left out. */
  readonly fixed?: Float64Array
  /** s, between 0 and Σ u_i; a rounding error beyond either end is taken as that end. */
  readonly removed: number
}
