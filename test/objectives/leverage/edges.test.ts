import { parseEvent, SpillwayError, solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { frac, minus, num } from '../../fraction.js'
import type { EventText } from './oracle.js'
import { largestLeverage, leastLeverage, problemOf, standings } from './oracle.js'
import { closedOf, eventOf, faultOf, judged, names, objectives, solved } from './support.js'

/** Corners of a book: each is answered, by the closed form and by a solver, and the answer is judged optimal. */
const solvers = [undefined, 'highs', 'jslp', 'yalps', 'glpk']

/** Solves by every method and checks what must hold of any answer; the answers, the fastest method's first. */
async function answers(event: EventText, name: (typeof names)[number]) {
  const able = name === 'min-max-leverage' ? solvers : [undefined, 'highs']
  const list = []
  for (const solver of able) {
    const solution = await solved(event, name, { ...(solver && { solver }), timeLimitSeconds: 10 })
    expect(solution, `${name} by ${solver}`).toMatchObject({ status: 'optimal' })
    expect(faultOf(event, solution.reductions!), `${name} by ${solver}`).toBeUndefined()
    expect(solution.relativeGap, `${name} by ${solver}`).toBeLessThanOrEqual(1e-9)
    const verdict = await judged(event, solution.reductions!, name, { ...(solver && { solver }) })
    expect(verdict, `${name} by ${solver}`).toMatchObject({ verdict: 'optimal', feasible: true })
    expect(verdict.objective.value).toBe(solution.objective.value)
    list.push(solution)
  }
  return list
}

describe('nothing to do', () => {
  const held = { A: ['10', ['M', '-5']], B: ['-1', ['M', '-2']], C: ['5', ['M', '7']] } as const
  const blanks: [string, EventText, number | null][] = [
    ['demand: []', eventOf([['M', '10']], held, []), 0],
    ['a demand of zero', eventOf([['M', '10']], held, [['M', 'short', '0']]), 0],
    ['no accounts', eventOf([['M', '10']], {}, [['M', 'long', '0']]), 0],
    ['no markets', eventOf([], { A: ['1'] }, []), 0],
    ['nothing at all', eventOf([], {}, []), 0],
    [
      'positions of zero contracts',
      eventOf([['M', '10']], { A: ['1', ['M', '0']], B: ['0', ['M', '-0.00']] }, [['M', 'short', '0']]),
      0,
    ],
  ]
  it.each(blanks)('%s', async (_, event) => {
    for (const name of names) {
      for (const solution of await answers(event, name)) {
        expect(solution).toMatchObject({
          objective: { value: 0 },
          bound: 0,
          relativeGap: 0,
          prices: {},
          reductions: [],
          leverage: { maxBefore: 0, maxAfter: 0 },
          accounts: { eligible: 0, touched: 0, closed: 0 },
        })
      }
    }
  })

  it('a derived demand without insolvents is empty', async () => {
    const { demand: _, ...event } = eventOf([['M', '10']], { A: ['10', ['M', '-5']], C: ['5', ['M', '7']] }, [])
    const solution = await solved(event)
    expect(solution).toMatchObject({ status: 'optimal', objective: { value: 0 }, reductions: [] })
  })

  it('a demand that the insolvent net out among themselves is empty', async () => {
    const { demand: _, ...event } = eventOf(
      [['M', '10']],
      { A: ['-1', ['M', '-5']], B: ['-2', ['M', '5']], C: ['5', ['M', '7']] },
      [],
    )
    expect((await solved(event)).reductions).toEqual([])
  })

  it('a derived demand is closed on the other side, and those taken over are gone', async () => {
    const { demand: _, ...event } = eventOf(
      [['M', '10']],
      { A: ['-1', ['M', '5']], B: ['0', ['M', '-4']], C: ['5', ['M', '-4']], D: ['9', ['M', '3']] },
      [],
    )
    for (const name of names) {
      const { reductions, leverage } = await solved(event, name)
      // B, without equity, first: 4; then one contract of C.
      expect(reductions).toEqual([
        { account: 'B', market: 'M', quantity: '4' },
        { account: 'C', market: 'M', quantity: '1' },
      ])
      expect(leverage).toEqual({ maxBefore: null, maxAfter: 6 })
    }
  })
})

describe('everything', () => {
  it.each(names)('%s: all of both sides is closed, digit by digit', async (name) => {
    const event = eventOf(
      [
        ['M', '3.1', '3.05'],
        ['N', '0.7'],
      ],
      {
        A: ['10', ['M', '-5.123456789012345678'], ['N', '4']],
        B: ['2', ['M', '-0.000000000001']],
        C: ['1', ['N', '100000.1']],
        D: ['-3', ['M', '-1']],
      },
      [
        ['M', 'short', '6.123456789013345678'],
        ['N', 'long', '100004.1'],
      ],
    )
    for (const solution of await answers(event, name)) {
      expect(solution.objective.value).toBe(0)
      expect(solution.accounts).toEqual({ eligible: 4, touched: 4, closed: 4 })
      expect(solution.leverage.maxAfter).toBe(0)
      expect(closedOf(solution.reductions!, 'A', 'M')).toEqual(frac('5.123456789012345678'))
    }
  })

  it.each(names)('%s: value 0 has the gap 0, and a little less than all is no longer zero', async (name) => {
    const all = eventOf([['M', '1']], { A: ['1', ['M', '-5']], B: ['1', ['M', '-5']] }, [['M', 'short', '10']])
    for (const solution of await answers(all, name))
      expect(solution).toMatchObject({ objective: { value: 0 }, relativeGap: 0 })
    const most = { ...all, demand: [{ market: 'M', side: 'short' as const, quantity: '9.9999999999' }] }
    for (const { objective, relativeGap } of await answers(most, name)) {
      expect(objective.value).toBeCloseTo(
        name === 'min-max-leverage' ? 5e-11 : 5e-21,
        name === 'min-max-leverage' ? 18 : 28,
      )
      expect(relativeGap).toBeLessThanOrEqual(1e-9)
    }
  })
})

describe('the insolvent', () => {
  it.each(names)('%s: when nobody else is eligible they share pro rata and the objective is 0', async (name) => {
    const event = eventOf([['M', '10']], { A: ['0', ['M', '-6']], B: ['-1', ['M', '-2']], C: ['5', ['M', '7']] }, [
      ['M', 'short', '4'],
    ])
    for (const solution of await answers(event, name)) {
      expect(solution).toMatchObject({ objective: { value: 0 }, bound: 0, relativeGap: 0, prices: { M: 0 } })
      expect(solution.reductions).toEqual([
        { account: 'A', market: 'M', quantity: '3' },
        { account: 'B', market: 'M', quantity: '1' },
      ])
      expect(solution.leverage).toEqual({ maxBefore: null, maxAfter: null })
    }
  })

  it.each(names)('%s: a capacity that is exactly the demand, and one digit less', async (name) => {
    const event = eventOf(
      [['M', '10']],
      { A: ['10', ['M', '-5']], B: ['-1', ['M', '-0.1']], C: ['0', ['M', '-0.2']] },
      [['M', 'short', '0.3']],
    )
    for (const { reductions, objective, prices } of await answers(event, name)) {
      expect(reductions).toEqual([
        { account: 'B', market: 'M', quantity: '0.1' },
        { account: 'C', market: 'M', quantity: '0.2' },
      ])
      expect(objective.value).toBe(name === 'min-max-leverage' ? 5 : 250)
      expect(prices).toEqual({ M: 0 })
    }
    const more = { ...event, demand: [{ market: 'M', side: 'short' as const, quantity: '0.30000000000000000001' }] }
    for (const { reductions } of await answers(more, name)) {
      expect(reductions!.find((r) => r.account === 'A')!.quantity).toBe('0.00000000000000000001')
    }
  })

  it.each(names)('%s: equity exactly zero by cancellation of decimals that doubles do not have', async (name) => {
    // g = 0.3 − 3 · 0.1 = 0, where doubles say 5.6e-17: A is insolvent at the ADL price and comes first.
    const event = eventOf([['M', '1', '0.9']], { A: ['0.3', ['M', '3']], B: ['1', ['M', '3']] }, [['M', 'long', '2']])
    for (const { reductions, objective } of await answers(event, name)) {
      expect(reductions).toEqual([{ account: 'A', market: 'M', quantity: '2' }])
      expect(objective.value).toBeCloseTo(name === 'min-max-leverage' ? 3 : 9 / 0.7, 12)
    }
  })

  it.each(names)('%s: 0 < e < d c, bankrupted by closing, comes first; e = d c + a hair does not', async (name) => {
    const of = (equity: string) =>
      eventOf([['M', '1', '0.9']], { A: [equity, ['M', '3']], B: ['10', ['M', '3']] }, [['M', 'long', '3']])
    for (const { reductions } of await answers(of('0.2'), name)) {
      expect(reductions).toEqual([{ account: 'A', market: 'M', quantity: '3' }])
    }
    // With g = 1e-9 it stands far above B in 3/g and is closed nearly whole all the same, but B is asked for its share.
    for (const { reductions } of await answers(of('0.300000001'), name)) {
      const left = num(minus(frac(3), closedOf(reductions!, 'A', 'M')))
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThan(1e-8)
    }
  })

  it.each(names)('%s: e ≤ 0 < g (d < 0) is not insolvent, and closing can make it whole', async (name) => {
    // g = −1 + 10 · 0.5 = 4: after closing 6, e = 2 and 4 are left.
    const event = eventOf([['M', '1', '1.5']], { A: ['-1', ['M', '10']], B: ['100', ['M', '10']] }, [
      ['M', 'long', '6'],
    ])
    for (const { reductions, objective } of await answers(event, name)) {
      expect(reductions).toEqual([{ account: 'A', market: 'M', quantity: '6' }])
      if (name === 'min-max-leverage') expect(objective.value).toBeCloseTo(2, 12)
    }
  })

  it('where leverage stays infinite whatever is done: value and bound null, optimal all the same', async () => {
    const event = eventOf([['M', '1', '1.5']], { A: ['-1', ['M', '10']], B: ['100', ['M', '10']] }, [
      ['M', 'long', '1'],
    ])
    expect(leastLeverage(problemOf(event))).toBe(Number.POSITIVE_INFINITY)
    for (const solution of await answers(event, 'min-max-leverage')) {
      expect(solution).toMatchObject({ objective: { value: null }, bound: null, relativeGap: 0, prices: { M: null } })
      expect(solution.leverage).toEqual({ maxBefore: null, maxAfter: null })
    }
    // Even the allocation that leaves A alone is no worse in this objective, and the judge says so; in squares it is.
    const other = [{ account: 'B', market: 'M', quantity: '1' }]
    expect(await judged(event, other)).toMatchObject({ verdict: 'optimal', objective: { value: null } })
    expect(await judged(event, other, 'squared-leverage')).toMatchObject({ verdict: 'suboptimal' })
    // Two contracts make e = 0 exactly, still infinite; a hair more and it is finite.
    const closing = (quantity: string) => ({ ...event, demand: [{ market: 'M', side: 'long' as const, quantity }] })
    for (const { objective } of await answers(closing('2'), 'min-max-leverage')) expect(objective.value).toBeNull()
    for (const { objective } of await answers(closing('2.001'), 'min-max-leverage')) {
      expect(objective.value).toBeCloseTo(7.999 / 0.0005, 4)
    }
    expect(await judged(closing('2.001'), [{ account: 'B', market: 'M', quantity: '2.001' }])).toMatchObject({
      verdict: 'suboptimal',
      objective: { value: null },
      relativeGap: null,
    })
  })

  it('an account broke at the mark in a market that nothing closes stays infinite among eligible ones', async () => {
    // A's e = −1 < 0 < g through N, closed on the other side; its short in M can be closed whole, its long in N stays.
    const event = eventOf(
      [
        ['M', '1'],
        ['N', '1', '1.5'],
      ],
      { A: ['-1', ['M', '-2'], ['N', '10']], B: ['10', ['M', '-5']], C: ['10', ['N', '-4']] },
      [
        ['M', 'short', '3'],
        ['N', 'short', '2'],
      ],
    )
    for (const { objective, bound } of await answers(event, 'min-max-leverage')) {
      expect(objective.value).toBeNull()
      expect(bound).toBeNull()
    }
    await answers(event, 'squared-leverage')
  })
})

describe('where closing hurts', () => {
  it('who stands above p/d gives as little as the others leave', async () => {
    // d = 0.2: every contract that A closes costs more equity, in proportion, than exposure. B takes all five it holds.
    const event = eventOf(
      [
        ['M', '1', '0.8'],
        ['N', '1'],
      ],
      { A: ['10', ['M', '10'], ['N', '-200']], B: ['10', ['M', '5']] },
      [['M', 'long', '7']],
    )
    for (const { reductions, objective, prices } of await answers(event, 'min-max-leverage')) {
      expect(reductions).toEqual([
        { account: 'A', market: 'M', quantity: '2' },
        { account: 'B', market: 'M', quantity: '5' },
      ])
      expect(objective.value).toBeCloseTo(208 / 9.6, 12)
      // More demand raises the optimum: the price is negative.
      expect(prices!.M).toBeCloseTo((1 - (208 / 9.6) * 0.2) / 9.6, 12)
    }
    const { solver, objective } = await solved(event, 'min-max-leverage', { solver: 'closed-form' })
    expect(solver.status).toBe('water-filling of a network')
    expect(objective.value).toBeCloseTo(208 / 9.6, 12)
  })
})

describe('shapes', () => {
  it.each(names)('%s: digits beyond a double stay whole, closed or untouched', async (name) => {
    // Above its double, so that what is kept whole must be the decimal and not the double.
    const digits = '123.456789012345684321'
    const event = eventOf(
      [['M', '1']],
      { broke: ['-1', ['M', `-${digits}`]], low: ['1e9', ['M', `-${digits}`]], high: ['1', ['M', '-1000']] },
      [['M', 'short', '500']],
    )
    for (const { reductions } of await answers(event, name)) {
      expect(reductions).toEqual([
        { account: 'broke', market: 'M', quantity: digits },
        { account: 'high', market: 'M', quantity: '376.543210987654315679' },
      ])
    }
  })

  it.each(names)('%s: one account', async (name) => {
    const event = eventOf([['M', '7']], { A: ['3', ['M', '2']] }, [['M', 'long', '0.5']])
    for (const { objective, reductions } of await answers(event, name)) {
      expect(objective.value).toBeCloseTo(name === 'min-max-leverage' ? 3.5 : 10.5 ** 2 / 3, 12)
      expect(reductions).toEqual([{ account: 'A', market: 'M', quantity: '0.5' }])
    }
  })

  it.each(names)('%s: one account in many markets, both sides, on and off the mark', async (name) => {
    const n = 30
    const markets = Array.from(
      { length: n },
      (_, k) => [`M${k}`, `${k + 1}`, k % 3 === 0 ? `${k + 0.99}` : undefined] as const,
    )
    const held = markets.map(([market], k) => [market, k % 2 === 0 ? '2' : '-3'] as const)
    const demand = markets.map(([market], k) => [market, k % 2 === 0 ? 'long' : 'short', '1'] as const)
    const event = eventOf(
      markets.map(([m, p, a]) => (a === undefined ? ([m, p] as const) : ([m, p, a] as const))),
      { A: ['100', ...held], none: ['5'] } as const,
      demand,
    )
    for (const solution of await answers(event, name)) {
      expect(solution.reductions).toHaveLength(n)
      expect(solution.accounts).toMatchObject({ eligible: 1, touched: 1, closed: 0 })
    }
  })

  it.each(names)('%s: sizes from 1e-12 to 1e15 contracts in one market, prices of fifteen decimals', async (name) => {
    const event = eventOf(
      [['M', '0.123456789012345', '0.123456789012346']],
      {
        dust: ['0.0000000000001', ['M', '-0.000000000001']],
        small: ['1', ['M', '-123.456']],
        large: ['1e12', ['M', '-1e15']],
        huge: ['1e15', ['M', '-1e15']],
      },
      [['M', 'short', '1234567890123.123456789012']],
    )
    for (const solution of await answers(event, name)) {
      const largest = largestLeverage(standings(problemOf(event), solution.reductions!))!
      if (name === 'min-max-leverage') expect(solution.objective.value).toBeCloseTo(num(largest), 12)
    }
  })

  it.each(names)('%s: a whale beside a shrimp', async (name) => {
    // Everyone together proves a level of 7e-7 where the answer is 600: a solver lost the second in units of the first.
    const event = eventOf([['M', '1']], { whale: ['1e9', ['M', '-100']], shrimp: ['1', ['M', '-1000']] }, [
      ['M', 'short', '400'],
    ])
    for (const { reductions } of await answers(event, name)) {
      expect(reductions).toEqual([{ account: 'shrimp', market: 'M', quantity: '400' }])
    }
  })

  it.each(names)('%s: decimals of thirty digits', async (name) => {
    const third = '0.333333333333333333333333333333'
    const event = eventOf(
      [['M', '123456789.123456789012345678901']],
      {
        A: ['1000000000.000000000000000000001', ['M', `-${third}`]],
        B: [third, ['M', '-0.100000000000000000000000000001']],
      },
      [['M', 'short', '0.123123123123123123123123123123']],
    )
    for (const { reductions } of await answers(event, name)) {
      const sum = num(minus(frac('0.123123123123123123123123123123'), closedOf(reductions!, 'A', 'M')))
      expect(num(closedOf(reductions!, 'B', 'M'))).toBeCloseTo(sum, 15)
    }
  })

  it.each(names)('%s: ties everywhere share alike', async (name) => {
    const accounts = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`a${i}`, ['1', ['M', '-3']] as const]))
    const event = eventOf([['M', '1']], accounts, [['M', 'short', '1']])
    const [fast] = await answers(event, name)
    const shares = Object.keys(accounts).map((a) => num(closedOf(fast!.reductions!, a, 'M')))
    for (const share of shares) expect(share).toBeCloseTo(1 / 7, 14)
  })

  it('names that an object has of its own', async () => {
    const event = eventOf(
      [
        ['__proto__', '2'],
        ['constructor', '3'],
      ],
      Object.fromEntries([
        ['toString', ['1', ['__proto__', '-3'], ['constructor', '-2']]],
        ['__proto__', ['1', ['constructor', '-2']]],
      ]),
      [
        ['__proto__', 'short', '1'],
        ['constructor', 'short', '1'],
      ],
    )
    for (const name of names) {
      const [solution] = await answers(event, name)
      expect(Object.keys(solution!.prices!)).toEqual(['__proto__', 'constructor'])
    }
  })
})

