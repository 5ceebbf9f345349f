import { describe, expect, it } from 'vitest'
import { slackForm } from '#src/formats/slack-form.js'
import { type FormInput, fromTriplets, solveForm, solvers, standardForm, type Triplet } from '#src/index.js'
import { seededUniform } from '#src/numeric/index.js'
import { multiplyMatrix } from '#src/numeric/sparse-matrix.js'
import { refusalOf } from '#src/solvers/choose.js'
import { preferences } from '#src/solvers/preference.js'
import { num } from '../fraction.js'
import { exactOptimum } from './exact-optimum.js'

/**
 * Clarabel and SCS over random linear and convex quadratic programs with small integer data: what they end with is the optimum
 * found in fractions by enumeration, or `unproved`, which is counted. SECOND_PROGRAMS=500 runs the campaign:
 *
 *     SECOND_PROGRAMS=500 node node_modules/vitest/vitest.mjs run test/solvers/second-solvers.test.ts
 */
const SEED = Number(process.env.SECOND_SEED ?? 4711)
const PROGRAMS = Number(process.env.SECOND_PROGRAMS ?? 20)
/** The share of programs that may stay unproved. */
const UNPROVED = { clarabel: 0.05, scs: 0.1 } as const

type Draw = (least: number, most: number) => number

const draws = (seed: number): Draw => {
  const uniform = seededUniform(seed)
  return (least, most) => least + Math.floor(uniform() * (most - least + 1))
}

const many = <T>(length: number, make: (k: number) => T): T[] => Array.from({ length }, (_, k) => make(k))

/** Rows and bounds are drawn without a thought of feasibility: some programs have no point, some are unbounded. */
function program(draw: Draw, isQuadratic: boolean): FormInput {
  const columns = draw(1, 3)
  const rows = draw(0, 2)
  const factor = many(draw(1, 2), () => many(columns, () => draw(-2, 2)))
  const quadratic: Triplet[] = []
  for (let i = 0; i < columns && isQuadratic; i++) {
    for (let j = 0; j <= i; j++) quadratic.push([i, j, factor.reduce((sum, row) => sum + row[i] * row[j], 0)])
  }
  const sides = many(rows, () => {
    const lower = [-Infinity, draw(-4, 4)][draw(0, 1)]
    return { lower, upper: draw(0, 2) === 0 ? Infinity : Math.max(lower, -4) + draw(0, 5) }
  })
  const bounds = many(columns, () => {
    const lower = [-Infinity, 0, draw(-3, 3)][draw(0, 2)]
    return { lower, upper: draw(0, 1) === 0 ? Infinity : Math.max(lower, -3) + draw(0, 5) }
  })
  return {
    linear: many(columns, () => draw(-4, 4)),
    quadratic: fromTriplets(columns, columns, quadratic),
    offset: draw(-2, 2),
    matrix: fromTriplets(rows, columns, many(rows, (i) => many(columns, (j): Triplet => [i, j, draw(-3, 3)])).flat()),
    rowLower: sides.map(({ lower }) => lower),
    rowUpper: sides.map(({ upper }) => upper),
    lower: bounds.map(({ lower }) => lower),
    upper: bounds.map(({ upper }) => upper),
  }
}

describe.each(['clarabel', 'scs'] as const)('%s', (solver) => {
  it(`has no wrong word on ${PROGRAMS} programs (seed ${SEED})`, { timeout: 600_000 }, async () => {
    const draw = draws(SEED)
    const ends: Record<string, number> = {}
    for (let k = 0; k < PROGRAMS; k++) {
      const form = program(draw, k % 2 === 1)
      const outcome = await solveForm(form, { solver })
      ends[outcome.status] = (ends[outcome.status] ?? 0) + 1
      if (outcome.status === 'unproved') continue
      const exact = exactOptimum(form)
      const story = `program ${k}: ${JSON.stringify(outcome)} where enumeration finds ${typeof exact === 'string' ? exact : num(exact)}`
      if (typeof exact === 'string') {
        expect(outcome.status, story).toBe(exact)
        continue
      }
      const optimum = num(exact)
      expect(outcome.status, story).toBe('optimal')
      expect(Math.abs((outcome.objective ?? Number.NaN) - optimum), story).toBeLessThanOrEqual(
        1e-6 * Math.max(1, Math.abs(optimum)),
      )
      expect(outcome.bound ?? Number.NaN, story).toBeLessThanOrEqual(optimum + 1e-12 * Math.max(1, Math.abs(optimum)))
    }
    process.stderr.write(`${solver}: ${JSON.stringify(ends)}\n`)
    expect(ends.unproved ?? 0).toBeLessThanOrEqual(UNPROVED[solver] * PROGRAMS)
    expect(ends.optimal).toBeGreaterThan(PROGRAMS / 4)
  })
})

