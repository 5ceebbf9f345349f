import { describe, expect, it } from 'vitest'
import { dualBound } from '#src/certificates/dual-bound.js'
import { impliedBounds } from '#src/certificates/implied-bounds.js'
import { fromTriplets, standardForm, type Triplet } from '#src/index.js'
import { randomFrom } from '../books.js'
import { exact, half, isAtMost, minus, sum, times } from './exact.js'

const SEED = 20_771

describe(`dual bounds are not above what they round (seed ${SEED})`, () => {
  it('products of reduced costs and bounds are rounded down', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 300; round++) {
      const cost = random.between(-1, 1)
      const [lower, upper] = [random.between(-2, -1), random.between(1, 2)]
      const form = standardForm({
        linear: [cost],
        matrix: fromTriplets(0, 1, []),
        rowLower: [],
        rowUpper: [],
        lower: [lower],
        upper: [upper],
      })
      const { bound } = dualBound(form, new Float64Array(0), { bounds: form })
      const truth = times(exact(cost), exact(cost > 0 ? lower : upper))
      expect(isAtMost(exact(bound), truth), `round ${round}: ${cost} in [${lower}, ${upper}]`).toBe(true)
      expect(bound).toBeCloseTo(cost * (cost > 0 ? lower : upper), 14)
    }
  })

  it('sums of rows, costs and squares as well, for any duals and tangent point', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 100; round++) {
      const columns = 3
      const draw = (count: number): number[] => Array.from({ length: count }, () => random.between(-1, 1))
      const [cost, row, point] = [draw(columns), draw(columns), draw(columns)]
      // L L' of a lower triangle is convex; its products are rounded once, and the rounded Q is what the bound is of.
      const [a, b, c] = draw(3).map((value) => value + 2)
      const quadratic: Triplet[] = [
        [0, 0, a! * a! + 1],
        [1, 0, a! * b! * 0.25],
        [1, 1, b! * b! + 1],
        [2, 1, b! * c! * 0.25],
        [2, 2, c! * c! + 1],
      ]
      const form = standardForm({
        linear: cost,
        quadratic: fromTriplets(columns, columns, quadratic),
        matrix: fromTriplets(
          1,
          columns,
          row.map((value, j): Triplet => [0, j, value]),
        ),
        rowLower: [-0.3],
        rowUpper: [0.7],
        lower: [-1, -1, -1],
        upper: [1, 1, 1],
      })
      const y = random.between(-1, 1)
      const { bound } = dualBound(form, Float64Array.of(y), {
        bounds: form,
        around: Float64Array.from(point),
      })
      // The same bound in exact numbers, from the formula: y b − ½ w'Qw + Σ_j min over [−1, 1] of (c + Qw − a y)_j x_j.
      const q = Array.from({ length: columns }, () => new Array<number>(columns).fill(0))
      for (const [i, j, value] of quadratic) {
        q[i]![j] = value
        q[j]![i] = value
      }
      const entries = q.flatMap((line, i) => line.map((value, j) => ({ i, j, value })))
      const squares = entries.map(({ i, j, value }) =>
        minus(times(half, exact(value), exact(point[i]!), exact(point[j]!))),
      )
      const reduced = cost.map((value, j) =>
        sum([
          exact(value),
          ...q[j]!.map((entry, i) => times(exact(entry), exact(point[i]!))),
          minus(times(exact(row[j]!), exact(y))),
        ]),
      )
      const least = reduced.map((value) => (value.units > 0n ? minus(value) : value))
      const truth = sum([times(exact(y), exact(y > 0 ? -0.3 : 0.7)), ...squares, ...least])
      expect(isAtMost(exact(bound), truth), `round ${round}`).toBe(true)
      const near = sum([truth, exact(-1e-12)])
      expect(isAtMost(near, exact(bound)), `round ${round}`).toBe(true)
    }
  })

  it('where the square of a tangent point is too small for a double', () => {
    const random = randomFrom(SEED + 2)
    for (let round = 0; round < 100; round++) {
      const [q, w] = [random.between(1e299, 9e299), random.between(1e-156, 2e-155)]
      const form = standardForm({
        linear: [0, 0],
        quadratic: fromTriplets(2, 2, [
          [0, 0, q],
          [1, 0, 1],
          [1, 1, q],
        ]),
        matrix: fromTriplets(0, 2, []),
        rowLower: [],
        rowUpper: [],
        lower: [w, 0],
        upper: [w, 0],
      })
      const { bound } = dualBound(form, new Float64Array(0), { bounds: form, around: Float64Array.of(w, 0) })
      // x = (w, 0) is the only point: −½ q w² + (q w) w.
      const truth = times(half, exact(q), exact(w), exact(w))
      expect(isAtMost(exact(bound), truth), `round ${round}: ${q} ${w}`).toBe(true)
    }
  })

  it('implied bounds give it columns to stand on', () => {
    const form = standardForm({
      linear: [1],
      matrix: fromTriplets(1, 1, [[0, 0, 3]]),
      rowLower: [1],
      rowUpper: [Infinity],
      lower: [-Infinity],
      upper: [Infinity],
    })
    expect(dualBound(form, Float64Array.of(0), { bounds: impliedBounds(form) }).bound).toBeLessThanOrEqual(1 / 3)
    expect(dualBound(form, Float64Array.of(0), { bounds: impliedBounds(form) }).bound).toBeGreaterThan(0.333)
  })
})
