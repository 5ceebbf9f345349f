import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '#src/canonical/index.js'
import {
  applyAtom,
  curvedFamilies,
  Expression,
  evar,
  logSumExp,
  norm2,
  Program,
  standardDeviation,
} from '#src/language/index.js'
import { solveProgram } from '#src/solve/index.js'
import { codeOf } from '../../code-of.js'
import { randomFrom, seed } from '../../language/properties.js'

const numbers = (rows: number, scale = 4) =>
  fc.array(
    fc.integer({ min: -8 * scale, max: 8 * scale }).map((n) => n / 8),
    { minLength: rows, maxLength: rows },
  )
const drawn = fc
  .integer({ min: 1, max: 5 })
  .chain((rows) =>
    fc.record({ rows: fc.constant(rows), parameters: fc.nat(), entries: numbers(rows), others: numbers(rows) }),
  )
const laws = { seed, numRuns: 80 }

describe.each(curvedFamilies)(`atom $name (seed ${seed})`, (family) => {
  it('is convex, and increasing where it says so', () => {
    fc.assert(
      fc.property(drawn, ({ rows, parameters, entries, others }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        expect(atom.name).toBe(family.name)
        const value = (a: readonly number[]) => atom.value(Float64Array.from(a))[0]!
        const middle = value(entries.map((entry, r) => (entry + others[r]!) / 2))
        expect(middle).toBeLessThanOrEqual((value(entries) + value(others)) / 2 + 1e-9)
        if (atom.monotonicity === 'none') return
        expect(value(entries.map((entry, r) => Math.max(entry, others[r]!)))).toBeGreaterThanOrEqual(
          value(entries) - 1e-9,
        )
      }),
      laws,
    )
  })

  it('is its value at a fixed point, bounded from below by tangents', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ rows, parameters, entries }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const program = new Program()
        const x = program.variables('x', rows)
        program.subjectTo('fixed', x.equals(entries))
        program.minimize(applyAtom(atom, x).times(2).plus(1))
        const solved = await solveProgram(program)
        const value = 2 * atom.value(Float64Array.from(entries))[0]! + 1
        expect(solved.status).toBe('optimal')
        expect(solved.objective).toBeCloseTo(value, 9)
        expect(solved.bound!).toBeLessThanOrEqual(value + 1e-12)
        expect(solved.bound!).toBeGreaterThan(value - 1e-6 * Math.max(1, Math.abs(value)))
      }),
      { seed, numRuns: 3 },
    )
  })

  it('refuses a concave use, and a form that does not say it', () => {
    const program = new Program()
    const x = program.variables('x', 2)
    const atom = applyAtom(family.draw(2, randomFrom(1)), x)
    expect(codeOf(() => program.subjectTo('concave', atom.atLeast(1)))).toBe('not-convex')
    expect(codeOf(() => program.maximize(atom))).toBe('not-convex')
    program.minimize(atom)
    expect(codeOf(() => canonicalize(program))).toBe('not-expressible')
  })
})

describe('second-order cones', () => {
  it('the distance of a point from a hyperplane, |a·p − b|/‖a‖', async () => {
    const random = randomFrom(seed)
    for (let n = 0; n < 4; n++) {
      const rows = 2 + n
      const [a, p] = [0, 1].map(() => Array.from({ length: rows }, () => 4 * random() - 2)) as [number[], number[]]
      const program = new Program()
      const x = program.variables('x', rows)
      program.subjectTo('plane', x.dot(a).equals(1))
      program.minimize(norm2(x.minus(p)))
      const solved = await solveProgram(program)
      expect(solved.status).toBe('optimal')
      expect(solved.objective).toBeCloseTo(Math.abs(dot(a, p) - 1) / Math.hypot(...a), 6)
      expect(solved.objective! - solved.bound!).toBeLessThan(1e-6 * solved.objective!)
    }
  })

  it('the furthest point of a ball, c·p + r‖c‖, and its price ‖c‖', async () => {
    const c = [3, -1, 2]
    const program = new Program()
    const x = program.variables('x', 3)
    program.subjectTo('ball', norm2(x.minus([1, 1, 1]), 'distance').atMost(2))
    program.maximize(x.dot(c))
    const solved = await solveProgram(program)
    expect(solved.status).toBe('optimal')
    expect(solved.objective).toBeCloseTo(4 + 2 * Math.sqrt(14), 6)
    expect(solved.duals!.get('ball')![0]).toBeCloseTo(Math.sqrt(14), 4)
  })

  it('the portfolio of least deviation, 1/√(1′C⁻¹1)', async () => {
    const covariance = [
      [0.04, 0.006, 0],
      [0.006, 0.09, 0.01],
      [0, 0.01, 0.16],
    ]
    const program = new Program()
    const w = program.variables('w', 3)
    program.subjectTo('all', w.sum().equals(1))
    program.minimize(standardDeviation(w, covariance))
    const solved = await solveProgram(program)
    expect(solved.objective).toBeCloseTo(1 / Math.sqrt(sumOfInverse(covariance)), 8)
  })

  it('no point of a ball beyond it, which is proved; none where there is none, with the direction', async () => {
    const program = new Program()
    const x = program.variables('x', 3)
    program.subjectTo('ball', norm2(x).atMost(1))
    program.subjectTo('far', x.sum().atLeast(1.74))
    expect((await solveProgram(program)).status).toBe('infeasible')
    const open = new Program()
    const y = open.variables('y', 2)
    open.minimize(norm2(y).minus(y.sum()))
    const solved = await solveProgram(open)
    expect(solved.status).toBe('unbounded')
    expect(solved.reason).toContain('y[')
  })

  it('integers under a cone: every lattice point of a disc counted', async () => {
    const program = new Program()
    const x = program.variables('x', 2, { lower: -9, upper: 9, integer: true })
    program.subjectTo('disc', norm2(x.minus([0.3, 0.1])).atMost(4.5))
    program.maximize(x.dot([1, 1.37]))
    let most = -Infinity
    for (let i = -9; i <= 9; i++)
      for (let j = -9; j <= 9; j++) if (Math.hypot(i - 0.3, j - 0.1) <= 4.5) most = Math.max(most, i + 1.37 * j)
    const solved = await solveProgram(program)
    expect(solved.status).toBe('optimal')
    expect(solved.objective).toBeCloseTo(most, 6)
  })
})

