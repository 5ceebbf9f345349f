import { describe, expect, it } from 'vitest'
import { type GaussianMoves, parseMoves } from '#models/moves/index.js'
import { gaussianDistribution } from '#models/proof/gaussian/covariance.js'
import { toNumber } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { fracOf } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, order, over, plus, sign, times } from '../../fraction.js'
import { bookOf, COVARIANCE, lawOf, texts } from './book.js'

const SEED = 31_201

/** Moves of the three markets, for a covariance that nobody has looked at. */
const unread = parseMoves({
  format: 'spillway/moves@1',
  markets: ['A', 'B', 'C'],
  gaussian: { covariance: COVARIANCE },
}) as GaussianMoves

describe('a covariance', () => {
  const event = bookOf([['A', '-8']])
  const refused = (covariance: readonly (readonly number[])[]): string | undefined => {
    try {
      gaussianDistribution(event, { ...unread, covariance: Float64Array.from(covariance.flat()) })
      return undefined
    } catch (error) {
      return (error as { readonly code: string }).code
    }
  }
  const lift = (covariance: readonly (readonly number[])[]): readonly number[] => {
    const { covariance: exact } = lawOf(event, covariance)
    return exact.map((row, i) =>
      toNumber({
        digits:
          (row[i].digits * 10n ** 30n) / 10n ** BigInt(row[i].scale) -
          BigInt(Math.round(covariance[i][i] * 1e15)) * 10n ** 15n,
        scale: 30,
      }),
    )
  }

  it('that is definite with room is left as it is', () => {
    expect(lift(COVARIANCE)).toEqual([0, 0, 0])
    expect(lawOf(event, COVARIANCE).covariance.map(texts)).toEqual(COVARIANCE.map((row) => row.map(String)))
    expect(texts(lawOf(event, COVARIANCE, [0.1, 0, -0.5]).mean)).toEqual(['0.1', '0', '-0.5'])
  })

  it('that is singular is lifted by less than 1e-9 of itself, to one that is semidefinite', () => {
    const beta = [0.3, -0.7, 0.1]
    const one = beta.map((a) => beta.map((b) => a * b))
    const { covariance } = lawOf(event, one)
    covariance.forEach((row, i) => {
      expect(toNumber(row[i])).toBeGreaterThanOrEqual(one[i][i])
      expect(toNumber(row[i])).toBeLessThanOrEqual(one[i][i] * (1 + 1e-12))
    })
    const zero = lawOf(event, [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(zero.covariance.map(texts)).toEqual([
      ['0', '0', '0'],
      ['0', '0', '0'],
      ['0', '0', '0'],
    ])
  })

  it('that is none is refused', () => {
    expect(
      refused([
        [1, 2, 0],
        [2, 1, 0],
        [0, 0, 1],
      ]),
    ).toBe('covariance')
    expect(
      refused([
        [-1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ).toBe('covariance')
    expect(
      refused([
        [1, 0.1, 0],
        [0.1000001, 1, 0],
        [0, 0, 1],
      ]),
    ).toBe('covariance')
    expect(
      refused([
        [1, 1, 0],
        [1, 1 - 1e-6, 0],
        [0, 0, 1],
      ]),
    ).toBe('covariance')
    expect(
      refused([
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 1],
      ]),
    ).toBeUndefined()
  })
})

/** Whether every principal minor of a matrix of three is at least zero, in fractions. */
function isSemidefinite(a: readonly (readonly Fraction[])[]): boolean {
  const pair = (i: number, j: number): Fraction => minus(times(a[i][i], a[j][j]), times(a[i][j], a[j][i]))
  const cofactor = (j: number, k: number): Fraction => minus(times(a[1][j], a[2][k]), times(a[1][k], a[2][j]))
  const whole = plus(
    minus(times(a[0][0], cofactor(1, 2)), times(a[0][1], cofactor(0, 2))),
    times(a[0][2], cofactor(0, 1)),
  )
  return [a[0][0], a[1][1], a[2][2], pair(0, 1), pair(0, 2), pair(1, 2), whole].every((minor) => sign(minor) >= 0)
}

describe(`covariances of three markets (seed ${SEED})`, () => {
  const event = bookOf([['A', '-8']])

  it('become semidefinite exactly, by a lift of the variances alone; with room they stay, and far from it they are refused', () => {
    const random = randomFrom(SEED)
    const kinds = { left: 0, lifted: 0, refused: 0 }
    for (let round = 0; round < 100; round++) {
      const scale = [0, 1, 2].map(() => 10 ** random.whole(-6, 3))
      const load = [0, 1, 2].map(() => random.between(-1, 1))
      const other = [0, 1, 2].map(() => random.pick([0, 0, random.between(-1, 1)]))
      // Of one or two factors, and by so much more or less than singular.
      const shift = random.pick([0, 0, 1e-15, 1e-13, 1e-11, 1e-6, 0.1, -1e-15, -1e-13, -1e-11, -1e-8, -1e-6, -0.1])
      const given = load.map((_, i) =>
        load.map((_, j) => (load[i] * load[j] + other[i] * other[j]) * scale[i] * scale[j] * (i === j ? 1 + shift : 1)),
      )
      for (const [i, j] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ])
        given[j][i] = given[i][j]
      const exact = given.map((row) => row.map((own) => frac(String(own))))
      const shifted = (by: string) =>
        exact.map((row, i) => row.map((own, j) => (i === j ? plus(own, times(own, frac(by))) : own)))
      const at = `round ${round}, shift ${shift}`
      let lifted: readonly (readonly Fraction[])[] | undefined
      try {
        lifted = gaussianDistribution(event, {
          ...unread,
          covariance: Float64Array.from(given.flat()),
        }).covariance.map((row) => row.map(fracOf))
      } catch (error) {
        const { code, path } = error as { readonly code: string; readonly path: string }
        expect([code, path], at).toEqual([
          'covariance',
          expect.stringMatching(/^moves\.gaussian\.covariance\[[012]\]$/),
        ])
        expect(isSemidefinite(shifted('1e-10')), at).toBe(false)
        kinds.refused++
        continue
      }
      expect(isSemidefinite(shifted('2e-9')), at).toBe(true)
      expect(isSemidefinite(lifted), at).toBe(true)
      const lifts = lifted.map((row, i) => over(minus(row[i], exact[i][i]), exact[i][i]))
      const isLifted = lifts.some((lift) => sign(lift) !== 0)
      expect(
        lifts.every((lift) => sign(lift) >= 0 && order(lift, frac('1.0001e-9')) <= 0),
        at,
      ).toBe(true)
      expect(
        lifted.every((row, i) => row.every((own, j) => i === j || order(own, exact[i][j]) === 0)),
        at,
      ).toBe(true)
      if (isSemidefinite(shifted('-2e-12'))) expect(isLifted, at).toBe(false)
      kinds[isLifted ? 'lifted' : 'left']++
    }
    expect(Math.min(kinds.left, kinds.lifted, kinds.refused), JSON.stringify(kinds)).toBeGreaterThan(15)
  })

  it('are read by the names of the markets, whatever else was written', () => {
    const wide = parseMoves({
      format: 'spillway/moves@1',
      markets: ['C', 'D', 'A', 'B'],
      gaussian: {
        mean: [0.3, 9, 0.1, -0.2],
        covariance: [
          [4, 0, 0.5, 0.25],
          [0, 7, 0, 0],
          [0.5, 0, 1, 0.125],
          [0.25, 0, 0.125, 2],
        ],
      },
    }) as GaussianMoves
    const { mean, covariance } = gaussianDistribution(event, wide)
    expect(texts(mean)).toEqual(['0.1', '-0.2', '0.3'])
    expect(covariance.map(texts)).toEqual([
      ['1', '0.125', '0.5'],
      ['0.125', '2', '0.25'],
      ['0.5', '0.25', '4'],
    ])
  })

  it('of two values for one thing, or of none, are refused where that is', () => {
    const place = (at: number, value: number): unknown => {
      const covariance = Float64Array.from(COVARIANCE.flat())
      covariance[at] = value
      try {
        return gaussianDistribution(event, { ...unread, covariance })
      } catch (error) {
        return (error as { readonly path: string }).path.replace('moves.gaussian.covariance', '')
      }
    }
    expect([place(1, 0.011), place(3, 0.011), place(7, 1e-9), place(2, NaN)]).toEqual([
      '[1][0]',
      '[1][0]',
      '[2][1]',
      '[2][0]',
    ])
    expect([place(0, NaN), place(4, Infinity), place(8, NaN)]).toEqual(['[0][0]', '[1][1]', '[2][2]'])
  })
})
