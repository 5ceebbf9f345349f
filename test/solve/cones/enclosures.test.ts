import { describe, expect, it } from 'vitest'
import { exponential, square } from '#src/language/curve.js'
import { type Decimal, dyadic, exponentialEnclosure, logEnclosure, toNumber } from '#src/numeric/index.js'
import { randomFrom } from '../../language/properties.js'

const SEED = 20261128
const PLACES = 50

/** Digits behind the point, of a decimal with as many. */
const digitsOf = (text: string): bigint => BigInt(text.replace('.', '').padEnd(PLACES + text.indexOf('.'), '0'))
const at = ({ digits, scale }: Decimal): bigint => digits * 10n ** BigInt(PLACES - scale)

/** Published to sixty places and more (OEIS A002162, A002392, A001113, A068985), cut at fifty. */
const LN_2 = digitsOf('0.69314718055994530941723212145817656807550013436025')
const LN_10 = digitsOf('2.30258509299404568401799145468436420760110148862877')
const INVERSE_E = digitsOf('0.36787944117144232159552377016146086744581113103176')

describe(`enclosures of logarithms and exponentials (seed ${SEED})`, () => {
  it.each([
    ['ln 2', logEnclosure(2n, 1n), LN_2],
    ['ln 1/2', logEnclosure(1n, 2n), -LN_2 - 1n],
    ['ln 10', logEnclosure(10n, 1n), LN_10],
    ['ln 8/10', logEnclosure(8n, 10n), 3n * LN_2 - LN_10 + 1n],
    ['exp −1', exponentialEnclosure(1n, 1n), INVERSE_E],
  ])('%s lies inside, and nothing wider', (_, { low, high }, published) => {
    expect(at(low)).toBeLessThanOrEqual(published + 3n)
    expect(at(high)).toBeGreaterThanOrEqual(published)
    expect(at(high) - at(low)).toBeLessThan(10n)
  })

  it('logarithms add up: of a product, of a power, of one', () => {
    const random = randomFrom(SEED)
    for (let n = 0; n < 200; n++) {
      const [a, b, c, d] = Array.from({ length: 4 }, () => BigInt(1 + Math.floor(10 ** (15 * random()))))
      const [left, right, both] = [logEnclosure(a, b), logEnclosure(c, d), logEnclosure(a * c, b * d)]
      expect(at(both.low)).toBeLessThanOrEqual(at(left.high) + at(right.high))
      expect(at(both.high)).toBeGreaterThanOrEqual(at(left.low) + at(right.low))
      expect(toNumber(left.low)).toBeCloseTo(Math.log(Number(a) / Number(b)), 9)
    }
    expect(at(logEnclosure(7n, 7n).low)).toBeLessThanOrEqual(0n)
    expect(at(logEnclosure(7n, 7n).high)).toBeGreaterThanOrEqual(0n)
  })

  it('exponentials undo logarithms, and multiply', () => {
    const random = randomFrom(SEED)
    const one = 10n ** BigInt(PLACES)
    for (let n = 0; n < 200; n++) {
      const [a, b] = Array.from({ length: 2 }, () => BigInt(Math.floor(40 * 10 ** 12 * random())))
      const unit = 10n ** 12n
      const [left, right, both] = [a, b, a + b].map((x) => exponentialEnclosure(x, unit))
      expect(at(both!.low) * one).toBeLessThanOrEqual(at(left!.high) * at(right!.high))
      expect(at(both!.high) * one).toBeGreaterThanOrEqual(at(left!.low) * at(right!.low))
      expect(toNumber(left!.high)).toBeCloseTo(Math.exp(-Number(a) / 1e12), 12)
    }
    expect(at(exponentialEnclosure(10n ** 6n, 1n).low)).toBe(0n)
  })

  it('throw where there is no real number', () => {
    expect(() => logEnclosure(0n, 1n)).toThrow(RangeError)
    expect(() => exponentialEnclosure(-1n, 1n)).toThrow(RangeError)
  })
})

describe('tangents', () => {
  const exact = (value: number): Rational => {
    const { digits, exponent } = dyadic(value)
    return exponent >= 0 ? [digits << BigInt(exponent), 1n] : [digits, 1n << BigInt(-exponent)]
  }
  const minus = ([a, b]: Rational, [c, d]: Rational): Rational => [a * d - c * b, b * d]
  const times = ([a, b]: Rational, [c, d]: Rational): Rational => [a * c, b * d]

  it('never lie above the square, and nearly touch it: in exact fractions', () => {
    const random = randomFrom(SEED)
    for (let n = 0; n < 500; n++) {
      const ratio = (random() - 0.5) * 10 ** (12 * random() - 6)
      const { rise, slope, intercept } = square.tangent(ratio)
      // ρ² − slope ρ − intercept has no root of its own: slope² + 4 intercept ≤ 0.
      const [discriminant] = minus(times(exact(slope), exact(slope)), times(exact(-4), exact(intercept)))
      expect(rise).toBe(1)
      expect(discriminant <= 0n).toBe(true)
      expect(slope * ratio + intercept).toBeGreaterThanOrEqual(ratio * ratio * (1 - 1e-13))
    }
  })

  it('never lie above the exponential, and nearly touch it: the least gap is enclosed', () => {
    const random = randomFrom(SEED)
    for (let n = 0; n < 300; n++) {
      const ratio = 60 * (random() - 0.5)
      const { rise, slope, intercept } = exponential.tangent(ratio)
      // min_ρ rise e^ρ − slope ρ, at ρ = ln(slope/rise), is slope (1 − ln(slope/rise)).
      const [n1, d1] = exact(slope)
      const [n2, d2] = exact(rise)
      const { low } = logEnclosure(n1 * d2, d1 * n2)
      const { high } = logEnclosure(n1 * d2, d1 * n2)
      const least = (log: Decimal): Rational =>
        times(exact(slope), minus([1n, 1n], [log.digits, 10n ** BigInt(log.scale)]))
      const [above] = minus(least(high), exact(intercept))
      const [slack, unit] = minus(least(low), exact(intercept))
      expect(above >= 0n).toBe(true)
      expect(Number((slack * 10n ** 20n) / unit) / 1e20).toBeLessThan(1e-13 * Math.max(1, slope) * 60)
    }
  })
})

type Rational = readonly [bigint, bigint]
