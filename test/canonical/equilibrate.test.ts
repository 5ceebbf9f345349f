import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equilibrate, hasTinyCoefficients } from '#src/canonical/equilibrate.js'
import { judgeFeasibility, objectiveValue } from '#src/certificates/index.js'
import { type FormInput, solveForm, solvers, standardForm } from '#src/index.js'
import { form } from '../solvers/cases/case.js'

const seed = 20263
const oo = Infinity

describe('forms in other units', () => {
  const power = fc.integer({ min: -40, max: 40 }).map((exponent) => 2 ** exponent)
  const entry = fc.tuple(fc.integer({ min: -9, max: 9 }), power).map(([digits, unit]) => digits * unit)
  const wild = fc
    .record({
      cost: fc.array(entry, { minLength: 3, maxLength: 3 }),
      rows: fc.array(fc.array(entry, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      curvature: fc.array(power, { minLength: 3, maxLength: 3 }),
      integer: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    })
    .map(
      ({ cost, rows, curvature, integer }): FormInput =>
        form({
          cost,
          rows: rows.map((coefficients) => [-1, coefficients, 1] as const),
          lower: [-1, -oo, 0],
          upper: [oo, 2, 3],
          quadratic: curvature.map((value, j) => [j, j, value] as const),
          integer,
        }),
    )

  it('keep value, violations and duals, exactly, on the way there and back', () => {
    const values = fc.array(entry, { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(wild, values, values, (input, point, duals) => {
        const before = standardForm(input)
        const { form: after, recover } = equilibrate(before)
        const z = Float64Array.from(point.slice(0, 3))
        const y = Float64Array.from(duals.slice(0, before.matrix.rows))
        const { x, rowPrices } = recover({ claim: 'optimal', status: '', x: z, rowPrices: y })
        expect(objectiveValue(before, x!)).toBe(objectiveValue(after, z))
        after.integer.forEach((flag, j) => {
          if (flag) expect(x![j]).toBe(z[j])
        })
        // Activities and duals change by the same powers of two, so their products stay.
        const products = (of: typeof before, at: Float64Array, prices: Float64Array): number[] =>
          Array.from(prices, (price, i) => {
            let sum = 0
            for (let j = 0; j < 3; j++) {
              for (let p = of.matrix.starts[j]; p < of.matrix.starts[j + 1]; p++) {
                if (of.matrix.indices[p] === i) sum += of.matrix.values[p] * at[j]
              }
            }
            return sum * price
          })
        expect(products(before, x!, rowPrices!)).toEqual(products(after, z, y))
        expect(judgeFeasibility(before, x!).absolute === 0).toBe(judgeFeasibility(after, z).absolute === 0)
      }),
      { seed, numRuns: 200 },
    )
  })

  it('are asked for where an entry is tiny, and only there', () => {
    const rowOf = (...coefficients: number[]) =>
      standardForm(form({ cost: coefficients.map(() => 1), rows: [[0, coefficients, 1]] }))
    expect(hasTinyCoefficients(rowOf(1, 1e-9), 1e-9)).toBe(true)
    expect(hasTinyCoefficients(rowOf(1e9, 1), 1e-9)).toBe(true)
    expect(hasTinyCoefficients(rowOf(1, 0, 1e-8), 1e-9)).toBe(false)
    expect(hasTinyCoefficients(rowOf(1e6, 1), 1e-9)).toBe(false)
  })

  it('even out a row of one and of a billionth', () => {
    const { form: even } = equilibrate(standardForm(form({ cost: [0, -1], rows: [[-oo, [1, 1e-9], 1]] })))
    even.matrix.values.forEach((value) => {
      expect(Math.abs(Math.log2(value))).toBeLessThanOrEqual(1)
    })
  })

  it('answer for coefficients that a solver drops, in either writing', async () => {
    for (const rows of [[[-oo, [1, 1e-9], 1]], [[-oo, [1e9, 1], 1e9]]] as const) {
      for (const solver of [undefined, ...solvers.map(({ name }) => name)]) {
        const outcome = await solveForm(form({ cost: [0, -1], rows, upper: [oo, 1e10] }), { solver })
        expect(outcome.status).toBe('optimal')
        expect(outcome.objective! / -1e9).toBeCloseTo(1, 12)
      }
    }
  })
})

describe('gaps', () => {
  it('are measured against the answer, not against a penalty that nobody pays', async () => {
    for (const penalty of [1, 1e3, 1e6, 1e9, 1e12]) {
      for (const gain of [1e-8, 1e-6, 1e-3]) {
        for (const { name } of solvers) {
          // min penalty·s − gain·x,  s + x ≤ 1e4, whose optimum is −1e4·gain.
          const outcome = await solveForm(form({ cost: [penalty, -gain], rows: [[-oo, [1, 1], 1e4]] }), {
            solver: name,
          })
          if (outcome.status === 'optimal') expect(outcome.objective / (-1e4 * gain)).toBeCloseTo(1, 5)
          else {
            expect(outcome.status).toBe('unproved')
            expect(outcome.relativeGap ?? 1).toBeGreaterThan(1e-6)
            expect(name).not.toBe('highs')
          }
        }
      }
    }
  })

  it('of an optimum of exactly zero close', async () => {
    const cases = [
      form({ cost: [1, 1], rows: [[0, [1, -1], 0]] }),
      form({ cost: [1e6, -1e6], rows: [[0, [1, -1], oo]], lower: [-oo, -oo], upper: [9, 9] }),
      form({ cost: [3, 0.1], rows: [[1 / 3, [1 / 3, 1], oo]], lower: [0, -1], upper: [5, 30], offset: -1 / 30 }),
    ]
    for (const input of cases) {
      for (const { name } of solvers.filter(({ refusal }) => refusal === undefined)) {
        const outcome = await solveForm(input, { solver: name })
        expect(outcome.status, `${name} ${JSON.stringify(outcome)}`).toBe('optimal')
        expect(Math.abs(outcome.objective!)).toBeLessThan(1e-9)
      }
    }
  })
})
