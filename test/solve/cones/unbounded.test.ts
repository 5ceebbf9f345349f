import { absolute, evar, logSumExp, norm2, Program, solveProgram, sumSquares } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../books.js'

/**
 * Programs with curved atoms that nothing bounds are `unbounded`, with the direction by name, and those next to them that do not are not.
 * The oracle is conjugate functions: ‖x‖ − c·x is bounded below just where ‖c‖ ≤ 1, ln Σ exp(x) − c·x just where c is a distribution.
 */
const SEED = 14
const CASES = 3

describe(`programs with curved atoms (seed ${SEED})`, () => {
  it('‖S x − b‖ − c·x is unbounded just where ‖S⁻¹ c‖ > 1', async () => {
    for (let n = 0; n < CASES; n++) {
      const random = randomFrom(SEED + n)
      const size = random.whole(1, 4)
      const draw = (low: number, high: number) => Float64Array.from({ length: size }, () => random.between(low, high))
      const [scale, shift, raw] = [draw(0.2, 5), draw(-3, 3), draw(-1, 1)]
      for (const length of [0.8, 1.3]) {
        const c = raw.map((own, r) => (own / Math.hypot(...raw)) * length * scale[r]!)
        const program = new Program()
        const x = program.variables(
          'x',
          Array.from(c, (_, r) => `m${r}`),
        )
        program.minimize(norm2(x.times(scale).minus(shift)).minus(x.dot(c)))
        const { status, reason } = await solveProgram(program)
        expect(status, `${n} ${length}: ${reason}`).toBe(length > 1 ? 'unbounded' : 'optimal')
        if (length > 1) expect(reason).toMatch(/falls by .* x\[m\d\] by /)
      }
    }
  })

  it('ln Σ exp(x) − c·x is unbounded just where c is no distribution, evar(x) − c·x where c does not add up to 1', async () => {
    for (const [c, isBounded] of [
      [[0.2, 0.3, 0.5], true],
      [[0.2, 0.3, 0.6], false],
      [[0.2, 0.3, 0.4], false],
      [[-0.2, 0.5, 0.7], false],
    ] as const) {
      const program = new Program()
      const x = program.variables('x', 3)
      program.maximize(x.dot(c).minus(logSumExp(x)))
      const { status, reason } = await solveProgram(program)
      expect(status, `${c}: ${reason}`).toBe(isBounded ? 'optimal' : 'unbounded')
    }
    const program = new Program()
    const x = program.variables('x', 3)
    program.minimize(evar(x, 0.5).minus(x.dot([0.5, 0.5, 0.5])))
    expect((await solveProgram(program)).status).toBe('unbounded')
  })

  it('constraints stop directions, squares stop what they hold, and without a point nothing is unbounded', async () => {
    const given = (bound: number, cap: number, square = 0) => {
      const program = new Program()
      const x = program.variables('x', ['a', 'b'])
      const y = program.variables('y', 1)
      program.subjectTo('cone', norm2(x).minus(y).atMost(0))
      program.subjectTo('far', absolute(y).atMost(cap))
      program.subjectTo('most', x.at('a').atMost(bound))
      program.minimize(
        x
          .at('b')
          .plus(x.at('a').times(0.5))
          .plus(sumSquares(x.at('b'), square)),
      )
      return solveProgram(program)
    }
    expect((await given(1, Infinity)).status).toBe('unbounded')
    expect((await given(1, 5)).status).toBe('optimal')
    // b is held by its square, a falls.
    const held = await given(1, Infinity, 1)
    expect(held.status).toBe('unbounded')
    expect(held.reason).not.toContain('x[b]')
    const program = new Program()
    const x = program.variables('x', 2)
    program.subjectTo('ball', norm2(x).atMost(1))
    program.subjectTo('beyond', x.sum().atLeast(2))
    program.minimize(program.variables('free', 1))
    expect((await solveProgram(program)).status).toBe('infeasible')
  })
})
