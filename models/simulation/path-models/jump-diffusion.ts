import { mistake } from '../../book/place.js'
import { type CovarianceParameters, gaussianModel } from '../../moves/index.js'
import type { PathModel, PathModelFacts } from './model.js'

export const jumpDiffusionPathFacts: PathModelFacts = {
  name: 'jump-diffusion',
  summary: 'geometric Brownian motions, and jumps that all markets make together',
  formula: 'log p_k(t)/p_k(t−1) = μ_k − C_kk/2 + (B z)_k + Σ_{j ≤ N} J_j,  N ~ Poisson(λ),  J ~ N(μ_J, σ_J²)',
  source: 'Merton 1976',
}

/** Parameters of `jumpDiffusionPaths`. */
export interface JumpParameters extends CovarianceParameters {
  /** λ ≥ 0: jumps that are expected in one step. */
  readonly jumps: number
  /** μ_J and σ_J ≥ 0 of a jump, in logarithms; the jump is the same in all markets. */
  readonly jumpMean: number
  readonly jumpDeviation: number
}

/** More jumps in one step are no jumps any more. */
const MOST_JUMPS = 1000

/**
 * Merton's jump diffusion: covariance and drift are those of one step without its jumps, and jumps are not compensated: a mean jump
 * below zero is a fall.
 */
export function jumpDiffusionPaths(parameters: JumpParameters, steps: number): PathModel {
  const { markets, covariance, drift, jumps, jumpMean, jumpDeviation } = parameters
  checkAtLeastZero(jumps, 'inputs.jumps', MOST_JUMPS)
  checkAtLeastZero(jumpDeviation, 'inputs.jumpDeviation', Infinity)
  const m = markets.length
  const shift = Float64Array.from(markets, (_, k) => (drift?.[k] ?? 0) - covariance[k * m + k] / 2)
  const diffusion = gaussianModel({ markets, covariance })
  const each = diffusion.dimension + 2
  return {
    markets,
    steps,
    dimension: steps * each,
    draw(uniforms, quantiles, ratios) {
      for (let t = 0; t < steps; t++) {
        const [often, far] = uniforms.subarray(t * each, t * each + 2)
        const count = poisson(often, jumps)
        const jump = count === 0 ? 0 : count * jumpMean + Math.sqrt(count) * jumpDeviation * quantiles.normal(far)
        const moves = ratios.subarray(t * m, t * m + m)
        diffusion.draw(uniforms.subarray(t * each + 2, (t + 1) * each), quantiles, moves)
        for (let k = 0; k < m; k++) moves[k] = Math.exp(moves[k] + shift[k] + jump)
      }
    },
  }
}

/** The least n with P(N ≤ n) ≥ u. */
function poisson(u: number, mean: number): number {
  let probability = Math.exp(-mean)
  let sum = probability
  let n = 0
  while (sum < u && n < 100 + 10 * mean) {
    n++
    probability *= mean / n
    sum += probability
  }
  return n
}

function checkAtLeastZero(value: number, path: string, most: number): void {
  if (value >= 0 && value <= most && Number.isFinite(value)) return
  const cure = most === Infinity ? 'Give a number that is not below 0.' : `Give a number from 0 to ${most}.`
  throw mistake('bad-number', path, 'is out of range', value, cure)
}
