import { fromTriplets, solveForm, type Triplet } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../books.js'

/**
 * Quadratic programs of low rank, Q = F'F computed in doubles, with costs that are orthogonal to the flat directions on paper and so to
 * rounding only: they have the optimum that was planted by its duals, and are unbounded once the cost truly falls along a flat direction.
 */
const SEED = 60
const CASES = 6

type Row = readonly number[]
const dot = (a: Row, b: Row): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
const without = (a: Row, unit: Row): Row => a.map((part, k) => part - dot(a, unit) * unit[k]!)

describe(`quadratic programs of low rank (seed ${SEED})`, () => {
  it.each([undefined, 'highs', 'clarabel', 'scs'])('solver %s takes no rounding for a fall', async (solver) => {
    let unbounded = 0
    let optimal = 0
    for (let n = 0; n < CASES; n++) {
      const random = randomFrom(SEED + n)
      const size = random.whole(3, 7)
      const draw = () => Array.from({ length: size }, () => random.between(-1, 1))
      const factor = Array.from({ length: random.whole(1, 2) }, () =>
        draw().map((own) => own * 10 ** random.whole(-2, 2)),
      )
      const column = (j: number): Row => factor.map((row) => row[j]!)
      const entry = (i: number, j: number): number => dot(column(i), column(j))
      const at = draw()
      const bend = at.map((_, i) => at.reduce((sum, own, j) => sum + entry(i, j) * own, 0))
      const linear = bend.map((own) => -own)
      const quadratic: Triplet[] = at.flatMap((_, j) =>
        at.slice(j).map((__, k): Triplet => [j + k, j, entry(j + k, j)]),
      )
      const given = (cost: Row) =>
        solveForm(
          {
            linear: cost,
            quadratic: fromTriplets(size, size, quadratic),
            matrix: fromTriplets(0, size, []),
            rowLower: [],
            rowUpper: [],
            lower: at.map(() => -Infinity),
            upper: at.map(() => Infinity),
          },
          { ...(solver !== undefined && { solver }) },
        )
      const value = -dot(bend, at) / 2
      const planted = await given(linear)
      expect(['optimal', 'unproved'], `${n}: ${planted.reason}`).toContain(planted.status)
      if (planted.status === 'optimal') {
        optimal++
        expect(planted.objective).toBeCloseTo(value, 6)
      }
      // What is left of a random vector once the rows of F are taken away is flat.
      let flat: Row = draw()
      const basis: Row[] = []
      for (const row of factor) {
        const own = basis.reduce(without, row)
        const length = Math.sqrt(dot(own, own))
        basis.push(own.map((part) => part / length))
      }
      for (const unit of [...basis, ...basis]) flat = without(flat, unit)
      const most = Math.max(...linear.map(Math.abs))
      const falling = await given(linear.map((own, k) => own - 0.01 * most * flat[k]!))
      expect(['unbounded', 'unproved'], `${n}: ${falling.reason}`).toContain(falling.status)
      if (falling.status === 'unbounded') unbounded++
    }
    expect(optimal, 'planted optima that were proved').toBeGreaterThanOrEqual(CASES - 1)
    expect(unbounded).toBeGreaterThanOrEqual(CASES - 1)
  })
})
