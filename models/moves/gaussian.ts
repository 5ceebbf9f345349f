import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { once } from '../book/event-builder.js'
import { readNumber } from '../book/number.js'
import { mistake } from '../book/place.js'
import { gaussianDigest } from './digest.js'
import type { GaussianJson } from './json-forms.js'
import type { GaussianMoves } from './moves.js'

/**
 * Relative to the size √(c_ii c_jj) of an entry, or to the largest eigenvalue: files carry ten digits or more, and what
 * they leave out makes mirror entries differ and eigenvalues that should be zero negative by no more than this.
 */
const ROUNDING = 1e-9

/**
 * Jointly normal moves, r ~ N(mean, C), from a covariance or from factors of unit variance:
 *
 *     C = L Lᵀ + diag(v),    L: loadings, m × f;  v: idiosyncratic variance, m.
 *
 * @throws SpillwayError `wrong-length`, `negative`, `not-symmetric`, `not-positive-semidefinite`, `bad-number`, …
 */
export function gaussianMoves(markets: readonly string[], json: GaussianJson, root = 'gaussian'): GaussianMoves {
  const m = markets.length
  const mean = readVector(json.mean, m, `${root}.mean`) ?? new Float64Array(m)
  const covariance = readCovariance(json, m, root)
  const facts = { kind: 'gaussian', markets, mean, covariance } as const
  return { ...facts, digest: once(() => gaussianDigest(facts)) }
}

function readCovariance(json: GaussianJson, m: number, root: string): Float64Array {
  const { covariance, loadings, idiosyncraticVariance } = json
  if ((covariance === undefined) === (loadings === undefined)) {
    const problem = covariance === undefined ? 'there is no covariance' : 'covariance and loadings are both given'
    const cure = 'Give either covariance, or loadings and idiosyncraticVariance.'
    throw mistake('one-of', root, problem, Object.keys(json).join(), cure)
  }
  if (loadings !== undefined) return factorCovariance(loadings, idiosyncraticVariance, m, root)
  if (idiosyncraticVariance !== undefined) {
    const cure = 'Add it to the diagonal of the covariance, or give loadings instead.'
    const path = `${root}.idiosyncraticVariance`
    throw mistake('one-of', path, 'a covariance is whole by itself', 'idiosyncraticVariance', cure)
  }
  const path = `${root}.covariance`
  checkLength(covariance!, m, path)
  const matrix = new Float64Array(m * m)
  covariance!.forEach((row, i) => {
    matrix.set(readVector(row, m, `${path}[${i}]`)!, i * m)
  })
  return checkCovariance(matrix, m, (i, j) => `${path}[${i}][${j}]`, path)
}

function factorCovariance(
  loadings: GaussianJson['loadings'] & object,
  idiosyncraticVariance: GaussianJson['idiosyncraticVariance'],
  m: number,
  root: string,
): Float64Array {
  checkLength(loadings, m, `${root}.loadings`)
  const factors = loadings[0].length
  const rows = loadings.map((row, i) => readVector(row, factors, `${root}.loadings[${i}]`, 'factor')!)
  const path = `${root}.idiosyncraticVariance`
  const variance = readVector(idiosyncraticVariance, m, path) ?? new Float64Array(m)
  const matrix = new Float64Array(m * m)
  for (let i = 0; i < m; i++) {
    if (variance[i] < 0) throw negativeVariance(variance[i], `${path}[${i}]`)
    for (let j = 0; j < m; j++) {
      for (let f = 0; f < factors; f++) matrix[i * m + j] += rows[i][f] * rows[j][f]
    }
    matrix[i * m + i] += variance[i]
  }
  return matrix
}

/**
 * The covariance with mirror entries averaged, where they are equal but for rounding and no eigenvalue is negative but
 * for rounding; throws otherwise.
 *
 * @param path where entry i, j stands
 */
export function checkCovariance(
  matrix: Float64Array,
  m: number,
  path: (i: number, j: number) => string,
  whole: string,
): Float64Array {
  for (let i = 0; i < m; i++) if (matrix[i * m + i] < 0) throw negativeVariance(matrix[i * m + i], path(i, i))
  const symmetric = new Matrix(m, m)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const [here, mirrored] = [matrix[i * m + j], matrix[j * m + i]]
      const size = Math.sqrt(matrix[i * m + i] * matrix[j * m + j])
      if (j < i && Math.abs(here - mirrored) > ROUNDING * Math.max(size, Math.abs(here), Math.abs(mirrored))) {
        const cure = `Entry ${path(j, i)} is ${mirrored}; make the two equal.`
        throw mistake('not-symmetric', path(i, j), 'the covariance is not symmetric', here, cure)
      }
      symmetric.set(i, j, here / 2 + mirrored / 2)
    }
  }
  const { least, largest } = extremeEigenvalues(symmetric)
  // Written so that an overflow, which leaves no number, is refused as well.
  if (!(least >= -ROUNDING * largest)) {
    const problem = `an eigenvalue is ${least.toPrecision(6)} (the largest is ${largest.toPrecision(6)}), so a portfolio would have negative variance`
    const cure = 'Estimate all entries from one sample, give more digits, or give loadings and idiosyncraticVariance.'
    throw mistake('not-positive-semidefinite', whole, problem, least, cure)
  }
  return Float64Array.from(symmetric.to1DArray())
}

function extremeEigenvalues(symmetric: Matrix): { least: number; largest: number } {
  const { realEigenvalues } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true })
  return { least: Math.min(...realEigenvalues), largest: Math.max(...realEigenvalues) }
}

function readVector(
  raw: readonly (number | string)[] | undefined,
  length: number,
  path: string,
  what = 'market',
): Float64Array | undefined {
  if (raw === undefined) return undefined
  checkLength(raw, length, path, what)
  return Float64Array.from(raw, (entry, i) => readNumber(entry, () => `${path}[${i}]`, 'the entry'))
}

/** Throws where a list does not have one entry per market, or whatever else it counts. */
export function checkLength(list: readonly unknown[], length: number, path: string, what = 'market'): void {
  if (list.length === length) return
  const problem = `there are ${list.length} entries, and ${length} ${what}${length === 1 ? '' : 's'}`
  throw mistake('wrong-length', path, problem, list.length, `Give one entry per ${what}, in the same order.`)
}

function negativeVariance(value: number, path: string): Error {
  return mistake('negative', path, 'a variance must not be negative', value, 'Give a variance, zero or above.')
}
