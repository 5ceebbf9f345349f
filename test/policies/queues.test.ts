import { policyNamed } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook } from '../books.js'
import { frac, num, order } from '../fraction.js'
import { closedInOrder, type Row, rowsOf, scores } from './queue-oracle.js'
import { closedBy, closedByAccount, everyPolicy, type PlainBook, shorts, tiedBook, withExtras } from './support.js'

const books: readonly PlainBook[] = [
  ...Array.from({ length: 90 }, (_, seed) => tiedBook(seed + 1000)),
  ...Array.from({ length: 20 }, (_, seed) => tiedBook(seed + 2000, 3)),
  ...Array.from({ length: 20 }, (_, seed) =>
    withExtras(
      randomBook(seed + 40, { accounts: 25, markets: 2, holdings: 2, insolvents: true, twoSided: true }),
      seed,
    ),
  ),
]

const rowsByDemand = books.map((book) => book.demand.map((_, k) => rowsOf(book, k)))

describe.each(Object.keys(scores))('%s', (policy) => {
  it('closes as the published text says, ties shared', async () => {
    let [shared, partial] = [0, 0]
    for (const [n, book] of books.entries()) {
      const closed = await closedBy(policy, book)
      for (const [k, { quantity }] of book.demand.entries()) {
        const rows = rowsByDemand[n][k]
        const expected = closedInOrder(rows, scores[policy], frac(quantity))
        const inPart = rows.filter((row) => {
          const share = expected.get(row.pair)!
          return share.n > 0n && order(share, row.capacity) < 0
        })
        if (inPart.length > 0) partial++
        if (inPart.length > 1) shared++
        for (const row of rows) {
          const says = `book ${n}, ${row.pair}`
          const answer = frac(closed[row.pair])
          const wanted = expected.get(row.pair)!
          if (inPart.length > 1 && inPart.includes(row)) {
            expect(Math.abs(num(answer) - num(wanted)), says).toBeLessThanOrEqual(1e-12 * num(row.capacity))
          } else expect([says, order(answer, wanted)]).toEqual([says, 0])
        }
      }
    }
    // The books must have put the question.
    expect(partial).toBeGreaterThan(20)
    expect(shared).toBeGreaterThan(3)
  })
})

it('a tie of profits that are a hair of the price is a tie', async () => {
  // u N/e is 1e-10 · 100/50 and 7e-10 · 100/350; in doubles 100.0000000001 − 100 is off by one part in ten thousand.
  const rows = { a: [1, 50, '100.0000000001'], b: [1, 350, '100.0000000007'], c: [1, 350, '100.00000000069'] } as const
  const closed = await closedByAccount('gate:score=leverage', shorts(rows as never, 1))
  expect(closed).toEqual({ a: 0.5, b: 0.5, c: 0 })
})

it('every queue without a tie rule of its own has an oracle', () => {
  const queues = everyPolicy.filter((name) => policyNamed(name).closing === 'queue')
  const others = ['random', 'dydx', 'ethereal']
  expect(queues.filter((name) => !(name in scores) && !others.includes(name))).toEqual([])
})

describe('re-ranked after every contract', () => {
  const scoreAfter = (row: Row, closed: number): number => {
    const left = num(row.gross) - num(row.mark) * closed
    const rate = num(row.rate)
    if (num(row.equity) <= 0) return rate > 0 ? Infinity : 0
    return rate >= 0 ? (rate * left) / num(row.equity) : (rate * num(row.equity)) / left
  }

  it.each(['queue-pnl-leverage:ranking=re-ranked', 'queue-leverage:ranking=re-ranked'])(
    '%s: nobody who stayed whole or in part stands above somebody who gave',
    async (policy) => {
      let levelled = 0
      for (const [n, book] of books.entries()) {
        const closed = await closedBy(policy, book)
        for (const k of book.demand.keys()) {
          const rows = rowsByDemand[n][k].map((row) => {
            const amount = Number(closed[row.pair])
            const equity = num(row.equity)
            const left = num(row.gross) - num(row.mark) * amount
            const score = policy.startsWith('queue-leverage')
              ? equity > 0
                ? left / equity
                : Infinity
              : scoreAfter(row, amount)
            return { score, gave: amount > 0, open: amount < num(row.capacity) * (1 - 1e-12) }
          })
          const highestOpen = Math.max(...rows.filter((row) => row.open).map((row) => row.score), -Infinity)
          const giving = rows.filter((row) => row.gave && row.open)
          if (giving.length > 1) levelled++
          for (const { score, gave } of rows) {
            if (gave && Number.isFinite(score)) {
              // Who gave and is still open stands at the top; who is closed whole may stand anywhere below.
              const isOpen = giving.some((row) => row.score === score)
              if (isOpen) expect(score).toBeGreaterThanOrEqual(highestOpen - 1e-9 * Math.max(1, Math.abs(highestOpen)))
            }
          }
        }
      }
      expect(levelled).toBeGreaterThan(20)
    },
  )

  it('by leverage, in one market at the mark, is water-filling', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const book = randomBook(seed, { accounts: 20 })
      const queue = await closedByAccount('queue-leverage:ranking=re-ranked', book)
      const water = await closedByAccount('water-filling', book)
      for (const [account, amount] of Object.entries(water)) {
        expect(queue[account]).toBeCloseTo(amount, 9 - Math.ceil(Math.log10(Math.max(1, amount))))
      }
    }
  })

  it('closes winners before those without profit, and those before losers', async () => {
    const book = shorts({ winner: [1, 10, 110], even: [1, 10, 100], loser: [1, 10, 90], debtor: [1, -1, 120] }, 3.5)
    const closed = await closedByAccount('queue-pnl-leverage:ranking=re-ranked', book)
    expect(closed).toEqual({ debtor: 1, winner: 1, even: 1, loser: 0.5 })
    const excluded = await closedByAccount('queue-pnl-leverage:losers=excluded:ranking=re-ranked', book)
    expect(excluded).toEqual(closed)
  })
})
