import { type CovarianceParameters, lognormalModel } from '../../moves/index.js'
import { independentSteps, type PathModel, type PathModelFacts } from './model.js'

export const lognormalPathFacts: PathModelFacts = {
  name: 'lognormal',
  summary: 'geometric Brownian motions, correlated',
  formula: 'p_k(t)/p_k(t−1) = (1 + μ_k) exp((B z)_k − C_kk/2),  B Bᵀ = C',
  source: 'Black and Scholes 1973',
}

/** Correlated geometric Brownian motions, looked at step by step; covariance and drift are those of one step. */
export function lognormalPaths(parameters: CovarianceParameters, steps: number): PathModel {
  return independentSteps(lognormalModel(parameters), steps, (move) => 1 + move)
}
