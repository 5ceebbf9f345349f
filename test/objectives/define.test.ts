import {
  checkCertificate,
  defineObjective,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseEvent,
  SpillwayError,
  solve,
  squaredLeverage,
  verify,
  verifyWithProof,
} from 'spillway'
import { canonicalize, cvar, formats, maximum, positivePart, sumSquares } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'
import { type PlainEvent, randomBook, randomFrom } from '../books.js'
import { num } from '../fraction.js'
import { problemOf, standings } from './leverage/oracle.js'
import { eventOf, faultOf, randomAllocation, rescaled } from './leverage/support.js'
import { excessNotional } from './own-example.js'

/** Objectives of one's own: through every method, against the built-in ones, and refused with the guilty part named. */
const SEED = 1618

const facts = { summary: 'for tests', formula: 'f', source: 'test' }
/** The built-in objectives once more, in one line each. */
const again: Record<string, { readonly mine: Objective; readonly built: Objective }> = {
  'largest leverage': {
    mine: defineObjective({
      ...facts,
      name: 'again-max',
      homogeneity: 0,
      minimize: ({ exposure, equityBefore }) => maximum(exposure.times(equityBefore.map((own) => 1 / own))),
    }),
    built: minMaxLeverage(),
  },
  'squared leverage': {
    mine: defineObjective({
      ...facts,
      name: 'again-squares',
      homogeneity: 1,
      minimize: ({ exposure, equityBefore }) =>
        sumSquares(
          exposure,
          equityBefore.map((own) => 1 / own),
        ),
    }),
    built: squaredLeverage(),
  },
}

const books = (count: number): { seed: number; book: PlainEvent }[] =>
  Array.from({ length: count }, (_, b) => {
    const shape = b % 2 === 0 ? { markets: 1 } : { markets: 3, holdings: 2, twoSided: true }
    return { seed: SEED + b, book: randomBook(SEED + b, { accounts: 3 + (b % 6), ...shape }) }
  })

describe(`an objective of one's own (seed ${SEED})`, () => {
  it.each(Object.keys(again))('finds what the built-in one finds: %s', async (name) => {
    const { mine, built } = again[name]
    for (const { seed, book } of books(16)) {
      const event = parseEvent(book)
      const [own, theirs] = [await solve(event, mine), await solve(event, built)]
      const place = `${name}, seed ${seed}`
      expect(own.status, place).toBe('optimal')
      expect(own.solver.name, place).toBe('highs')
      expect(faultOf(book, own.reductions!), place).toBeUndefined()
      const floor = 1e-9 * Math.abs(theirs.objective.value!)
      expect(Math.abs(own.objective.value! - theirs.objective.value!), place).toBeLessThanOrEqual(1e-6 * floor * 1e9)
      expect(own.bound!, place).toBeLessThanOrEqual(theirs.objective.value! * (1 + 1e-12))
    }
  })

  it('agrees on every solver that takes it, with prices that are falls', async () => {
    for (const { seed, book } of books(12)) {
      const event = parseEvent(book)
      const values: number[] = []
      for (const solver of ['highs', 'jslp', 'yalps', 'glpk']) {
        const { status, objective } = await solve(event, excessNotional, { solver })
        if (status === 'optimal') values.push(objective.value!)
      }
      expect(values.length, `seed ${seed}`).toBeGreaterThanOrEqual(3)
      // Next to the notional that is summed, smaller values are zeros.
      const scale = Math.max(...values, 1e-6 * Math.max(...problemOf(book).owners.map(({ gross }) => num(gross))))
      expect(Math.max(...values) - Math.min(...values), `seed ${seed}`).toBeLessThanOrEqual(2e-6 * scale)
    }
    const base = eventOf([['A', '2']], { a: ['1', ['A', '-9']], b: ['2', ['A', '-9']] }, [['A', 'short', '3']])
    // Six times equity is 6 and 12 against 18 each: 12 + 6 in excess, and a contract takes 2 of it.
    expect(await solve(parseEvent(base), excessNotional)).toMatchObject({
      status: 'optimal',
      objective: { value: expect.closeTo(12, 6) },
      prices: { A: expect.closeTo(2, 6) },
    })
  })

  it('evaluates any allocation, finds it suboptimal, and proves so in a certificate', async () => {
    for (const { seed, book } of books(10)) {
      const event = parseEvent(book)
      const reductions = randomAllocation(problemOf(book), randomFrom(seed))
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
      const { verdict, certificate } = await verifyWithProof(event, allocation, excessNotional)
      const value = standings(problemOf(book), reductions).reduce((sum, { exposureAfter, equityAfter }) => {
        return sum + Math.max(0, num(exposureAfter) - 6 * num(equityAfter))
      }, 0)
      const gross = problemOf(book).owners.reduce((sum, { gross: own }) => sum + num(own), 0)
      expect(Math.abs(verdict.objective.value! - value), `seed ${seed}`).toBeLessThanOrEqual(1e-12 * gross)
      if (verdict.verdict === 'unproved') continue
      const check = checkCertificate(event, allocation, certificate()!, [excessNotional])
      expect(check, `seed ${seed}`).toMatchObject({ proved: true, value: verdict.objective.value })
      expect(() => checkCertificate(event, allocation, certificate()!)).toThrow(/no objective has this name/)
    }
  })

  it('scales as it says it does', async () => {
    for (const objective of [excessNotional, ...Object.values(again).map(({ mine }) => mine)]) {
      for (const { seed, book } of books(4)) {
        const before = await solve(parseEvent(book), objective)
        const after = await solve(parseEvent(rescaled(book, '1000', '1')), objective)
        const power = objective === again['largest leverage'].mine ? 0 : 1
        const [a, b] = [before.objective.value! * 1000 ** power, after.objective.value!]
        const floor = power * 1e-6 * num(problemOf(book).owners[0].gross) * 1000
        expect(Math.abs(a - b), `${objective.name}, seed ${seed}`).toBeLessThanOrEqual(
          Math.max(3e-6 * Math.abs(a), floor),
        )
      }
    }
  })

  it('exports, and takes whole lots', async () => {
    const base = eventOf([['A', '2']], { a: ['1', ['A', '-9']], b: ['2', ['A', '-9']] }, [['A', 'short', '3']])
    const { form } = canonicalize(excessNotional.prepare(parseEvent(base)).program())
    expect([...formats.lp!.compile(form)].join('')).toContain('Subject To')
    const lots = { ...base, markets: [{ market: 'A', markPrice: '2', lotSize: '1' }] }
    const solution = await solve(parseEvent(lots), excessNotional, { lots: true })
    expect(solution.status).toBe('optimal')
    for (const { quantity } of solution.reductions!) expect(Number(quantity) % 1).toBe(0)
  })

  it('measures losses at a move, tails and all', async () => {
    const base = eventOf(
      [
        ['A', '2'],
        ['B', '1'],
      ],
      { a: ['1', ['A', '-5'], ['B', '3']], b: ['4', ['A', '-5']] },
      [['A', 'short', '4']],
    )
    const moves = [
      [0.5, 0],
      [1, -0.5],
      [-0.5, 0.2],
    ]
    const worst = defineObjective({
      ...facts,
      name: 'tail-of-three',
      minimize: ({ loss }) => cvar(maximumOf(moves.map((r) => positivePart(loss(r)).sum())), 0.5),
    })
    const solution = await solve(parseEvent(base), worst)
    expect(solution.status).toBe('optimal')
    // By hand: at x for a and 4 − x for b the three moves cost (4 − x... ) checked on a grid.
    const lossAt = (x: number, [r, q]: number[]): number => {
      const a = -1 + 2 * (5 - x) * r! - 3 * q!
      const b = -4 + 2 * (1 + x) * r!
      return Math.max(0, a) + Math.max(0, b)
    }
    let best = Infinity
    for (let x = 0; x <= 4; x += 0.001) {
      const all = moves.map((r) => lossAt(x, r)).sort((s, t) => t - s)
      best = Math.min(best, (all[0] / 3 + all[1] / 6) / 0.5)
    }
    expect(solution.objective.value!).toBeLessThanOrEqual(best + 1e-9)
    expect(solution.objective.value!).toBeGreaterThanOrEqual(best - 0.01)
  })
})

