import { describe, expect, it } from 'vitest'
import {
  add,
  type Decimal,
  decimalFactor,
  decimalOf,
  dotDecimals,
  leastNorm,
  multiply,
  pivotedFactor,
  solveTransposed,
  subtract,
  toNumber,
  zero,
} from '#src/numeric/index.js'
import { randomFrom } from '../books.js'

const SEED = 4417
const random = randomFrom(SEED)

/** Σ_f a_f a_f' of `rank` random vectors with few digits: exact, and singular where the rank is below the size. */
function gram(size: number, rank: number): number[][] {
  const vectors = Array.from({ length: rank }, () => Array.from({ length: size }, () => random.whole(-99, 99) / 8))
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => vectors.reduce((sum, a) => sum + a[i]! * a[j]!, 0)),
  )
}

describe(`factors of symmetric matrices (seed ${SEED})`, () => {
  it.each([
    [1, 1],
    [4, 4],
    [5, 2],
    [6, 1],
    [6, 5],
  ])('of size %i and rank %i give the matrix back, in doubles and in decimals', (size, rank) => {
    for (let k = 0; k < 20; k++) {
      const matrix = gram(size, rank)
      const largest = Math.max(...matrix.flat().map(Math.abs))
      const rough = pivotedFactor(Float64Array.from(matrix.flat()), size)
      const fine = decimalFactor(matrix.map((row) => row.map(decimalOf)))
      expect(fine.order.length).toBe(rank)
      expect(rough.order.length).toBeLessThanOrEqual(size)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const again = rough.columns.reduce((sum, l, f) => sum + l[i]! * rough.pivots[f]! * l[j]!, 0)
          expect(Math.abs(again - matrix[i]![j]!)).toBeLessThanOrEqual(1e-13 * size * largest)
          const exact = fine.columns.reduce<Decimal>(
            (sum, l, f) => add(sum, multiply(multiply(l[i]!, fine.pivots[f]!), l[j]!)),
            zero,
          )
          expect(Math.abs(toNumber(subtract(exact, decimalOf(matrix[i]![j]!))))).toBeLessThan(1e-35 * largest)
        }
      }
    }
  })

  it("solve L'v = g on the pivots", () => {
    for (let k = 0; k < 20; k++) {
      const factor = decimalFactor(gram(6, 3).map((row) => row.map(decimalOf)))
      const g = factor.order.map(() => decimalOf(random.whole(-1000, 1000) / 16))
      const v = solveTransposed(factor, g, 60)
      expect(v.filter((_, i) => !factor.order.includes(i)).every(({ digits }) => digits === 0n)).toBe(true)
      factor.columns.forEach((column, f) => {
        expect(Math.abs(toNumber(subtract(dotDecimals(column, v), g[f]!)))).toBeLessThan(1e-50)
      })
    }
  })

  it('least norms solve the rows and are orthogonal to what the rows leave free', () => {
    for (let k = 0; k < 50; k++) {
      const [a, b] = [0, 1].map(() => Array.from({ length: 4 }, () => random.between(-1, 1))) as [number[], number[]]
      const right = [random.between(-1, 1), random.between(-1, 1)]
      const x = leastNorm([a, b], right, 4)
      const dot = (u: readonly number[], v: readonly number[]): number =>
        u.reduce((sum, own, i) => sum + own * v[i]!, 0)
      expect(dot(a, x)).toBeCloseTo(right[0]!, 10)
      expect(dot(b, x)).toBeCloseTo(right[1]!, 10)
      // A direction without rows: x loses nothing by it.
      const free = Array.from({ length: 4 }, () => random.between(-1, 1))
      const part = leastNorm([a, b], [dot(a, free), dot(b, free)], 4)
      const across = free.map((own, i) => own - part[i]!)
      expect(Math.abs(dot(across, x))).toBeLessThan(1e-9)
    }
  })
})
