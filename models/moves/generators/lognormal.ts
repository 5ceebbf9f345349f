import { correlatedNormals } from './factor-root.js'
import type { CovarianceParameters, GeneratorFacts, MoveModel } from './model.js'

export const lognormalFacts: GeneratorFacts = {
  name: 'lognormal',
  summary: 'prices as geometric Brownian motions, correlated',
  formula: 'r_k = (1 + μ_k) exp((B z)_k − C_kk/2) − 1,  B Bᵀ = C',
  source: 'arXiv 2603.15963, section 4; Black and Scholes 1973',
}

/**
 * Lognormal prices: 1 + r_k = (1 + μ_k) exp((B z)_k − C_kk/2), C the covariance of logarithmic moves over the horizon
 * (σ_k σ_l ρ_kl Δ), so that E[r] = μ. No draw is below −1.
 */
export function lognormalModel(parameters: CovarianceParameters): MoveModel {
  const { markets, drift, covariance } = parameters
  const m = markets.length
  const shift = Float64Array.from(markets, (_, k) => Math.log1p(drift?.[k] ?? 0) - covariance[k * m + k] / 2)
  const normals = correlatedNormals(parameters)
  return {
    markets,
    dimension: m,
    draw(uniforms, quantiles, move) {
      normals(uniforms, quantiles, move)
      for (let k = 0; k < m; k++) move[k] = Math.expm1(move[k] + shift[k])
    },
  }
}
