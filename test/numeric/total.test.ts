import { describe, expect, it } from 'vitest'
import { DecimalTotal } from '#src/numeric/index.js'
import { randomFrom } from '../books.js'

/** Sums are compared at so many decimal places, by big integers alone. */
const SCALES = 13

describe('a growing total of decimals', () => {
  it('is the sum of big integers, of any length and sign, in any order of scales (20 × 500 terms, seed 5)', () => {
    const random = randomFrom(5)
    for (let round = 0; round < 20; round++) {
      const total = new DecimalTotal()
      let expected = 0n
      for (let t = 0; t < 500; t++) {
        const bits = Math.floor(random.between(0, 90))
        let digits = 0n
        for (let b = 0; b < bits; b += 30) digits = (digits << 30n) + BigInt(Math.floor(random.between(0, 2 ** 30)))
        // Both sides of what two halves hold.
        if (t % 4 === 0) digits = (1n << BigInt(60 + (t % 5))) + BigInt((t % 3) - 1)
        if (random.between(0, 1) < 0.5) digits = -digits
        const scale = Math.floor(random.between(0, SCALES))
        const signed = t % 7 === 0 ? -digits : digits
        if (signed === digits) total.add({ digits, scale })
        else total.subtract({ digits, scale })
        expected += signed * 10n ** BigInt(SCALES - scale)
        if (t % 100 !== 99) continue
        const { value } = total
        expect(value.digits * 10n ** BigInt(SCALES - value.scale)).toBe(expected)
      }
    }
  })

  it('carries: two million of the longest digits that halves hold', () => {
    const total = new DecimalTotal()
    const digits = -((1n << 62n) - 1n)
    for (let t = 0; t < 2 ** 21; t++) total.add({ digits, scale: 3 })
    expect(total.value).toEqual({ digits: digits << 21n, scale: 3 })
  })
})
