import { minMaxLeverage, parseEvent, SpillwayError, solve, squaredLeverage } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../books.js'
import { type Fraction, frac, minus, num, order, over, sign } from '../../fraction.js'
import { type EventText, largestLeverage, problemOf, type ReductionText, standings, sumOfSquares } from './oracle.js'
import { eventOf, faultOf, judged } from './support.js'

/** Whole lots against every allocation there is, in exact fractions. */
const SEED = 4711
const BOOKS = 150

interface LotBook extends EventText {
  readonly markets: readonly { market: string; markPrice: string; adlPrice?: string; lotSize?: string }[]
}

function lotBook(seed: number): LotBook {
  const random = randomFrom(seed)
  const isOff = random.chance(0.4)
  const lot = random.pick(['1', '0.5', '0.25'])
  const count = random.whole(1, 4)
  const accounts = Array.from({ length: count }, (_, i) => {
    const lots = random.whole(0, 5)
    const dust = random.chance(0.3) ? Number(lot) * 0.3 : 0
    const quantity = -(lots * Number(lot) + dust)
    const elsewhere = !isOff && random.chance(0.3) ? [{ market: 'B', quantity: String(random.whole(-3, 3)) }] : []
    const equity = random.chance(0.2) ? random.pick([0, -3]) : random.pick([1, 2, 3, 5, 10])
    return {
      account: `a${i}`,
      equity: String(equity),
      positions: [...(quantity === 0 ? [] : [{ market: 'A', quantity: String(quantity) }]), ...elsewhere],
    }
  })
  const whole = accounts.reduce((sum, { positions }) => {
    const held = Math.abs(Number(positions.find((p) => p.market === 'A')?.quantity ?? 0))
    return sum + Math.floor(held / Number(lot) + 1e-9)
  }, 0)
  return {
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: '2', lotSize: lot, ...(isOff && { adlPrice: random.pick(['1.9', '2.1']) }) },
      { market: 'B', markPrice: '1' },
    ],
    accounts,
    demand: [{ market: 'A', side: 'short', quantity: String(random.whole(0, whole) * Number(lot)) }],
  }
}

/** Every allocation in whole lots in which accounts with g ≤ 0 give all they can first. */
function* everyAllocation(event: LotBook): Generator<ReductionText[]> {
  const { owners } = problemOf(event)
  const lot = frac(event.markets[0].lotSize!)
  const wanted = Number(num(over(frac(event.demand[0].quantity), lot)))
  const most = owners.map((o) => Math.floor(num(over(o.capacity.get('A')!, lot)) + 1e-9))
  const duty = Math.min(
    wanted,
    owners.reduce((sum, o, i) => sum + (o.isSolvent ? 0 : most[i]), 0),
  )
  function* choose(i: number, left: number, counts: number[]): Generator<number[]> {
    if (i === owners.length) {
      if (left === 0) yield counts
      return
    }
    for (let n = 0; n <= Math.min(left, most[i]); n++) yield* choose(i + 1, left - n, [...counts, n])
  }
  for (const counts of choose(0, wanted, [])) {
    const given = counts.reduce((sum, n, i) => sum + (owners[i].isSolvent ? 0 : n), 0)
    if (given !== duty) continue
    yield counts.map((n, i) => ({ account: owners[i].account, market: 'A', quantity: String(n * num(lot)) }))
  }
}

const isLess = (a: Fraction | undefined, b: Fraction | undefined | 'none'): boolean =>
  b === 'none' || (a !== undefined && (b === undefined || order(a, b) < 0))