/** Σ e_j x_j² / 2 + c·x over w·x = n/3, 0 ≤ x ≤ u, with weights a decade apart. */
function diagonal(columns: number, seed: number): FormInput {
  const uniform = seededUniform(seed)
  const index = many(columns, (j) => j)
  return {
    linear: index.map(() => (uniform() < 0.5 ? 0 : uniform())),
    quadratic: fromTriplets(
      columns,
      columns,
      index.map((j): Triplet => [j, j, Math.exp(3 * uniform())]),
    ),
    matrix: fromTriplets(
      1,
      columns,
      index.map((j): Triplet => [0, j, 1 + uniform()]),
    ),
    rowLower: [columns / 3],
    rowUpper: [columns / 3],
    lower: index.map(() => 0),
    upper: index.map(() => (uniform() < 0.5 ? Infinity : 10 * uniform())),
  }
}

describe('the choice of a solver', () => {
  it('a large quadratic form goes to clarabel and is proved; a small one stays with highs', async () => {
    const large = await solveForm(diagonal(3000, 7))
    expect(large).toMatchObject({ status: 'optimal', solver: { name: 'clarabel' } })
    expect(large.relativeGap).toBeLessThan(1e-9)
    expect(await solveForm(diagonal(30, 7))).toMatchObject({ status: 'optimal', solver: { name: 'highs' } })
  })

  it('every form has a line, whose first solver takes it, and every name is a solver', () => {
    const forms = [diagonal(3, 1), diagonal(1000, 1), { ...diagonal(3, 1), quadratic: fromTriplets(3, 3, []) }]
    const linear = forms[2] as FormInput
    for (const input of [...forms, { ...linear, integer: [true, false, false] }]) {
      const form = standardForm(input)
      const [first] = preferences.find(({ fits }) => fits(form))?.solvers ?? []
      const solver = solvers.find(({ name }) => name === first)
      expect(solver && refusalOf(solver, form)).toBeUndefined()
    }
    const names = solvers.map(({ name }) => name)
    for (const { solvers: preferred } of preferences) for (const name of preferred) expect(names).toContain(name)
  })
})

describe('the conic form', () => {
  it(`has the distance to every side as its slack (seed ${SEED})`, () => {
    const draw = draws(SEED)
    for (let k = 0; k < 200; k++) {
      const form = standardForm(program(draw, true))
      const { matrix, right, zero, nonnegative } = slackForm(form)
      const x = Float64Array.from(form.linear, () => draw(-5, 5))
      const slack = right.slice()
      multiplyMatrix(matrix, x).forEach((value, i) => {
        slack[i] -= value
      })
      const hasTerm = (i: number): boolean =>
        form.matrix.indices.some((row, p) => row === i && form.matrix.values[p] !== 0)
      const rows = Array.from(
        multiplyMatrix(form.matrix, x),
        (a, i) => [form.rowLower[i], a, form.rowUpper[i]] as const,
      )
      const columns = Array.from(x, (a, j) => [form.lower[j], a, form.upper[j]] as const)
      const sides = [...rows.filter((_, i) => hasTerm(i)), ...columns]
      const equal = sides.filter(([lower, , upper]) => lower === upper).map(([, a, upper]) => upper - a)
      const other = sides
        .filter(([lower, , upper]) => lower !== upper)
        .flatMap(([lower, a, upper]) => [a - lower, upper - a].filter((distance) => distance < Infinity))
      expect([zero, nonnegative]).toEqual([equal.length, other.length])
      expect(Array.from(slack, (value) => value + 0)).toEqual([...equal, ...other].map((value) => value + 0))
    }
  })
})
