import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { type GaussianMoves, parseMoves } from '#models/moves/index.js'
import { isWorstMove, lossAt, worstAbove, worstBelow } from '#models/proof/ellipsoid/worst-loss.js'
import {
  covarianceTimes,
  type GaussianState,
  gaussianAccounts,
  grossNotional,
  stateAfter,
} from '#models/proof/gaussian/book.js'
import { gaussianDistribution } from '#models/proof/gaussian/covariance.js'
import { cutOf, seedAt, seedOf } from '#models/proof/gaussian/cut.js'
import { shortfallAbove } from '#models/proof/gaussian/value.js'
import { type Decimal, toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../books.js'
import { dec } from '../certificates/decimals.js'

const SEED = 20_011
const texts = (values: readonly Decimal[]): string[] => values.map(toText)

const bookOf = (positions: readonly (readonly [string, string])[], equity = '100', adlPrice?: string) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: '10', ...(adlPrice && { adlPrice }) },
      { market: 'B', markPrice: '2' },
      { market: 'C', markPrice: '1' },
    ],
    accounts: [
      { account: 'one', equity, positions: positions.map(([market, quantity]) => ({ market, quantity })) },
      { account: 'away', equity: '7', positions: [{ market: 'B', quantity: '3' }] },
    ],
    demand: [{ market: 'A', side: 'short', quantity: '1' }],
  } as never)
const lawOf = (
  event: ReturnType<typeof bookOf>,
  covariance: readonly (readonly number[])[],
  mean?: readonly number[],
) =>
  gaussianDistribution(
    event,
    parseMoves({
      format: 'spillway/moves@1',
      markets: ['A', 'B', 'C'],
      gaussian: { covariance, ...(mean && { mean }) },
    } as never) as GaussianMoves,
  )
const COVARIANCE = [
  [0.04, 0.01, 0],
  [0.01, 0.09, 0],
  [0, 0, 0.01],
]

/** φ, and Φ(−z) by Simpson's rule on [z, z + 12]. */
const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
function above(z: number): number {
  if (z < 0) return 1 - above(-z)
  const steps = 4000
  const h = 12 / steps
  let sum = density(z) + density(z + 12)
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density(z + i * h)
  return (sum * h) / 3
}
const shortfall = (m: number, s: number): number => (s === 0 ? Math.max(0, -m) : s * density(m / s) - m * above(m / s))

describe('an account under normal moves', () => {
  const event = bookOf(
    [
      ['A', '-8'],
      ['B', '5'],
      ['A', '2'],
    ],
    '100',
    '11',
  )
  const space = decisionSpace(event)
  const law = lawOf(event, COVARIANCE, [0.1, -0.2, 0])
  const [one, away] = gaussianAccounts(space, law)

  it('gains what it holds times the moves, both sides of a market together', () => {
    expect(one.markets).toEqual([0, 1])
    expect(texts(one.exposure)).toEqual(['-60', '10'])
    // 100 − 60 · 0.1 + 10 · (−0.2)
    expect(toText(one.gain)).toBe('92')
    expect(one.pairs.map(({ pair, index, exposure, gain }) => [pair, index, toText(exposure), toText(gain)])).toEqual([
      [0, 0, '10', '0'],
    ])
    expect([away.pairs, texts(away.exposure), toText(away.gain)]).toEqual([[], ['6'], '5.8'])
    expect(grossNotional(space)).toBe(116)
  })

  it('changes by what is closed', () => {
    const after = stateAfter(one, () => dec('1.5'))
    expect([toText(after.gain), texts(after.exposure)]).toEqual(['92', ['-45', '10']])
    const none = stateAfter(one, () => dec('0'))
    expect([toText(none.gain), texts(none.exposure)]).toEqual(['92', ['-60', '10']])
    expect(texts(one.exposure)).toEqual(['-60', '10'])
    const drift = gaussianAccounts(space, lawOf(event, COVARIANCE, [0.3, 0, 0]))[0]
    // 10 · 0.3 of the move, less 1 of the price.
    expect(toText(drift.pairs[0].gain)).toBe('2')
  })

  it('closes a long of the demanded market with the other sign', () => {
    const long = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: '10', adlPrice: '9' }],
      accounts: [
        {
          account: 'one',
          equity: '5',
          positions: [
            { market: 'A', quantity: '3' },
            { market: 'A', quantity: '0' },
          ],
        },
      ],
      demand: [{ market: 'A', side: 'long', quantity: '1' }],
    } as never)
    const [own] = gaussianAccounts(
      decisionSpace(long),
      gaussianDistribution(
        long,
        parseMoves({
          format: 'spillway/moves@1',
          markets: ['A'],
          gaussian: { covariance: [[0.04]], mean: [0.1] },
        }) as GaussianMoves,
      ),
    )
    expect([texts(own.exposure), toText(own.gain)]).toEqual([['30'], '8'])
    // −10 of exposure; of the mean −1, of the price −1.
    expect(own.pairs.map(({ exposure, gain }) => [toText(exposure), toText(gain)])).toEqual([['-10', '-2']])
  })

  it('C v is of the held markets alone', () => {
    expect(texts(covarianceTimes(law, [0, 1], [dec('10'), dec('-20')]))).toEqual(['0.2', '-1.7'])
    expect(texts(covarianceTimes(law, [2], [dec('3')]))).toEqual(['0.03'])
    expect(texts(covarianceTimes(law, [1, 0], [dec('0'), dec('100')]))).toEqual(['1', '4'])
  })
})

