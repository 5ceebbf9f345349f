import { describe, expect, it } from 'vitest'
import { downwards, EnclosedSum, productBelow } from '#src/certificates/enclosed-sum.js'
import { randomFrom } from '../books.js'
import { exact, isAtMost, sum, times } from './exact.js'

const SEED = 4_711
const UNIT = 2 ** -53
const isNear = (value: number, wanted: number): boolean => Math.abs(value - wanted) <= 1e-6 * wanted

describe(`sums of doubles and of products (seed ${SEED})`, () => {
  it('are exact, and say so, where nothing is rounded', () => {
    const total = new EnclosedSum()
      .add(3)
      .add(-0.5)
      .addProduct(4, -0.25)
      .add(2 ** 40)
      .add(-(2 ** 40))
    expect([total.value, total.error, total.lower, total.upper]).toEqual([1.5, 0, 1.5, 1.5])
    expect(total.magnitude).toBe(3 + 0.5 + 1 + 2 ** 41)
    const empty = new EnclosedSum()
    expect([empty.value, empty.error, empty.lower, empty.upper, empty.magnitude]).toEqual([0, 0, 0, 0, 0])
  })

  it('keep what a plain sum loses: digits below the largest term', () => {
    const total = new EnclosedSum().add(1e16).add(1).add(-1e16)
    expect(total.value).toBe(1)
    // 0.1² is not a double: rounded product and remainder together are, but for the remainder's own rounding.
    const square = new EnclosedSum().addProduct(0.1, 0.1).add(-(0.1 * 0.1))
    const remainder = sum([times(exact(0.1), exact(0.1)), exact(-(0.1 * 0.1))])
    expect(isAtMost(exact(square.lower), remainder) && isAtMost(remainder, exact(square.upper))).toBe(true)
    expect(square.value).not.toBe(0)
  })

  it('lie between lower and upper, which are as near as the formula says', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 60; round++) {
      const total = new EnclosedSum()
      const terms = []
      let magnitude = 0
      const count = random.whole(2, 12)
      for (let t = 0; t < count; t++) {
        const a = random.between(-1, 1) * 10 ** random.whole(-8, 8)
        const b = random.between(-1, 1) * 10 ** random.whole(-8, 8)
        if (random.whole(0, 1) === 0) {
          total.add(a)
          terms.push(exact(a))
          magnitude += Math.abs(a)
        } else {
          total.addProduct(a, b)
          terms.push(times(exact(a), exact(b)))
          magnitude += Math.abs(a * b)
        }
      }
      const truth = sum(terms)
      expect(isAtMost(exact(total.lower), truth), `round ${round}`).toBe(true)
      expect(isAtMost(truth, exact(total.upper)), `round ${round}`).toBe(true)
      expect(isNear(total.magnitude, magnitude)).toBe(true)
      const error = UNIT * Math.abs(total.value) + (4 * count * UNIT) ** 2 * magnitude
      expect(isNear(total.error, error), `round ${round}: ${total.error} for ${error}`).toBe(true)
      expect(total.error).toBeGreaterThan(error)
      expect(total.upper - total.lower).toBeLessThan(4 * error + 8 * UNIT * Math.abs(total.value))
      expect(total.lower).toBeLessThan(total.value - 0.999 * error + 2 * UNIT * Math.abs(total.value))
    }
  })

  it('cover what many terms leave where they cancel: (4 n u)² of their sizes', () => {
    const total = new EnclosedSum().add(1e16).add(0.1).add(-1e16)
    expect(total.value).toBe(0.1)
    expect(isNear(total.error, (4 * 3 * UNIT) ** 2 * 2e16 + UNIT * 0.1)).toBe(true)
    const large = new EnclosedSum().add(1e30).add(0.1).add(-1e30).add(-0.1)
    expect(isNear(large.error, (4 * 4 * UNIT) ** 2 * 2e30)).toBe(true)
  })

  it('cover products that are too small to be split', () => {
    for (const [a, b] of [
      [1e-160, 1.1e-160],
      [2 ** -500 * 1.1, 2 ** -401 * 1.3],
      [-1e-200, 1e-200],
    ] as const) {
      const total = new EnclosedSum().addProduct(a, b)
      const truth = times(exact(a), exact(b))
      expect(isAtMost(exact(total.lower), truth) && isAtMost(truth, exact(total.upper)), `${a} ${b}`).toBe(true)
      expect(total.error).toBeGreaterThanOrEqual(2 ** -1022)
      expect(total.error).toBeLessThan(2 ** -900)
    }
    // Each of them adds its own.
    expect(new EnclosedSum().addProduct(1e-200, 1e-200).addProduct(1e-200, 1e-200).error).toBeGreaterThanOrEqual(
      2 ** -1021,
    )
    // Just large enough to be split: exact.
    expect(new EnclosedSum().addProduct(2 ** -450, 2 ** -450).error).toBe(0)
  })

  it('cover products of factors that are too large to be split', () => {
    const large = 1.1 * 2 ** 1000
    for (const [a, b] of [
      [large, 0.1],
      [0.1, large],
      [-0.3, large],
    ] as const) {
      const total = new EnclosedSum().addProduct(a, b)
      const truth = times(exact(a), exact(b))
      expect(isAtMost(exact(total.lower), truth) && isAtMost(truth, exact(total.upper)), `${a} ${b}`).toBe(true)
      expect(total.error).toBeGreaterThan(2 * UNIT * Math.abs(a * b))
      expect(total.error).toBeLessThan(4 * UNIT * Math.abs(a * b))
    }
    // A second one that cancels the first leaves both roundings.
    const left = new EnclosedSum().addProduct(large, 0.1).addProduct(-large, 0.1)
    expect(left.value).toBe(0)
    expect(isNear(left.error, 4 * UNIT * large * 0.1)).toBe(true)
  })

  it('become boundless where a term is not finite', () => {
    for (const total of [
      new EnclosedSum().add(NaN),
      new EnclosedSum().add(Infinity).add(-Infinity),
      new EnclosedSum().addProduct(1e300, 1e300).add(-1),
    ]) {
      expect(total.error).toBe(Infinity)
      expect(total.lower).toBe(-Infinity)
      expect(total.upper).toBe(Infinity)
    }
  })

  it('a factor of zero adds nothing, but zero times infinity is no number', () => {
    const total = new EnclosedSum().add(1).addProduct(0, 1e300).addProduct(-1e300, 0).addProduct(0, 5)
    expect([total.value, total.error, total.magnitude]).toEqual([1, 0, 1])
    expect(new EnclosedSum().addProduct(0, Infinity).error).toBe(Infinity)
  })
})