describe(`whole lots against every allocation (seed ${SEED}, ${BOOKS} books)`, () => {
  it.each([
    ['min-max-leverage', minMaxLeverage, largestLeverage],
    ['squared-leverage', squaredLeverage, sumOfSquares],
  ] as const)('%s', async (name, objective, measure) => {
    let tried = 0
    let differs = 0
    for (let b = 0; b < BOOKS; b++) {
      const event = lotBook(SEED + b)
      if (event.demand[0].quantity === '0' || problemOf(event).owners.length === 0) continue
      const problem = problemOf(event)
      let best: Fraction | undefined | 'none' = 'none'
      for (const allocation of everyAllocation(event)) {
        const value = measure(standings(problem, allocation))
        if (isLess(value, best)) best = value
      }
      const place = `seed ${SEED + b}`
      const solution = await solve(parseEvent(event), objective(), { lots: true, tolerance: 1e-12 })
      expect(solution.status, place).toBe('optimal')
      expect(solution.solver.status, place).toMatch(/whole lots/)
      expect(faultOf(event, solution.reductions!), place).toBeUndefined()
      const lot = frac(event.markets[0].lotSize!)
      for (const { quantity } of solution.reductions!) expect(over(frac(quantity), lot).d, place).toBe(1n)
      const ours = measure(standings(problem, solution.reductions!))
      const label = `${name} ${place}`
      if (best === undefined) expect(ours, label).toBeUndefined()
      else expect(sign(minus(ours!, best as Fraction)), label).toBe(0)
      // A solver by name proves what the closed form proves.
      if (b % 3 === 0) {
        const solver = name === 'min-max-leverage' ? ['highs', 'jslp', 'yalps'][(b / 3) % 3] : 'highs'
        const named = await solve(parseEvent(event), objective(), { lots: true, tolerance: 1e-12, solver })
        expect(named.status, `${label} ${solver}`).toBe('optimal')
        expect(named.objective.value, `${label} ${solver}`).toBe(solution.objective.value)
      }
      const gap = solution.lots!
      if (gap.relativeGap !== null && gap.relativeGap > 1e-9) differs++
      tried++
    }
    expect(tried).toBeGreaterThan(BOOKS / 2)
    // Lots cost something somewhere, or the test sees only books where they do not matter.
    expect(differs).toBeGreaterThan(BOOKS / 20)
  })
})

function* waysToGive(most: readonly number[], wanted: number): Generator<number[]> {
  if (most.length === 0) {
    if (wanted === 0) yield []
    return
  }
  for (let n = 0; n <= Math.min(most[0], wanted); n++) {
    for (const rest of waysToGive(most.slice(1), wanted - n)) yield [n, ...rest]
  }
}

