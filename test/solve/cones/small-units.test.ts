import { describe, expect, it } from 'vitest'
import { canonicalizeWithCones, hasCones } from '#src/canonical/index.js'
import { type Expression, evar, norm2, Program, standardDeviation } from '#src/language/index.js'
import { solveProgram } from '#src/solve/index.js'
import { reachOf } from '#src/solve/reach.js'
import { solvers } from '#src/solvers/index.js'

/** Positively homogeneous, and what each is at (1, 1), by hand. */
const atoms: readonly (readonly [string, (a: Expression) => Expression, number])[] = [
  ['norm2', (a) => norm2(a), Math.SQRT2],
  [
    'standardDeviation',
    (a) =>
      standardDeviation(a, [
        [1, 1],
        [1, 1],
      ]),
    2,
  ],
  ['evar', (a) => evar(a, 0.5), 1],
]

/** f(k x) ≤ k although x₀ + x₁ is so large that f(k x) ≥ 1.06 k: infeasible in the units of x, whatever k is. */
const beyond = (atom: (a: Expression) => Expression, one: number, k: number): Program => {
  const program = new Program()
  const x = program.variables('x', 2, { lower: -10, upper: 10 })
  program.subjectTo('least', x.sum().atLeast((2 * 1.06) / one))
  program.subjectTo('most', atom(x.times(k)).atMost(k))
  program.minimize(x.sum())
  return program
}

describe('a constraint with an atom is kept in the units of its variables', () => {
  it.each(atoms)('%s', async (_, atom, one) => {
    for (const solver of [undefined, 'highs']) {
      const { status, values } = await solveProgram(beyond(atom, one, 1e-8), { solver, timeLimitSeconds: 2 })
      expect(values?.get('x'), `${solver}: ${status}`).toBeUndefined()
      expect(['infeasible', 'unproved', 'limit']).toContain(status)
    }
  })

  it('an atom moves as its argument does, and never further than its column may', () => {
    for (const [name, atom, one] of atoms) {
      for (const k of [1e-8, 1e-3, 1, 1e3]) {
        const canonical = canonicalizeWithCones(beyond(atom, one, k))
        if (!hasCones(canonical)) throw new Error('an atom without cones')
        const { lower, upper } = canonical.form.relaxation
        const reach = reachOf(canonical, canonical.lift(Float64Array.of(0.25, 0.5)))
        const column = canonical.variableCount
        const width = reach.upper[column] - reach.lower[column]
        expect(width, `${name} ${canonical.columnName(column)}`).toBeGreaterThanOrEqual(0.2 * k)
        expect(width).toBeLessThanOrEqual(4 * k)
        lower.forEach((low, j) => {
          expect(reach.lower[j]).toBeGreaterThanOrEqual(low)
          expect(reach.upper[j]).toBeLessThanOrEqual(upper[j]!)
        })
      }
    }
  })
})

describe('a solver that breaks', () => {
  const ball = (): Program => {
    const program = new Program()
    const x = program.variables('x', 3, { lower: -9, upper: 9 })
    program.subjectTo('ball', norm2(x.minus([1, 1, 1])).atMost(2))
    program.minimize(x.dot([3, -1, 2]))
    return program
  }
  const breaking = (answers: number) => {
    let left = answers
    const [highs] = solvers as [(typeof solvers)[number]]
    return {
      ...highs,
      name: 'breaking',
      isOutside: true,
      answer: async (...given: Parameters<typeof highs.answer>) => {
        if (left-- > 0) return highs.answer(...given)
        throw new Error('broken')
      },
    }
  }

  it('on the first tangents is an error, on later ones it leaves what is known', async () => {
    await expect(solveProgram(ball(), { solver: breaking(0) })).rejects.toMatchObject({ code: 'engine-failed' })
    const statuses = new Set<string>()
    for (const answers of [1, 4]) {
      const { status, bound } = await solveProgram(ball(), { solver: breaking(answers) })
      statuses.add(status)
      expect(['optimal', 'unproved']).toContain(status)
      if (bound !== undefined) expect(bound).toBeLessThanOrEqual(4 - 2 * Math.sqrt(14) + 1e-12)
    }
    expect(statuses).toContain('unproved')
  })
})

describe('a direction on the edge of a cone', () => {
  it.each(['default', 'clarabel', 'highs'])('%s', async (name) => {
    const program = new Program()
    const x = program.variables('x', 2)
    const risk = standardDeviation(x, [
      [1, 1],
      [1, 1],
    ])
    program.subjectTo('risk', risk.atMost(1))
    program.maximize(x.dot([0, 1]))
    const { status, reason } = await solveProgram(program, name === 'default' ? {} : { solver: name })
    expect(status, reason).toBe('unbounded')
  })
})
