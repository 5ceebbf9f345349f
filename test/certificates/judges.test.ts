import { describe, expect, it } from 'vitest'
import { EnclosedSum } from '#src/certificates/enclosed-sum.js'
import {
  assertConvex,
  dualBound,
  exactDualBound,
  impliedBounds,
  judgeFarkas,
  judgeFeasibility,
  judgeRay,
  repairDuals,
} from '#src/certificates/index.js'
import { fromTriplets, type SparseMatrix, standardForm, type Triplet } from '#src/index.js'
import { fromCoordinates, ratioText } from '#src/numeric/index.js'
import { form } from '../solvers/cases/case.js'

const oo = Infinity
const doubles = (...values: number[]): Float64Array => Float64Array.from(values)

describe('feasibility', () => {
  const f = standardForm(form({ cost: [1, 1], rows: [[1e6, [1e6, 1], oo]], upper: [5, 5], integer: [true, false] }))
  it('sees the worst place', () => {
    expect(judgeFeasibility(f, doubles(1, 0))).toEqual({ absolute: 0, relative: 0, where: 'nowhere' })
    expect(judgeFeasibility(f, doubles(0, 0)).where).toBe('row 0')
    expect(judgeFeasibility(f, doubles(2, -0.5))).toMatchObject({ absolute: 0.5, where: 'column 1 (bounds)' })
    expect(judgeFeasibility(f, doubles(1.25, 0))).toMatchObject({ absolute: 0.25, where: 'column 0 (whole)' })
    expect(judgeFeasibility(f, doubles(Number.NaN, 0)).relative).toBe(oo)
    expect(judgeFeasibility(f, doubles(1)).relative).toBe(oo)
  })
  it('measures a row against its own scale', () => {
    const free = { ...f, integer: new Uint8Array(2) }
    expect(judgeFeasibility(free, doubles(1 - 1e-7, 0)).relative).toBeCloseTo(1e-7, 12)
    expect(judgeFeasibility(free, doubles(1 - 1e-7, 0)).absolute).toBeCloseTo(0.1, 6)
  })
})

describe('enclosed sums', () => {
  it('enclose what rounding would lose', () => {
    const sum = new EnclosedSum().add(1e16).add(1).add(-1e16)
    expect(sum.value).toBe(1)
    const third = new EnclosedSum().addProduct(0.1, 3).add(-0.3)
    // 3·fl(0.1) − fl(0.3), exactly: 2.7755575615628914e-17.
    expect(third.lower).toBeLessThanOrEqual(2.7755575615628914e-17)
    expect(third.upper).toBeGreaterThanOrEqual(2.7755575615628914e-17)
    expect(third.lower).toBeGreaterThan(2.77e-17)
  })
})

