import {
  add,
  compare,
  type Decimal,
  decimalOf,
  entropicTilt,
  exponentialEnclosure,
  logEnclosure,
  multiply,
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

/** EVaR_α(L) from above, by the t that is best in doubles, in enclosed logarithms and exponentials. */
export function entropicAbove(
  losses: readonly Decimal[],
  weights: readonly Decimal[],
  total: Decimal,
  confidence: Decimal,
): Decimal {
  const most = losses.reduce((a, b) => (compare(a, b) < 0 ? b : a))
  const { scale } = tiltOf(losses, weights, total, confidence)
  if (!(scale > 0) || !Number.isFinite(scale)) return most
  const t = decimalOf(scale)
  const sum = losses.reduce((all, loss, s) => {
    return add(all, multiply(weights[s], exponentialEnclosure(...quotient(subtract(most, loss), t)).high))
  }, zero)
  const log = add(logEnclosure(...quotient(sum, total)).high, surprise(confidence).high)
  return smallerOf(most, add(most, multiply(t, log)))
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
  return entropicTilt(
    losses.map(toNumber),
    weights.map((weight) => toNumber(weight) / all),
    -Math.log1p(-toNumber(confidence)),
  )
}
