import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '#src/canonical/canonicalize.js'
import { cvar, Expression, maximum, Program, positivePart, sumSquares } from '#src/language/index.js'
import { seed, seeded } from '../language/properties.js'
import { solveForm, solveProgram } from '../language/solve.js'

const fewer = { ...seeded, numRuns: 40 }

/** A small book: `owners` owners with one holding in each of two markets, the demand a share of all. */
interface Book {
  readonly capacity: readonly number[]
  readonly price: readonly number[]
  readonly share: readonly number[]
  readonly equity: readonly number[]
}

const book: fc.Arbitrary<Book> = fc.integer({ min: 2, max: 5 }).chain((owners) =>
  fc.record({
    capacity: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2 * owners, maxLength: 2 * owners }),
    price: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 2 }),
    share: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 2 }),
    equity: fc.array(fc.integer({ min: 5, max: 60 }), { minLength: owners, maxLength: owners }),
  }),
)

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)

/** Each pair's market and owner, in an order that a permutation of owners may change. */
function declare(
  { capacity, price, share, equity }: Book,
  how: 'maximum' | 'squares' | 'tail',
  { spare = false, more = [0, 0] }: { readonly spare?: boolean; readonly more?: readonly number[] } = {},
) {
  const owners = equity.length
  const market = capacity.map((_, pair) => Math.floor(pair / owners))
  const owner = capacity.map((_, pair) => pair % owners)
  const program = new Program()
  if (spare) program.variables('spare', 2, { lower: -1, upper: 1 })
  const kept = program.variables('kept', capacity.length, { lower: 0, upper: capacity })
  const remaining = [0, 1].map((m) => more[m] + (share[m] / 8) * sum(capacity.filter((_, pair) => market[pair] === m)))
  program.subjectTo('demand', kept.sumBy(market, 2).equals(remaining), ['BTC', 'ETH'])
  const exposure = kept
    .times(market.map((m) => price[m]))
    .sumBy(owner, owners)
    .plus(equity.map((e) => e / 7))
  const level = exposure.times(equity.map((e) => 1 / e))
  if (how === 'maximum') program.minimize(maximum(level, 'level'))
  if (how === 'squares')
    program.minimize(
      sumSquares(
        exposure,
        equity.map((e) => 1 / e),
      ),
    )
  if (how === 'tail') program.minimize(cvar(positivePart(level.minus(0.5)), 0.6, equity))
  return { program, remaining }
}

const objectives = ['maximum', 'squares', 'tail'] as const

