import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { nearestHolding, nearestReductions } from '#models/proof/nearest-reductions.js'
import { parseDecimal } from '#src/numeric/index.js'
import { frac, minus, order, plus, size, times } from '../fraction.js'

const TEXTS = [
  '0',
  '0.00',
  '1',
  '0.1',
  '12345678901234567890.123',
  '9007199254740993',
  '1e-30',
  '0.3333333333333333333',
  '1e30',
]
const closed = () => TEXTS.map((text) => parseDecimal(text)!)

describe('reductions as pairs of doubles', () => {
  it('are the nearest double and what it leaves', () => {
    const { values, rests } = nearestReductions(closed())
    TEXTS.forEach((text, i) => {
      expect([text, values[i]]).toEqual([text, Number(text)])
      const exact = frac(text)
      const left = minus(exact, doubleOf(values[i]!))
      // The rest is the double nearest to what is left.
      expect(order(size(minus(left, doubleOf(rests[i]!))), times(frac('1.2e-16'), size(left)))).toBeLessThanOrEqual(0)
      expect(order(plus(doubleOf(values[i]!), doubleOf(rests[i]!)), exact) === 0 || rests[i] !== 0).toBe(true)
    })
  })

  it('are found once for the same reductions', () => {
    const given = closed()
    expect(nearestReductions(given)).toBe(nearestReductions(given))
    expect(nearestReductions(given)).toEqual(nearestReductions(closed()))
    expect(nearestReductions(given)).not.toBe(nearestReductions(closed()))
  })

  it('stand beside holdings without their sign', () => {
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [
        { market: 'A', markPrice: 1 },
        { market: 'B', markPrice: 1 },
      ],
      accounts: [
        {
          account: 'a',
          equity: 1,
          positions: [
            { market: 'A', quantity: 3 },
            { market: 'B', quantity: '-0.1' },
          ],
        },
      ],
      demand: [{ market: 'B', side: 'short', quantity: '0.1' }],
    })
    expect(nearestHolding(decisionSpace(event), 0)).toBe(0.1)
  })
})

/** The number that a double is. */
function doubleOf(value: number) {
  let [digits, below] = [value, 1n]
  while (!Number.isInteger(digits)) [digits, below] = [digits * 2, below * 2n]
  return { n: BigInt(digits), d: below }
}
