import { describe, expect, it } from 'vitest'
import { indivisibleRow } from '#src/certificates/index.js'
import { fromTriplets, standardForm } from '#src/index.js'
import { solveForm } from '#src/solve/solve-form.js'
import { randomFrom } from '../books.js'

/** One row of integer variables, without bounds on them: values that it takes are enumerated over a box of its coefficients. */
const SEED = 41
const REACH = 30

function oneRow(coefficients: readonly number[], lower: number, upper: number, integer = coefficients.map(() => true)) {
  const n = coefficients.length
  return standardForm({
    linear: new Float64Array(n),
    matrix: fromTriplets(
      1,
      n,
      coefficients.map((value, j) => [0, j, value] as const),
    ),
    ...{ rowLower: [lower], rowUpper: [upper], integer },
    ...{ lower: coefficients.map(() => -Infinity), upper: coefficients.map(() => Infinity) },
  })
}

describe('a row of integer variables alone', () => {
  it(`is refuted exactly where no whole numbers keep it (seed ${SEED}, 150 rows)`, () => {
    const random = randomFrom(SEED)
    let refuted = 0
    for (let t = 0; t < 150; t++) {
      // Tenths, counted in whole numbers by the oracle.
      const tenths = Array.from({ length: random.whole(1, 2) }, () => random.pick([4, 6, 10, 12, 15, -9, 21]))
      const low = random.whole(-40, 40)
      const high = low + random.pick([0, 0, 1, 2, 5])
      const taken = tenths.reduce<number[]>(
        (sums, own) => sums.flatMap((sum) => Array.from({ length: 2 * REACH + 1 }, (_, k) => sum + own * (k - REACH))),
        [0],
      )
      const isKept = taken.some((value) => value >= low && value <= high)
      const found = indivisibleRow(
        oneRow(
          tenths.map((value) => value / 10),
          low / 10,
          high / 10,
        ),
      )
      expect(found === undefined, `${tenths} between ${low} and ${high} tenths`).toBe(isKept)
      refuted += Number(!isKept)
    }
    expect(refuted).toBeGreaterThan(30)
  })

  it('is left alone beside a variable that is not whole, and without sides', () => {
    expect(indivisibleRow(oneRow([2, 4], 7, 7, [true, false]))).toBeUndefined()
    expect(indivisibleRow(oneRow([2, 4], 7, Infinity))).toBeUndefined()
  })

  it('is left alone where a number was computed, or the sides hold a multiple', () => {
    // Twice 0.1 + 0.2 is 0.6 to whoever computed it.
    expect(indivisibleRow(oneRow([0.1 + 0.2], 0.6, 0.6))).toBeUndefined()
    expect(indivisibleRow(oneRow([0.3], 0.6, 0.6))).toBeUndefined()
    expect(indivisibleRow(oneRow([0.2], 0.1 + 0.2, 0.1 + 0.2))).toBeUndefined()
    expect(indivisibleRow(oneRow([0.2], 0.3, 0.3))).toMatch(/^row 0 /)
    expect(indivisibleRow(oneRow([6, 4], -7, -6))).toBeUndefined()
    expect(indivisibleRow(oneRow([6, 4], -7, -7))).toBeDefined()
    expect(indivisibleRow(oneRow([6, 4], 0, 0))).toBeUndefined()
    expect(indivisibleRow(oneRow([6, 4], -Infinity, 7))).toBeUndefined()
  })

  it('counts no column whose coefficient is zero', () => {
    expect(indivisibleRow(oneRow([2, 4, 0], 7, 7, [true, true, false]))).toBeDefined()
    expect(indivisibleRow(oneRow([2, 4, 0], 7, 7, [true, true, true]))).toBeDefined()
    expect(indivisibleRow(oneRow([2, 4, 1], 7, 7, [true, true, true]))).toBeUndefined()
  })

  it('ends a solve before it begins', async () => {
    const { status, solver } = await solveForm(oneRow([2, 4], 7, 7))
    expect([status, solver.status]).toEqual(['infeasible', 'not run'])
  })
})
