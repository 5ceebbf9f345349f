import { norm2, Program, type ProgramOutcome, solveProgram } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'

/** Programs whose numbers are beyond what solvers look at: they count in larger units, or say which row cannot be computed with. */
describe.each([1e21, 1e200])('a program in units of %s', (size) => {
  const given = (objective: 'sum' | 'norm'): Promise<ProgramOutcome> => {
    const program = new Program()
    const x = program.variables('x', ['a', 'b'], { lower: 0, upper: size })
    program.subjectTo('least', x.times([1, 2]).sum().atLeast(size))
    program.minimize(objective === 'sum' ? x.sum() : norm2(x))
    return solveProgram(program)
  }

  // min x_a + x_b and ‖x‖ over x_a + 2 x_b ≥ size: at (0, ½) and at (1, 2)/5.
  it.each([
    ['sum', size / 2, [0, 0.5], 0.5],
    ['norm', size / Math.sqrt(5), [0.2, 0.4], 1 / Math.sqrt(5)],
  ] as const)('%s', async (objective, value, at, dual) => {
    const found = await given(objective)
    expect(found.status, found.reason).toBe('optimal')
    expect(Math.abs(found.objective! / value - 1)).toBeLessThan(2e-6)
    for (const [r, own] of at.entries()) expect(found.values!.get('x')![r]! / size).toBeCloseTo(own, 2)
    expect(found.duals!.get('least')![0]).toBeCloseTo(dual, 2)
  })
})

describe('numbers far apart in one row', () => {
  it.each([1e150, 1e300])('1 and %s: the optimum, or a refusal that names the row', async (size) => {
    const answered = async (build: (program: Program) => void, value: number): Promise<string> => {
      const program = new Program()
      build(program)
      const found = await solveProgram(program).catch((error: { code: string; message: string }) => error)
      if ('code' in found) {
        expect(found.code, found.message).toBe('number-range')
        expect(found.message).toMatch(/^row \d+ \(/)
        return 'refused'
      }
      if (found.status === 'optimal') expect(Math.abs(found.objective / value - 1)).toBeLessThan(2e-6)
      else expect(found.status).toBe('unproved')
      return found.status
    }
    const ends = [
      await answered((program) => {
        const x = program.variables('x', 2, { lower: 0, upper: 1 })
        program.subjectTo('wide', x.times([size, 1]).sum().atLeast(size))
        program.minimize(x.sum())
      }, 1),
      await answered((program) => {
        const x = program.variables('x', 2, { lower: 0, upper: 1 })
        program.subjectTo('wide', x.times([size, 1]).sum().atLeast(1))
        program.subjectTo('tied', x.times([1, size]).sum().atLeast(1))
        program.subjectTo('even', x.sum().atLeast(1))
        program.minimize(x.sum())
      }, 1),
      await answered((program) => {
        const x = program.variables('x', 2, { lower: 0, upper: 1 })
        program.subjectTo('sum', x.sum().atLeast(1))
        program.minimize(norm2(x.times(size)))
      }, size / Math.SQRT2),
    ]
    expect(ends).toContain('refused')
  })
})
