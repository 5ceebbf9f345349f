import { join } from 'node:path'
import { type GaussianMoves, parseMoves, principalLoadings, readMoves, writeMoves } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../books.js'
import { eventWith, folderWith, goodGaussian, mistakeOf } from './support.js'

function gaussian(change: object, markets: readonly string[] = ['BTC', 'ETH']): GaussianMoves {
  const moves = parseMoves({ format: 'spillway/moves@1', markets, gaussian: change })
  if (moves.kind !== 'gaussian') throw new Error('these are no normal moves')
  return moves
}

const { covariance } = goodGaussian.gaussian

describe('normal moves', () => {
  it('have the covariance of the file, and the mean zero unless it is given', () => {
    expect(gaussian({ covariance })).toMatchObject({ mean: Float64Array.of(0, 0) })
    expect(gaussian(goodGaussian.gaussian)).toMatchObject({
      mean: Float64Array.of(0, -0.001),
      covariance: Float64Array.of(0.01, 0.009, 0.009, 0.0144),
    })
  })

  it('have the covariance LL′ + v of factors', () => {
    const loadings = [
      [0.1, 0.2],
      [0.3, '-0.1'],
    ]
    const made = gaussian({ loadings, idiosyncraticVariance: [0.5, 0] }).covariance
    expect([0.55, 0.01, 0.01, 0.1].every((x, i) => Math.abs(made[i] - x) < 1e-15)).toBe(true)
    expect(gaussian({ loadings }).covariance[0]).toBeCloseTo(0.05, 14)
  })

  it('may be singular, and symmetric but for rounding', () => {
    const [a, b] = [1 / 3, 1 / 7]
    const rounded = (x: number): number => Number(x.toPrecision(11))
    const made = gaussian({
      covariance: [
        [rounded(a * a), rounded(a * b)],
        [rounded(a * b) + 1e-13, rounded(b * b)],
      ],
    })
    expect(made.covariance[1]).toBe(made.covariance[2])
    expect(
      gaussian({
        covariance: [
          [0, 0],
          [0, 0],
        ],
      }).covariance,
    ).toEqual(new Float64Array(4))
  })

  it('survive being written and read, and have a digest whatever the order of the markets', async () => {
    const moves = gaussian({ ...goodGaussian.gaussian, mean: [1e-7, 1 / 3] })
    const path = join(await folderWith(), 'g.json')
    await writeMoves(path, moves)
    expect((await readMoves(path)).digest()).toBe(moves.digest())
    const turned = gaussian(
      {
        mean: [1 / 3, 1e-7],
        covariance: [
          [0.0144, 0.009],
          [0.009, 0.01],
        ],
      },
      ['ETH', 'BTC'],
    )
    expect(turned.digest()).toBe(moves.digest())
    expect(gaussian({ covariance }).digest()).not.toBe(moves.digest())
  })

  const matrix = (a: unknown, b: unknown, c: unknown, d: unknown) => ({
    covariance: [
      [a, b],
      [c, d],
    ],
  })
  it.each([
    ['neither covariance nor loadings', {}, 'one-of', 'gaussian'],
    ['both', { covariance, loadings: [[1], [1]] }, 'one-of', 'gaussian'],
    [
      'a variance beside a covariance',
      { covariance, idiosyncraticVariance: [1, 1] },
      'one-of',
      'gaussian.idiosyncraticVariance',
    ],
    ['a row too few', { covariance: [[1, 0]] }, 'wrong-length', 'gaussian.covariance'],
    ['a row too short', { covariance: [[1, 0], [0]] }, 'wrong-length', 'gaussian.covariance[1]'],
    ['a negative variance', matrix(1, 0, 0, -1), 'negative', 'gaussian.covariance[1][1]'],
    ['an asymmetry', matrix(1, 0.5, 0.5001, 1), 'not-symmetric', 'gaussian.covariance[1][0]'],
    ['a correlation above one', matrix(1, 1.1, 1.1, 1), 'not-positive-semidefinite', 'gaussian.covariance'],
    ['a covariance beside a zero', matrix(0, 0.1, 0.1, 1), 'not-positive-semidefinite', 'gaussian.covariance'],
    ['an overflow', matrix(1e300, 1e299, 1e299, 'x'), 'bad-number', 'gaussian.covariance[1][1]'],
    ['a mean too long', { covariance, mean: [0, 0, 0] }, 'wrong-length', 'gaussian.mean'],
    ['loadings of different length', { loadings: [[1, 2], [1]] }, 'wrong-length', 'gaussian.loadings[1]'],
    [
      'a negative idiosyncratic variance',
      { loadings: [[1], [1]], idiosyncraticVariance: [0, -1] },
      'negative',
      'gaussian.idiosyncraticVariance[1]',
    ],
    ['an unknown field', { covariance, covarianse: 1 }, 'unknown-field', 'gaussian.covarianse'],
  ])('refuse %s', async (_, change, code, path) => {
    expect(await mistakeOf(() => gaussian(change))).toMatchObject({ code, path })
  })

  it('name the eigenvalue that is negative', async () => {
    const error = await mistakeOf(() => gaussian(matrix(1, 1.1, 1.1, 1)))
    expect(error.value).toBeCloseTo(-0.1, 12)
    expect(error.message).toContain('-0.1')
  })

  it('have no weights', async () => {
    const error = await mistakeOf(() => parseMoves({ ...goodGaussian, weights: [1] }))
    expect(error).toMatchObject({ code: 'one-of', path: 'weights' })
  })
})

