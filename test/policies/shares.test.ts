import { policyNamed } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook } from '../books.js'
import { num } from '../fraction.js'
import { type Row, rowsOf } from './queue-oracle.js'
import { closedBy, closedByAccount, everyPolicy, type PlainBook, shorts, tiedBook, withExtras } from './support.js'

const books: readonly PlainBook[] = [
  ...Array.from({ length: 60 }, (_, seed) => tiedBook(seed + 3000)),
  ...Array.from({ length: 15 }, (_, seed) => tiedBook(seed + 4000, 3)),
  ...Array.from({ length: 20 }, (_, seed) =>
    withExtras(
      randomBook(seed + 70, { accounts: 25, markets: 2, holdings: 2, insolvents: true, twoSided: true }),
      seed,
    ),
  ),
]

/** Weight of each rule; ∞ comes first, 0 last. */
const lever = (row: Row): number => (num(row.equity) > 0 ? num(row.gross) / num(row.equity) : Infinity)
const size = (row: Row): number => num(row.capacity)
const weights: Readonly<Record<string, (row: Row) => number>> = {
  'pro-rata': size,
  drift: size,
  'pro-rata-pnl': (row) => Math.max(0, num(row.profit)),
  'pro-rata-equity': (row) => Math.max(0, num(row.equity)),
  'one-step-projection': (row) => size(row) ** 2,
  'gains-haircut': (row) => (num(row.profit) > 0 ? size(row) : 0),
  'gains-haircut:gains=account': (row) => (num(row.accountProfit) > 0 ? size(row) : 0),
  'risk-aware-pro-rata': (row) => size(row) * lever(row) ** 2,
  'risk-aware-pro-rata:weight=constant': (row) => size(row) * lever(row),
  'risk-aware-pro-rata:weight=power': (row) => size(row) * lever(row) ** 3,
  'risk-aware-pro-rata:weight=excess': (row) =>
    lever(row) === Infinity ? Infinity : size(row) * lever(row) * Math.max(0, lever(row) - 1),
  'capped-pro-rata:cap=none': size,
}

/** min(c, t w) by bisection on t, tier after tier: slow, and nothing like the method that is tested. */
function shared(sizes: readonly number[], given: readonly number[], demand: number): number[] {
  const tiers = given.map((weight) => (weight === Infinity ? 0 : weight > 0 ? 1 : 2))
  const amounts = sizes.map(() => 0)
  let rest = demand
  for (const tier of [0, 1, 2]) {
    const members = tiers.flatMap((own, i) => (own === tier ? [i] : []))
    const at = (i: number, t: number): number => Math.min(sizes[i], t * (tier === 1 ? given[i] : sizes[i]))
    let [low, high] = [1e-30, 1e30]
    for (let round = 0; round < 64; round++) {
      const middle = Math.sqrt(low * high)
      if (members.reduce((sum, i) => sum + at(i, middle), 0) < rest) low = middle
      else high = middle
    }
    for (const i of members) amounts[i] = rest <= 0 ? 0 : at(i, high)
    rest -= Math.min(
      rest,
      members.reduce((sum, i) => sum + sizes[i], 0),
    )
  }
  return amounts
}

const rowsByDemand = books.map((book) => book.demand.map((_, k) => rowsOf(book, k)))

describe.each(Object.keys(weights))('%s', (policy) => {
  it('is min(c, t w), the weightless last', async () => {
    let capped = 0
    for (const [n, book] of books.entries()) {
      const closed = await closedBy(policy, book)
      for (const [k, { quantity }] of book.demand.entries()) {
        const rows = rowsByDemand[n][k]
        const sizes = rows.map(size)
        const wanted = shared(sizes, rows.map(weights[policy]), Number(quantity))
        for (const [i, row] of rows.entries()) {
          const answer = Number(closed[row.pair])
          expect(Math.abs(answer - wanted[i]), `book ${n}, ${row.pair}`).toBeLessThanOrEqual(1e-9 * Number(quantity))
          if (answer === sizes[i]) capped++
        }
      }
    }
    expect(capped).toBeGreaterThan(0)
  })
})

