import { entropicTilt } from '../../numeric/index.js'
import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import { exponential } from '../curve.js'
import { type Expression, expectExpression } from '../expression.js'
import { drawnWeights, expectConfidence, probabilities } from './weights.js'

/**
 * u ≥ t ln(Σ_r w_r exp(a_r/t)/(1 − α)) just where v_r ≥ t exp((a_r − u)/t) add up to Σ_r w_r v_r ≤ (1 − α) t:
 * exponential cones that share their scale t ≥ 0, each with tangents of its own. At t = 0 this says a_r ≤ u, the worst
 * case. Tangents at ln(θ_r (1 − α)/w_r) add up to u ≥ Σ_r θ_r a_r + t (κ − Σ_r θ_r ln(θ_r/w_r)), which with the best θ
 * touches.
 */
function evarAtom(confidence: number, weights: Float64Array): EpigraphAtom {
  const surprise = -Math.log1p(-confidence)
  const likely = Int32Array.from(weights.keys()).filter((r) => weights[r] > 0)
  const own = Float64Array.from(likely, (r) => weights[r])
  const tilt = (entries: Float64Array) => entropicTilt(entries, weights, surprise)
  return {
    name: 'evar',
    curvature: 'convex',
    monotonicity: 'increasing',
    shape: 'scalar',
    value: (entries) => Float64Array.of(tilt(entries).value),
    rewriting: 'epigraph',
    recession: 'itself',
    epigraph: ({ output, entries, auxiliary, above }) => {
      const scale = auxiliary({
        name: 'scale',
        size: 1,
        lower: 0,
        valueAt: (outcomes) => [tilt(outcomes).scale],
        // The divergence of a tilt is at most (max a − min a)²/8t², by Hoeffding.
        rangeOver: ({ lower, upper }) => {
          const spread =
            upper.reduce((high, end) => Math.max(high, end), -Infinity) -
            lower.reduce((low, end) => Math.min(low, end), Infinity)
          return {
            lower: Float64Array.of(0),
            upper: Float64Array.of((1 + 2 ** -20) * (spread / Math.sqrt(8 * surprise))),
          }
        },
      })
      const of = entries()
        .gather(likely)
        .minus(output.gather(new Int32Array(likely.length)))
      const ratiosAt = (outcomes: Float64Array) => {
        const { weights: tilted } = tilt(outcomes)
        return Array.from(likely, (r, q) => Math.log(tilted[r] / own[q]) - surprise)
      }
      const tails = above({ name: 'tail', curve: exponential, of, scale, ratiosAt })
      return [
        tails
          .dot(own)
          .minus(scale.times(1 - confidence))
          .atMost(0),
      ]
    },
  }
}

/**
 * The entropic value at risk of a distribution (Ahmadi-Javid 2012, Journal of Optimization Theory and Applications
 * 155): entry r has probability w_r, and
 *
 *     EVaR_α(a) = min_{t>0}  t ln( Σ_r w_r exp(a_r/t) / (1 − α) ),    0 ≤ α < 1.
 *
 * One row, convex and increasing, at least `cvar` of the same confidence, the mean at α = 0 and the largest entry near
 * 1: the largest mean under all distributions whose relative entropy to w is at most −ln(1 − α). Weights default to
 * equal ones and are scaled to add up to 1. `label` names it in reports.
 *
 * Throws `confidence` for α outside [0, 1), `no-weight`, `negative-weight`, and as `applyAtom` does. Programs with it are solved by
 * `solveProgram`, which certifies them by tangents.
 *
 *     program.minimize(evar(loss, 0.99))
 */
export function evar(
  argument: Expression,
  confidence: number,
  weights: number | ArrayLike<number> = 1,
  label?: string,
): Expression {
  expectExpression('evar', argument)
  expectConfidence('evar.confidence', confidence)
  const likely = probabilities('evar.weights', weights, argument.rows)
  if (confidence === 0) return argument.dot(likely)
  return applyAtom(evarAtom(confidence, likely), argument, label)
}

export const evarFamily: AtomFamily = {
  name: 'evar',
  draw: (rows, random) => {
    const weights = drawnWeights(rows, random)
    return evarAtom(0.05 + 0.9 * random(), weights)
  },
}