describe('questions that make no sense are refused', () => {
  const event = eventOf([['M', '1']], { A: ['1', ['M', '-5']] }, [['M', 'short', '1']])
  const idle = { ...event, demand: [] }
  it.each([
    ['an unknown solver', event, { solver: 'abacus' }, 'unknown-solver'],
    ['an unknown solver where there is nothing to solve', idle, { solver: 'abacus' }, 'unknown-solver'],
    ['a tolerance of one', event, { tolerance: 1 }, 'option-value'],
    ['a tolerance below zero', event, { tolerance: -1e-9 }, 'option-value'],
    ['a tolerance that is no number', event, { tolerance: Number.NaN }, 'option-value'],
  ])('%s', async (_, book, options, code) => {
    for (const name of names) {
      const error = await solve(parseEvent(book), objectives[name](), options).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(SpillwayError)
      expect(error).toMatchObject({ code, fault: 'input' })
    }
  })

  it('a closed form where there is none', async () => {
    // A would be worth 1 with all of M closed at 1.2, and is worth less than nothing with a tenth of it closed: no level is finite.
    const shared = eventOf(
      [
        ['M', '1', '1.2'],
        ['N', '1'],
      ],
      { A: ['-1', ['M', '10'], ['N', '-200']] },
      [
        ['M', 'long', '1'],
        ['N', 'short', '1'],
      ],
    )
    const closed = { solver: 'closed-form' }
    await expect(solved(shared, 'min-max-leverage', closed)).rejects.toMatchObject({ code: 'no-closed-form' })
    // The squares have one off the mark too: their weights do not change with what is closed.
    await expect(solved(shared, 'squared-leverage', closed)).resolves.toMatchObject({ status: 'optimal' })
  })

  it('a quadratic objective for a solver without one', async () => {
    for (const solver of ['jslp', 'yalps', 'glpk']) {
      await expect(solved(event, 'squared-leverage', { solver })).rejects.toMatchObject({ code: 'not-expressible' })
    }
  })
})
