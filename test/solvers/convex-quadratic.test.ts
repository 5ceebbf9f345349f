import { describe, expect, it } from 'vitest'
import { type FormInput, fromTriplets, solveForm, type Triplet } from '#src/index.js'
import { seededUniform } from '#src/numeric/index.js'
import { num } from '../fraction.js'
import { exactOptimum } from './exact-optimum.js'

/**
 * Random convex quadratic programs with small integer data: dense, singular and rank-one Q, bounds, equalities, ranges, free columns,
 * some without an optimum. By default every one ends with a proved answer, and where enumeration can tell the optimum in
 * fractions, it is that one. CONVEX_QPS=1000 runs the campaign:
 *
 *     CONVEX_QPS=1000 node node_modules/vitest/vitest.mjs run test/solvers/convex-quadratic.test.ts
 */
const SEED = Number(process.env.CONVEX_QP_SEED ?? 31337)
const PROGRAMS = Number(process.env.CONVEX_QPS ?? 120)
/** Programs of up to three columns and two rows can be enumerated quickly. */
const ENUMERATED = Math.ceil(PROGRAMS / 3)

type Draw = (least: number, most: number) => number

function convexProgram(draw: Draw, columns: number, rows: number): FormInput {
  const many = <T>(length: number, make: (k: number) => T): T[] => Array.from({ length }, (_, k) => make(k))
  const rank = draw(1, columns)
  const factor = many(rank, () => many(columns, () => draw(-2, 2)))
  const quadratic: Triplet[] = []
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) quadratic.push([i, j, factor.reduce((sum, row) => sum + row[i] * row[j], 0)])
  }
  const point = many(columns, () => draw(-3, 5))
  const coefficients = many(rows, () => many(columns, () => (draw(0, 4) < 2 ? 0 : draw(-3, 3))))
  const sides = coefficients.map((row) => {
    const activity = row.reduce((sum, a, j) => sum + a * point[j], 0)
    const [below, above] = [draw(-3, 4), draw(-3, 4)]
    const isEquality = draw(0, 4) === 0
    return {
      lower: isEquality ? activity : below < 0 ? -Infinity : activity - below,
      upper: isEquality ? activity : above < 0 ? Infinity : activity + above,
    }
  })
  return {
    linear: many(columns, () => draw(-4, 4)),
    quadratic: fromTriplets(columns, columns, quadratic),
    matrix: fromTriplets(
      rows,
      columns,
      coefficients.flatMap((row, i) => row.map((a, j): Triplet => [i, j, a])),
    ),
    rowLower: sides.map(({ lower }) => lower),
    rowUpper: sides.map(({ upper }) => upper),
    lower: point.map((x) => [-Infinity, Math.min(0, x), x - draw(0, 4)][draw(0, 2)]),
    upper: point.map((x) => (draw(0, 1) === 0 ? Infinity : x + draw(0, 9))),
  }
}

describe('convex quadratic programs', () => {
  it(`all end with a proved answer (${PROGRAMS} programs, seed ${SEED})`, { timeout: 600_000 }, async () => {
    const uniform = seededUniform(SEED)
    const draw: Draw = (least, most) => least + Math.floor(uniform() * (most - least + 1))
    const ends: Record<string, number> = {}
    for (let k = 0; k < PROGRAMS; k++) {
      const isEnumerated = k < ENUMERATED
      const form = convexProgram(draw, draw(2, isEnumerated ? 3 : 8), draw(0, isEnumerated ? 2 : 5))
      const outcome = await solveForm(form)
      ends[outcome.status] = (ends[outcome.status] ?? 0) + 1
      const story = `program ${k}: ${JSON.stringify(outcome)}`
      expect(['optimal', 'unbounded'], story).toContain(outcome.status)
      if (!isEnumerated) continue
      const exact = exactOptimum(form)
      if (typeof exact === 'string') expect(outcome.status, story).toBe(exact)
      else {
        expect(outcome.status, story).toBe('optimal')
        const optimum = num(exact)
        const slack = 1e-6 * Math.max(1e-6, Math.abs(optimum))
        expect(Math.abs((outcome.objective ?? Number.NaN) - optimum), story).toBeLessThanOrEqual(slack)
        expect(outcome.bound ?? Number.NaN, story).toBeLessThanOrEqual(optimum + 1e-12 * Math.max(1, Math.abs(optimum)))
      }
    }
    process.stderr.write(`convex quadratic programs: ${JSON.stringify(ends)}\n`)
  })

  it('a bounded program of rank one that looks unbounded', async () => {
    // ½ (x − y)² − x − y with y ≤ 12 is least at x = y + 1 = 13.
    const outcome = await solveForm({
      linear: [-1, -1],
      quadratic: fromTriplets(2, 2, [
        [0, 0, 1],
        [1, 0, -1],
        [1, 1, 1],
      ]),
      matrix: fromTriplets(0, 2, []),
      rowLower: [],
      rowUpper: [],
      lower: [0, 2],
      upper: [Infinity, 12],
    })
    expect(outcome).toMatchObject({ status: 'optimal' })
    expect(outcome.objective).toBeCloseTo(-24.5, 9)
    expect(Array.from(outcome.x ?? [])).toEqual([expect.closeTo(13, 6), expect.closeTo(12, 6)])
  })
})
