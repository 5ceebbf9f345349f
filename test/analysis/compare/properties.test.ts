import {
  type ComparedRow,
  compare,
  type FailedRow,
  minMaxLeverage,
  type ObjectiveInputs,
  objectives,
  parseEvent,
  parseMoves,
  proRata,
  type Reduction,
  SpillwayError,
  solve,
  squaredLeverage,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { largestReductions, resolvePolicy } from '#models/analysis/index.js'
import { num } from '../../fraction.js'
import { largestLeverage, problemOf, standings, sumOfSquares } from '../../objectives/leverage/oracle.js'
import { smallMeasures } from './small-measures.js'
import { bookOf, decimal, eventOfSeed, inFileOrder, policyOf, timeless } from './support.js'

const LEVERAGE = ['min-max-leverage', 'squared-leverage'] as const
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed + 1)

const isRow = (row: ComparedRow | FailedRow): row is ComparedRow => !('error' in row)

/** Reductions of a policy as text, by code of its own. */
function textOf(
  event: ReturnType<typeof parseEvent>,
  reductions: readonly { digits: bigint; scale: number }[],
): Reduction[] {
  const entries: Reduction[] = []
  let pair = 0
  const demanded = new Map(
    event.demand.filter(({ quantity }) => quantity.digits > 0n).map(({ market, side }) => [market, side]),
  )
  event.accounts.names.forEach((account, i) => {
    for (let p = event.positions.starts[i]; p < event.positions.starts[i + 1]; p++) {
      const side = demanded.get(event.positions.market[p])
      if (side === undefined || !(event.positions.quantity.values[p] * side > 0)) continue
      const { digits, scale } = reductions[pair++]
      const market = event.markets[event.positions.market[p]].market
      entries.push({ account, market, quantity: `${digits}e-${scale}` })
    }
  })
  expect(pair).toBe(reductions.length)
  return entries
}

describe('compare', () => {
  it('puts no feasible policy below the optimum, and each optimum at ratio 1', async () => {
    for (const seed of SEEDS) {
      const policies = [
        'water-filling',
        'pro-rata',
        inFileOrder(),
        inFileOrder('reversed', true),
        ...LEVERAGE.map((name) => `optimal:${name}`),
      ]
      const { rows, optimum } = await compare(eventOfSeed(seed), { policies, objectives: LEVERAGE })
      expect(rows.map((row) => row.policy).slice(4), `seed ${seed}`).toEqual(LEVERAGE.map((name) => `optimal:${name}`))
      for (const name of LEVERAGE) {
        const own = rows.find(({ policy }) => policy === `optimal:${name}`)!
        expect(isRow(own) && own.feasible, `seed ${seed}`).toBe(true)
        const best = isRow(own) ? (own.objectives[name] ?? Infinity) : Number.NaN
        expect(isRow(own) && own.ratios[name], `seed ${seed}`).toBeCloseTo(1, 6)
        expect(optimum[name].proved, `seed ${seed}: ${optimum[name].reason}`).toBe(true)
        for (const row of rows) {
          if (!isRow(row) || !row.feasible || row.notes?.[name] !== undefined) continue
          expect(row.objectives[name] ?? Infinity, `seed ${seed}, ${row.policy}`).toBeGreaterThanOrEqual(
            best * (1 - 1e-9),
          )
          expect(row.ratios[name] ?? Infinity, `seed ${seed}, ${row.policy}`).toBeGreaterThanOrEqual(1)
        }
      }
    }
  })

  it('agrees with small code of our own on every figure', async () => {
    let offMark = 0
    for (const seed of SEEDS) {
      const book = bookOf(seed)
      const event = parseEvent(book)
      for (const policy of [inFileOrder(), proRata()]) {
        let kept: Reduction[] = []
        const spy = policyOf(policy.name, async (space, context) => {
          const reductions = await policy.allocate(space, context)
          kept = textOf(event, reductions)
          return reductions
        })
        const { rows } = await compare(event, { policies: [spy], objectives: LEVERAGE })
        const row = rows[0]
        if (!isRow(row)) throw new Error(`seed ${seed}: ${row.error.message}`)
        if (event.demand.every(({ quantity }) => quantity.digits === 0n)) continue
        const says = `seed ${seed}, ${policy.name}`
        const small = smallMeasures(book, kept)
        expect(row.feasible, says).toBe(true)
        expect([row.touched, row.closed], says).toEqual([small.touched, small.closed])
        expect(row.gini, says).toBeCloseTo(small.gini, 10)
        expect(row.topTenShare, says).toBeCloseTo(small.topTenShare, 10)
        expect(row.profitKnown, says).toBeCloseTo(small.profitKnown, 10)
        for (const figure of ['profitRealised', 'maxHaircut'] as const) {
          const [ours, theirs] = [row[figure], small[figure]]
          if (theirs === null) expect(ours, says).toBeNull()
          else expect(Math.abs(ours! - theirs), says).toBeLessThanOrEqual(1e-9 * Math.max(1e-9, Math.abs(theirs)))
        }
        if ((row.maxHaircut ?? 1) > 0) offMark++
        const after = standings(problemOf(book), kept)
        if (row.notes !== undefined) continue
        const [level, squares] = [largestLeverage(after), sumOfSquares(after)]
        const wanted = { 'min-max-leverage': level && num(level), 'squared-leverage': num(squares) }
        for (const name of LEVERAGE) {
          const [ours, theirs] = [row.objectives[name], wanted[name]]
          if (theirs === undefined) expect(ours, says).toBeNull()
          else expect(Math.abs(ours! - theirs), says).toBeLessThanOrEqual(1e-12 * Math.abs(theirs))
        }
      }
    }
    expect(offMark).toBeGreaterThan(5)
  })

  it('gives the same answer again, whatever the order of the policies', async () => {
    for (const seed of SEEDS.slice(0, 10)) {
      const event = eventOfSeed(seed)
      const options = {
        policies: ['pro-rata', 'water-filling', 'optimal:squared-leverage'],
        seed: 7,
        charts: true,
      } as const
      const first = await compare(event, options)
      expect(timeless(await compare(event, options))).toBe(timeless(first))
      const turned = await compare(event, { ...options, policies: [...options.policies].reverse() })
      expect(timeless([...turned.rows].reverse())).toBe(timeless(first.rows))
    }
  })

  it('hands the seed to policies', async () => {
    const seeds: unknown[] = []
    const spy = policyOf('spy', (space, context) => {
      seeds.push(context?.seed)
      return proRata().allocate(space)
    })
    await compare(eventOfSeed(1), { policies: [spy], seed: 12 })
    await compare(eventOfSeed(1), { policies: [spy] })
    expect(seeds).toEqual([12, 1])
  })
})

