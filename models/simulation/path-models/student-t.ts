import { type CovarianceParameters, studentTModel } from '../../moves/index.js'
import { independentSteps, type PathModel, type PathModelFacts } from './model.js'

export const studentTPathFacts: PathModelFacts = {
  name: 'student-t',
  summary: 'logarithmic moves with fat tails that all markets share',
  formula: 'log p_k(t)/p_k(t−1) = μ_k + √((ν − 2)/W) (B z)_k,  W ~ χ²(ν),  B Bᵀ = C',
  source: 'Kotz and Nadarajah, Multivariate t Distributions, 2004',
}

/**
 * Logarithmic moves of a step have Student's t with covariance C and mean μ, one W for all markets. Prices have a
 * median and no mean.
 *
 * @throws SpillwayError `bad-degrees` where ν ≤ 2
 */
export function studentTPaths(
  parameters: CovarianceParameters & { readonly degrees: number },
  steps: number,
): PathModel {
  return independentSteps(studentTModel(parameters), steps, Math.exp)
}
