import { checkNumbers } from './check.js'
import { factorRoot } from './factor-root.js'
import type { CovarianceParameters, GeneratorFacts, MoveModel } from './model.js'

export const oneFactorFacts: GeneratorFacts = {
  name: 'one-factor',
  summary: 'one normal factor moves all markets, and each a little by itself',
  formula: 'r_k = μ_k + β_k F + √v_k ε_k,  F, ε ~ N(0, 1)',
  source: 'arXiv 2603.15963, section 3',
}

/** Parameters of `oneFactorModel`. */
export interface OneFactorParameters {
  readonly markets: readonly string[]
  /** β_k: relative move per unit of the factor, which has unit variance over the horizon. */
  readonly loadings: Float64Array
  /** v_k ≥ 0 over the horizon; zero unless given. */
  readonly idiosyncraticVariance?: Float64Array
  readonly drift?: Float64Array
}

/** r_k = μ_k + β_k F + √v_k ε_k with independent standard normal F and ε. */
export function oneFactorModel(parameters: OneFactorParameters): MoveModel {
  const { markets, loadings, idiosyncraticVariance, drift } = parameters
  checkNumbers(loadings, markets.length, 'loadings')
  checkNumbers(idiosyncraticVariance, markets.length, 'idiosyncraticVariance', 0)
  checkNumbers(drift, markets.length, 'drift', -1)
  const own = Float64Array.from(markets, (_, k) => Math.sqrt(idiosyncraticVariance?.[k] ?? 0))
  return {
    markets,
    dimension: 1 + markets.length,
    draw(uniforms, { normal }, move) {
      const factor = normal(uniforms[0])
      for (let k = 0; k < move.length; k++) {
        const alone = own[k] === 0 ? 0 : own[k] * normal(uniforms[k + 1])
        move[k] = (drift?.[k] ?? 0) + loadings[k] * factor + alone
      }
    },
  }
}

/** The factor of a covariance that explains most: β = √λ1 u, v_k = C_kk − β_k², so that each market keeps its variance. */
export function principalFactor({ markets, covariance, drift }: CovarianceParameters): OneFactorParameters {
  const m = markets.length
  const column = factorRoot(covariance, m).getColumn(0)
  const sign = column.reduce((a, b) => a + b, 0) < 0 ? -1 : 1
  const loadings = Float64Array.from(column, (entry) => sign * entry)
  const idiosyncraticVariance = loadings.map((beta, k) => Math.max(0, covariance[k * m + k] - beta * beta))
  return { markets, loadings, idiosyncraticVariance, ...(drift !== undefined && { drift }) }
}
