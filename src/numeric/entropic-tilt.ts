/** Where the entropic value at risk of outcomes is attained, in doubles. */
export interface EntropicTilt {
  readonly value: number
  /** The t that attains it; 0 where the worst outcome alone does. */
  readonly scale: number
  /** The weights θ that attain it: θ_r ∝ w_r exp(a_r/t), adding up to 1. */
  readonly weights: Float64Array
}

/** Halvings of the interval of ln(1/t): more than doubles hold. */
const STEPS = 200

/**
 * EVaR of outcomes a_r of probability w_r at surprise κ = −ln(1 − α) > 0 (Ahmadi-Javid 2012, J. Optim. Theory Appl. 155):
 *
 *     min_{t>0} t [ ln Σ_r w_r exp(a_r/t) + κ ]  =  max { Σ_r θ_r a_r : Σ_r θ_r ln(θ_r/w_r) ≤ κ, θ a distribution }.
 *
 * With θ_r ∝ w_r exp(a_r/t) the divergence falls from −ln P(a = max a) to 0 as t grows: t is where it is κ, by
 * bisection of ln(1/t), or 0 where even the worst outcome alone stays within κ.
 */
export function entropicTilt(outcomes: ArrayLike<number>, weights: ArrayLike<number>, surprise: number): EntropicTilt {
  let most = -Infinity
  let least = Infinity
  for (let r = 0; r < outcomes.length; r++) {
    if (!(weights[r] > 0)) continue
    most = Math.max(most, outcomes[r])
    least = Math.min(least, outcomes[r])
  }
  let massAtMost = 0
  for (let r = 0; r < outcomes.length; r++) if (outcomes[r] === most) massAtMost += weights[r]
  const tilted = (inverse: number): EntropicTilt & { readonly divergence: number } => {
    const theta = new Float64Array(outcomes.length)
    let sum = 0
    for (let r = 0; r < theta.length; r++) {
      if (!(weights[r] > 0)) continue
      const below = outcomes[r] - most
      theta[r] = weights[r] * (below === 0 ? 1 : Math.exp(inverse * below))
      sum += theta[r]
    }
    let mean = 0
    for (let r = 0; r < theta.length; r++) {
      theta[r] /= sum
      if (theta[r] > 0) mean += theta[r] * (outcomes[r] - most)
    }
    const divergence =
      inverse * (most - least) < 1
        ? smallDivergence(outcomes, weights, inverse)
        : (mean === 0 ? 0 : inverse * mean) - Math.log(sum)
    const scale = 1 / inverse
    return { value: scale === 0 ? most : most + scale * (Math.log(sum) + surprise), scale, weights: theta, divergence }
  }
  if (least === most || massAtMost >= Math.exp(-surprise)) return tilted(Infinity)
  const unit = 1 / (most - least)
  // θ at t = ∞ is w, and at t = 0 the worst outcome alone.
  let low = Math.log(unit) - 60
  let high = Math.log(unit) + 60
  for (let step = 0; step < STEPS && high > low; step++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (tilted(Math.exp(middle)).divergence < surprise) low = middle
    else high = middle
  }
  return tilted(Math.exp(low))
}

/**
 * The divergence of weights tilted a little, to its last digits: with x_r = (a_r − Σ w a)/t, where |x_r| < 1,
 *
 *     Σ θ x − ln Σ w e^x = (r + P)/(1 + r + G) − ln(1 + r + G),    r = Σ w x ≈ 0,  P = Σ w x (e^x − 1),  G = Σ w (e^x − 1 − x).
 *
 * The difference of larger terms would leave a rounding of 1e-16, and κ may be as small.
 */
function smallDivergence(outcomes: ArrayLike<number>, weights: ArrayLike<number>, inverse: number): number {
  let mean = 0
  for (let r = 0; r < outcomes.length; r++) if (weights[r] > 0) mean += weights[r] * outcomes[r]
  let [rest, product, beyond] = [0, 0, 0]
  for (let r = 0; r < outcomes.length; r++) {
    if (!(weights[r] > 0)) continue
    const x = inverse * (outcomes[r] - mean)
    rest += weights[r] * x
    product += weights[r] * x * Math.expm1(x)
    beyond += weights[r] * exponentialBeyondLine(x)
  }
  return (rest + product) / (1 + rest + beyond) - Math.log1p(rest + beyond)
}

/** e^x − 1 − x. */
function exponentialBeyondLine(x: number): number {
  if (Math.abs(x) > 0.01) return Math.expm1(x) - x
  return ((x * x) / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + (x / 5) * (1 + (x / 6) * (1 + x / 7)))))
}
