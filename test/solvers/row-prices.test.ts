import { describe, expect, it } from 'vitest'
import { type FormInput, fromTriplets, solveForm, solvers, type Triplet } from '#src/index.js'
import { seededUniform } from '#src/numeric/index.js'
import { type Fraction, frac, minus, num, over } from '../fraction.js'
import { type ExactOptimum, exactOptimum } from './exact-optimum.js'

/** Solvers that take linear programs of any shape. */
const general = solvers.filter(({ refusal }) => refusal === undefined)

/**
 * Row prices are duals: on every solver, each lies between the left and the right finite difference of the optimum in the active bound
 * of its row, judged by enumerating vertices in fractions. Degenerate programs, equalities, ranges, free columns, rows and columns in
 * units from 1e-9 to 1e9. ROW_PRICE_PROGRAMS=1000 runs the campaign:
 *
 *     ROW_PRICE_PROGRAMS=1000 node node_modules/vitest/vitest.mjs run test/solvers/row-prices.test.ts
 */
const SEED = Number(process.env.ROW_PRICE_SEED ?? 20261)
const PROGRAMS = Number(process.env.ROW_PRICE_PROGRAMS ?? 24)
/** Beyond every vertex of the programs below. */
const WIDTH = 1e14

type Draw = (least: number, most: number) => number

interface Program {
  readonly form: FormInput
  /** How far to move the bounds of each row. */
  readonly steps: readonly number[]
}

function program(draw: Draw): Program {
  const many = <T>(length: number, make: (k: number) => T): T[] => Array.from({ length }, (_, k) => make(k))
  const columns = draw(2, 3)
  const rows = draw(1, 3)
  const unit = (): number => (draw(0, 2) === 0 ? 10 ** draw(-9, 9) : 1)
  const columnUnits = many(columns, unit)
  const rowUnits = many(rows, unit)
  const exact = (value: number, power: number): number => Number(`${value}e${Math.round(Math.log10(power))}`)
  const point = many(columns, () => draw(0, 4))
  const coefficients = many(rows, () => many(columns, () => (draw(0, 2) === 0 ? 0 : draw(-4, 5))))
  const activity = coefficients.map((row) => row.reduce((sum, a, j) => sum + a * point[j], 0))
  const sides = activity.map((at) => {
    if (draw(0, 3) === 0) return [at, at] as const
    return [draw(0, 1) === 0 ? -Infinity : at - draw(0, 3), draw(0, 1) === 0 ? Infinity : at + draw(0, 3)] as const
  })
  const scaled = (value: number, power: number): number => (Number.isFinite(value) ? exact(value, power) : value)
  const form: FormInput = {
    // x = unit · z, so costs and coefficients are divided by the unit of their column.
    linear: columnUnits.map((unitOf) => exact(draw(-5, 6), 1 / unitOf)),
    matrix: fromTriplets(
      rows,
      columns,
      coefficients.flatMap((row, i) => row.map((a, j): Triplet => [i, j, exact(a, rowUnits[i] / columnUnits[j])])),
    ),
    rowLower: sides.map(([low], i) => scaled(low, rowUnits[i])),
    rowUpper: sides.map(([, high], i) => scaled(high, rowUnits[i])),
    lower: point.map((x, j) => scaled([-Infinity, 0, x - draw(0, 3)][draw(0, 2)], columnUnits[j])),
    upper: point.map((x, j) => scaled(draw(0, 2) === 0 ? x + draw(0, 5) : Infinity, columnUnits[j])),
  }
  return { form, steps: rowUnits.map((power) => exact(1, power / 1000)) }
}

/** The optimum with one side of row i, or both of an equality, moved; undefined where the program has none. */
function movedOptimum(form: FormInput, i: number, side: 'lower' | 'upper' | 'both', by: number): Fraction | undefined {
  const move = (bounds: ArrayLike<number>): number[] => Array.from(bounds, (bound, k) => (k === i ? bound + by : bound))
  const optimum = exactOptimum(
    {
      ...form,
      rowLower: side === 'upper' ? form.rowLower : move(form.rowLower),
      rowUpper: side === 'lower' ? form.rowUpper : move(form.rowUpper),
    },
    WIDTH,
  )
  return typeof optimum === 'string' ? undefined : optimum
}

/** Prices below this share of what the row could cost at most are rounding. */
const NOISE = 1e-6

