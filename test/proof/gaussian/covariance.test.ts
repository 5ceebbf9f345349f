import { describe, expect, it } from 'vitest'
import { type GaussianMoves, parseMoves } from '#models/moves/index.js'
import { gaussianDistribution } from '#models/proof/gaussian/covariance.js'
import { toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { frac } from '../../fraction.js'
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

/** In units of 1e-60. */
type Matrix = readonly (readonly bigint[])[]
const unitsOf = (text: string): bigint => {
  const { n, d } = frac(text)
  return (n * 10n ** 60n) / d
}

/** Whether every principal minor of a matrix of three is at least zero. */
function isSemidefinite(a: Matrix): boolean {
  const pair = (i: number, j: number): bigint => a[i][i] * a[j][j] - a[i][j] * a[j][i]
  const cofactor = (j: number, k: number): bigint => a[1][j] * a[2][k] - a[1][k] * a[2][j]
  const whole = a[0][0] * cofactor(1, 2) - a[0][1] * cofactor(0, 2) + a[0][2] * cofactor(0, 1)
  return [a[0][0], a[1][1], a[2][2], pair(0, 1), pair(0, 2), pair(1, 2), whole].every((minor) => minor >= 0n)
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
      const exact = given.map((row) => row.map((own) => unitsOf(String(own))))
      // By millionths of a millionth of the variances.
      const shifted = (by: bigint) =>
        exact.map((row, i) => row.map((own, j) => (i === j ? own + (own * by) / 10n ** 12n : own)))
      const at = `round ${round}, shift ${shift}`
      let lifted: Matrix
      try {
        lifted = gaussianDistribution(event, {
          ...unread,
          covariance: Float64Array.from(given.flat()),
        }).covariance.map((row) => row.map((own) => unitsOf(toText(own))))
      } catch (error) {
        const { code, path } = error as { readonly code: string; readonly path: string }
        expect([code, path], at).toEqual([
          'covariance',
          expect.stringMatching(/^moves\.gaussian\.covariance\[[012]\]$/),
        ])
        expect(isSemidefinite(shifted(100n)), at).toBe(false)
        kinds.refused++
        continue
      }
      expect(isSemidefinite(shifted(2000n)), at).toBe(true)
      expect(isSemidefinite(lifted), at).toBe(true)
      const lifts = lifted.map((row, i) => row[i] - exact[i][i])
      const isLifted = lifts.some((lift) => lift !== 0n)
      expect(
        lifts.every((lift, i) => lift >= 0n && lift * 10n ** 9n <= (exact[i][i] * 10001n) / 10000n),
        at,
      ).toBe(true)
      expect(
        lifted.every((row, i) => row.every((own, j) => i === j || own === exact[i][j])),
        at,
      ).toBe(true)
      if (isSemidefinite(shifted(-2n))) expect(isLifted, at).toBe(false)
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
