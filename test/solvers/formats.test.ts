import loadHighs from 'highs'
import { describe, expect, it } from 'vitest'
import { formats, fromTriplets, solveForm, standardForm } from '#src/index.js'
import { refusalOf } from '#src/solvers/choose.js'
import { solver as jslp } from '#src/solvers/jslp.js'
import { form } from './cases/case.js'
import { cases } from './cases/index.js'

/** The package's types describe its CommonJS face. */
const start = loadHighs as unknown as () => Promise<{
  solve(
    text: string,
    options: object,
  ): { Status: string; ObjectiveValue: number; Columns: Record<string, { Primal: number }> }
}>
const text = (chunks: Iterable<string>): string => Array.from(chunks).join('')

describe('LP text', () => {
  // The quadratic solver of HiGHS adds 1e-7 to Q, 0.8 % of this optimum, which we polish away.
  const unreadable = ['nearly flat is not flat']
  const written = Object.entries(cases).filter(
    ([title, { form, status }]) => status === 'optimal' && form.linear.length > 0 && !unreadable.includes(title),
  )

  it.each(written)('%s: read back by HiGHS it has the same optimum', async (_, { form: input, objective }) => {
    const highs = await start()
    const lp = text(formats.lp.compile(standardForm(input)))
    const back = highs.solve(lp, { output_flag: false, mip_rel_gap: 0, dual_feasibility_tolerance: 1e-10 })
    const direct = await solveForm(input)
    expect(back.Status).toBe('Optimal')
    expect(direct.status).toBe('optimal')
    if (direct.status !== 'optimal') return
    expect(Math.abs(back.ObjectiveValue - direct.objective)).toBeLessThan(1e-6 * Math.max(1, Math.abs(objective!)))
  })

  it('keeps every digit and short lines, and writes a range as two rows', () => {
    const many = Array.from({ length: 400 }, (_, j) => 1 / (j + 3))
    const lp = text(formats.lp.compile(standardForm(form({ cost: many, rows: [[-0.1, many, 1 / 3]], offset: 0.1 }))))
    expect(lp).toContain('+ 0.3333333333333333 x0')
    expect(lp).toContain(String(many[399]))
    expect(lp).toMatch(/ >= -0\.1\n r0u: /)
    expect(lp).toMatch(/ <= 0\.3333333333333333\n/)
    expect(Math.max(...lp.split('\n').map((line) => line.length))).toBeLessThan(255)
  })

  it('says a constant, a row without terms and crossed bounds by the column one', () => {
    const constant = text(formats.lp.compile(standardForm(form({ cost: [0], offset: -2.5 }))))
    expect(constant).toContain(' obj: + 0 x0 - 2.5 one\nSubject To\n fixed: + 1 one = 1\n')
    const rows = [
      [0, [0], 1],
      [1, [0], 2],
      [3, [1], 2],
    ] as const
    const never = text(formats.lp.compile(standardForm(form({ cost: [1], rows, lower: [0], upper: [-1] }))))
    expect(never).toContain(
      'Subject To\n c0: + 1 one = 0\n r1: + 1 one = 0\n r2: + 1 one = 0\nBounds\n x0 free\n one = 1\n',
    )
    expect(text(formats.lp.compile(standardForm(form({ cost: [] }))))).toContain(' obj: + 0 one\n')
  })

  it('multiplies rows of very small or large coefficients, which readers drop, by a power of two', () => {
    const rows = [[1e-11, [1e-12, 3e-12], Infinity]] as const
    const lp = text(formats.lp.compile(standardForm(form({ cost: [1, 1], rows }))))
    const [, exponent, first, side] = /r0 is multiplied by 2\^(\d+)\n r0: \+ (\S+) x0 .* >= (\S+)\n/.exec(lp)!
    expect(Number(first)).toBe(1e-12 * 2 ** Number(exponent))
    expect(Number(side)).toBe(1e-11 * 2 ** Number(exponent))
    expect(Number(first)).toBeGreaterThan(1e-3)
  })

  it('refuses a finite bound that readers take for infinite', () => {
    const input = standardForm(form({ cost: [1], upper: [1e20] }))
    expect(() => text(formats.lp.compile(input))).toThrow(
      expect.objectContaining({ code: 'not-expressible', path: 'x0', value: 1e20 }),
    )
  })

  it('comes in chunks', () => {
    expect(Array.from(formats.lp.compile(standardForm(form({ cost: Array(5000).fill(1) })))).length).toBeGreaterThan(
      1000,
    )
  })
})