const largestPrice = ({ linear, matrix }: FormInput, i: number): number => {
  let most = Number.MIN_VALUE
  for (let j = 0; j < matrix.columns; j++) {
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
      if (matrix.indices[p] === i && matrix.values[p] !== 0)
        most = Math.max(most, Math.abs(linear[j] / matrix.values[p]))
    }
  }
  return most
}

/** By how much a price lies outside the finite differences of a side, relative to their size; 0 inside. */
function breakOf(form: FormInput, optimum: Fraction, price: number, i: number, step: number): number {
  const isEquality = form.rowLower[i] === form.rowUpper[i]
  const side = isEquality ? 'both' : price > 0 ? 'lower' : 'upper'
  const bound = side === 'lower' ? form.rowLower[i] : form.rowUpper[i]
  if (!Number.isFinite(bound)) return price === 0 ? 0 : Infinity
  const rate = (by: number): number | undefined => {
    const moved = movedOptimum(form, i, side, by)
    return moved && num(over(minus(moved, optimum), minus(frac(bound + by), frac(bound))))
  }
  const noise = Math.max(Number.MIN_VALUE, NOISE * largestPrice(form, i))
  const left = rate(-step)
  const right = rate(step)
  const size = Math.max(Math.abs(price), Math.abs(left ?? 0), Math.abs(right ?? 0), noise)
  return Math.max(0, ((left ?? price) - price) / size, (price - (right ?? price)) / size)
}

describe('row prices', () => {
  it(`are rates of change on every solver (${PROGRAMS} programs, seed ${SEED})`, { timeout: 900_000 }, async () => {
    const uniform = seededUniform(SEED)
    const draw: Draw = (least, most) => least + Math.floor(uniform() * (most - least + 1))
    const ends: Record<string, number> = {}
    let priced = 0
    let optimal = 0
    let refused = 0
    for (let k = 0; k < PROGRAMS; k++) {
      const { form, steps } = program(draw)
      const exact: ExactOptimum = exactOptimum(form, WIDTH)
      for (const { name } of general) {
        const outcome = await solveForm(form, { solver: name, timeLimitSeconds: 20 })
        const end = `${name} ${outcome.status}${outcome.status === 'optimal' && !outcome.rowPrices ? ' without prices' : ''}`
        ends[end] = (ends[end] ?? 0) + 1
        const story = `program ${k}: ${name} ${JSON.stringify(form)} ${JSON.stringify(outcome)}`
        if (outcome.status === 'unproved') {
          refused++
          continue
        }
        if (outcome.status === 'infeasible-or-unbounded' && typeof exact === 'string') continue
        expect(outcome.status, story).toBe(typeof exact === 'string' ? exact : 'optimal')
        if (outcome.status !== 'optimal' || typeof exact === 'string') continue
        optimal++
        const optimum = num(exact)
        expect(Math.abs(outcome.objective - optimum), `${optimum} ${story}`).toBeLessThanOrEqual(
          1e-6 * Math.abs(optimum) + 1e-12,
        )
        expect(outcome.bound - optimum, `${optimum} ${story}`).toBeLessThanOrEqual(1e-13 * Math.abs(optimum) + 1e-18)
        if (outcome.rowPrices === undefined) {
          expect(outcome.reason, story).toMatch(/no row prices/)
          continue
        }
        priced++
        for (const [i, price] of outcome.rowPrices.entries()) {
          expect(breakOf(form, exact, price, i, steps[i]), `row ${i}, optimum ${optimum}, ${story}`).toBeLessThan(1e-6)
        }
      }
    }
    process.stderr.write(`row prices: ${JSON.stringify(ends)}\n`)
    // Refusing everything would prove nothing.
    expect(priced / optimal).toBeGreaterThan(0.95)
    expect(refused / (PROGRAMS * general.length)).toBeLessThan(0.05)
  })

  it('of a row whose coefficient a solver would drop', async () => {
    // min −y,  x + 1e-9 y ≤ 1: a bound derived from the row alone closed this without its price.
    for (const { name } of general) {
      const outcome = await solveForm(
        {
          linear: [0, -1],
          matrix: fromTriplets(1, 2, [
            [0, 0, 1],
            [0, 1, 1e-9],
          ]),
          rowLower: [-Infinity],
          rowUpper: [1],
          lower: [0, 0],
          upper: [Infinity, 1.5e9],
        },
        { solver: name },
      )
      expect(outcome.status).toBe('optimal')
      expect((outcome.rowPrices?.[0] ?? 0) / -1e9).toBeCloseTo(1, 9)
    }
  })
})