describe('exponential cones', () => {
  it('equal shares minimise the log-sum-exp of a fixed sum, s/n + ln n', async () => {
    const program = new Program()
    const x = program.variables('x', 6, { lower: -50, upper: 50 })
    program.subjectTo('sum', x.sum().equals(3))
    program.minimize(logSumExp(x))
    const solved = await solveProgram(program)
    expect(solved.status).toBe('optimal')
    expect(solved.objective).toBeCloseTo(0.5 + Math.log(6), 6)
  })

  it('the entropic value at risk of a bet is the least over t on a grid, and grows from the mean to the worst case', async () => {
    const outcomes = [
      [1, -2],
      [-1, 0.5],
      [0.2, 3],
      [-2, -0.3],
    ]
    const likely = [0.4, 0.3, 0.2, 0.1]
    const least = (alpha: number) => {
      let best = Infinity
      for (let a = 0; a <= 200; a++) {
        const losses = outcomes.map(([u, v]) => (a / 200) * u! + (1 - a / 200) * v!)
        for (let k = -120; k <= 120; k++) {
          const t = Math.exp(k / 20)
          const most = Math.max(...losses)
          const sum = losses.reduce((all, loss, s) => all + likely[s]! * Math.exp((loss - most) / t), 0)
          best = Math.min(best, most + t * Math.log(sum / (1 - alpha)))
        }
      }
      return best
    }
    let before = -Infinity
    for (const alpha of [0, 0.3, 0.7, 0.97]) {
      const program = new Program()
      const w = program.variables('w', 2, { lower: 0 })
      program.subjectTo('all', w.sum().equals(1))
      program.minimize(evar(Expression.concat(outcomes.map((row) => w.dot(row))), alpha, likely))
      const solved = await solveProgram(program)
      expect(solved.status, `${alpha}`).toBe('optimal')
      expect(solved.objective!).toBeLessThanOrEqual(least(alpha) + 1e-7)
      expect(solved.objective!).toBeGreaterThan(least(alpha) - 2e-2)
      expect(solved.objective!).toBeGreaterThan(before - 1e-9)
      before = solved.objective!
    }
    const worst = outcomes.map(([u, v]) => [u!, v!] as const)
    const minMax = Math.min(
      ...Array.from({ length: 2001 }, (_, a) =>
        Math.max(...worst.map(([u, v]) => (a / 2000) * u + (1 - a / 2000) * v)),
      ),
    )
    expect(before).toBeCloseTo(minMax, 2)
  })
})

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

/** 1′C⁻¹1 of a 3 × 3 matrix, by Cramer's rule. */
function sumOfInverse(c: readonly (readonly number[])[]): number {
  const determinant = (m: readonly (readonly number[])[]): number =>
    m[0]![0]! * (m[1]![1]! * m[2]![2]! - m[1]![2]! * m[2]![1]!) -
    m[0]![1]! * (m[1]![0]! * m[2]![2]! - m[1]![2]! * m[2]![0]!) +
    m[0]![2]! * (m[1]![0]! * m[2]![1]! - m[1]![1]! * m[2]![0]!)
  const withOnes = (k: number): number => determinant(c.map((row) => row.map((value, j) => (j === k ? 1 : value))))
  return [0, 1, 2].reduce((sum, k) => sum + withOnes(k) / determinant(c), 0)
}