describe('JSON formats', () => {
  it('glpk: an object of glpk.js, zeros dropped, whole bounds for integers', () => {
    const input = form({
      cost: [1, 0],
      rows: [[1, [2, 0], 3]],
      lower: [0.5, -Infinity],
      integer: [true, false],
      keepZeros: true,
      offset: 7,
    })
    expect(JSON.parse(text(formats.glpk.compile(standardForm(input))))).toEqual({
      name: 'spillway',
      objective: {
        direction: 1,
        name: 'cost',
        vars: [
          { name: 'x0', coef: 1 },
          { name: 'x1', coef: 0 },
          { name: 'one', coef: 7 },
        ],
      },
      subjectTo: [{ name: 'r0', vars: [{ name: 'x0', coef: 2 }], bnds: { type: 4, lb: 1, ub: 3 } }],
      bounds: [
        { name: 'x0', type: 2, lb: 1, ub: Number.MAX_VALUE },
        { name: 'x1', type: 1, lb: -Number.MAX_VALUE, ub: Number.MAX_VALUE },
        { name: 'one', type: 5, lb: 1, ub: 1 },
      ],
      generals: ['x0'],
    })
  })

  it('jslp: free columns split, bounds shifted, zeros dropped', () => {
    const input = form({
      cost: [1, -1, 2],
      rows: [[-Infinity, [1, 0, 1], 6]],
      lower: [2, -Infinity, -Infinity],
      upper: [5, 4, Infinity],
      keepZeros: true,
    })
    expect(JSON.parse(text(formats.jslp.compile(standardForm(input))))).toEqual({
      name: 'spillway',
      optimize: 'cost',
      opType: 'min',
      constraints: { u0: { max: 3 }, r0: { max: 4 }, one: { equal: 1 } },
      variables: {
        x0: { cost: 1, u0: 1, r0: 1 },
        x1: { cost: 1 },
        x2: { cost: 2, r0: 1 },
        x2n: { cost: -2, r0: -1 },
        one: { cost: -2, one: 1 },
      },
      ints: {},
      shifts: { x0: 2, x1: 4 },
    })
  })

  it.each(['glpk', 'jslp'] as const)('%s: refuses a quadratic objective, naming the entry', (format) => {
    const input = standardForm(
      form({
        cost: [1, 1],
        quadratic: [
          [1, 0, 0],
          [1, 1, 2],
        ],
      }),
    )
    expect(() => text(formats[format].compile(input))).toThrow(
      expect.objectContaining({ code: 'not-expressible', path: 'quadratic[1, 1]' }),
    )
  })

  it('jslp: refuses an integer variable without any bound, as its solver does', () => {
    const input = standardForm(form({ cost: [1], rows: [[1, [2], 9]], lower: [-Infinity], integer: [true] }))
    expect(() => text(formats.jslp.compile(input))).toThrow(
      expect.objectContaining({ code: 'not-expressible', path: 'integer[0]' }),
    )
    expect(refusalOf(jslp, input)).toMatchObject({ code: 'not-expressible' })
  })

  it('an explicit zero in Q is no quadratic objective', async () => {
    const input = { ...form({ cost: [1], rows: [[1, [2], 9]] }), quadratic: fromTriplets(1, 1, [[0, 0, 0]]) }
    expect((await solveForm(input, { solver: 'glpk' })).status).toBe('optimal')
  })
})
