import {
  absolute,
  add,
  type Decimal,
  decimalOf,
  multiply,
  rootAbove,
  roundedQuotient,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { covarianceTimes, dot, type GaussianAccount, type GaussianState } from './book.js'
import type { GaussianLaw } from './covariance.js'
import { FARTHEST, lowered, normalAt, raised, tauOf } from './normal.js'

const one = decimalOf(1)
const half = decimalOf(0.5)

/** A decimal cut to `scale` places towards ∞ or −∞. */
export const cut = (value: Decimal, scale: number, towards: 'up' | 'down'): Decimal =>
  value.scale <= scale ? value : roundedQuotient(value, one, scale, towards)

/**
 * The expected shortfall of an account, rounded up; gain m and exposures y are exact, and s² = y'Cy:
 *
 *     f = E (−m − sZ)^+ = s φ(z) − m Φ(−z),   z = m/s;    (−m)^+ where s = 0
 *
 * By symmetry f(m) = (−m)^+ + F(|m|), and F rises with s, so s is rounded up. With g(z) = φ(z) − z Φ(−z), convex with g″ = φ, and
 * the point t ≥ 0 near z where normal densities are known,
 *
 *     F = s g(z) ≤ s φ(t) − |m| Φ(−t) + ½ s (z − t)² max φ.
 *
 * No term is divided, so what is not exact is φ(t) and Φ(−t), each rounded against us.
 */
export function shortfallAbove(law: GaussianLaw, { markets }: GaussianAccount, state: GaussianState): Decimal {
  const { gain, exposure } = state
  const debt = signOf(gain) < 0 ? subtract(zero, gain) : zero
  const variance = dot(exposure, covarianceTimes(law, markets, exposure))
  if (signOf(variance) <= 0) return debt
  const spread = rootAbove(variance)
  const distance = absolute(gain)
  const z = toNumber(distance) / toNumber(spread)
  const tau = tauOf(z)
  const { density, tail } = normalAt(tau)
  const dense = raised(density)
  // Farther out g(z) ≤ φ(z) ≤ φ(t).
  if (!(z * Math.SQRT1_2 < FARTHEST)) return add(debt, multiply(spread, dense))
  // Three roundings lie between z and t: |z − t| ≤ √2 2⁻⁵¹ τ, and φ between them is at most 1.001 φ(t).
  const offset = tau * 2 ** -50
  const bend = decimalOf(offset * offset * 1.001 + 1e-60)
  const linear = subtract(multiply(spread, dense), multiply(distance, lowered(tail)))
  return add(debt, add(linear, multiply(multiply(spread, dense), multiply(half, bend))))
}
