import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import { type Expression, expectExpression } from '../expression.js'
import { aboveLevel } from './above-level.js'
import { drawnWeights, expectConfidence, probabilities } from './weights.js'

/**
 * u ≥ t + Σ_r w_r v_r / (1 − α), v ≥ 0, a_r ≤ t + v_r (Rockafellar and Uryasev 2000, Journal of Risk 2(3)): a column
 * and a row per entry, two columns and a row for all. The best t is a quantile of the entries.
 */
function cvarAtom(confidence: number, weights: Float64Array): EpigraphAtom {
  const tail = 1 - confidence
  return {
    name: 'cvar',
    curvature: 'convex',
    monotonicity: 'increasing',
    shape: 'scalar',
    value: (entries) => {
      let rest = tail
      let sum = 0
      for (const r of descending(entries)) {
        const mass = Math.min(weights[r], rest)
        if (mass > 0) sum += mass * entries[r]
        rest -= mass
      }
      return Float64Array.of(sum / tail)
    },
    rewriting: 'epigraph',
    recession: 'itself',
    epigraph: (site) => {
      const { argument, output } = site
      const { level, above } = aboveLevel(site, 'quantile', (entries) => quantileOf(entries, weights, tail))
      const mean = level.plus(above.dot(weights).times(1 / tail))
      return [argument.minus(level).minus(above).atMost(0), mean.minus(output).atMost(0)]
    },
  }
}

/** The entry at which the weights, counted from the largest entry down, reach `tail`. */
function quantileOf(entries: Float64Array, weights: Float64Array, tail: number): number {
  let mass = 0
  let level = 0
  for (const r of descending(entries)) {
    if (weights[r] === 0) continue
    level = entries[r]
    mass += weights[r]
    if (mass >= tail) break
  }
  return level
}

function descending(entries: Float64Array): Int32Array {
  return Int32Array.from(entries.keys()).sort((r, s) => entries[s] - entries[r])
}

/**
 * The mean of the worst 1 − α of a distribution, its conditional value at risk: entry r has probability w_r, and
 *
 *     CVaR_α(a) = min_t  t + Σ_r w_r (a_r − t)⁺ / (1 − α),    0 ≤ α < 1.
 *
 * One row, convex and increasing. α = 0 is the mean; near 1 it is the maximum. Weights default to equal ones and are
 * scaled to add up to 1. `label` names it in reports.
 *
 * Throws `confidence` for α outside [0, 1), `no-weight` when the weights add up to nothing (an empty block, too),
 * `negative-weight`, and as `applyAtom` does.
 *
 *     program.minimize(cvar(loss, 0.99))
 */
export function cvar(
  argument: Expression,
  confidence: number,
  weights: number | ArrayLike<number> = 1,
  label?: string,
): Expression {
  expectExpression('cvar', argument)
  expectConfidence('cvar.confidence', confidence)
  return applyAtom(cvarAtom(confidence, probabilities('cvar.weights', weights, argument.rows)), argument, label)
}

export const cvarFamily: AtomFamily = {
  name: 'cvar',
  draw: (rows, random) => {
    const weights = drawnWeights(rows, random)
    return cvarAtom(0.95 * random(), weights)
  },
}