it('every rule of shares is tested here or by itself', () => {
  const rules = everyPolicy.filter((name) => policyNamed(name).closing === 'shares')
  const elsewhere = /^water-filling|^capped|^integer|re-ranked|factor/
  expect(rules.filter((name) => !(name in weights) && !elsewhere.test(name))).toEqual([])
})

describe('one-step projection', () => {
  it('is the Euclidean projection of the origin, found by bisection of clip(−λ w, 0, 1)', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const book = randomBook(seed, { accounts: 12 })
      const rows = rowsOf(withExtras(book, seed), 0)
      const budget = Number(book.demand[0].quantity)
      const clip = (multiplier: number, w: number): number => Math.min(Math.max(-multiplier * w, 0), 1)
      let [low, high] = [-1e12, 0]
      for (let round = 0; round < 2000; round++) {
        const middle = round < 1000 && low < -1e-300 && high === 0 ? low / 2 : (low + high) / 2
        const taken = rows.reduce((sum, row) => sum + size(row) * clip(middle, size(row)), 0)
        if (taken >= budget) low = middle
        else high = middle
      }
      const closed = await closedByAccount('one-step-projection', book)
      for (const row of rows) {
        const wanted = size(row) * clip(low, size(row))
        expect(Math.abs(closed[row.account] - wanted)).toBeLessThanOrEqual(1e-9 * budget)
      }
    }
  })
})

describe('capped pro rata', () => {
  // Closing shorts at 101 costs 1 per contract.
  const rows = { a: [10, 100, 100.5], b: [10, 2, 120], c: [10, 100, 90] } as const

  it('takes no more than the profit, or the equity, where closing costs', async () => {
    // u = 5, 200 and a loss: β = 0.5, 1, 0.
    const off = { adlPrice: '101' }
    expect(await closedByAccount('capped-pro-rata', shorts(rows, 12, off))).toEqual({ a: 5, b: 7, c: 0 })
    expect(await closedByAccount('capped-pro-rata', shorts(rows, 8, off))).toEqual({ a: 4, b: 4, c: 0 })
    expect(await closedByAccount('capped-pro-rata:cap=equity', shorts(rows, 12, off))).toEqual({ a: 5, b: 2, c: 5 })
    expect(await closedByAccount('capped-pro-rata:cap=none', shorts(rows, 12, off))).toEqual({ a: 4, b: 4, c: 4 })
  })

  it('shares what the caps leave over in proportion to the room above them', async () => {
    // 15 within the caps; 5 and 10 contracts are left to a and c, 6 of them demanded.
    const closed = await closedByAccount('capped-pro-rata', shorts(rows, 21, { adlPrice: '101' }))
    expect(closed.a).toBeCloseTo(7, 12)
    expect(closed.c).toBeCloseTo(4, 12)
    expect(closed.b).toBe(10)
  })

  it('is pro rata where closing gains or costs nothing', async () => {
    for (const adlPrice of ['100', '99']) {
      const book = shorts(rows, 12, { adlPrice })
      expect(await closedByAccount('capped-pro-rata', book)).toEqual(await closedByAccount('pro-rata', book))
    }
  })
})

