import { type FormInput, fromTriplets, solveForm, standardForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { blockObjective } from '#src/canonical/block-program.js'
import { findBlocks } from '#src/canonical/blocks.js'
import { dualBound, impliedBounds, judgeFeasibility, objectiveValue } from '#src/certificates/index.js'
import { solveBlocks } from '#src/solvers/blocks/solve-blocks.js'
import { formOf, randomProgram } from './support.js'

/** `BLOCK_PROGRAMS=500 npx vitest run test/solvers/blocks/properties.test.ts` for the long campaign. */
const COUNT = Number(process.env.BLOCK_PROGRAMS ?? 60)
const FIRST = Number(process.env.BLOCK_SEED ?? 1)

const close = (a: number, b: number): number => Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b))

describe('random programs', () => {
  it(`reach the optimum of an independent solver and prove it (${COUNT} seeds from ${FIRST})`, async () => {
    const wrong: string[] = []
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const program = randomProgram(seed)
      const { status, x, value, bound, counts } = solveBlocks(program)
      const reference = await solveForm(formOf(program), { solver: 'highs', refine: false })
      const says = `seed ${seed}: ${status} ${value} with bound ${bound}, highs ${reference.objective}, ${JSON.stringify(counts)}`
      const isRight =
        reference.status === 'optimal' &&
        close(value, reference.objective) < 1e-8 &&
        close(bound, reference.objective) < 1e-8 &&
        close(value, blockObjective(program, x)) < 1e-14
      const sums = program.total.map((total) => -total)
      program.row.forEach((k, v) => {
        if (k >= 0) sums[k] += x[v]
        if (!(x[v] >= 0 && x[v] <= program.upper[v])) wrong.push(`${says}: x[${v}] is ${x[v]}`)
      })
      if (!isRight || sums.some((own, k) => Math.abs(own) > 1e-14 * program.total[k])) wrong.push(says)
    }
    expect(wrong).toEqual([])
  })

  it('are found again in a standard form, however it is turned, with duals that close the gap', async () => {
    const wrong: string[] = []
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const program = randomProgram(seed)
      const form = standardForm(formOf(program, seed))
      const found = findBlocks(form)
      if (typeof found === 'string') {
        wrong.push(`seed ${seed}: ${found}`)
        continue
      }
      const { value } = solveBlocks(program)
      const { x, prices, shares } = solveBlocks(found.program)
      const point = found.pointOf(x)
      const own = objectiveValue(form, point)
      const bounds = impliedBounds(form)
      const { bound } = dualBound(form, found.rowDualsOf(prices, shares), { bounds, around: point })
      const { relative } = judgeFeasibility(form, point)
      if (close(own, value) < 1e-8 && close(own, bound) < 1e-8 && relative < 1e-8) continue
      wrong.push(`seed ${seed}: ${own} for ${value}, bound ${bound}, violation ${relative}`)
    }
    expect(wrong).toEqual([])
  })

  it('are proved by the shared judges when this solver is asked for by name', async () => {
    for (let seed = FIRST; seed < FIRST + COUNT; seed += 10) {
      const form = formOf(randomProgram(seed), seed)
      const outcome = await solveForm(form, { solver: 'blocks' })
      const reference = await solveForm(form, { solver: 'highs' })
      expect(outcome.status, `seed ${seed}`).toBe('optimal')
      expect(close(outcome.objective!, reference.objective!), `seed ${seed}`).toBeLessThan(1e-8)
    }
  })

  it('with curvature agree with the quadratic solver', async () => {
    const wrong: string[] = []
    for (let seed = FIRST; seed < FIRST + COUNT / 4; seed++) {
      const program = randomProgram(1000 + seed, true)
      const { status, value, bound } = solveBlocks(program)
      const reference = await solveForm(formOf(program), { solver: 'highs' })
      if (reference.objective !== undefined && close(value, reference.objective) < 1e-6 && close(value, bound) < 1e-6)
        continue
      wrong.push(`seed ${seed}: ${status} ${value} ${bound}, highs ${reference.status} ${reference.objective}`)
    }
    expect(wrong).toEqual([])
  })
})

describe('forms of another shape', () => {
  const refused: Readonly<Record<string, [FormInput, RegExp]>> = {
    'an integer variable': [
      { ...formOf(randomProgram(2)), integer: Array.from({ length: formOf(randomProgram(2)).linear.length }, () => 1) },
      /integer/,
    ],
    'a variable in two rows': [
      {
        linear: [1, 1],
        matrix: fromTriplets(2, 2, [
          [0, 0, 1],
          [0, 1, 1],
          [1, 0, 1],
          [1, 1, -1],
        ]),
        rowLower: [1, 0],
        rowUpper: [1, 0],
        lower: [0, 0],
        upper: [1, 1],
      },
      /two coupling rows/,
    ],
    'an unbounded variable': [
      {
        linear: [1],
        matrix: fromTriplets(1, 1, []),
        rowLower: [0],
        rowUpper: [0],
        lower: [-Infinity],
        upper: [Infinity],
      },
      /nothing bounds/,
    ],
  }
  it.each(Object.entries(refused))('%s: not expressible, and why', async (_, [form, reason]) => {
    const asked = solveForm(form, { solver: 'blocks' })
    await expect(asked).rejects.toMatchObject({ code: 'not-expressible', message: expect.stringMatching(reason) })
  })
})
