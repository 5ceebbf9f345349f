import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { type GaussianState, gaussianAccounts } from '#models/proof/gaussian/book.js'
import { shortfallAbove } from '#models/proof/gaussian/value.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf } from '../../certificates/decimals.js'
import { frac, minus, num, order } from '../../fraction.js'
import { bookOf, COVARIANCE, lawOf, varianceOf } from './book.js'
import { exactShortfall } from './exact-normal.js'

const SEED = 31_301

const event = bookOf([
  ['A', '-8'],
  ['B', '5'],
])
const given = () => {
  const law = lawOf(event, COVARIANCE)
  const [account] = gaussianAccounts(decisionSpace(event), law)
  return { law, account }
}
const state = (gain: number | string, exposure: readonly number[]): GaussianState => ({
  gain: dec(gain),
  exposure: exposure.map(dec),
})

describe(`an expected shortfall (seed ${SEED})`, () => {
  it('is rounded up by less than 1e-24 of the spread, near and far', () => {
    const { law, account } = given()
    const random = randomFrom(SEED)
    for (let round = 0; round < 40; round++) {
      const scale = 10 ** random.whole(-4, 4)
      const exposure = [random.between(-3, 3) * scale, random.pick([0, random.between(-3, 3)]) * scale]
      const variance = varianceOf(law, account.markets, state(0, exposure))
      const spread = Math.sqrt(num(variance))
      const z = random.pick([0, 1e-9, random.between(0, 1), random.between(1, 6), random.between(6, 14)])
      const at = state((random.pick([1, -1]) * z * spread).toFixed(20), exposure)
      const over = minus(fracOf(shortfallAbove(law, account, at)), exactShortfall(fracOf(at.gain), variance))
      expect([order(over, frac(0)) >= 0, num(over) <= 1e-24 * spread], `round ${round}, z ${z}`).toEqual([true, true])
    }
  })

  it('of what is certain is the debt', () => {
    const { law, account } = given()
    expect(toText(shortfallAbove(law, account, state(5, [0, 0])))).toBe('0')
    expect(toText(shortfallAbove(law, account, state(-5, [0, 0])))).toBe('5')
    expect(toText(shortfallAbove(law, account, state(0, [0, 0])))).toBe('0')
  })

  it('farther out than fourteen spreads is the debt and the least that can be told apart from nothing', () => {
    const { law, account } = given()
    // s = 1 to twelve places: a density at √2 · 10, 1.4840e-44.
    for (const z of [14.2, 20, 1e6]) {
      for (const sign of [1, -1]) {
        const far = fracOf(shortfallAbove(law, account, state(sign * z, [5, 0])))
        const over = minus(far, frac(sign < 0 ? String(z) : '0'))
        expect(num(over)).toBeCloseTo(Math.exp(-100) / Math.sqrt(2 * Math.PI), 55)
        expect(order(over, frac('1.484e-44'))).toBe(1)
      }
    }
  })
})
