import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '#src/canonical/canonicalize.js'
import { Program, quadraticForm } from '#src/language/index.js'
import { eighth, seed, seeded } from './properties.js'
import { solveProgram } from './solve.js'

const square = (n: number) => fc.array(fc.array(eighth, { minLength: n, maxLength: n }), { minLength: n, maxLength: n })
const sized = fc.integer({ min: 1, max: 5 })
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
const form = (matrix: readonly (readonly number[])[], x: readonly number[]) =>
  dot(
    x,
    matrix.map((row) => dot(row, x)),
  )
/** G'G of the first `rank` rows of G: positive semidefinite, and singular where rank < n. */
const gram = (g: readonly (readonly number[])[], rank: number) =>
  g.map((_, i) => g.map((__, j) => g.slice(0, rank).reduce((sum, row) => sum + row[i] * row[j], 0)))

describe(`quadraticForm (seed ${seed})`, () => {
  it("is a'Pa for every positive semidefinite matrix, singular ones and the halves of others included", () => {
    const drawn = sized.chain((n) =>
      fc.record({
        g: square(n),
        rank: fc.integer({ min: 0, max: n }),
        x: fc.array(eighth, { minLength: n, maxLength: n }),
        skew: eighth,
      }),
    )
    fc.assert(
      fc.property(drawn, ({ g, rank, x, skew }) => {
        const matrix = gram(g, rank).map((row, i) => row.map((value, j) => value + (i < j ? skew : i > j ? -skew : 0)))
        const program = new Program()
        const value = quadraticForm(program.variables('x', x.length), matrix).evaluate(x)[0]
        const expected = form(matrix, x)
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, ...matrix.flat().map(Math.abs)) * 64)
      }),
      seeded,
    )
  })

  it('refuses every other symmetric matrix, with a direction along which it is negative, and never a semidefinite one', () => {
    let refused = 0
    fc.assert(
      fc.property(
        sized.chain((n) => fc.record({ g: square(n), down: square(n), by: fc.integer({ min: 0, max: 2 }) })),
        ({ g, down, by }) => {
          const n = g.length
          const lowered = gram(down, by)
          const matrix = gram(g, n).map((row, i) => row.map((value, j) => value - lowered[i][j]))
          const program = new Program()
          const x = program.variables(
            'x',
            Array.from({ length: n }, (_, i) => `e${i}`),
          )
          try {
            quadraticForm(x, matrix)
          } catch (error) {
            refused++
            const { code, message, value } = error as { code: string; message: string; value: number }
            expect(code).toBe('not-convex')
            expect(value).toBeLessThan(0)
            // The direction that is named, read back, curves downwards by the matrix itself.
            const direction = Array.from({ length: n }, (_, i) =>
              Number(new RegExp(`(\\S+) in e${i}\\b`).exec(message)?.[1] ?? 0),
            )
            if (Math.abs(value) > 1e-2) expect(form(matrix, direction)).toBeLessThan(0)
            return
          }
          // Sylvester: what was accepted is semidefinite, so random directions find nothing below zero.
          for (let k = 0; k < 50; k++) {
            const direction = Array.from({ length: n }, (_, i) => Math.sin(7 * k + 3 * i + 1))
            expect(form(matrix, direction)).toBeGreaterThanOrEqual(-1e-9 * Math.max(1, ...matrix.flat().map(Math.abs)))
          }
        },
      ),
      seeded,
    )
    expect(refused).toBeGreaterThan(20)
  })

  it('has the optimum of least squares', () => {
    const program = new Program()
    const x = program.variables('x', ['a', 'b'])
    program.subjectTo('sum', x.sum().equals(1))
    program.minimize(
      quadraticForm(x, [
        [2, 1],
        [1, 3],
      ]).plus(x.at('b')),
    )
    const { objective, point } = solveProgram(program)
    // With a = 1 − b: 2 − 2b + 3b² + b… = 3b² − b + 2, least at b = 1/6.
    expect(point[1]).toBeCloseTo(1 / 6, 6)
    expect(objective).toBeCloseTo(2 - 1 / 12, 6)
    expect(canonicalize(program).form.quadratic.values.length).toBeGreaterThan(0)
  })
})
