import {
  absolute,
  add,
  compare,
  type Decimal,
  decimalOf,
  dotDecimals,
  FARTHEST_TAU,
  largerOf,
  multiply,
  negate,
  normalEnclosure,
  rootAbove,
  roundedQuotient,
  signOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import { covarianceTimes, type GaussianAccount, type GaussianState } from './book.js'
import type { GaussianDistribution } from './covariance.js'

/**
 * The expected shortfall of an account, rounded up; gain m and exposures y are exact, and s² = y'Cy:
 *
 *     f = E (−m − sZ)^+ = s φ(z) − m Φ(−z),   z = m/s;    (−m)^+ where s = 0
 *
 * By symmetry f(m) = (−m)^+ + F(|m|), and F rises with s, so s is rounded up. With g(z) = φ(z) − z Φ(−z), convex with g″ = φ, and
 * the point t = √2 τ, τ a decimal close to z/√2,
 *
 *     F = s g(z) ≤ s φ(t) − |m| Φ(−t) + ½ s (z − t)² φ(t).
 *
 * No term is divided, so what is not exact is φ(t) and Φ(−t), each enclosed and rounded against us.
 */
export function shortfallAbove(law: GaussianDistribution, { markets }: GaussianAccount, state: GaussianState): Decimal {
  const { gain, exposure } = state
  const debt = largerOf(negate(gain), zero)
  const variance = dotDecimals(exposure, covarianceTimes(law, markets, exposure))
  if (signOf(variance) <= 0) return debt
  const spread = rootAbove(variance)
  const distance = absolute(gain)
  const ratio = roundedQuotient(distance, rootAbove(add(variance, variance)), PLACES, 'down')
  // Farther out g(z) ≤ φ(z) ≤ φ(t).
  const isFar = compare(ratio, farthest) >= 0
  const { density, tail } = normalEnclosure(isFar ? farthest : ratio)
  if (isFar) return add(debt, multiply(spread, density.high))
  const linear = subtract(multiply(spread, density.high), multiply(distance, tail.low))
  return add(debt, add(linear, multiply(multiply(spread, density.high), bend)))
}

/** Places of τ, and ½ (z − t)² from above: τ is cut by 1e-20 and, through the roots, by less than 1e-23 of itself, which is at most 10. */
const PLACES = 20
const bend: Decimal = { digits: 2n, scale: 40 }
const farthest = decimalOf(FARTHEST_TAU)
