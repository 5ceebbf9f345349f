import {
  defineObjective,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseEvent,
  SpillwayError,
  solve,
  verify,
} from 'spillway'
import { maximum } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { randomBook, randomFrom } from '../../books.js'
import { frac, minus, num, order, plus, times } from '../../fraction.js'
import { note } from '../../notes.js'
import { problemOf, type ReductionText } from './oracle.js'
import { eventOf, judged, names, randomAllocation, solved, text } from './support.js'

const SEED = 63090

/** Longs demanded in L, shorts in S; T trades and nothing of it is demanded. Levels before: A 10, B 4, C 1, D 20. */
const event = eventOf(
  [
    ['L', '10'],
    ['S', '100'],
    ['T', '1'],
  ],
  {
    A: ['10', ['L', '10']],
    B: ['10', ['L', '4']],
    C: ['100', ['L', '10'], ['S', '0']],
    D: ['10', ['S', '-2']],
    E: ['50', ['S', '3'], ['T', '-5']],
    F: ['1'],
  },
  [
    ['L', 'long', '5'],
    ['S', 'short', '1'],
  ],
)
const good = [
  { account: 'A', market: 'L', quantity: '5' },
  { account: 'D', market: 'S', quantity: '1' },
]
const entry = (account: string, market: string, quantity: string) => ({ account, market, quantity })

describe('feasibility, exactly', () => {
  const cases: [string, ReturnType<typeof entry>[], unknown[]][] = [
    [
      'unknown-account',
      [...good, entry('Z', 'L', '0.5')],
      [{ code: 'unknown-account', account: 'Z', market: 'L', by: 0.5 }],
    ],
    ['unknown-market', [...good, entry('A', 'Z', '2')], [{ code: 'unknown-market', account: 'A', market: 'Z', by: 2 }]],
    ['no-position', [...good, entry('F', 'L', '1')], [{ code: 'no-position', account: 'F', market: 'L', by: 1 }]],
    [
      'no-position (zero contracts)',
      [...good, entry('C', 'S', '1')],
      [{ code: 'no-position', account: 'C', market: 'S', by: 1 }],
    ],
    ['wrong-side', [...good, entry('E', 'S', '0.25')], [{ code: 'wrong-side', account: 'E', market: 'S', by: 0.25 }]],
    ['not-demanded', [...good, entry('E', 'T', '3')], [{ code: 'not-demanded', account: 'E', market: 'T', by: 3 }]],
    [
      'over-reduction: the sign flips',
      [entry('B', 'L', '4.5'), entry('A', 'L', '0.5'), good[1]],
      [{ code: 'over-reduction', account: 'B', market: 'L', by: 0.5 }],
    ],
    ['demand-short', [entry('A', 'L', '4.75'), good[1]], [{ code: 'demand-short', market: 'L', by: 0.25 }]],
    [
      'demand-short: nothing',
      [],
      [
        { code: 'demand-short', market: 'L', by: 5 },
        { code: 'demand-short', market: 'S', by: 1 },
      ],
    ],
    ['demand-over', [entry('A', 'L', '5'), entry('D', 'S', '1.5')], [{ code: 'demand-over', market: 'S', by: 0.5 }]],
    [
      'what has no place counts towards no demand',
      [entry('A', 'L', '4'), entry('Z', 'L', '1'), good[1]],
      [
        { code: 'unknown-account', account: 'Z', market: 'L', by: 1 },
        { code: 'demand-short', market: 'L', by: 1 },
      ],
    ],
    [
      'a distance far below double precision of the quantity',
      [entry('A', 'L', '5.00000001'), good[1]],
      [{ code: 'demand-over', market: 'L', by: 1e-8 }],
    ],
  ]
  it.each(cases)('%s', async (_, reductions, violations) => {
    for (const name of names) {
      const verdict = await judged(event, reductions, name)
      expect(verdict.violations).toEqual(violations)
      expect(verdict).toMatchObject({ feasible: false, verdict: 'infeasible', relativeGap: null })
      expect(verdict.objective.name).toBe(name)
      expect(verdict.objective).not.toHaveProperty('value')
      expect(verdict.leverage.maxAfter).toBeNull()
      // What would have been best is still said.
      expect(verdict.optimum).toBeGreaterThan(0)
      expect(verdict.bound).toBeLessThanOrEqual(verdict.optimum!)
    }
  })

  it('entries of zero are as good as none, wherever they point', async () => {
    const blanks = [entry('Z', 'Z', '0'), entry('E', 'T', '0.000'), entry('B', 'L', '0')]
    const verdict = await judged(event, [...good, ...blanks])
    expect(verdict).toMatchObject({ feasible: true, violations: [], verdict: 'optimal' })
  })

  it.each([
    ['4.999999995', true],
    ['5.000000005', true],
    ['4.9999999949999999', false],
    ['5.0000000050000001', false],
  ])('a demand of 5 met by %s is feasible: %s', async (quantity, feasible) => {
    const verdict = await judged(event, [entry('A', 'L', quantity), good[1]])
    expect(verdict.feasible).toBe(feasible)
    expect(verdict.verdict).toBe(feasible ? 'optimal' : 'infeasible')
  })

  it.each([
    ['4.000000004', true],
    ['4.0000000040000000001', false],
  ])('a holding of 4 closed by %s is feasible: %s', async (quantity, feasible) => {
    const rest = text(minus(frac(5), frac(quantity)))
    const verdict = await judged(event, [entry('B', 'L', quantity), entry('A', 'L', rest), good[1]])
    expect(verdict.feasible).toBe(feasible)
    expect(verdict.violations.map(({ code }) => code)).toEqual(feasible ? [] : ['over-reduction'])
  })

  it('the tolerance is the caller’s, and zero means exact', async () => {
    const off = [entry('A', 'L', '5.01'), good[1]]
    expect((await judged(event, off, 'min-max-leverage', { feasibility: 0.002 })).feasible).toBe(true)
    expect((await judged(event, off, 'min-max-leverage', { feasibility: 0.001 })).feasible).toBe(false)
    const hair = [entry('A', 'L', '5.000000000000000000000000000001'), good[1]]
    expect((await judged(event, hair, 'min-max-leverage', { feasibility: 0 })).feasible).toBe(false)
    expect((await judged(event, good, 'min-max-leverage', { feasibility: 0 })).feasible).toBe(true)
    for (const feasibility of [-1, 1, Number.NaN]) {
      const error = await judged(event, good, 'min-max-leverage', { feasibility }).catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'option-value', path: 'options.feasibility', fault: 'input' })
    }
    const error = await judged(event, good, 'min-max-leverage', { tolerance: 2 }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'option-value', path: 'options.tolerance' })
  })
})