describe('a policy that fails', () => {
  const bad: readonly (readonly [string, () => never, string])[] = [
    [
      'throws',
      () => {
        throw new TypeError('no such thing')
      },
      'policy-failed',
    ],
    [
      'misuse',
      () => {
        throw new SpillwayError({ code: 'policy-input', path: 'x', value: 1, problem: 'lacks', cure: 'Give.' })
      },
      'policy-input',
    ],
    ['too few', () => [] as never, 'policy-answer'],
    ['negative', (() => [decimal('-1'), decimal('11')]) as never, 'policy-answer'],
    ['not decimals', (() => [1, 9]) as never, 'policy-answer'],
    ['nothing', (() => undefined) as never, 'policy-answer'],
  ]
  const two = {
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: 10 }],
    accounts: [
      { account: 'x', equity: 10, positions: [{ market: 'A', quantity: -9 }] },
      { account: 'y', equity: 20, positions: [{ market: 'A', quantity: -9 }] },
    ],
    demand: [{ market: 'A', side: 'short', quantity: 10 }],
  }

  it('gives a row with its error, and the others still run', async () => {
    const policies = [...bad.map(([name, allocate]) => policyOf(name, allocate)), 'pro-rata']
    const { rows } = await compare(parseEvent(two), { policies })
    expect(rows.map((row) => (isRow(row) ? 'ran' : row.error.code))).toEqual([...bad.map(([, , code]) => code), 'ran'])
    expect(rows[0]).toMatchObject({
      policy: 'throws',
      error: { message: 'no such thing' },
      seconds: expect.any(Number),
    })
    expect(rows[0]).not.toHaveProperty('objectives')
  })

  it('is flagged where its allocation is none, and its value is not quoted', async () => {
    const short = policyOf('short', () => [decimal('1'), decimal('2.5')])
    const over = policyOf('over', () => [decimal('10'), decimal('0')])
    const near = policyOf('near', () => [decimal('1.000000001'), decimal('9')])
    const { rows, optimum } = await compare(parseEvent(two), { policies: [short, over, near] })
    expect(rows[0]).toMatchObject({
      feasible: false,
      violations: [{ code: 'demand-short', market: 'A', by: 6.5 }],
      objectives: { 'min-max-leverage': null },
      ratios: { 'min-max-leverage': null },
      maxLeverage: null,
    })
    expect(rows[1]).toMatchObject({ feasible: false, violations: [{ code: 'over-reduction', account: 'x', by: 1 }] })
    // Within the forgiven distance: feasible, though it is never called the best.
    expect(rows[2]).toMatchObject({ feasible: true })
    expect(optimum['min-max-leverage'].by).toBe('closed-form')
  })

  it('notes an order that is broken, and gives no ratio to it', async () => {
    const event = { ...two, accounts: [{ ...two.accounts[0], equity: -5 }, two.accounts[1]] }
    const { rows } = await compare(parseEvent(event), {
      policies: [inFileOrder('kept', true), 'optimal:min-max-leverage'],
    })
    const [kept, best] = rows
    expect(kept).toMatchObject({ feasible: true, maxLeverage: null, ratios: { 'min-max-leverage': null } })
    expect((kept as ComparedRow).notes!['min-max-leverage']).toMatch(/\S/)
    expect(best).toMatchObject({ ratios: { 'min-max-leverage': 1 } })
    expect(best).not.toHaveProperty('notes')
  })
})