describe('dual bounds', () => {
  const f = standardForm(
    form({
      cost: [1, 2],
      rows: [
        [3, [1, 1], oo],
        [-1, [1, -1], 1],
      ],
      lower: [-oo, -oo],
    }),
  )
  const bounds = impliedBounds(f)
  it('the right duals give the optimum, exactly', () => {
    expect(dualBound(f, doubles(1.5, -0.5), { bounds }).bound).toBe(4)
    expect(ratioText(exactDualBound(f, doubles(1.5, -0.5))!)).toBe('4')
  })
  it('a price of the wrong sign counts for nothing', () => {
    const g = standardForm(form({ cost: [1], rows: [[3, [1], oo]] }))
    expect(dualBound(g, doubles(-5), { bounds: g }).bound).toBe(0)
    expect(dualBound(g, doubles(Number.NaN), { bounds: g }).bound).toBe(0)
  })
  it('a residue on a free column: −∞ without a point, a counted box with one', () => {
    expect(dualBound(f, doubles(1.4, -0.5), { bounds: f }).bound).toBe(-oo)
    const boxed = dualBound(f, doubles(1.4, -0.5), { bounds: f, around: doubles(2, 1) })
    expect(boxed.assumed).toBe(2)
    expect(boxed.bound).toBeLessThan(0)
    expect(exactDualBound(f, doubles(1.4, -0.5))).toBeUndefined()
  })
  it('a diagonal Q is bounded to second order in the duals', () => {
    const g = standardForm(
      form({
        cost: [0, 0],
        rows: [[2, [1, 1], 2]],
        quadratic: [
          [0, 0, 2],
          [1, 1, 2],
        ],
      }),
    )
    const { bound } = dualBound(g, doubles(2 + 1e-6), { bounds: g, around: doubles(1, 1) })
    expect(2 - bound).toBeGreaterThanOrEqual(0)
    expect(2 - bound).toBeLessThan(1e-11)
  })
  it('the exact bound of a quadratic form at a tangent point', () => {
    const g = standardForm(
      form({
        cost: [0, 0],
        rows: [[2, [1, 1], 2]],
        quadratic: [
          [0, 0, 2],
          [1, 1, 2],
        ],
      }),
    )
    expect(ratioText(exactDualBound(g, doubles(2), { tangent: doubles(1, 1) })!)).toBe('2')
  })
  it('integer variables keep integer bounds', () => {
    const g = standardForm(form({ cost: [1, 0], rows: [[-oo, [2, 3], 7]], integer: [true, false] }))
    expect(impliedBounds(g).upper[0]).toBe(3)
    expect(impliedBounds(g).upper[1]).toBeCloseTo(7 / 3, 9)
    expect(impliedBounds(g).upper[1]).toBeGreaterThanOrEqual(7 / 3)
  })
})

describe('evidence', () => {
  const wheel = standardForm(
    form({
      cost: [1, 1, 1],
      rows: [
        [1, [1, -1, 0], oo],
        [1, [0, 1, -1], oo],
        [1, [-1, 0, 1], oo],
      ],
      lower: [-oo, -oo, -oo],
    }),
  )
  it('Farkas duals are weighed, not believed', () => {
    const bounds = impliedBounds(wheel, 0)
    expect(judgeFarkas(wheel, doubles(1, 1, 1), bounds, doubles(0, 0, 0))).toMatchObject({
      proved: true,
      by: 3,
      assumed: 0,
    })
    expect(judgeFarkas(wheel, doubles(1, 1, 0), bounds, doubles(0, 0, 0)).proved).toBe(false)
    expect(judgeFarkas(wheel, doubles(-1, -1, -1), bounds, doubles(0, 0, 0)).proved).toBe(false)
  })
  it('a ray must fall, stay in the rows and bounds, and be straight', () => {
    const f = standardForm(form({ cost: [-1, -1, 0], rows: [[-1, [1, -1, 0], 1]], quadratic: [[2, 2, 2]] }))
    expect(judgeRay(f, doubles(1, 1, 0)).proved).toBe(true)
    expect(judgeRay(f, doubles(1, 1, 1)).reason).toMatch(/curves/)
    expect(judgeRay(f, doubles(1, 0.9, 0)).reason).toMatch(/row 0/)
    expect(judgeRay(f, doubles(-1, -1, 0)).reason).toMatch(/bounds of column 0/)
    expect(judgeRay(f, doubles(0, 0, 0)).reason).toMatch(/does not fall/)
  })
  it('a bound far away is no recession ray', () => {
    const f = standardForm(form({ cost: [-1], rows: [[-oo, [1e-10], 1]] }))
    expect(judgeRay(f, doubles(1)).proved).toBe(false)
    const g = standardForm(
      form({
        cost: [-1, 0],
        quadratic: [
          [0, 0, 1e-14],
          [1, 1, 1],
        ],
      }),
    )
    expect(judgeRay(g, doubles(1, 0)).reason).toMatch(/curves/)
  })
})