describe('whole lots', () => {
  const markets = [['A', '2'] as const]
  const base = eventOf(markets, { a: ['1', ['A', '-5']], b: ['2', ['A', '-5']] }, [['A', 'short', '4']])
  const withLot = (lot: string, event: EventText = base): LotBook => ({
    ...event,
    markets: event.markets.map((market) => ({ ...market, lotSize: lot })),
  })

  it('a demand off the lots is bad input', async () => {
    const error = await solve(parseEvent(withLot('3')), minMaxLeverage(), { lots: true }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SpillwayError)
    expect(error).toMatchObject({ code: 'demand-off-lots', path: 'demand.A.quantity', value: '4', fault: 'input' })
  })

  it('whole lots that do not reach the demand are infeasible, and say by how much', async () => {
    const event = withLot('2', { ...base, demand: [{ market: 'A', side: 'short', quantity: '10' }] })
    const solution = await solve(parseEvent(event), minMaxLeverage(), { lots: true })
    expect(solution.status).toBe('infeasible')
    expect(solution.reason).toContain('A is short by 2 contracts (a gives 4 of 5, b gives 4 of 5)')
    expect(solution.reductions).toBeUndefined()
    const verdict = await judged(event, [], 'min-max-leverage', { lots: true })
    expect(verdict.verdict).toBe('infeasible')
    expect(verdict.optimum).toBeNull()
  })

  it('verify finds what is off the lots, and by how much', async () => {
    const given = [
      { account: 'a', market: 'A', quantity: '3.2' },
      { account: 'b', market: 'A', quantity: '0.8' },
    ]
    const verdict = await judged(withLot('1'), given, 'min-max-leverage', { lots: true })
    expect(verdict.violations.map(({ code, account }) => [code, account])).toEqual([
      ['lot', 'a'],
      ['lot', 'b'],
    ])
    for (const { by } of verdict.violations) expect(by).toBeCloseTo(0.2, 12)
    expect((await judged(withLot('1'), given)).feasible).toBe(true)
  })

  it('verify holds lots against the best lots', async () => {
    // Levels 10 and 5: four lots from the first leave 2 and 5; three and one leave 4 and 4.
    const even = [
      { account: 'a', market: 'A', quantity: '3' },
      { account: 'b', market: 'A', quantity: '1' },
    ]
    const verdict = await judged(withLot('1'), even, 'min-max-leverage', { lots: true })
    expect(verdict).toMatchObject({ verdict: 'optimal', optimum: 4, bound: 4 })
    const odd = [{ account: 'a', market: 'A', quantity: '4' }]
    const worse = await judged(withLot('1'), odd, 'min-max-leverage', { lots: true })
    expect(worse).toMatchObject({ verdict: 'suboptimal', objective: { value: 5 }, optimum: 4 })
  })

  it('markets without a lot size stay continuous', async () => {
    const two = eventOf(
      [
        ['A', '2'],
        ['B', '2'],
      ],
      { a: ['1', ['A', '-5']], b: ['2', ['A', '-5']], c: ['1', ['B', '-1']], d: ['1', ['B', '-2']] },
      [
        ['A', 'short', '4'],
        ['B', 'short', '1.25'],
      ],
    )
    const event = { ...two, markets: [{ ...two.markets[0], lotSize: '1' }, two.markets[1]] }
    const solution = await solve(parseEvent(event), squaredLeverage(), { lots: true, tolerance: 1e-12 })
    expect(solution.status).toBe('optimal')
    expect(solution.reductions).toEqual([
      { account: 'a', market: 'A', quantity: '3' },
      { account: 'b', market: 'A', quantity: '1' },
      { account: 'c', market: 'B', quantity: '0.125' },
      { account: 'd', market: 'B', quantity: '1.125' },
    ])
  })

  it('accounts that link markets get a rounded optimum, whole lots and a bound below every allocation', async () => {
    const random = randomFrom(SEED)
    const statuses = new Set<string>()
    for (let b = 0; b < 20; b++) {
      const rows = Array.from(
        { length: 3 },
        () => [random.whole(1, 9), random.whole(0, 5), random.whole(1, 5)] as const,
      )
      const wanted = [1, 2].map((k) => Math.floor(rows.reduce((sum, row) => sum + row[k], 0) / 2))
      const accounts = Object.fromEntries(
        rows.map(([equity, x, y], i) => [`a${i}`, [String(equity), ['A', String(-x)], ['B', String(-y)]] as const]),
      )
      const event = eventOf(
        [
          ['A', '2'],
          ['B', '3'],
        ],
        accounts,
        [
          ['A', 'short', String(wanted[0])],
          ['B', 'short', String(wanted[1])],
        ],
      )
      const solution = await solve(parseEvent(withLot('1', event)), minMaxLeverage(), { lots: true })
      expect(faultOf(event, solution.reductions!)).toBeUndefined()
      for (const { quantity } of solution.reductions!) expect(frac(quantity).d).toBe(1n)
      let best = Infinity
      for (const x of waysToGive(
        rows.map((row) => row[1]),
        wanted[0],
      )) {
        for (const y of waysToGive(
          rows.map((row) => row[2]),
          wanted[1],
        )) {
          const levels = rows.map(([equity, held, more], i) => (2 * (held - x[i]) + 3 * (more - y[i])) / equity)
          best = Math.min(best, Math.max(...levels))
        }
      }
      expect(solution.objective.value!).toBeGreaterThanOrEqual(best * (1 - 1e-12))
      expect(solution.bound!).toBeLessThanOrEqual(best * (1 + 1e-12))
      statuses.add(solution.status)
    }
    for (const status of statuses) expect(['optimal', 'unproved']).toContain(status)
  })

  it('lots far finer than doubles tell apart are met exactly', async () => {
    const event = withLot('0.00000000000001', {
      ...base,
      demand: [{ market: 'A', side: 'short', quantity: '4.00000000000001' }],
    })
    const solution = await solve(parseEvent(event), minMaxLeverage(), { lots: true, tolerance: 1e-12 })
    expect(solution.status).toBe('optimal')
    expect(faultOf(event, solution.reductions!)).toBeUndefined()
    expect(solution.objective.value).toBeCloseTo(4, 10)
  })

  it('somebody without equity is left with something whatever is closed: infinite, and proved', async () => {
    // Closing above the mark pays longs, so 0 < g; one lot is too little for two accounts that have nothing else.
    const event = {
      ...eventOf([['A', '30', '33']], { a: ['0', ['A', '1.5']], b: ['0', ['A', '0.5']] }, [['A', 'long', '0.5']]),
      markets: [{ market: 'A', markPrice: '30', adlPrice: '33', lotSize: '0.5' }],
    }
    const solution = await solve(parseEvent(event), minMaxLeverage(), { lots: true })
    expect(solution).toMatchObject({ status: 'optimal', objective: { value: null }, bound: null, prices: { A: null } })
    // In fractions of lots both get a little, and with it some equity.
    expect((await solve(parseEvent(event), minMaxLeverage())).objective.value).toBeGreaterThan(0)
  })

  it('no demand, no lots to give', async () => {
    const event = withLot('1', { ...base, demand: [{ market: 'A', side: 'short', quantity: '0' }] })
    const solution = await solve(parseEvent(event), squaredLeverage(), { lots: true })
    expect(solution).toMatchObject({ status: 'optimal', reductions: [] })
  })
})
