import { describe, expect, it } from 'vitest'
import type { Decimal } from '#src/index.js'
import { compare, decimalOf, multiply, normalEnclosure, rootAbove } from '#src/numeric/index.js'
import { FARTHEST_TAU, normalAt, plainNormal, tauOf } from '#src/numeric/normal.js'
import { randomFrom } from '../books.js'
import { BITS, complement, exponential, fixed, ONE, PI, root, times } from '../objectives/gaussian/fixed-point.js'

/** (a − b)/b for a double a. */
const relative = (a: number, b: bigint): number => Number(((fixed(a) - b) * 10n ** 25n) / b) / 1e25

/** What doubles may be off, relatively: a few units in the last place. */
const ROUNDING = 2e-15

const random = randomFrom(20)
const taus = [
  0,
  1e-9,
  FARTHEST_TAU,
  ...Array.from({ length: 300 }, () => 10 ** random.between(-6, 1)),
  // Where cells of polynomials meet, and where other methods change over.
  ...[0.125, 0.875, 9.875, 0.84375, 1.25, 1 / 0.35, 6],
]

/** φ(√2 τ) and Φ(−√2 τ) to 200 digits, by other series than the ones under test. */
function exactNormal(tau: bigint): { density: bigint; tail: bigint } {
  const density = (exponential(-times(tau, tau)) * ONE) / root(2n * PI)
  return { density, tail: complement(tau) / 2n }
}

describe('normal density and tail', () => {
  it('are good to a few units in the last place', () => {
    for (const tau of taus) {
      const { density, tail } = normalAt(tau)
      const exact = exactNormal(fixed(tau))
      expect(Math.abs(relative(density, exact.density)), `density at ${tau}`).toBeLessThan(ROUNDING)
      expect(Math.abs(relative(tail, exact.tail)), `tail at ${tau}`).toBeLessThan(ROUNDING)
    }
    expect(plainNormal(-1).tail + plainNormal(1).tail).toBe(1)
    expect(plainNormal(40).tail).toBeLessThan(1e-300)
  })

  it('are enclosed, closely, by integer arithmetic', () => {
    const asFixed = ({ digits, scale }: Decimal): bigint => (digits << BITS) / 10n ** BigInt(scale)
    for (const tau of taus) {
      const decimal = decimalOf(tau)
      const found = normalEnclosure(decimal)
      const exact = exactNormal(asFixed(decimal))
      for (const name of ['density', 'tail'] as const) {
        const { low, high } = found[name]
        // Cutting to 700 bits moves the reference by less than 2^-650.
        const slack = 1n << 50n
        expect(asFixed(low) <= exact[name] + slack, `${name} at ${tau} from below`).toBe(true)
        expect(asFixed(high) + slack >= exact[name], `${name} at ${tau} from above`).toBe(true)
        const width = Number(((asFixed(high) - asFixed(low)) * 10n ** 40n) / exact[name]) / 1e40
        expect(width, `${name} at ${tau}`).toBeLessThan(1e-22)
      }
    }
  })

  it('the measure of errors can fail', () => {
    expect(relative(0.5 * (1 + 1e-14), ONE / 2n)).toBeGreaterThan(ROUNDING)
    expect(relative(0.5, ONE / 2n)).toBe(0)
  })

  it('thresholds stay within reach', () => {
    expect(tauOf(Infinity)).toBe(FARTHEST_TAU)
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