describe(`losses of an account (seed ${SEED})`, () => {
  const event = bookOf([
    ['A', '-8'],
    ['B', '5'],
  ])
  const law = lawOf(event, COVARIANCE)
  const [account] = gaussianAccounts(decisionSpace(event), law)
  const spread = ([a, b]: readonly number[]): number => Math.sqrt(0.04 * a * a + 0.02 * a * b + 0.09 * b * b)
  const state = (gain: number, exposure: readonly number[]): GaussianState => ({
    gain: dec(gain),
    exposure: exposure.map(dec),
  })

  it('are expected as the formula says, rounded up by next to nothing', () => {
    for (const [m, y] of [
      [3, [-40, 10]],
      [-3, [-40, 10]],
      [0, [10, 5]],
      [20, [-40, 10]],
      [0.001, [0.1, 0]],
      [-50, [1, 1]],
      [100, [10, 10]],
    ] as const) {
      const wanted = shortfall(m, spread(y))
      const found = toNumber(shortfallAbove(law, account, state(m, y)))
      expect(found).toBeGreaterThanOrEqual(wanted * (1 - 1e-9) - 1e-15)
      expect(found).toBeLessThanOrEqual(wanted * (1 + 1e-9) + 1e-12)
    }
    expect(toText(shortfallAbove(law, account, state(5, [0, 0])))).toBe('0')
    expect(toText(shortfallAbove(law, account, state(-5, [0, 0])))).toBe('5')
    // Far out nothing is left, and yet not less than nothing.
    const far = shortfallAbove(law, account, state(1e6, [1, 1]))
    expect(toNumber(far)).toBeGreaterThan(0)
    expect(toNumber(far)).toBeLessThan(1e-40)
    expect(toNumber(shortfallAbove(law, account, state(-1e6, [1, 1])))).toBeCloseTo(1e6, 6)
  })

  it('lie above every cut, which touches where it was made', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 12; round++) {
      const at = state(random.between(-6, 12), [random.between(-60, 60), random.between(-20, 20)])
      const own = { ...account, gain: at.gain, exposure: at.exposure }
      const seed = seedOf(law, own, at)
      const cut = cutOf(law, own, seed)
      const value = (x: number): number => toNumber(cut.constant) + x * toNumber(cut.slopes[0])
      const truth = (x: number): number => {
        const after = stateAfter(own, () => dec(x))
        return shortfall(toNumber(after.gain), spread(after.exposure.map(toNumber)))
      }
      expect(value(0)).toBeCloseTo(truth(0), 9)
      for (const x of [0, 0.5, 1, 3, 8])
        expect(value(x), `round ${round} at ${x}`).toBeLessThanOrEqual(truth(x) + 1e-11)
      // Whatever the seed: too long a direction, another threshold.
      for (const tau of [seed.tau, 0, 0.3, -0.3, 2, -2, 100, -100]) {
        const wild = cutOf(law, own, { tau, direction: [dec(random.between(-1, 1)), dec(random.between(-1, 1))] })
        for (const x of [0, 2, 8]) {
          expect(
            toNumber(wild.constant) + x * toNumber(wild.slopes[0]),
            `round ${round}, τ ${tau}`,
          ).toBeLessThanOrEqual(truth(x) + 1e-11)
        }
      }
    }
  })

  it('of a certain account are cut by certainty', () => {
    const own = (gain: number) => ({ ...account, gain: dec(gain), exposure: account.exposure })
    const none = [dec('0'), dec('0')]
    const solvent = cutOf(law, own(5), { tau: 1000, direction: none })
    expect([toText(solvent.constant), texts(solvent.slopes)]).toEqual(['0', ['0']])
    const debtor = cutOf(law, own(-5), { tau: -1000, direction: none })
    expect(toText(debtor.constant)).toBe('5')
    expect(seedAt(3, [1, 2], 0)).toMatchObject({ tau: seedAt(1, [0, 0], -1).tau })
    expect(seedAt(-3, [1, 2], 0).tau).toBe(-seedAt(3, [1, 2], 0).tau)
    expect(texts(seedAt(3, [1, 2], 0).direction)).toEqual(['0', '0'])
    // φ(0)/s times the exposure, at m = 0.
    expect(seedAt(0, [1, 2], 4).tau).toBe(0)
    expect(seedAt(0, [1, 2], 4).direction.map(toNumber)).toEqual(
      [1, 2].map((y) => expect.closeTo((y * density(0)) / 4, 12)),
    )
    expect(seedAt(2, [1, 2], 4).tau).toBeCloseTo(0.5 / Math.SQRT2, 12)
    expect(seedAt(-2, [1, 2], 4).tau).toBeCloseTo(-0.5 / Math.SQRT2, 12)
  })

  it('are worst at κ s − m over the ellipsoid', () => {
    for (const [m, y, alpha] of [
      [3, [-40, 10], 0.5],
      [-3, [-40, 10], 0.5],
      [3, [-40, 10], 0.9],
      [3, [4, 1], 0.2],
      [30, [4, 1], 0.2],
    ] as const) {
      const wanted = Math.max(0, Math.sqrt(alpha / (1 - alpha)) * spread(y) - m)
      const most = worstAbove(law, account, state(m, y), dec(alpha))
      const least = worstBelow(law, account, state(m, y), dec(alpha))
      expect(toNumber(most)).toBeCloseTo(wanted, 9)
      expect(toNumber(least)).toBeCloseTo(wanted, 9)
      expect(toNumber(most)).toBeGreaterThanOrEqual(toNumber(least))
    }
    expect([worstAbove, worstBelow].map((worst) => toText(worst(law, account, state(-4, [0, 0]), dec(0.5))))).toEqual([
      '4',
      '4',
    ])
    expect([worstAbove, worstBelow].map((worst) => toText(worst(law, account, state(4, [0, 0]), dec(0.5))))).toEqual([
      '0',
      '0',
    ])
    // One market, s = 2 and κ = 1, exactly; never above and never below.
    const exact = state(0.5, [10, 0])
    expect(toNumber(worstAbove(law, account, exact, dec(0.5)))).toBeCloseTo(1.5, 12)
    expect(toNumber(worstBelow(law, account, exact, dec(0.5)))).toBeLessThanOrEqual(1.5)
  })

  it('at a move of the ellipsoid are no more than the worst', () => {
    const move = (share: string, a: string, b: string) => ({ share: dec(share), direction: [dec(a), dec(b)] })
    // (1 − α) z'C z ≤ α: 0.04 · 25 = 1.
    const isOne = (share: string, a: string, b = '0', alpha = '0.5') =>
      isWorstMove(law, account, move(share, a, b), dec(alpha))
    expect([
      isOne('1', '5'),
      isOne('1', '-5'),
      isOne('1', '5.0000000000001'),
      isOne('0', '0'),
      isOne('1', '3', '3'),
    ]).toEqual([true, true, false, true, false])
    expect([isOne('-0.000001', '0'), isOne('1.000001', '0'), isOne('0.5', '5')]).toEqual([false, false, true])
    expect([isOne('1', '15', '0', '0.9'), isOne('1', '15.1', '0', '0.9')]).toEqual([true, false])
    const own = { ...account, gain: dec('3'), exposure: [dec('-40'), dec('10')] }
    // z = (5, 0): C z = (0.2, 0.05); y · C z = −8 + 0.5; loss = −3 + 7.5.
    const cut = lossAt(law, own, move('1', '5', '0'))
    expect(toText(cut.constant)).toBe('4.5')
    // A contract closed adds 10 of exposure to A.
    expect(texts(cut.slopes)).toEqual(['-2'])
    const half = lossAt(law, own, move('0.5', '5', '0'))
    expect([toText(half.constant), texts(half.slopes)]).toEqual(['2.25', ['-1']])
    const worst = Math.sqrt(1) * spread([-40, 10]) - 3
    expect(toNumber(cut.constant)).toBeLessThanOrEqual(worst)
  })
})

describe('a covariance', () => {
  const event = bookOf([['A', '-8']])
  const identity = parseMoves({
    format: 'spillway/moves@1',
    markets: ['A', 'B', 'C'],
    gaussian: { covariance: [0, 1, 2].map((i) => [0, 1, 2].map((j) => Number(i === j))) },
  }) as GaussianMoves
  /** Of moves that nobody has looked at. */
  const refused = (covariance: readonly (readonly number[])[]): string | undefined => {
    try {
      gaussianDistribution(event, { ...identity, covariance: Float64Array.from(covariance.flat()) })
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
