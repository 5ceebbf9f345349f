import { describe, expect, it } from 'vitest'
import { type Decimal, splitInto } from '#src/numeric/index.js'
import { randomFrom } from '../books.js'

/** A double as an exact fraction: mantissa · 2^exponent, the exponent not above zero. */
function exactly(value: number): { over: bigint; under: bigint } {
  let under = 1n
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    under *= 2n
  }
  return { over: BigInt(scaled), under }
}

const size = (value: bigint): bigint => (value < 0n ? -value : value)

describe('a decimal as a pair of doubles', () => {
  it('the nearest double, and what it leaves, to 2⁻⁹⁷ of it (3,000 numbers, seed 11)', () => {
    const random = randomFrom(11)
    const values = new Float64Array(1)
    const rests = new Float64Array(1)
    for (let round = 0; round < 3000; round++) {
      const bits = 1 + Math.floor(random.between(0, 190))
      let digits = 0n
      for (let b = 0; b < bits; b += 30) digits = (digits << 30n) + BigInt(Math.floor(random.between(0, 2 ** 30)))
      // Ends of ranges in which the code takes other turns: 2⁵³, 2⁶², halves between doubles.
      if (round % 5 === 0) digits = (1n << BigInt(bits)) + BigInt(Math.floor(random.between(-3, 4)))
      if (random.between(0, 1) < 0.5) digits = -digits
      const decimal: Decimal = { digits, scale: Math.floor(random.between(0, 60)) }
      splitInto(decimal, 0, values, rests)
      const says = `${digits}e-${decimal.scale}`
      expect(values[0] + 0, says).toBe(Number(`${digits}e-${decimal.scale}`) + 0)
      if (digits === 0n) continue
      const power = 10n ** BigInt(decimal.scale)
      const value = exactly(values[0])
      const rest = exactly(rests[0])
      // |digits/power − value − rest| · 2⁹⁷ ≤ |value|, over the common denominator.
      const gap = digits * value.under * rest.under - value.over * power * rest.under - rest.over * power * value.under
      expect(size(gap) << 97n <= size(value.over) * power * rest.under, says).toBe(true)
    }
  })
})
