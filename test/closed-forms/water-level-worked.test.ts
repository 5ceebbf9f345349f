import { describe, expect, it } from 'vitest'
import { findLevel } from '#src/closed-forms/water-level.js'

/** 1, 2, …, n in an order that mixes large and small: multiples of 7 modulo n + 1, which 7 does not divide. */
const mixed = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => ((i + 1) * 7) % (n + 1))
const ones = (n: number): Float64Array => new Float64Array(n).fill(1)

/** Amounts 1 … n down to a whole level λ give up 1 + 2 + … + (n − λ). */
const above = (n: number, level: number): number => ((n - level) * (n - level + 1)) / 2

describe('the level, by hand', () => {
  it('of two columns: 5 and 3 with two removed stand at 3, with four at 2', () => {
    const columns = { amount: Float64Array.of(5, 3), weight: ones(2) }
    expect(findLevel({ ...columns, removed: 2 })).toBe(3)
    expect(findLevel({ ...columns, removed: 4 })).toBe(2)
  })

  it('of weights 1 and 3: amounts 6 and 6 stand at 6 and 2, and four removed leave 2', () => {
    const columns = { amount: Float64Array.of(6, 6), weight: Float64Array.of(1, 3) }
    expect(findLevel({ ...columns, removed: 4 })).toBe(2)
    // Below 2 both fall: 12 − 4 λ removed, eight of them at 1.
    expect(findLevel({ ...columns, removed: 8 })).toBe(1)
  })

  it('stops a column at its fixed part', () => {
    // Both stand at 5. Three removed leave 7/2 to each; of six and a half the first gives all its 3, down to 2, and the second 7/2.
    const columns = { amount: Float64Array.of(3, 4), weight: ones(2), fixed: Float64Array.of(2, 1) }
    expect(findLevel({ ...columns, removed: 3 })).toBe(3.5)
    expect(findLevel({ ...columns, removed: 6.5 })).toBe(1.5)
  })

  it.each([401, 999, 1500, 3000])('of the amounts 1 to %d, mixed, wherever the level is', (n) => {
    const amount = mixed(n)
    for (const level of [1, Math.floor(n / 3), n - 20, n - 2]) {
      expect(findLevel({ amount, weight: ones(n), removed: above(n, level) })).toBe(level)
    }
  })

  it.each([401, 999, 1500, 3000])('and of the same on fixed parts, and with weights, %d columns', (n) => {
    const amount = mixed(n)
    for (const level of [1, Math.floor(n / 3), n - 20]) {
      // Amounts and levels are raised by 4; what is removed stays.
      const fixed = new Float64Array(n).fill(4)
      expect(findLevel({ amount, weight: ones(n), fixed, removed: above(n, level) })).toBe(level + 4)
      // Twice the amount for twice the weight: the same levels, twice what is removed.
      const twice = amount.map((u) => 2 * u)
      expect(findLevel({ amount: twice, weight: ones(n).fill(2), removed: 2 * above(n, level) })).toBe(level)
      expect(findLevel({ amount: twice, weight: ones(n).fill(2), fixed, removed: 2 * above(n, level) })).toBe(level + 2)
    }
  })
})
