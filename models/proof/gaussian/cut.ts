import {
  compare,
  type Decimal,
  decimalOf,
  dotDecimals,
  FARTHEST_TAU,
  leadingExponent,
  multiply,
  normalAt,
  normalEnclosure,
  rootAbove,
  roundedQuotient,
  signOf,
  subtract,
  tauOf,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import { covarianceTimes, type GaussianAccount, type GaussianState } from './book.js'
import type { GaussianDistribution } from './covariance.js'

/**
 * What a cut is made of: a threshold t = ±√2 |τ|, and a direction v in the space of exposures (by held market of an account).
 */
export interface CutSeed {
  /** |τ| ≤ `FARTHEST_TAU`; negative where the account is expected to end in debt. */
  readonly tau: number
  readonly direction: readonly Decimal[]
}

/** An affine function of the reductions that lies below the expected shortfall everywhere: `constant` + Σ slope · x. */
export interface Cut {
  readonly constant: Decimal
  /** By pair of the account. */
  readonly slopes: readonly Decimal[]
}

/** Significant decimal places of the scaling of a direction. */
const PLACES = 40
const one = decimalOf(1)

/**
 * The cut of a seed, exact and valid whatever the seed.
 *
 * For every t, E (−m − sZ)^+ ≥ E (−m − sZ) 1{Z < −t} = s φ(t) − m Φ(−t), and by Cauchy and Schwarz s ≥ v'Cy/√(v'Cv). Hence
 *
 *     f ≥ v'C y − b m   wherever   v'Cv ≤ a²,  a ≤ I(b),
 *
 * with the isoperimetric profile I(b) = φ(Φ⁻¹(b)); y and m are affine in the reductions. b is the tail from below, a decimal; I is
 * concave with I(0) = 0, so I(b) ≥ φ(t) b/Φ(−t), and a is that, of the density from below and the tail from above. Below
 * t = 0, b = 1 − Φ(−|t|), where I takes the same value. A direction that is too long is scaled down.
 */
export function cutOf(law: GaussianDistribution, account: GaussianAccount, { tau, direction }: CutSeed): Cut {
  // At the farthest threshold the cut is that of certain solvency or debt: a = 0, b = 0 or 1.
  const { most, share } = Math.abs(tau) < FARTHEST_TAU ? profileAt(Math.abs(tau)) : { most: zero, share: zero }
  const weight = tau < 0 ? subtract(one, share) : share
  let slope: readonly Decimal[] = covarianceTimes(law, account.markets, direction)
  const variance = dotDecimals(direction, slope)
  if (signOf(most) === 0) slope = direction.map(() => zero)
  else if (compare(variance, multiply(most, most)) > 0) {
    const root = rootAbove(variance)
    const scale = PLACES + Math.max(0, 1 + leadingExponent(toNumber(root) / toNumber(most)))
    const factor = roundedQuotient(most, root, scale, 'down')
    slope = slope.map((value) => multiply(value, factor))
  }
  return {
    constant: subtract(dotDecimals(slope, account.exposure), multiply(weight, account.gain)),
    slopes: account.pairs.map(({ index, exposure, gain }) =>
      subtract(multiply(slope[index], exposure), multiply(weight, gain)),
    ),
  }
}

/** b and a ≤ I(b) at t = √2 τ. */
function profileAt(tau: number): { readonly share: Decimal; readonly most: Decimal } {
  const { density, tail } = normalEnclosure(decimalOf(tau))
  const most = roundedQuotient(multiply(density.low, tail.low), tail.high, density.low.scale, 'down')
  return { share: tail.low, most }
}

/**
 * The seed that touches the shortfall at a state given in doubles; `spread` is s, or a little more where the shortfall has a
 * kink (s = m = 0) that was smoothed.
 */
export function seedAt(gain: number, exposure: readonly number[], spread: number): CutSeed {
  if (!(spread > 0)) return { tau: Math.sign(gain) * tauOf(Infinity), direction: exposure.map(() => zero) }
  const tau = Math.sign(gain) * tauOf(gain / spread)
  const length = normalAt(Math.abs(tau)).density / spread
  return { tau, direction: exposure.map((y) => decimalOf(y * length)) }
}

/** The seed that touches the shortfall at an exact state. */
export function seedOf(
  law: GaussianDistribution,
  { markets }: GaussianAccount,
  { gain, exposure }: GaussianState,
): CutSeed {
  const variance = dotDecimals(exposure, covarianceTimes(law, markets, exposure))
  return seedAt(toNumber(gain), exposure.map(toNumber), toNumber(rootAbove(variance)))
}
