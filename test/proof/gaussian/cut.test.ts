import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { gaussianAccounts } from '#models/proof/gaussian/book.js'
import { type CutSeed, cutOf, seedAt, seedOf } from '#models/proof/gaussian/cut.js'
import { toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf } from '../../certificates/decimals.js'
import { type Fraction, frac, minus, num, order, plus, times, ZERO } from '../../fraction.js'
import { bookOf, COVARIANCE, lawOf, smallProblem, texts } from './book.js'
import { exactShortfall } from './exact-normal.js'

const SEED = 31_401

describe(`cuts of an expected shortfall (seed ${SEED})`, () => {
  it('lie below it wherever the account is closed, and touch where they were made', () => {
    const random = randomFrom(SEED)
    let pairs = 0
    for (let round = 0; round < 12; round++) {
      const { problem } = smallProblem(random)
      const { law, deciding } = problem
      for (const account of deciding) {
        pairs = Math.max(pairs, account.pairs.length)
        const touching = seedOf(law, account, account)
        const wild = {
          tau: random.pick([0, 0.3, -0.3, 2, -2, 9.9, -9.9, 10, -10, 100]),
          direction: account.exposure.map(() => dec((random.between(-1, 1) * random.pick([1e-9, 1, 1e9])).toFixed(15))),
        }
        const truth = (closed: readonly Fraction[]): Fraction => {
          const gain = account.pairs.reduce(
            (sum, own, t) => plus(sum, times(fracOf(own.gain), closed[t])),
            fracOf(account.gain),
          )
          const exposure = account.exposure.map(fracOf)
          account.pairs.forEach((own, t) => {
            exposure[own.index] = plus(exposure[own.index], times(fracOf(own.exposure), closed[t]))
          })
          let variance = ZERO
          account.markets.forEach((i, a) => {
            account.markets.forEach((j, b) => {
              variance = plus(variance, times(fracOf(law.covariance[i][j]), times(exposure[a], exposure[b])))
            })
          })
          return exactShortfall(gain, variance)
        }
        const at = [account.pairs.map(() => ZERO), account.pairs.map(() => frac(String(random.whole(0, 40) / 10)))]
        const values = at.map(truth)
        const sumOf = (seed: CutSeed, closed: readonly Fraction[]): Fraction => {
          const { constant, slopes } = cutOf(law, account, seed)
          return slopes.reduce((sum, slope, t) => plus(sum, times(fracOf(slope), closed[t])), fracOf(constant))
        }
        for (const seed of [touching, wild]) {
          // What is beyond fifteen spreads the truth leaves out.
          const above = at.map((closed, i) => order(sumOf(seed, closed), plus(values[i], frac('1e-40'))))
          expect(Math.max(...above), `round ${round}, τ ${seed.tau}`).toBeLessThanOrEqual(0)
        }
        expect(num(minus(values[0], sumOf(touching, at[0]))), `round ${round}`).toBeLessThanOrEqual(1e-10)
      }
    }
    expect(pairs).toBeGreaterThan(1)
  })
})

describe('a cut', () => {
  const event = bookOf([
    ['A', '-8'],
    ['B', '5'],
  ])
  const given = () => {
    const law = lawOf(event, COVARIANCE)
    const [account] = gaussianAccounts(decisionSpace(event), law)
    return { law, account, own: (gain: number) => ({ ...account, gain: dec(gain) }) }
  }

  it('of a certain account is that of certainty', () => {
    const { law, own } = given()
    const none = [dec('0'), dec('0')]
    const solvent = cutOf(law, own(5), { tau: 10, direction: none })
    expect([toText(solvent.constant), texts(solvent.slopes)]).toEqual(['0', ['0']])
    const debtor = cutOf(law, own(-5), { tau: -10, direction: none })
    expect(toText(debtor.constant)).toBe('5')
    expect(seedAt(3, [1, 2], 0)).toEqual({ tau: 10, direction: none })
    expect(seedAt(-3, [1, 2], 0)).toEqual({ tau: -10, direction: none })
    expect(seedAt(3, [1, 2], Number.NaN).tau).toBe(10)
  })

  it('has the threshold of the gain, and the direction of the exposure as long as the density', () => {
    const { law, account } = given()
    const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    const seed = seedAt(0, [1, 2], 4)
    expect([Math.abs(seed.tau), ...seed.direction.map(toNumber)]).toEqual([
      0,
      ...[1, 2].map((y) => expect.closeTo((y * density(0)) / 4, 12)),
    ])
    for (const side of [1, -1]) {
      const near = seedAt(side * 2, [1, 2], 4)
      expect(near.tau).toBeCloseTo((side * 0.5) / Math.SQRT2, 12)
      expect(near.direction.map(toNumber)).toEqual([1, 2].map((y) => expect.closeTo((y * density(0.5)) / 4, 12)))
    }
    // s = 2 of ten contracts of A, and m = 1.
    const exact = seedOf(law, account, { gain: dec('1'), exposure: [dec('10'), dec('0')] })
    expect(exact.tau).toBeCloseTo(0.5 / Math.SQRT2, 12)
    expect(toNumber(exact.direction[0])).toBeCloseTo(5 * density(0.5), 12)
  })

  it('of a direction that is too long is that of the longest one', () => {
    const { law, account, own } = given()
    // √(v'Cv) ≤ φ(0) at τ = 0: by v = (5 φ(0), 0).
    const along = (length: string) => cutOf(law, own(0), { tau: 0, direction: [dec(length), dec('0')] })
    const [long, longer, longest, short] = [along('3'), along('3e20'), along('1e100'), along('1')].map(({ constant }) =>
      toNumber(constant),
    )
    const { constant } = cutOf(law, own(0), seedOf(law, account, { gain: dec('0'), exposure: [dec('1'), dec('0')] }))
    expect(long).toBeCloseTo(toNumber(constant), 12)
    expect([longer, longest]).toEqual([expect.closeTo(long, 14), expect.closeTo(long, 14)])
    // −80 · 0.04 + 10 · 0.01, as it is where it is short.
    expect(short).toBe(-3.1)
  })
})
