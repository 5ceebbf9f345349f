import { mistake } from '../../book/place.js'
import { correlatedNormals } from './factor-root.js'
import type { CovarianceParameters, GeneratorFacts, MoveModel } from './model.js'

export const studentTFacts: GeneratorFacts = {
  name: 'student-t',
  summary: 'fat tails that all markets share, with a given covariance',
  formula: 'r = μ + √((ν − 2)/W) B z,  W ~ χ²(ν),  B Bᵀ = C',
  source: 'Kotz and Nadarajah, Multivariate t Distributions, 2004',
}

/**
 * Multivariate Student's t with ν > 2 degrees of freedom, scaled to covariance C: r = μ + √((ν − 2)/W) B z with one
 * W ~ χ²(ν) for all markets, so that they have their worst days together.
 *
 * @throws SpillwayError `bad-degrees` where ν ≤ 2, for then there is no covariance.
 */
export function studentTModel(parameters: CovarianceParameters & { readonly degrees: number }): MoveModel {
  const { markets, drift, degrees } = parameters
  if (!(degrees > 2 && degrees < Infinity)) {
    const cure = 'Give more than 2 degrees of freedom; 3 to 6 are usual for daily moves.'
    throw mistake('bad-degrees', 'inputs.degrees', 'with so few there is no covariance', degrees, cure)
  }
  const normals = correlatedNormals(parameters)
  return {
    markets,
    dimension: markets.length + 1,
    draw(uniforms, quantiles, move) {
      const scale = Math.sqrt((degrees - 2) / quantiles.chiSquare(uniforms[0], degrees))
      normals(uniforms.subarray(1), quantiles, move)
      for (let k = 0; k < move.length; k++) move[k] = scale * move[k] + (drift?.[k] ?? 0)
    },
  }
}