describe('a bound above the value of a feasible allocation', () => {
  it('is a contradiction and loud, in solve and in verify, on either method', async () => {
    const honest = minMaxLeverage()
    const liar: Objective = {
      ...honest,
      prepare(given) {
        const prepared = honest.prepare(given)
        // Half of what it is: any honest bound lies above.
        return { ...prepared, value: (reductions) => prepared.value(reductions)?.div(2) }
      },
    }
    const parsed = parseEvent(event)
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: good })
    for (const solver of ['closed-form', 'highs']) {
      for (const run of [() => solve(parsed, liar, { solver }), () => verify(parsed, allocation, liar, { solver })]) {
        const error = await run().catch((e: unknown) => e)
        expect(error).toMatchObject({ code: 'contradiction', fault: 'engine' })
      }
    }
    await expect(verify(parsed, allocation, liar)).rejects.toMatchObject({ code: 'contradiction' })
  })
})

describe('the verdict', () => {
  it('counts by hand', async () => {
    // L: the best closes 5 of A (level 5). Here B loses its all and A one: A stays at 9.
    const verdict = await judged(event, [entry('A', 'L', '1'), entry('B', 'L', '4'), entry('D', 'S', '1')])
    expect(verdict).toMatchObject({
      feasible: true,
      verdict: 'optimal',
      leverage: { maxBefore: 20, maxAfter: 10, maxOptimal: 10 },
      accounts: {
        eligible: 4,
        touched: 3,
        closed: 1,
        overReduced: 1,
        underReduced: 1,
        optimal: { touched: 2, closed: 0 },
      },
    })
    expect(verdict.objective.value).toBe(10)
    // For the squares of both markets it is not best: Σ N²/e = 90²/10 + 0 + 100²/100 + 100²/10 against 50²/10 + 40²/10 + …
    const squares = await judged(
      event,
      [entry('A', 'L', '1'), entry('B', 'L', '4'), entry('D', 'S', '1')],
      'squared-leverage',
    )
    expect(squares.objective.value).toBe(810 + 0 + 100 + 1000)
    expect(squares.optimum).toBeCloseTo(250 + 160 + 100 + 1000, 9)
    expect(squares).toMatchObject({ verdict: 'suboptimal', accounts: { overReduced: 1, underReduced: 1 } })
    expect(squares.relativeGap).toBeCloseTo(400 / 1910, 9)
  })

  it('the insolvent come first: less is suboptimal, with an unknown gap', async () => {
    const book = eventOf([['M', '1']], { A: ['1', ['M', '-5']], B: ['-1', ['M', '-5']], C: ['0', ['M', '-1']] }, [
      ['M', 'short', '4'],
    ])
    for (const name of names) {
      const broken = await judged(book, [entry('A', 'M', '1'), entry('B', 'M', '3')], name)
      expect(broken).toMatchObject({ feasible: true, verdict: 'suboptimal', relativeGap: null })
      expect(broken.reason).toMatch(/insolvent/)
      // How the insolvent share it is free.
      for (const split of [[entry('B', 'M', '4')], [entry('B', 'M', '3.5'), entry('C', 'M', '0.5')]]) {
        expect(await judged(book, split, name)).toMatchObject({ verdict: 'optimal', relativeGap: 0 })
      }
      // A breach within the feasibility tolerance is rounding.
      const hair = [entry('A', 'M', '0.000000001'), entry('B', 'M', '3.999999999')]
      expect(await judged(book, hair, name)).toMatchObject({ verdict: 'optimal' })
    }
  })

  it.each(names)('%s: bound ≤ optimum ≤ value, and no negative gap, on anything feasible', async (name) => {
    let suboptimal = 0
    let optimal = 0
    for (let b = 0; b < 24; b++) {
      const random = randomFrom(SEED + b)
      const options = { accounts: random.whole(1, 10), markets: 2, holdings: 2, offMark: true, insolvents: true }
      const book = randomBook(SEED + b, options)
      const problem = problemOf(book)
      for (let trial = 0; trial < 3; trial++) {
        const verdict = await judged(book, randomAllocation(problem, random, trial === 2), name, {
          timeLimitSeconds: 2,
        })
        expect(verdict.feasible).toBe(true)
        if (verdict.verdict === 'optimal') optimal++
        if (verdict.verdict === 'suboptimal') suboptimal++
        if (verdict.relativeGap !== null) expect(verdict.relativeGap).toBeGreaterThanOrEqual(0)
        if (verdict.optimum === null || verdict.bound === null) continue
        expect(verdict.bound).toBeLessThanOrEqual(verdict.optimum)
        if (verdict.relativeGap === null || verdict.objective.value == null) continue
        expect(verdict.optimum).toBeLessThanOrEqual(verdict.objective.value)
      }
    }
    note(`${name}: ${optimal} optimal and ${suboptimal} suboptimal random allocations`)
    expect(suboptimal).toBeGreaterThan(15)
    expect(optimal).toBeGreaterThan(3)
  })

  it.each(names)('%s: our own answer is optimal, and a push of a thousandth is seen', async (name) => {
    let seen = 0
    let asked = 0
    for (let b = 0; b < 20; b++) {
      const seed = SEED + 500 + b
      const book = randomBook(seed, { accounts: randomFrom(seed).whole(3, 15), insolvents: true, ties: b % 2 === 0 })
      const solution = await solved(book, name)
      const own = await judged(book, solution.reductions!, name)
      expect(own, `seed ${seed}`).toMatchObject({
        verdict: 'optimal',
        violations: [],
        accounts: { overReduced: 0, underReduced: 0 },
      })
      expect(own.objective.value).toBe(solution.objective.value)
      // Two methods, each proved; where the insolvent meet the demand there is nothing to ask a solver.
      const isAsked = problemOf(book).markets.some((m) => m.remaining.n > 0n)
      expect(own.methods.map((method) => method.solver)).toEqual(isAsked ? ['closed-form', 'highs'] : ['closed-form'])
      asked += isAsked ? 1 : 0
      for (const method of own.methods) expect(method.relativeGap).toBeLessThan(1e-9)

      // From the solvent account cut most, 0.1 % of its cut goes to another solvent one with room.
      const problem = problemOf(book)
      const solvent = new Map(problem.owners.filter((o) => o.isSolvent).map((o) => [o.account, o]))
      const cuts = solution.reductions!.filter((r) => solvent.has(r.account))
      cuts.sort((x, y) => order(frac(y.quantity), frac(x.quantity)))
      const [from] = cuts
      if (from === undefined) continue
      const part = times(frac(from.quantity), frac('0.001'))
      const closed = new Map(solution.reductions!.map((r) => [r.account, frac(r.quantity)]))
      const to = [...solvent.values()].find(
        (o) =>
          o.account !== from.account && order(minus(o.capacity.get('M0')!, closed.get(o.account) ?? frac(0)), part) > 0,
      )
      if (to === undefined) continue
      closed.set(from.account, minus(closed.get(from.account)!, part))
      closed.set(to.account, plus(closed.get(to.account) ?? frac(0), part))
      const pushed = [...closed].map(([account, x]) => entry(account, 'M0', text(x)))
      const verdict = await judged(book, pushed, name, { tolerance: 1e-12 })
      expect(verdict, `seed ${seed}`).toMatchObject({ feasible: true, verdict: 'suboptimal' })
      expect(verdict.relativeGap).toBeGreaterThan(0)
      expect(verdict.relativeGap).toBeLessThan(1)
      const owner = solvent.get(from.account)!
      const kept = num(minus(owner.capacity.get('M0')!, frac(from.quantity)))
      if (name === 'min-max-leverage' && kept > 0) {
        // Its level rises by part/kept, and it was one of the highest.
        const share = num(part) / kept
        expect(verdict.relativeGap, `seed ${seed}`).toBeCloseTo(share / (1 + share), 8)
        seen++
      }
    }
    expect(asked).toBeGreaterThan(10)
    if (name === 'min-max-leverage') expect(seen).toBeGreaterThan(10)
  })

  it('unproved: where the solver has no time there is nothing to hold the allocation against', async () => {
    const book = randomBook(SEED, { accounts: 400, markets: 5, holdings: 5, offMark: true })
    const own = defineObjective({
      name: 'largest-exposure',
      summary: 'largest exposure',
      formula: 'max_i N′_i',
      source: 'test',
      minimize: ({ exposure }) => maximum(exposure),
    })
    const inNoTime = (reductions: readonly ReductionText[]) =>
      verify(parseEvent(book), parseAllocation({ format: 'spillway/allocation@1', reductions }), own, {
        timeLimitSeconds: 1e-3,
      })
    const verdict = await inNoTime(randomAllocation(problemOf(book), randomFrom(SEED)))
    expect(verdict).toMatchObject({
      feasible: true,
      verdict: 'unproved',
      optimum: verdict.objective.value,
      bound: null,
    })
    expect(verdict.relativeGap).toBeNull()
    expect(verdict.accounts).toMatchObject({ overReduced: null, underReduced: null, optimal: null })
    // An allocation that breaks a rule needs no optimum to be wrong.
    expect((await inNoTime([])).verdict).toBe('infeasible')
  })

  it('a solver that is named is held against the closed form; one that does not exist is refused', async () => {
    const parsed = parseEvent(event)
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: good })
    const verdict = await verify(parsed, allocation, minMaxLeverage(), { solver: 'glpk' })
    expect(verdict.methods.map((method) => method.solver)).toEqual(['glpk', 'closed-form'])
    const error = await verify(parsed, allocation, minMaxLeverage(), { solver: 'abacus' }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SpillwayError)
    expect(error).toMatchObject({ code: 'unknown-solver', fault: 'input' })
  })
})