describe('convexity', () => {
  const withQ = (quadratic: SparseMatrix) => {
    const n = quadratic.columns
    return standardForm({ ...form({ cost: Array(n).fill(0) }), quadratic, matrix: fromTriplets(0, n, []) })
  }
  const judge = (n: number, triplets: readonly Triplet[]) => () => assertConvex(withQ(fromTriplets(n, n, triplets)))
  const refused = expect.objectContaining({ code: 'not-convex' })

  it('accepts semidefinite, refuses indefinite', () => {
    expect(
      judge(2, [
        [0, 0, 1],
        [1, 0, 1],
        [1, 1, 1],
      ]),
    ).not.toThrow()
    expect(
      judge(2, [
        [0, 0, 1],
        [1, 0, 1.001],
        [1, 1, 1],
      ]),
    ).toThrow(refused)
    expect(
      judge(2, [
        [1, 0, 1],
        [1, 1, 5],
      ]),
    ).toThrow(refused)
    expect(
      judge(3, [
        [0, 0, 2],
        [1, 0, -1],
        [1, 1, 2],
        [2, 1, -1],
        [2, 2, 2],
      ]),
    ).not.toThrow()
    // Every 2 × 2 minor is fine, the determinant is not.
    expect(
      judge(3, [
        [0, 0, 1],
        [1, 0, -0.6],
        [1, 1, 1],
        [2, 0, -0.6],
        [2, 1, -0.6],
        [2, 2, 1],
      ]),
    ).toThrow(refused)
    expect(judge(1, [[0, 0, -1e-30]])).toThrow(refused)
  })
  it('forgives the rounding of a covariance of low rank', () => {
    const factor = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i) / 7])
    const triplets = factor.flatMap((a, i) =>
      factor.slice(0, i + 1).map((b, j): Triplet => [i, j, a[0] * b[0] + a[1] * b[1]]),
    )
    expect(judge(40, triplets)).not.toThrow()
    expect(judge(40, [...triplets, [7, 7, -0.01]])).toThrow(refused)
  })
  it('a million columns, alone and in pairs, are linear time', () => {
    const n = 1_000_000
    const row: number[] = []
    const column: number[] = []
    const value: number[] = []
    const put = (i: number, j: number, v: number) => {
      row.push(i)
      column.push(j)
      value.push(v)
    }
    for (let j = 0; j < n; j++) put(j, j, j % 7)
    for (let j = 1; j < 40_000; j += 7) put(j + 1, j, Math.SQRT2)
    const q = fromCoordinates(n, n, Int32Array.from(row), Int32Array.from(column), Float64Array.from(value))
    const f = withQ(q)
    const started = Date.now()
    assertConvex(f)
    expect(Date.now() - started).toBeLessThan(3000)
    const broken = { ...f, quadratic: { ...q, values: q.values.slice() } }
    broken.quadratic.values[q.starts[29] + 1] = 1.5
    expect(() => assertConvex(broken)).toThrow(refused)
  })
  it('a dense component of some size is factored', () => {
    const n = 400
    const triplets: Triplet[] = []
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) triplets.push([i, j, i === j ? 1.5 : 1])
    expect(judge(n, triplets)).not.toThrow()
    expect(judge(n, [...triplets, [n - 1, n - 1, -1.4]])).toThrow(refused)
  })
})

describe('rough duals of free columns', () => {
  it('are repaired, and what they hid comes out', () => {
    // y is 1e-6 off; the column costs 1 and is free, so the residue hides all improvements a million away.
    const f = standardForm(
      form({
        cost: [1, 2],
        rows: [
          [3, [1, 1], oo],
          [-1, [1, -1], 1],
        ],
        lower: [-oo, -oo],
      }),
    )
    const x = doubles(2, 1)
    const rough = doubles(1.5 - 1e-6, -0.5 + 2e-6)
    expect(dualBound(f, rough, { bounds: f, around: x }).dualResidual).toBeGreaterThan(1e-8)
    const repaired = repairDuals(f, rough, f, x)
    const { bound, dualResidual } = dualBound(f, repaired, { bounds: f, around: x })
    expect(dualResidual).toBeLessThan(1e-14)
    expect(Math.abs(bound - 4)).toBeLessThan(1e-12)
  })
  it('are left alone when nothing bounds the rows either', () => {
    const f = standardForm(form({ cost: [1], rows: [[-oo, [1], oo]], lower: [-oo] }))
    expect(repairDuals(f, doubles(0), f, doubles(0))).toEqual(doubles(0))
  })
})
