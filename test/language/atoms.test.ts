import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '#src/canonical/canonicalize.js'
import { applyAtom, atomFamilies, type Expression, maximum, Program } from '#src/language/index.js'
import { eighth, randomFrom, seed, seeded } from './properties.js'
import { solveForm, solveProgram } from './solve.js'

const entriesOf = (rows: number) => fc.array(eighth, { minLength: rows, maxLength: rows })
const drawn = fc.integer({ min: 1, max: 5 }).chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    parameters: fc.nat(),
    entries: entriesOf(rows),
    others: entriesOf(rows),
    multiples: fc.array(eighth, { minLength: 2 * rows, maxLength: 2 * rows }),
  }),
)
const fewer = { ...seeded, numRuns: 40 }
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

/** A block of `rows` rows over two variables each, with shared ones, so that rows hold one, two or three variables. */
function blockOver(x: Expression, rows: number, multiples: readonly number[]): Expression {
  const own = Array.from({ length: rows }, (_, r) => r)
  const shifted = own.map((r) => (r + 1) % rows)
  return x
    .plus(x.gather(shifted).times(multiples.slice(0, rows).map((m) => (m > 0 ? m / 8 : 0))))
    .plus(multiples.slice(rows).map((m) => m / 4))
}

describe.each(atomFamilies)(`atom $name (seed ${seed})`, (family) => {
  it('says its name', () => {
    expect(family.draw(2, randomFrom(1)).name).toBe(family.name)
  })

  it('is convex, and increasing where it says so, and as long as its shape says', () => {
    fc.assert(
      fc.property(drawn, ({ rows, parameters, entries, others }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const value = (a: readonly number[]) => atom.value(Float64Array.from(a))
        const [left, right] = [value(entries), value(others)]
        const middle = value(entries.map((entry, r) => (entry + others[r]) / 2))
        expect(middle).toHaveLength(atom.shape === 'scalar' ? 1 : rows)
        middle.forEach((m, r) => {
          expect(m).toBeLessThanOrEqual((left[r] + right[r]) / 2 + 1e-9)
        })
        if (atom.monotonicity === 'none') return
        const larger = value(entries.map((entry, r) => Math.max(entry, others[r])))
        larger.forEach((l, r) => {
          expect(l).toBeGreaterThanOrEqual(left[r] - 1e-9)
        })
      }),
      seeded,
    )
  })

  it('has the value as the optimum of its rewriting when the entries are fixed', () => {
    fc.assert(
      fc.property(drawn, ({ rows, parameters, entries }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const program = new Program()
        const x = program.variables('x', rows)
        program.subjectTo('fixed', x.equals(entries))
        program.minimize(applyAtom(atom, x).sum().times(2))
        const { form } = canonicalize(program)
        expect(solveForm(form).objective).toBeCloseTo(2 * total(atom.value(Float64Array.from(entries))), 5)
      }),
      fewer,
    )
  })

  it('has one optimum in the form and in the program, on affine blocks with free variables', () => {
    fc.assert(
      fc.property(drawn, ({ rows, parameters, entries, multiples }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const program = new Program()
        const x = program.variables('x', rows, { lower: -3, upper: 5 })
        program.subjectTo('total', x.sum().atLeast(1))
        const block = blockOver(x, rows, multiples)
        program.minimize(applyAtom(atom, block).sum().plus(x.dot(entries).times(0.125)).plus(7))
        const { solved, objective, canonical, point } = solveProgram(program)
        expect(objective).toBeCloseTo(solved.objective, 4)
        const lifted = canonical.lift(point)
        expect(objectiveAt(canonical.form, lifted)).toBeCloseTo(objective, 6)
        expect(worstViolation(canonical.form, lifted)).toBeLessThan(1e-5)
      }),
      fewer,
    )
  })

  it('lifts any point of the program to a feasible point of the form with the same objective', () => {
    fc.assert(
      fc.property(drawn, ({ rows, parameters, entries, multiples }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const program = new Program()
        const x = program.variables('x', rows)
        const atomOfBlock = applyAtom(atom, blockOver(x, rows, multiples))
        program.minimize(atomOfBlock.sum().plus(x.sum()))
        const { form, lift, recover } = canonicalize(program)
        const lifted = lift(entries)
        expect(worstViolation(form, lifted)).toBeLessThan(1e-9)
        expect(objectiveAt(form, lifted)).toBeCloseTo(recover(lifted).objective, 8)
        expect(Array.from(recover(lifted).point)).toEqual(entries)
      }),
      seeded,
    )
  })

  it('has a box that holds every lifted point, corners included, and that leaves the optimum where it was', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), ({ rows, parameters, entries, others, multiples }, corner) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const program = new Program()
        const lower = entries.map((entry, r) => Math.min(entry, others[r]))
        const upper = entries.map((entry, r) => Math.max(entry, others[r]))
        const x = program.variables('x', rows, { lower, upper })
        program.minimize(applyAtom(atom, blockOver(x, rows, multiples)).sum())
        const { form, lift, impliedBox } = canonicalize(program)
        const box = impliedBox()
        const corners = lower.map((low, r) => ((corner >> r) & 1 ? upper[r] : low))
        const middle = lower.map((low, r) => (low + upper[r]) / 2)
        for (const point of [entries, others, lower, upper, corners, middle]) {
          lift(point).forEach((value, j) => {
            expect(value).toBeGreaterThanOrEqual(box.lower[j])
            expect(value).toBeLessThanOrEqual(box.upper[j])
          })
        }
        expect(box.lower.every(Number.isFinite) && box.upper.every(Number.isFinite)).toBe(true)
        if (atom.rewriting === 'squares') return
        expect(solveForm({ ...form, ...box }).objective).toBeCloseTo(solveForm(form).objective, 5)
      }),
      fewer,
    )
  })

  it('can be bounded above, or says that it cannot', () => {
    fc.assert(
      fc.property(drawn, ({ rows, parameters }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const program = new Program()
        const x = program.variables('x', rows, { upper: 100 })
        const limit = applyAtom(atom, x).sum().atMost(6)
        if (atom.rewriting === 'squares') {
          expect(() => program.subjectTo('limit', limit)).toThrow('squares-outside-objective')
          return
        }
        program.subjectTo('limit', limit)
        program.maximize(x.sum())
        const { evaluate, prices } = solveProgram(program)
        expect(evaluate(applyAtom(atom, x).sum())[0]).toBeLessThanOrEqual(6 + 1e-6)
        // A looser limit lets the maximum grow.
        expect(prices!.get('limit')![0]).toBeGreaterThanOrEqual(-1e-9)
      }),
      fewer,
    )
  })

  it('goes into the maximum of convex rows, or says that it cannot', () => {
    fc.assert(
      fc.property(drawn, ({ rows, parameters, entries }) => {
        const atom = family.draw(rows, randomFrom(parameters))
        const program = new Program()
        const x = program.variables('x', rows)
        const sides = applyAtom(atom, x).sum().gather([0, 0]).times([1, 0.5]).plus([-1, 1])
        if (atom.rewriting === 'squares') {
          expect(() => maximum(sides)).toThrow('squares-outside-objective')
          return
        }
        program.subjectTo('fixed', x.equals(entries))
        program.minimize(maximum(sides))
        const value = total(atom.value(Float64Array.from(entries)))
        expect(solveProgram(program).solved.objective).toBeCloseTo(Math.max(value - 1, 0.5 * value + 1), 6)
      }),
      fewer,
    )
  })
})

type Form = ReturnType<typeof canonicalize>['form']

/** ½ x'Qx + linear·x + offset, by hand. */
function objectiveAt({ quadratic, linear, offset }: Form, x: Float64Array): number {
  let value = offset
  linear.forEach((cost, j) => {
    value += cost * x[j]
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = quadratic.indices[p]
      value += (i === j ? 0.5 : 1) * quadratic.values[p] * x[i] * x[j]
    }
  })
  return value
}

/** By how much a point misses the worst of its rows and bounds. */
function worstViolation({ matrix, rowLower, rowUpper, lower, upper }: Form, x: Float64Array): number {
  const activity = new Float64Array(matrix.rows)
  x.forEach((xj, j) => {
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) activity[matrix.indices[p]] += matrix.values[p] * xj
  })
  let worst = 0
  activity.forEach((value, i) => {
    worst = Math.max(worst, rowLower[i] - value, value - rowUpper[i])
  })
  x.forEach((value, j) => {
    worst = Math.max(worst, lower[j] - value, value - upper[j])
  })
  return worst
}