describe('a program that is not convex, or not expressible', () => {
  const event = parseEvent(
    eventOf([['A', '2']], { a: ['1', ['A', '-9']], b: ['2', ['A', '-9']] }, [['A', 'short', '3']]),
  )
  const refusal = (objective: Objective, options = {}): Promise<unknown> =>
    solve(event, objective, options).then(
      () => undefined,
      (error: unknown) => error,
    )

  it('is refused with the guilty part named', async () => {
    const concave = defineObjective({
      ...facts,
      name: 'concave',
      minimize: ({ exposure }) => positivePart(exposure, 'exposure above zero').sum().negated(),
    })
    const error = await refusal(concave)
    expect(error).toBeInstanceOf(SpillwayError)
    expect(error).toMatchObject({ code: 'not-convex', fault: 'input' })
    expect((error as Error).message).toContain('exposure above zero')
    const nested = defineObjective({
      ...facts,
      name: 'nested',
      minimize: ({ exposure }) => positivePart(sumSquares(exposure, 1, 'squares')),
    })
    expect(await refusal(nested)).toMatchObject({ code: 'squares-outside-objective' })
    const rows = defineObjective({ ...facts, name: 'rows', minimize: ({ exposure }) => exposure })
    expect(await refusal(rows)).toMatchObject({ code: 'objective-rows' })
  })

  it('is refused by a solver that cannot take it, which is named', async () => {
    const error = await refusal(again['squared leverage'].mine, { solver: 'jslp' })
    expect(error).toBeInstanceOf(SpillwayError)
    expect((error as Error).message).toMatch(/jslp/)
  })

  it('ends unproved when a solver lies, and verify says what it can', async () => {
    const even = parseAllocation({
      format: 'spillway/allocation@1',
      reductions: [
        { account: 'a', market: 'A', quantity: '1' },
        { account: 'b', market: 'A', quantity: '2' },
      ],
    })
    expect(await verify(event, even, excessNotional)).toMatchObject({ verdict: 'optimal', feasible: true })
  })
})

/** Several one-row expressions as one block. */
function maximumOf(rows: readonly ReturnType<typeof positivePart>[]): ReturnType<typeof positivePart> {
  const first = rows[0]
  return (first.constructor as unknown as { concat(blocks: typeof rows): typeof first }).concat(rows)
}

it('a maximum over nobody is zero: nothing is demanded, nobody is eligible', async () => {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: 1 }],
    accounts: [{ account: 'a', equity: 1, positions: [{ market: 'A', quantity: -1 }] }],
    demand: [],
  })
  const largest = defineObjective({
    name: 'largest',
    summary: 'largest notional',
    formula: 'max_i N′_i',
    source: 'test',
    minimize: ({ exposure }) => maximum(exposure),
  })
  expect(await solve(event, largest)).toMatchObject({ status: 'optimal', objective: { value: 0 }, reductions: [] })
  const nothing = parseAllocation({ format: 'spillway/allocation@1', reductions: [] })
  expect(await verify(event, nothing, largest)).toMatchObject({ verdict: 'optimal', objective: { value: 0 } })
})
