import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Expression, maximum, Program, positivePart, sumSquares } from '#src/language/index.js'
import { eighth, seed, seeded } from './properties.js'

const width = 4

/** A block and, independently, the plain numbers it must evaluate to. */
interface Twin {
  readonly block: Expression
  readonly at: (x: readonly number[]) => number[]
}

type Step =
  | { readonly op: 'times' | 'plusConstant' | 'dotRepeat'; readonly numbers: number[] }
  | { readonly op: 'gather' | 'sumBy'; readonly picks: number[] }
  | { readonly op: 'negated' | 'plusFirst' | 'minusFirst' | 'concatFirst' | 'minusScalar' | 'positivePart' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    op: fc.constantFrom('times' as const, 'plusConstant' as const, 'dotRepeat' as const),
    numbers: fc.array(eighth, { minLength: 3, maxLength: 3 }),
  }),
  fc.record({
    op: fc.constantFrom('gather' as const, 'sumBy' as const),
    picks: fc.array(fc.nat(99), { minLength: 1, maxLength: 6 }),
  }),
  fc.record({
    op: fc.constantFrom(
      'negated' as const,
      'plusFirst' as const,
      'minusFirst' as const,
      'concatFirst' as const,
      'minusScalar' as const,
      'positivePart' as const,
    ),
  }),
)

const cycled = (values: readonly number[], length: number) =>
  Array.from({ length }, (_, r) => values[r % values.length] ?? 0)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function follow({ block, at }: Twin, start: Twin, given: Step): Twin {
  const { rows } = block
  // The first block, cut or repeated to the rows at hand.
  const rowsOfStart = cycled([0, 1, 2, 3], rows)
  const other = start.block.gather(rowsOfStart)
  const otherAt = (x: readonly number[]) => rowsOfStart.map((r) => start.at(x)[r])
  switch (given.op) {
    case 'times': {
      const factor = cycled(given.numbers, rows)
      return { block: block.times(factor), at: (x) => at(x).map((v, r) => v * factor[r]) }
    }
    case 'plusConstant': {
      const constant = cycled(given.numbers, rows)
      return { block: block.plus(constant), at: (x) => at(x).map((v, r) => v + constant[r]) }
    }
    case 'dotRepeat': {
      const weights = cycled(given.numbers, rows)
      const once = (x: readonly number[]) => sum(at(x).map((v, r) => v * weights[r]))
      return { block: block.dot(weights).gather([0, 0, 0]), at: (x) => [once(x), once(x), once(x)] }
    }
    case 'gather': {
      const picks = given.picks.map((pick) => pick % rows)
      return { block: block.gather(picks), at: (x) => picks.map((r) => at(x)[r]) }
    }
    case 'sumBy': {
      const groups = cycled(given.picks, rows).map((pick) => pick % 3)
      const manual = (x: readonly number[]) => {
        const totals = [0, 0, 0, 0]
        at(x).forEach((v, r) => {
          totals[groups[r]] += v
        })
        return totals
      }
      return { block: block.sumBy(groups, 4), at: manual }
    }
    case 'negated':
      return { block: block.negated(), at: (x) => at(x).map((v) => -v) }
    case 'plusFirst':
      return { block: block.plus(other), at: (x) => at(x).map((v, r) => v + otherAt(x)[r]) }
    case 'minusFirst':
      return { block: block.minus(other), at: (x) => at(x).map((v, r) => v - otherAt(x)[r]) }
    case 'concatFirst':
      return { block: Expression.concat([start.block, block]), at: (x) => [...start.at(x), ...at(x)] }
    case 'minusScalar':
      return { block: block.minus(start.block.sum()), at: (x) => at(x).map((v) => v - sum(start.at(x))) }
    case 'positivePart':
      // Where the composition is not convex the atom refuses; the law is about values.
      if (block.curvature() === 'concave' || block.curvature() === 'neither') return { block, at }
      return { block: positivePart(block), at: (x) => at(x).map((v) => Math.max(v, 0)) }
  }
}

