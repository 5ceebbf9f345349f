import { correlatedNormals } from './factor-root.js'
import type { CovarianceParameters, GeneratorFacts, MoveModel } from './model.js'

export const gaussianFacts: GeneratorFacts = {
  name: 'gaussian',
  summary: 'jointly normal relative moves',
  formula: 'r = μ + B z,  B Bᵀ = C,  z ~ N(0, I)',
  source: 'standard',
}

/** Relative moves r ~ N(μ, C): μ the drift, C the covariance of relative moves over the horizon. */
export function gaussianModel(parameters: CovarianceParameters): MoveModel {
  const { markets, drift } = parameters
  const normals = correlatedNormals(parameters)
  return {
    markets,
    dimension: markets.length,
    draw(uniforms, quantiles, move) {
      normals(uniforms, quantiles, move)
      for (let k = 0; k < move.length; k++) move[k] += drift?.[k] ?? 0
    },
  }
}
