import { describe, expect, it } from 'vitest'
import { FARTHEST, MARGIN, normalAt, tauOf } from '#models/proof/gaussian/normal.js'
import { compare, decimalOf, multiply, rootAbove } from '#src/index.js'
import { randomFrom } from '../books.js'
import { complement, exponential, fixed, ONE, PI, root, times } from './fixed-point.js'

/** (a − b)/b for a double a. */
const relative = (a: number, b: bigint): number => Number(((fixed(a) - b) * 10n ** 25n) / b) / 1e25

describe('normal density and tail', () => {
  it('are good to a tenth of what certificates grant them', () => {
    const random = randomFrom(20)
    const twoPi = root(2n * PI)
    const taus = [
      0,
      1e-9,
      FARTHEST,
      ...Array.from({ length: 300 }, () => 10 ** random.between(-6, 1)),
      ...[0.84375, 1.25, 1 / 0.35, 6],
    ]
    for (const tau of taus) {
      const { density, tail } = normalAt(tau)
      const square = times(fixed(tau), fixed(tau))
      const exactDensity = (exponential(-square) * ONE) / twoPi
      const exactTail = complement(fixed(tau)) / 2n
      expect(Math.abs(relative(density, exactDensity)), `density at ${tau}`).toBeLessThan(MARGIN / 10)
      expect(Math.abs(relative(tail, exactTail)), `tail at ${tau}`).toBeLessThan(MARGIN / 10)
    }
  })

  it('the measure of errors can fail', () => {
    expect(relative(0.5 * (1 + 1e-14), ONE / 2n)).toBeGreaterThan(MARGIN / 10)
    expect(relative(0.5, ONE / 2n)).toBe(0)
  })

  it('thresholds stay within reach', () => {
    expect(tauOf(Infinity)).toBe(FARTHEST)
    expect(tauOf(-3)).toBe(tauOf(3))
    expect(tauOf(Math.SQRT2)).toBeCloseTo(1, 14)
  })
})

describe('rootAbove', () => {
  it('is never below the root, and close', () => {
    const random = randomFrom(21)
    for (let trial = 0; trial < 500; trial++) {
      const a = multiply(decimalOf(10 ** random.between(-30, 30)), decimalOf(random.unit()))
      const root = rootAbove(a)
      expect(compare(multiply(root, root), a)).toBeGreaterThanOrEqual(0)
      const less = multiply(root, { digits: 10n ** 22n - 1n, scale: 22 })
      expect(compare(multiply(less, less), a)).toBeLessThan(0)
    }
  })

  it('is exact on squares, and at zero', () => {
    expect(compare(rootAbove(decimalOf(144)), decimalOf(12))).toBe(0)
    expect(compare(rootAbove(decimalOf(0.0625)), decimalOf(0.25))).toBe(0)
    expect(rootAbove(decimalOf(0)).digits).toBe(0n)
    expect(() => rootAbove(decimalOf(-1))).toThrow(RangeError)
  })
})
