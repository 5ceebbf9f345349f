import {
  add,
  compare,
  type Decimal,
  decimalOf,
  dotDecimals,
  largerOf,
  multiply,
  negate,
  rootAbove,
  roundedQuotient,
  signOf,
  subtract,
  zero,
} from '../../../src/numeric/index.js'
import { covarianceTimes, type GaussianAccount, type GaussianState } from '../gaussian/book.js'
import type { GaussianDistribution } from '../gaussian/covariance.js'

/**
 * The moves of an ellipsoid, around the mean μ and as wide as the covariance C says:
 *
 *     E = { μ + C z : z'C z ≤ κ² },    κ² = α/(1 − α).
 *
 * An account with mean gain m = e' + y·μ and exposures y loses −m − y·C z there, at worst κ s − m with s² = y'C y, by the inequality of Cauchy
 * and Schwarz. For this κ that is also the largest CVaR_α of its loss under all distributions of mean μ and covariance C, normal or not.
 */
const one = decimalOf(1)
/** Digits of a quotient behind those of the root. */
const DIGITS = 30

/** (κ s − m)⁺, from above. */
export function worstAbove(
  law: GaussianDistribution,
  { markets }: GaussianAccount,
  { gain, exposure }: GaussianState,
  confidence: Decimal,
): Decimal {
  const root = rootAbove(scaledVariance(law, markets, exposure, confidence))
  const spread = roundedQuotient(root, subtract(one, confidence), root.scale + DIGITS, 'up')
  return largerOf(subtract(spread, gain), zero)
}

/** (κ s − m)⁺, from below: √a is at least a divided by anything that is not below it. */
export function worstBelow(
  law: GaussianDistribution,
  { markets }: GaussianAccount,
  { gain, exposure }: GaussianState,
  confidence: Decimal,
): Decimal {
  const variance = scaledVariance(law, markets, exposure, confidence)
  if (signOf(variance) === 0) return largerOf(negate(gain), zero)
  const root = rootAbove(variance)
  const tail = multiply(root, subtract(one, confidence))
  return largerOf(subtract(roundedQuotient(variance, tail, root.scale + DIGITS, 'down'), gain), zero)
}

/** α (1 − α) y'C y, whose root is (1 − α) κ s. */
function scaledVariance(
  law: GaussianDistribution,
  markets: readonly number[],
  exposure: readonly Decimal[],
  confidence: Decimal,
): Decimal {
  const variance = dotDecimals(exposure, covarianceTimes(law, markets, exposure))
  return multiply(multiply(confidence, subtract(one, confidence)), variance)
}

/** For one account, a move μ + C z of the ellipsoid, z by held market, and the share λ from 0 to 1 of the loss there. */
export interface WorstMove {
  readonly share: Decimal
  readonly direction: readonly Decimal[]
}

/** Whether the move lies in the ellipsoid, (1 − α) z'C z ≤ α, and the share from 0 to 1: exact. */
export function isWorstMove(
  law: GaussianDistribution,
  { markets }: GaussianAccount,
  { share, direction }: WorstMove,
  confidence: Decimal,
): boolean {
  if (signOf(share) < 0 || compare(share, one) > 0) return false
  const size = dotDecimals(direction, covarianceTimes(law, markets, direction))
  return compare(multiply(subtract(one, confidence), size), confidence) <= 0
}

/** λ (−m − y·C z), which is at most (κ s − m)⁺ after any reductions: its constant, and what closing a contract of each pair adds. */
export function lossAt(law: GaussianDistribution, account: GaussianAccount, { share, direction }: WorstMove) {
  const beyond = covarianceTimes(law, account.markets, direction)
  const before = add(account.gain, dotDecimals(account.exposure, beyond))
  return {
    constant: negate(multiply(share, before)),
    slopes: account.pairs.map(({ index, exposure, gain }) =>
      negate(multiply(share, add(gain, multiply(exposure, beyond[index])))),
    ),
  }
}
