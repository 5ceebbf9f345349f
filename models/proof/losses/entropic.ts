import {
  add,
  compare,
  type Decimal,
  decimalOf,
  entropicTilt,
  exponentialEnclosure,
  largerOf,
  logEnclosure,
  multiply,
  negate,
  roundedQuotient,
  signOf,
  smallerOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'

/**
 * The entropic value at risk of losses L_s of weight w_s, W in all (Ahmadi-Javid 2012, J. Optim. Theory Appl. 155), with κ = −ln(1 − α):
 *
 *     EVaR_α(L) = inf_{t>0} t [ ln( Σ_s w_s exp(L_s/t)/W ) + κ ]  =  max { Σ_s θ_s L_s : Σ_s θ_s ln(θ_s W/w_s) ≤ κ, θ a distribution }.
 *
 * Any t proves it to be no more, any such θ proves it to be no less. For losses that are not negative θ may add up to σ ≤ 1, if
 * Σ_s θ_s ln(θ_s W/(σ w_s)) ≤ κ: for all t, by Jensen's inequality, Σ_s θ_s L_s/t ≤ σ ln(Σ_s w_s exp(L_s/t)/W) + Σ_s θ_s ln(θ_s W/(σ w_s)).
 */

const one = decimalOf(1)
/** Digits behind the point of quotients: far below anything that is compared. */
const DIGITS = 40

/** Losses by move, their weights and the total of these, and α. */
type Outcomes = readonly [losses: readonly Decimal[], weights: readonly Decimal[], total: Decimal, confidence: Decimal]

/** The t that is best in doubles; undefined where the worst moves alone attain EVaR. */
export function entropicTemperature(...outcomes: Outcomes): Decimal | undefined {
  const { scale } = tiltOf(...outcomes)
  return scale > 0 && Number.isFinite(scale) ? decimalOf(scale) : undefined
}

/** EVaR_α(L) from above, in enclosed logarithms and exponentials: by a given t > 0, or the largest loss. */
export function entropicAbove(
  [losses, weights, total, confidence]: Outcomes,
  temperature: Decimal | undefined,
): Decimal {
  const most = losses.reduce(largerOf)
  if (temperature === undefined) return most
  const { all } = tilted(losses, weights, most, temperature, 'high')
  const log = add(logEnclosure(...quotient(all, total)).high, surprise(confidence).high)
  return smallerOf(most, add(most, multiply(temperature, log)))
}

/** How much of itself a value may be above what proves it from below. */
const NEAR: Decimal = { digits: 1n, scale: 6 }

/**
 * Whether the value by a t is at most 1 + 1e-6 times EVaR_α(L). The weights tilted by t have a divergence D from the given ones and a mean μ; mixed
 * with the given ones, whose mean is μ_w, in the share s = min(1, κ/D) they have at most κ, for divergence is convex, and EVaR is at least
 * s μ + (1 − s) μ_w. Without a t the worst moves alone, within 1e-6 of the largest loss, are what is mixed.
 */
export function isNearBest(
  [losses, weights, total, confidence]: Outcomes,
  temperature: Decimal | undefined,
  value: Decimal,
): boolean {
  const most = losses.reduce(largerOf)
  const [low, high] = (['low', 'high'] as const).map((end) => tilted(losses, weights, most, temperature, end))
  const entropy = negate(logEnclosure(...quotient(low.all, total)).low)
  const divergence =
    temperature === undefined
      ? entropy
      : subtract(entropy, roundedQuotient(low.below, multiply(high.all, temperature), LOG_DIGITS, 'down'))
  const kappa = surprise(confidence).low
  const share = compare(divergence, kappa) <= 0 ? one : roundedQuotient(kappa, divergence, LOG_DIGITS, 'down')
  const mean = subtract(most, roundedQuotient(high.below, low.all, LOG_DIGITS, 'up'))
  const plain = losses.reduce((sum, loss, s) => add(sum, multiply(weights[s], loss)), zero)
  const least = add(multiply(multiply(share, total), mean), multiply(subtract(one, share), plain))
  return compare(multiply(value, total), multiply(add(one, NEAR), least)) <= 0
}

/** Decimal places of enclosed logarithms, and of quotients beside them. */
const LOG_DIGITS = 50

/** Σ_s w_s e_s and Σ_s w_s e_s (M − L_s) with e_s = exp(−(M − L_s)/t), M the largest loss: from below or from above. Without t, 1 next to M and else 0. */
function tilted(
  losses: readonly Decimal[],
  weights: readonly Decimal[],
  most: Decimal,
  temperature: Decimal | undefined,
  end: 'low' | 'high',
): { readonly all: Decimal; readonly below: Decimal } {
  let [all, below] = [zero, zero]
  const floor = multiply(most, subtract(one, NEAR))
  losses.forEach((loss, s) => {
    if (temperature === undefined && compare(loss, floor) < 0) return
    const under = subtract(most, loss)
    const tilt = temperature === undefined ? one : exponentialEnclosure(...quotient(under, temperature))[end]
    const weight = multiply(weights[s], tilt)
    all = add(all, weight)
    below = add(below, multiply(weight, under))
  })
  return { all, below }
}

/** Whether scenario weights m_s = W θ_s are such that Σ_s θ_s L_s bounds EVaR_α from below. */
export function isEntropicWeighting(
  scenarioWeights: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
  confidence: Decimal,
): boolean {
  if (scenarioWeights.some((mass, s) => signOf(mass) < 0 || (signOf(mass) > 0 && signOf(weights[s]) <= 0))) return false
  const all = scenarioWeights.reduce(add, zero)
  if (compare(all, total) > 0) return false
  const divergence = scenarioWeights.reduce((sum, mass, s) => {
    if (signOf(mass) === 0) return sum
    const { high } = logEnclosure(...quotient(multiply(mass, total), multiply(all, weights[s])))
    return add(sum, multiply(mass, high))
  }, zero)
  return compare(divergence, multiply(total, surprise(confidence).low)) <= 0
}

/** The scenario weights that attain EVaR_α at these losses, to rounding. */
export function entropicSupport(
  losses: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
  confidence: Decimal,
): Decimal[] {
  const all = toNumber(total)
  const { weights: tilted } = tiltOf(losses, weights, total, confidence)
  const rough = Array.from(tilted, (theta) => decimalOf(theta * all))
  return entropicRepair(rough, weights, total, confidence)
}

/** Rough scenario weights made such as prove something: scaled to W in all, and mixed with as little of the weights as they need. */
export function entropicRepair(
  rough: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
  confidence: Decimal,
): Decimal[] {
  const clean = rough.map((mass, s) => (signOf(mass) > 0 && signOf(weights[s]) > 0 ? mass : zero))
  const sum = clean.reduce(add, zero)
  if (signOf(sum) === 0) return weights.slice()
  const scaled = clean.map((mass) => roundedQuotient(multiply(mass, total), sum, DIGITS, 'down'))
  const isGood = (scenarioWeights: readonly Decimal[]): boolean =>
    isEntropicWeighting(scenarioWeights, weights, total, confidence)
  if (isGood(scaled)) return scaled
  for (let exponent = 15; exponent > 0; exponent--) {
    const share: Decimal = { digits: 1n, scale: exponent }
    const rest = subtract(one, share)
    const mixed = scaled.map((mass, s) => add(multiply(rest, mass), multiply(share, weights[s])))
    if (isGood(mixed)) return mixed
  }
  return weights.slice()
}

/** a/b as numerator and denominator. */
function quotient(a: Decimal, b: Decimal): [bigint, bigint] {
  return [a.digits * 10n ** BigInt(b.scale), b.digits * 10n ** BigInt(a.scale)]
}

/** κ = −ln(1 − α), enclosed. */
function surprise({ digits, scale }: Decimal): ReturnType<typeof logEnclosure> {
  const whole = 10n ** BigInt(scale)
  return logEnclosure(whole, whole - digits)
}

function tiltOf(
  losses: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
  confidence: Decimal,
): ReturnType<typeof entropicTilt> {
  const all = toNumber(total)
  // Only differences count, and those of nearly equal losses are lost in the doubles of the losses.
  const most = losses.reduce(largerOf)
  return entropicTilt(
    losses.map((loss) => toNumber(subtract(loss, most))),
    weights.map((weight) => toNumber(weight) / all),
    -Math.log1p(-toNumber(confidence)),
  )
}
