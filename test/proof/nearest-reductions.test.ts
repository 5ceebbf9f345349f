import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { nearestHolding, nearestReductions, touchedOwners } from '#models/proof/nearest-reductions.js'
import { parseDecimal, zero } from '#src/numeric/index.js'
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

  it('name the pairs of which something is closed, were it too small for doubles, and no zero of any scale', () => {
    const { pairs, values } = nearestReductions(['0', '0.000', '2', '1e-400', '0'].map((text) => parseDecimal(text)!))
    expect(Array.from(pairs)).toEqual([2, 3])
    expect(values[3]).toBe(0)
    expect(nearestReductions([zero, zero]).pairs).toHaveLength(0)
  })

  it('name each owner of whom something is closed once', () => {
    const positions = (...markets: string[]) => markets.map((market) => ({ market, quantity: 1 }))
    const space = decisionSpace(
      parseEvent({
        format: 'spillway/event@1',
        markets: ['A', 'B', 'C'].map((market) => ({ market, markPrice: 1 })),
        accounts: [
          { account: 'a', equity: 1, positions: positions('A', 'B', 'C') },
          { account: 'b', equity: 1, positions: positions('B') },
          { account: 'c', equity: 1, positions: positions('A', 'C') },
        ],
        demand: ['A', 'B', 'C'].map((market) => ({ market, side: 'long', quantity: 1 })),
      }),
    )
    const touched = (...texts: string[]) =>
      Array.from(
        touchedOwners(
          space,
          texts.map((text) => parseDecimal(text)!),
        ),
      )
    expect(touched('1', '0', '0.5', '0', '0', '1e-400')).toEqual([0, 2])
    expect(touched('0', '0', '0', '1', '0', '0.0')).toEqual([1])
    expect(touched('0', '1', '0', '1', '1', '1')).toEqual([0, 1, 2])
    expect(touched('0', '0', '0', '0', '0', '0')).toEqual([])
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