describe('principalLoadings', () => {
  it('finds the loadings of a pure factor, with all of the variance', () => {
    const beta = [0.5, -0.25, 2, 0]
    const markets = ['A', 'B', 'C', 'D']
    const { loadings, share } = principalLoadings(
      gaussian({ loadings: beta.map((b) => [-b]) }, markets),
      eventWith(markets),
    )
    expect(share).toBeCloseTo(1, 12)
    beta.forEach((b, k) => {
      expect(loadings.get(markets[k])).toBeCloseTo(b, 12)
    })
  })

  it('is the power limit of the covariance, for scenarios with weights and other markets in any order', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomFrom(seed)
      const m = random.whole(2, 5)
      const count = random.whole(3, 30)
      const names = Array.from({ length: m + 1 }, (_, k) => `M${k}`)
      const moves = Array.from({ length: count }, () => names.map(() => random.between(-0.5, 0.5)))
      const weights = moves.map(() => random.pick([0, 1, 2.5]))
      weights[0] = weights[1] = 1
      const parsed = parseMoves({ format: 'spillway/moves@1', markets: names, moves, weights })
      const chosen = names.slice(1).reverse()
      const { loadings, share } = principalLoadings(parsed, eventWith(chosen))
      const beta = chosen.map((market) => loadings.get(market)!)
      const c = covarianceOf(
        moves.map((row) => row.slice(1).reverse()),
        weights,
      )
      const size = beta.reduce((a, b) => a + b * b, 0)
      const image = c.map((row) => row.reduce((a, x, j) => a + x * beta[j], 0))
      image.forEach((x, k) => {
        expect(x / size, `seed ${seed}`).toBeCloseTo(beta[k], 10)
      })
      const trace = c.reduce((a, row, k) => a + row[k], 0)
      expect(share).toBeCloseTo(size / trace, 10)
      // No direction has more variance: powers of the matrix find the largest eigenvalue by another method.
      let v = c.map((_, k) => 1 + k / 7)
      for (let round = 0; round < 3000; round++) {
        const w = c.map((row) => row.reduce((a, x, j) => a + x * v[j], 0))
        const norm = Math.hypot(...w)
        v = w.map((x) => x / norm)
      }
      const most = c.reduce((a, row, i) => a + v[i] * row.reduce((b, x, j) => b + x * v[j], 0), 0)
      expect(size, `seed ${seed}`).toBeCloseTo(most, 8)
      expect(beta.reduce((a, b) => a + b, 0)).toBeGreaterThan(0)
    }
  })

  it('refuses moves without variance', async () => {
    const still = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: [[0.1], [0.1]] })
    expect(await mistakeOf(() => principalLoadings(still, eventWith(['A'])))).toMatchObject({ code: 'no-variance' })
  })
})

function covarianceOf(rows: readonly (readonly number[])[], weights: readonly number[]): number[][] {
  const total = weights.reduce((a, b) => a + b, 0)
  const mean = rows[0].map((_, k) => rows.reduce((a, row, s) => a + (weights[s] / total) * row[k], 0))
  return mean.map((_, k) =>
    mean.map((_, l) =>
      rows.reduce((a, row, s) => a + (weights[s] / total) * (row[k] - mean[k]) * (row[l] - mean[l]), 0),
    ),
  )
}