describe(`canonicalize (seed ${seed})`, () => {
  it('writes the min-max program as the form in the book', () => {
    const program = new Program()
    const kept = program.variables('kept', ['a', 'b'], { lower: 0, upper: [3, 4] })
    program.subjectTo('demand', kept.sum().equals(5))
    program.subjectTo('range', kept.plus(1).between([-Infinity, 2], [9, 4]), ['first', 'second'])
    program.minimize(maximum(kept.times([2, 5]).plus([10, 20]), 'level'))
    const { form, columnName, rowName } = canonicalize(program)
    expect(Array.from(form.linear)).toEqual([0, 0, 1])
    expect(Array.from(form.lower)).toEqual([0, 0, -Infinity])
    expect(Array.from(form.upper)).toEqual([3, 4, Infinity])
    expect(Array.from(form.rowLower)).toEqual([5, -Infinity, 1, -Infinity, -Infinity])
    expect(Array.from(form.rowUpper)).toEqual([5, 8, 3, -10, -20])
    expect(Array.from(form.matrix.starts)).toEqual([0, 3, 6, 8])
    expect(Array.from(form.matrix.indices)).toEqual([0, 1, 3, 0, 2, 4, 3, 4])
    expect(Array.from(form.matrix.values)).toEqual([1, 1, 2, 1, 1, 5, -1, -1])
    expect(form.quadratic.values).toHaveLength(0)
    expect([0, 1, 2].map(columnName)).toEqual(['kept[a]', 'kept[b]', 'level'])
    expect([0, 1, 2, 3, 4].map(rowName)).toEqual([
      'demand[0]',
      'range[first]',
      'range[second]',
      'level.epigraph[0]',
      'level.epigraph[1]',
    ])
  })

  it('puts squares of one variable on the diagonal, and gives those that share variables a column', () => {
    const program = new Program()
    const x = program.variables('x', 3)
    // Rows: 2 x0 + 1;  x1 − x1 + x2 = x2;  x0 + x2;  4;  weight zero.
    const block = x.gather([0, 1, 0, 0, 1]).times([2, 1, 1, 0, 1])
    const added = x
      .gather([2, 2, 2, 2, 2])
      .times([0, 1, 1, 0, 1])
      .minus(x.gather([1, 1, 1, 1, 1]).times([0, 1, 0, 0, 0]))
    program.minimize(
      sumSquares(block.plus(added).plus([1, 0, 0, 4, 0]), [1, 2, 3, 4, 0], 's')
        .times(0.5)
        .plus(100),
    )
    const { form, columnName, rowName } = canonicalize(program)
    expect(Array.from(form.quadratic.starts)).toEqual([0, 1, 1, 2, 3])
    expect(Array.from(form.quadratic.indices)).toEqual([0, 2, 3])
    expect(Array.from(form.quadratic.values)).toEqual([4, 2, 3])
    expect(Array.from(form.linear)).toEqual([2, 0, 0, 0])
    expect(form.offset).toBe(100 + 0.5 * (1 + 4 * 16))
    expect(form.matrix.rows).toBe(1)
    expect(Array.from(form.matrix.values)).toEqual([1, 1, -1])
    expect(columnName(3)).toBe('s[2]')
    expect(rowName(0)).toBe('s[2]')
  })

  it('multiplies a square out that shares no variable with another, unless it is long', () => {
    const program = new Program()
    const x = program.variables('x', 3)
    program.minimize(
      sumSquares(
        x
          .gather([0, 1])
          .plus(x.gather([2, 1]))
          .plus([1, 0]),
        [3, 1],
      ),
    )
    const { form } = canonicalize(program)
    // 3 (x0 + x2 + 1)² + (2 x1)²: ½ x'Qx counts the diagonal by halves.
    expect(Array.from(form.quadratic.starts)).toEqual([0, 2, 3, 4])
    expect(Array.from(form.quadratic.indices)).toEqual([0, 2, 1, 2])
    expect(Array.from(form.quadratic.values)).toEqual([6, 6, 8, 6])
    expect(Array.from(form.linear)).toEqual([6, 0, 6])
    expect([form.offset, form.matrix.rows]).toEqual([3, 0])

    const wide = new Program()
    wide.minimize(sumSquares(wide.variables('y', 9).sum().plus(1), [2], 's'))
    const { form: lifted, columnName, rowName } = canonicalize(wide)
    expect(Array.from(lifted.quadratic.indices)).toEqual([9])
    expect(Array.from(lifted.quadratic.values)).toEqual([4])
    expect(Array.from(lifted.matrix.values)).toEqual([...Array<number>(9).fill(1), -1])
    expect([columnName(9), rowName(0)]).toEqual(['s[0]', 's[0]'])
  })

  it('bounds the columns of atoms by what the variables imply, and leaves them free where nothing does', () => {
    const program = new Program()
    const x = program.variables('x', 2, { lower: [0, -1], upper: [2, 3] })
    const free = program.variables('free', 1, { lower: 0 })
    const wide = program.variables('wide', 9, { lower: 0, upper: 1 })
    const loss = positivePart(x.times([1, -2]).plus(free.minus(free)), 'loss')
    program.subjectTo('losses', loss.sum().plus(maximum(free, 'open')).atMost(50))
    program.minimize(
      maximum(positivePart(x.times([1, -2]), 'closed').plus([1, -5])).plus(sumSquares(wide.sum().minus(8), 1, 'z')),
    )
    const { impliedBox, columnName, form } = canonicalize(program)
    const { lower, upper } = impliedBox()
    expect(Array.from(form.upper).slice(12)).toEqual(new Array(lower.length - 12).fill(Infinity))
    const bounds = Object.fromEntries(
      Array.from(lower, (low, j) => [columnName(j), [low, upper[j]].map((bound) => Number(bound.toFixed(6)))]),
    )
    expect(bounds).toMatchObject({
      'loss[0]': [0, Infinity],
      open: [0, Infinity],
      'closed[0]': [0, 2],
      'closed[1]': [0, 2],
      'maximum#4': [1, 3],
      'z[0]': [-8, 1],
    })
  })

  it('widens the box past the rounding of sums', () => {
    const program = new Program()
    const x = program.variables('x', 2, { lower: [0.1, 0.7], upper: [0.2, 0.7] })
    program.minimize(maximum(Expression.concat([x.sum(), x.plus([0.2, 0]).gather([0])])))
    const { lower, upper } = canonicalize(program).impliedBox()
    // 0.1 + 0.7 rounds down, to 0.7999999999999999.
    expect(lower[2]).toBeLessThan(0.1 + 0.7)
    expect(upper[2]).toBeGreaterThan(0.2 + 0.7)
  })

  it('adds up multiples of one place and leaves cancelled ones out', () => {
    const program = new Program()
    const x = program.variables('x', 2)
    program.subjectTo(
      'rows',
      x
        .plus(x)
        .minus(x.times([2, 0.5]))
        .plus(x.sum().times(0))
        .atMost(1),
    )
    program.subjectTo('explicit', x.times([0, 1]).atLeast(0))
    const { matrix } = canonicalize(program).form
    expect(Array.from(matrix.starts)).toEqual([0, 0, 2])
    expect(Array.from(matrix.indices)).toEqual([1, 3])
    expect(Array.from(matrix.values)).toEqual([1.5, 1])
  })

  it('leaves out atoms that nothing uses, and rewrites one that is used twice once', () => {
    const program = new Program()
    const x = program.variables('x', 2)
    positivePart(x, 'unused')
    const level = maximum(x, 'level')
    program.subjectTo('limit', level.plus(positivePart(x, 'absent').dot([0, 0])).atMost(3))
    program.minimize(level.plus(level).plus(positivePart(x, 'nothing').dot([0, 0])))
    const { form, columnName } = canonicalize(program)
    expect(form.linear).toHaveLength(3)
    expect(columnName(2)).toBe('level')
    expect(form.linear[2]).toBe(2)
    expect(form.matrix.rows).toBe(3)
    expect(Array.from(form.matrix.indices)).toEqual([1, 2, 0, 1, 2])
    expect(Array.from(form.matrix.values)).toEqual([1, 1, 1, -1, -1])
  })

  it.each(objectives)('recovers points, objectives and values by block: %s', (how) => {
    fc.assert(
      fc.property(book, (given) => {
        const { program, remaining } = declare(given, how)
        const { solved, objective, values, point, evaluate } = solveProgram(program)
        expect(objective).toBeCloseTo(solved.objective, 5)
        expect(evaluate(program.objective!.expression)[0]).toBe(objective)
        const kept = values.get('kept')!
        expect(Array.from(kept)).toEqual(Array.from(point))
        expect(sum(kept)).toBeCloseTo(sum(remaining), 5)
      }),
      fewer,
    )
  })

  it.each(objectives)('gives one optimum however the owners are numbered and whatever is unused: %s', (how) => {
    fc.assert(
      fc.property(book, fc.nat(), (given, turn) => {
        const owners = given.equity.length
        const turned = (values: readonly number[]) => values.map((_, i) => values[(i + turn) % values.length])
        const permuted = {
          ...given,
          equity: turned(given.equity),
          capacity: [0, 1].flatMap((m) => turned(given.capacity.slice(m * owners, (m + 1) * owners))),
        }
        const { objective } = solveProgram(declare(given, how).program)
        expect(solveProgram(declare(permuted, how).program).objective).toBeCloseTo(objective, 5)
        expect(solveProgram(declare(given, how, { spare: true }).program).objective).toBeCloseTo(objective, 5)
      }),
      fewer,
    )
  })

  it.each(objectives)('prices rows by the change of the optimum: %s', (how) => {
    fc.assert(
      fc.property(book, (given) => {
        const { program } = declare(given, how)
        const { prices, objective } = solveProgram(program)
        expect(Array.from(prices!.keys())).toEqual(['demand'])
        // The optimum is convex in the right-hand side: a price lies between the changes on either side.
        const step = 0.01
        for (const m of [0, 1]) {
          const moved = (by: number) =>
            solveProgram(declare(given, how, { more: [m === 0 ? by : 0, m === 1 ? by : 0] }).program).objective
          const price = prices!.get('demand')![m]
          expect(price).toBeLessThanOrEqual((moved(step) - objective) / step + 1e-4)
          expect(price).toBeGreaterThanOrEqual((objective - moved(-step)) / step - 1e-4)
        }
      }),
      { ...seeded, numRuns: 15 },
    )
  })

  it('gives prices and objectives of a maximum the signs of the modeller', () => {
    const program = new Program()
    const x = program.variables('x', 2, { lower: 0 })
    program.subjectTo('limit', x.sum().atMost(4))
    program.subjectTo('floor', x.gather([0]).atLeast(1))
    // Concave: the smaller of x0 + 10 and 3 x1 + 6, largest at x0 = 2, x1 = 2.
    program.maximize(
      maximum(x.times([1, 3]).plus([10, 6]).negated())
        .negated()
        .plus(5),
    )
    const { objective, prices, solved } = solveProgram(program)
    expect(objective).toBeCloseTo(17, 8)
    expect(solved.objective).toBeCloseTo(-17, 8)
    // x0 + 10 = 3 x1 + 6 on x0 + x1 = 4 + h: both grow by 3/4 h.
    expect(prices!.get('limit')![0]).toBeCloseTo(0.75, 8)
    expect(prices!.get('floor')![0]).toBeCloseTo(0, 8)
  })

  it('maximises what is concave in squares', () => {
    const program = new Program()
    const x = program.variables('x', 2)
    program.maximize(
      sumSquares(x.minus([1, 2]))
        .negated()
        .plus(x.sum()),
    )
    // −Σ (x − c)² + Σ x: x = c + ½, value Σ (c + ½) − 2/4.
    const { objective, point } = solveProgram(program)
    expect(objective).toBeCloseTo(3.5, 6)
    expect(point[0]).toBeCloseTo(1.5, 6)
  })

  it('keeps whole variables whole', () => {
    const program = new Program()
    const lots = program.variables('lots', 2, { lower: 0, upper: 10, integer: true })
    const rest = program.variables('rest', 1, { lower: 0, upper: 1 })
    program.subjectTo('total', lots.sum().plus(rest).equals(7.5))
    program.minimize(maximum(lots).plus(rest.times(0.1)))
    expect(Array.from(canonicalize(program).form.integer)).toEqual([1, 1, 0, 0])
    expect(solveProgram(program).objective).toBeCloseTo(4.05, 6)
  })

  it('returns a crossed bound as an infeasible form, not as an error', () => {
    const program = new Program()
    const x = program.variables('x', 1, { lower: 2, upper: 1 })
    program.subjectTo('crossed', x.between(4, 3))
    const { form } = canonicalize(program)
    expect([form.lower[0], form.upper[0], form.rowLower[0], form.rowUpper[0]]).toEqual([2, 1, 4, 3])
    expect(() => solveForm(form)).toThrow('status')
  })

  it('has an optimum of zero without an objective, and a form without rows or columns', () => {
    const { form, recover } = canonicalize(new Program())
    expect([form.linear.length, form.matrix.rows, form.offset]).toEqual([0, 0, 0])
    expect(recover([]).objective).toBe(0)
  })
})
