import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { checkCovariance } from '../gaussian.js'
import { checkNumbers } from './check.js'
import type { CovarianceParameters, Quantiles } from './model.js'

/**
 * B with B Bᵀ = C, m × m: unit eigenvectors times the roots of their eigenvalues, the largest first, so that the first
 * normal numbers carry most of the variance, as quasi-random points want it. Eigenvalues below zero are zero but for rounding.
 */
export function factorRoot(covariance: Float64Array, m: number): Matrix {
  const matrix = Matrix.from1DArray(m, m, covariance)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, j) => j).sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
  const root = Matrix.zeros(m, m)
  order.forEach((from, to) => {
    const scale = Math.sqrt(Math.max(0, realEigenvalues[from]))
    for (let k = 0; k < m; k++) root.set(k, to, scale * eigenvectorMatrix.get(k, from))
  })
  return root
}

/** Checks the parameters, and draws B z, z standard normal, from uniform numbers. */
export function correlatedNormals({ covariance, drift, markets }: CovarianceParameters) {
  const m = markets.length
  checkNumbers(covariance, m * m, 'covariance')
  checkNumbers(drift, m, 'drift', -1)
  const root = factorRoot(
    checkCovariance(covariance, m, (i, j) => `covariance[${i * m + j}]`, 'covariance'),
    m,
  )
  const z = new Float64Array(m)
  return (uniforms: Float64Array, { normal }: Quantiles, into: Float64Array): void => {
    for (let j = 0; j < m; j++) z[j] = normal(uniforms[j])
    for (let k = 0; k < m; k++) {
      let sum = 0
      for (let j = 0; j < m; j++) sum += root.get(k, j) * z[j]
      into[k] = sum
    }
  }
}
