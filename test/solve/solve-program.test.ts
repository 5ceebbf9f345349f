import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { relaxationOf } from '#src/canonical/conic-form.js'
import { maximum, Program, type ProgramOutcome, positivePart, solveProgram, sumSquares } from '#src/index.js'

/** `solveProgram`: one call from a program to values, duals and proof by the names of its blocks. */
const seed = 20261128
const runs = { seed, numRuns: 10 }

/**
 * A continuous knapsack, whose answer is known without any solver: fill by worth per unit, best first.
 *
 *     maximise Σ worth_j x_j   subject to   Σ x_j ≤ room,  0 ≤ x_j ≤ size_j
 */
interface Knapsack {
  readonly goods: readonly { readonly worth: number; readonly size: number }[]
  readonly room: number
}

const knapsack: fc.Arbitrary<Knapsack> = fc
  .uniqueArray(fc.record({ worth: fc.integer({ min: 1, max: 50 }), size: fc.integer({ min: 1, max: 9 }) }), {
    selector: ({ worth }) => worth,
    minLength: 1,
    maxLength: 6,
  })
  .chain((goods) => {
    const all = goods.reduce((sum, { size }) => sum + size, 0)
    // Halves: the room never ends where a good does, so that the dual is one number.
    return fc.integer({ min: 0, max: all - 1 }).map((whole) => ({ goods, room: whole + 0.5 }))
  })

function filled({ goods, room }: Knapsack): {
  readonly taken: readonly number[]
  readonly worth: number
  readonly dual: number
} {
  let left = room
  let worth = 0
  let dual = 0
  const taken = goods.map(() => 0)
  const order = goods.map((_, j) => j).sort((a, b) => goods[b]!.worth - goods[a]!.worth)
  for (const j of order) {
    const { worth: each, size } = goods[j]!
    taken[j] = Math.min(size, left)
    if (left > 0 && left < size) dual = each
    left -= taken[j]
    worth += each * taken[j]
  }
  return { taken, worth, dual }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, j) => `good ${j}`)

/** Maximised as it stands, or the negative minimised. */
function declare({ goods, room }: Knapsack, sense: 'maximize' | 'minimize'): Program {
  const program = new Program()
  const x = program.variables('taken', names(goods.length), { lower: 0, upper: goods.map(({ size }) => size) })
  program.subjectTo('room', x.sum().atMost(room), ['all'])
  const worth = x.times(goods.map(({ worth }) => worth)).sum()
  if (sense === 'maximize') program.maximize(worth)
  else program.minimize(worth.times(-1))
  return program
}

function optimal(solved: ProgramOutcome): Extract<ProgramOutcome, { status: 'optimal' }> {
  if (solved.status !== 'optimal') throw new Error(`${solved.status}: ${solved.reason}`)
  return solved
}

describe(`solveProgram, seed ${seed}`, () => {
  it('finds what filling by worth finds: values, objective, dual, and a bound on the far side', async () => {
    await fc.assert(
      fc.asyncProperty(knapsack, async (given) => {
        const { taken, worth, dual } = filled(given)
        const solved = optimal(await solveProgram(declare(given, 'maximize')))
        expect(solved.objective).toBeCloseTo(worth, 6)
        expect(solved.bound).toBeGreaterThanOrEqual(solved.objective)
        expect(solved.bound).toBeLessThanOrEqual(worth + 1e-6 * Math.max(1, worth))
        for (const [j, amount] of taken.entries()) expect(solved.value('taken', `good ${j}`)).toBeCloseTo(amount, 6)
        expect(solved.dual('room', 'all')).toBeCloseTo(dual, 6)
      }),
      runs,
    )
  })

  it('minimising the negative is the same but for the signs of objective, bound and duals', async () => {
    await fc.assert(
      fc.asyncProperty(knapsack, async (given) => {
        const most = optimal(await solveProgram(declare(given, 'maximize')))
        const least = optimal(await solveProgram(declare(given, 'minimize')))
        expect(least.objective).toBeCloseTo(-most.objective, 9)
        expect(least.bound).toBeLessThanOrEqual(least.objective)
        expect(least.dual('room')).toBeCloseTo(-most.dual('room')!, 6)
      }),
      runs,
    )
  })

  it('the objective and expressions are evaluated from the atoms at the point', async () => {
    const program = new Program()
    const x = program.variables('x', ['a', 'b', 'c'], { lower: 0 })
    program.subjectTo('budget', x.sum().equals(1))
    const levels = x.times([1, 2, 4])
    program.minimize(maximum(levels).plus(positivePart(levels.minus(10)).sum()))
    const solved = optimal(await solveProgram(program))
    expect([...solved.values.get('x')!].map((value) => value * 7)).toEqual([4, 2, 1].map((n) => expect.closeTo(n, 6)))
    expect(solved.objective).toBe(Math.max(...solved.evaluate(levels)))
    expect(solved.dual('budget')).toBeCloseTo(4 / 7, 6)
    expect(relaxationOf(solved.canonical.form).linear.length).toBe(solved.outcome.x!.length)
  })

  it('quadratic and integer programs, and programs without an objective', async () => {
    const squares = new Program()
    const x = squares.variables('x', 2)
    squares.subjectTo('sum', x.sum().equals(2))
    squares.minimize(sumSquares(x))
    expect(optimal(await solveProgram(squares)).objective).toBeCloseTo(2, 5)

    const lots = new Program()
    const y = lots.variables('y', 1, { lower: 0, upper: 9, integer: true })
    lots.subjectTo('room', y.times(2).sum().atMost(7))
    lots.maximize(y.sum())
    const solved = optimal(await solveProgram(lots))
    expect([solved.value('y'), solved.boundProof]).toEqual([3, 'tree'])

    const none = new Program()
    none.variables('z', 1, { lower: 2, upper: 3 })
    expect(optimal(await solveProgram(none))).toMatchObject({ objective: 0, bound: 0, relativeGap: 0 })
  })

  it('says why there is no answer by the names of the program', async () => {
    const program = new Program()
    const x = program.variables('x', ['BTC', 'ETH'], { lower: 0, upper: 1 })
    program.subjectTo('demand', x.atLeast([2, 0]), ['BTC', 'ETH'])
    const solved = await solveProgram(program)
    expect(solved).toMatchObject({ status: 'infeasible', reason: expect.stringContaining('[BTC]') })
    expect(solved.values).toBeUndefined()

    const falling = new Program()
    falling.minimize(falling.variables('x', 1, { upper: 0 }).sum())
    expect((await solveProgram(falling)).status).toBe('unbounded')
  })

  it('refuses names that the program has not, and what is no program', async () => {
    const solved = optimal(await solveProgram(declare({ goods: [{ worth: 1, size: 1 }], room: 0.5 }, 'maximize')))
    expect(() => solved.value('takn')).toThrow(expect.objectContaining({ code: 'unknown-name', path: 'value' }))
    for (const label of ['good 9', 1, -1]) {
      expect(() => solved.value('taken', label)).toThrow(expect.objectContaining({ code: 'unknown-name' }))
    }
    await expect(solveProgram({} as Program)).rejects.toMatchObject({ code: 'wrong-type' })
    await expect(solveProgram(new Program(), { tolerence: 1 } as object)).rejects.toMatchObject({
      code: 'unknown-option',
    })
  })
})
