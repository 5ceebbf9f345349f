import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { isWorstMove, lossAt, worstAbove, worstBelow } from '#models/proof/ellipsoid/worst-loss.js'
import { type GaussianState, gaussianAccounts } from '#models/proof/gaussian/book.js'
import { toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf } from '../../certificates/decimals.js'
import { frac, minus, order, over, plus, sign, times } from '../../fraction.js'
import { bookOf, COVARIANCE, lawOf, texts, varianceOf } from '../gaussian/book.js'

const SEED = 31_501

describe(`losses over an ellipsoid (seed ${SEED})`, () => {
  const event = bookOf([
    ['A', '-8'],
    ['B', '5'],
  ])
  const given = () => {
    const law = lawOf(event, COVARIANCE)
    const [account] = gaussianAccounts(decisionSpace(event), law)
    return { law, account }
  }
  const spread = ([a, b]: readonly number[]): number => Math.sqrt(0.04 * a * a + 0.02 * a * b + 0.09 * b * b)
  const state = (gain: number, exposure: readonly number[]): GaussianState => ({
    gain: dec(gain),
    exposure: exposure.map(dec),
  })

  it('are κ s − m from below and from above, within 1e-24 of κ s', () => {
    const { law, account } = given()
    const random = randomFrom(SEED)
    for (let round = 0; round < 40; round++) {
      const scale = 10 ** random.whole(-4, 4)
      const at = state(Number((random.between(-2, 2) * scale).toPrecision(6)), [
        random.between(-3, 3) * scale,
        random.pick([0, random.between(-3, 3)]) * scale,
      ])
      const alpha = random.pick(['0.5', '0.9', '0.99', '0.2', '0.75'])
      const square = times(over(frac(alpha), minus(frac('1'), frac(alpha))), varianceOf(law, account.markets, at))
      const [low, high] = [worstBelow, worstAbove].map((worst) => fracOf(worst(law, account, at, dec(alpha))))
      // (high + m)² ≥ κ² s² ≥ (low + m)², as far as there is a loss.
      const [below, above] = [low, high].map((loss) => plus(loss, fracOf(at.gain)))
      const name = `round ${round}`
      expect([sign(low) >= 0, sign(high) >= 0], name).toEqual([true, true])
      if (sign(low) > 0) expect(order(times(below, below), square), name).toBeLessThanOrEqual(0)
      if (sign(above) < 0) throw new Error(`${name}: κ s is below zero`)
      expect(order(times(above, above), square), name).toBeGreaterThanOrEqual(0)
      expect(order(minus(high, low), times(above, frac('1e-24'))), name).toBeLessThanOrEqual(0)
    }
  })

  it('are worst at κ s − m over the ellipsoid', () => {
    const { law, account } = given()
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
    const { law, account } = given()
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