describe(`blocks (seed ${seed})`, () => {
  it('evaluates every chain of operations as plain numbers do', () => {
    let nonConstant = 0
    const point = fc.array(eighth, { minLength: width, maxLength: width })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), point, (steps, x) => {
        const block = new Program().variables('x', width)
        const start: Twin = { block, at: (y) => [...y] }
        const end = steps.reduce((twin, given) => follow(twin, start, given), start)
        const values = Array.from(end.block.evaluate(x))
        expect(values).toHaveLength(end.block.rows)
        end.at(x).forEach((wanted, r) => {
          expect(values[r]).toBeCloseTo(wanted, 6)
        })
        if (values.some((value) => value !== 0)) nonConstant++
      }),
      { seed, numRuns: 500 },
    )
    expect(nonConstant).toBeGreaterThan(250)
  })

  it('is linear: α e(x) + β e(y) is e(α x + β y) when the constant is gone', () => {
    const vector = fc.array(eighth, { minLength: width, maxLength: width })
    fc.assert(
      fc.property(vector, vector, eighth, eighth, (x, y, alpha, beta) => {
        const e = new Program().variables('x', width).times([1, -2, 3, 0.5]).sumBy([1, 0, 1, 1], 2)
        const mixed = e.evaluate(x.map((v, j) => alpha * v + beta * y[j]))
        const [atX, atY] = [e.evaluate(x), e.evaluate(y)]
        mixed.forEach((value, r) => {
          expect(value).toBeCloseTo(alpha * atX[r] + beta * atY[r], 9)
        })
      }),
      seeded,
    )
  })

  it('takes chains of a hundred thousand sums in linear time', () => {
    const x = new Program().variables('x', 2)
    let total = Expression.constant([0, 1])
    // Half a second when linear, minutes when each sum copies the ones before: a limit that a busy machine keeps.
    const started = performance.now()
    for (let k = 0; k < 100_000; k++) total = total.plus(x)
    expect(Array.from(total.evaluate([1, 2]))).toEqual([100_000, 200_001])
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('keeps the values of a block that others were made from', () => {
    const x = new Program().variables('x', 3)
    const doubled = x.plus(x)
    doubled.times(5).plus(1).sumBy([0, 0, 0], 1).coordinates()
    Expression.concat([doubled, doubled]).coordinates()
    expect(Array.from(doubled.evaluate([1, 2, 3]))).toEqual([2, 4, 6])
  })

  it('repeats a block of one row, on either side of sums and of constraints', () => {
    const x = new Program().variables('x', 3)
    const total = x.sum()
    const at = [1, 2, 4]
    expect(Array.from(total.minus(x).evaluate(at))).toEqual([6, 5, 3])
    expect(Array.from(x.minus(total).evaluate(at))).toEqual([-6, -5, -3])
    expect(Array.from(total.plus([1, 2]).evaluate(at))).toEqual([8, 9])
    const { body, lower, upper } = total.atMost([5, 6])
    expect(Array.from(body.evaluate(at))).toEqual([7, 7])
    expect([Array.from(lower), Array.from(upper)]).toEqual([
      [-Infinity, -Infinity],
      [5, 6],
    ])
    expect(Array.from(total.atLeast(x).body.evaluate(at))).toEqual([6, 5, 3])
  })

  it('names the curvature of a block', () => {
    const x = new Program().variables('x', 2)
    const convex = maximum(x)
    expect(Expression.constant([1]).curvature()).toBe('constant')
    expect(x.curvature()).toBe('affine')
    expect(convex.plus(x.sum()).curvature()).toBe('convex')
    expect(convex.negated().curvature()).toBe('concave')
    expect(convex.minus(sumSquares(x)).curvature()).toBe('neither')
  })

  it('computes atoms of constants at once', () => {
    const constant = Expression.constant([3, -1])
    expect(maximum(constant).curvature()).toBe('constant')
    expect(Array.from(positivePart(constant).evaluate([]))).toEqual([3, 0])
    expect(Array.from(sumSquares(constant, [1, 2]).evaluate([]))).toEqual([11])
  })

  it('works on empty blocks', () => {
    const none = new Program().variables('x', 0)
    expect(Array.from(none.sum().evaluate([]))).toEqual([0])
    expect(Array.from(none.sumBy([], 2).plus([1, 2]).evaluate([]))).toEqual([1, 2])
    expect(Expression.concat([]).rows).toBe(0)
    expect(Array.from(sumSquares(none).evaluate([]))).toEqual([0])
  })
})