describe('integer pro rata', () => {
  it('gives the remaining lots by largest fractional part', async () => {
    // Ideals 2.5, 1.75, 0.75 of 5: floors 2, 1, 0, then c and b.
    const book = shorts({ a: [10, 1], b: [7, 1], c: [3, 1] }, 5)
    expect(await closedByAccount('integer-pro-rata', book)).toEqual({ a: 2, b: 2, c: 1 })
  })

  it('goes round again where positions are full, and gives what no lot meets in fractions', async () => {
    // Whole lots: a 9, and b to f none; one round would give a a single lot more than its floor.
    const rows = { a: [9.5, 1], b: [0.9, 1], c: [0.9, 1], d: [0.9, 1], e: [0.9, 1], f: [0.9, 1] } as const
    const closed = await closedByAccount('integer-pro-rata', shorts(rows, 9))
    expect(closed).toEqual({ a: 9, b: 0, c: 0, d: 0, e: 0, f: 0 })
    const more = await closedByAccount('integer-pro-rata', shorts(rows, 11.5))
    expect(more.a).toBeCloseTo(9.25, 12)
    expect(more.b).toBeCloseTo(0.45, 12)
  })

  it('takes the lot of the market, and stays within a lot of pro rata', async () => {
    let compared = 0
    for (let seed = 1; seed <= 40; seed++) {
      const plain = randomBook(seed, { accounts: 15 })
      const total = plain.accounts.reduce((sum, row) => sum + Math.abs(Number(row.positions[0].quantity)), 0)
      const exponent = Math.floor(Math.log10(total)) - 3
      const lot = 10 ** exponent
      const lots = Math.floor(Number(plain.demand[0].quantity) / lot / 1.001)
      if (lots === 0) continue
      const markets = plain.markets.map((market) => ({ ...market, lotSize: `1e${exponent}` }))
      const book = { ...plain, markets, demand: [{ ...plain.demand[0], quantity: `${lots}e${exponent}` }] }
      const closed = await closedByAccount('integer-pro-rata', book)
      const ideal = await closedByAccount('pro-rata', book)
      // Past full positions others give more than a lot above their share.
      const isFull = rowsOf(withExtras(book, seed), 0).some((row) => closed[row.account] + lot > size(row))
      for (const [account, amount] of Object.entries(closed)) {
        if (isFull) continue
        compared++
        expect(Math.abs(amount - ideal[account]), `seed ${seed}`).toBeLessThan(lot)
      }
      const whole = Object.keys(closed).reduce((sum, account) => {
        const row = rowsOf(withExtras(book, seed), 0).find((one) => one.account === account)!
        return sum + Math.floor(size(row) / lot)
      }, 0)
      // More lots than positions hold whole: the rest is in fractions.
      if (whole < lots) continue
      const inLots = Object.values(closed).filter((amount) => Math.abs(amount / lot - Math.round(amount / lot)) < 1e-6)
      expect(inLots.length).toBe(Object.keys(closed).length)
    }
    expect(compared).toBeGreaterThan(50)
  })

  it('tells equals apart by size, then by name', async () => {
    expect(await closedByAccount('integer-pro-rata', shorts({ b: [2, 1], a: [2, 1] }, 1))).toEqual({ a: 1, b: 0 })
  })
})

describe('risk-aware pro rata above a threshold', () => {
  it('counts an account at the threshold as below it, however its numbers round', async () => {
    const book = (mark: string, rows: readonly (readonly [string, string])[], quantity: string): PlainBook => ({
      format: 'spillway/event@1',
      markets: [{ market: 'M', markPrice: mark }],
      accounts: rows.map(([equity, held], i) => ({
        account: `a${i}`,
        equity,
        positions: [{ market: 'M', quantity: `-${held}` }],
      })),
      demand: [{ market: 'M', side: 'short', quantity }],
    })
    // Leverage 1 each: nobody is above the threshold, so positions decide.
    const ones = await closedByAccount(
      'risk-aware-pro-rata:weight=excess',
      book(
        '100',
        [
          ['486.3', '4.863'],
          ['9180', '91.8'],
        ],
        '4',
      ),
    )
    expect(ones.a0).toBeCloseTo((4 * 4.863) / 96.663, 12)
    expect(ones.a1).toBeCloseTo((4 * 91.8) / 96.663, 12)
    const threes = await closedByAccount(
      'risk-aware-pro-rata:weight=excess:threshold=3',
      book(
        '0.1',
        [
          ['0.3', '9'],
          ['0.7', '21'],
          ['0.1', '3'],
        ],
        '5.5',
      ),
    )
    expect(Object.values(threes).map((x) => Number(x.toFixed(9)))).toEqual([1.5, 3.5, 0.5])
  })
})