describe('objectives', () => {
  it('a policy that beats the method to the optimum has the best value known', async () => {
    const event = eventOfSeed(3)
    const honest = squaredLeverage()
    // A method that brings back somebody's else allocation, with an honest bound.
    const lame = {
      ...honest,
      name: 'lame',
      prepare: (e: typeof event) => {
        const prepared = honest.prepare(e)
        const plan = { ...prepared.closedForm()!, reductions: inFileOrder().allocate(prepared.space) as never }
        return { ...prepared, closedForm: () => plan }
      },
    }
    const { rows, optimum } = await compare(event, { policies: ['optimal:lame', 'water-filling'], objectives: [lame] })
    expect(optimum.lame).toMatchObject({ by: 'water-filling', proved: true })
    expect((rows[0] as ComparedRow).ratios.lame).toBeGreaterThan(1)
    expect((rows[1] as ComparedRow).ratios.lame).toBe(1)
  })

  it('a bound above a feasible value is loud', async () => {
    const honest = minMaxLeverage()
    const liar = {
      ...honest,
      prepare: (e: ReturnType<typeof eventOfSeed>) => {
        const prepared = honest.prepare(e)
        const poor = { ...prepared.closedForm()!, reductions: inFileOrder().allocate(prepared.space) as never }
        const bound = prepared.value(poor.reductions)
        return { ...prepared, closedForm: () => ({ ...poor, bound: () => ({ bound, prices: [] }) }) }
      },
    }
    const run = compare(eventOfSeed(3), { policies: ['water-filling'], objectives: [liar] })
    await expect(run).rejects.toMatchObject({ code: 'contradiction', fault: 'engine' })
  })

  it('by default are those that lack nothing; a named one must run', async () => {
    const { optimum } = await compare(eventOfSeed(2), { policies: ['pro-rata'] })
    expect(Object.keys(optimum)).toEqual(expect.arrayContaining([...LEVERAGE]))
    const needy = [...objectives.values()].find(({ needs }) => needs.includes('moves'))
    if (needy === undefined) return
    expect(optimum).not.toHaveProperty(needy.name)
    await expect(compare(eventOfSeed(2), { objectives: [needy.name] })).rejects.toMatchObject({ code: 'missing-input' })
  })

  it('that only a policy minimises have no column', async () => {
    const { rows, optimum } = await compare(eventOfSeed(2), {
      policies: ['optimal:squared-leverage'],
      objectives: ['min-max-leverage'],
    })
    expect(Object.keys(optimum)).toEqual(['min-max-leverage'])
    const { reductions } = await solve(eventOfSeed(2), squaredLeverage())
    expect(largestReductions(eventOfSeed(2), reductions!, 1).count).toBe((rows[0] as ComparedRow).touched)
  })
})

describe('misuse', () => {
  const event = eventOfSeed(1)
  it.each([
    ['unknown-policy', { policies: ['pro-rat'] }],
    ['unknown-objective', { policies: ['optimal:leverage'] }],
    ['unknown-objective', { objectives: ['min-max'] }],
    ['duplicate-name', { policies: ['pro-rata', 'pro-rata'] }],
    ['duplicate-name', { objectives: ['min-max-leverage', minMaxLeverage()] }],
    ['option-value', { feasibility: 1 }],
    ['option-value', { tolerance: -1 }],
  ])('%s', async (code, options) => {
    await expect(compare(event, options)).rejects.toMatchObject({ code, cure: expect.stringMatching(/\.$/) })
  })

  it('a suggestion for a name that is nearly right', () => {
    expect(() => resolvePolicy('pro-rat')).toThrow(/pro-rata/)
  })

  it('is cancelled at once, and between two policies', async () => {
    await expect(compare(event, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    const controller = new AbortController()
    const stop = policyOf('stop', (space) => {
      controller.abort()
      return proRata().allocate(space)
    })
    const after = policyOf('after', () => {
      throw new Error('not reached')
    })
    const seen: string[] = []
    const run = compare(event, {
      policies: [stop, after],
      signal: controller.signal,
      onProgress: ({ says }) => seen.push(says),
    })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(seen.at(-1)).toBe('stop')
  })
})

it('says where loadings come from', async () => {
  const bare = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: 2 }],
    accounts: [{ account: 'a', equity: 1, positions: [{ market: 'A', quantity: 3 }] }],
    demand: [{ market: 'A', side: 'long', quantity: 1 }],
  })
  const moves = parseMoves({ format: 'spillway/moves@1', markets: ['A'], moves: [[0.1], [-0.1]] })
  const sourceOf = async (inputs: ObjectiveInputs) => (await compare(bare, { policies: ['pro-rata'], inputs })).loadings
  expect(await sourceOf({})).toEqual({ source: 'none' })
  expect(await sourceOf({ moves })).toEqual({ source: 'moves', explained: 1 })
  expect(await sourceOf({ moves, loadings: { A: 1 } })).toEqual({ source: 'given' })
})