describe('a double below', () => {
  it('is below and at most three units away', () => {
    for (const value of [1, 1 + 2 ** -52, 2, -1, -2, 1e300, -1e300, 1e-300, 0, Number.MIN_VALUE, -Number.MIN_VALUE]) {
      const below = downwards(value)
      expect(below).toBeLessThan(value)
      expect(value - below).toBeLessThanOrEqual(Math.max(2 ** -51 * Math.abs(value), 2 * Number.MIN_VALUE))
    }
  })

  it('leaves infinities, and is −∞ for what is no number', () => {
    expect(downwards(Infinity)).toBe(Infinity)
    expect(downwards(-Infinity)).toBe(-Infinity)
    expect(downwards(NaN)).toBe(-Infinity)
  })

  it('of a product is below it, and 0 of a factor 0', () => {
    expect(isAtMost(exact(productBelow(0.1, 0.3)), times(exact(0.1), exact(0.3)))).toBe(true)
    expect(isAtMost(exact(productBelow(-0.1, 0.3)), times(exact(-0.1), exact(0.3)))).toBe(true)
    expect(productBelow(0.1, 0.3)).toBeCloseTo(0.03, 15)
    expect([productBelow(0, Infinity), productBelow(-Infinity, 0), productBelow(0, 0)]).toEqual([0, 0, 0])
    expect([productBelow(2, Infinity), productBelow(-2, Infinity)]).toEqual([Infinity, -Infinity])
  })
})
