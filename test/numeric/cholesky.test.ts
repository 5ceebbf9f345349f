import { describe, expect, it } from 'vitest'
import { factorize, solveFactored } from '#src/numeric/index.js'
import { productError } from '#src/numeric/product-error.js'
import { randomFrom } from '../books.js'

const SEED = 4_099

describe(`the Cholesky factor (seed ${SEED})`, () => {
  it('solves M x = b for M = G G′ + I, as multiplying back shows', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 100; round++) {
      const n = random.whole(1, 8)
      const g = Array.from({ length: n }, () => Array.from({ length: n }, () => random.between(-1, 1)))
      const m = g.map((row, i) => g.map((other, j) => row.reduce((sum, v, k) => sum + v * other[k]!, i === j ? 1 : 0)))
      const factor = Float64Array.from(m.flat())
      expect(factorize(factor, n, n)).toBe(-1)
      const b = Float64Array.from({ length: n }, () => random.between(-1, 1))
      const x = b.slice()
      solveFactored(factor, x)
      m.forEach((row, i) => {
        const back = row.reduce((sum, v, j) => sum + v * x[j]!, 0)
        expect(Math.abs(back - b[i]!), `round ${round}, row ${i}`).toBeLessThan(1e-13 * n)
      })
    }
  })

  it('names the first row that depends on those before it, and leaves its unknown at zero', () => {
    const factor = Float64Array.of(4, 2, 2, 1)
    expect(factorize(factor, 2, 2)).toBe(1)
    const x = Float64Array.of(8, 4)
    solveFactored(factor, x)
    expect([...x]).toEqual([2, 0])
  })

  it('counts a small pivot or not, as it is asked', () => {
    const nearly = (): Float64Array => Float64Array.of(1, 1, 1, 1 + 2 ** -48)
    expect(factorize(nearly(), 2, 2)).toBe(1)
    expect(factorize(nearly(), 2, 2, 1e-15)).toBe(-1)
  })
})

describe('what a product leaves', () => {
  it('is what integers of twice the digits say', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 200; round++) {
      const [a, b] = [random.whole(1, 2 ** 30) * 2 ** 21 + 1, random.whole(1, 2 ** 30) * 2 ** 21 + 3]
      const exact = BigInt(a) * BigInt(b)
      expect(productError(a, b, a * b), `${a} ${b}`).toBe(Number(exact - BigInt(a * b)))
    }
  })
})
