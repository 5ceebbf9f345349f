import { describe, expect, it } from 'vitest'
import { decimalOf, seededUniform } from '#src/numeric/index.js'
import { longDecimal } from '#src/numeric/long-decimal.js'

/** Long doubles become the decimal that they print as; `CAMPAIGN=1 npx vitest run test/numeric/long-decimal.test.ts` tries millions. */
const COUNT = process.env.CAMPAIGN ? 5_000_000 : 50_000
const SEED = 20261128

describe(`decimals of long doubles, seed ${SEED}`, () => {
  const unit = seededUniform(SEED)
  /** Plain and with a power of two beside it, where neighbours are unevenly far. */
  const sample = (i: number): number => {
    const size = 2 ** Math.floor(60 * unit() - 22)
    const digits = Math.floor(17 * unit()) + 1
    const value = i % 3 === 0 ? size * (1 + unit()) : i % 3 === 1 ? Number((1e4 * unit()).toPrecision(digits)) : size
    const beside = i % 5 === 0 ? value * (1 + (Math.floor(5 * unit()) - 2) * Number.EPSILON) : value
    return i % 7 === 0 ? -beside : beside
  }

  it('are those that printing them gives', () => {
    let decided = 0
    for (let i = 0; i < COUNT; i++) {
      const value = sample(i)
      const [digits, scale] = printed(value)
      const { digits: found, scale: places } = decimalOf(value)
      if (found !== digits || places !== scale) expect([value, found, places]).toEqual([value, digits, scale])
      if (longDecimal(value) !== undefined) decided++
    }
    expect(decided).toBeGreaterThan(COUNT / 3)
  })

  it('are left to others where doubles are short, tiny, huge, or no numbers', () => {
    for (const value of [0, -0, 0.5, 84454.65, 123456789012345, 1e-7 / 3, 1e15 / 3, 2 ** -10, Number.NaN, Infinity]) {
      expect([value, longDecimal(value)]).toEqual([value, undefined])
    }
  })
})

/** Digits and decimal places of what a double prints as, without zeros at its end. */
function printed(value: number): [bigint, number] {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(
    String(value),
  )!
  const places = fraction.length - Number(exponent)
  const digits = BigInt(sign + whole + fraction)
  return places >= 0 ? [digits, places] : [digits * 10n ** BigInt(-places), 0]
}
