import { describe, expect, test } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { toText } from '#src/numeric/index.js'
import { mistakeOf } from './support.js'

type Row = readonly [account: string, equity: number, positions: Readonly<Record<string, number | string>>]

function bookOf(rows: readonly Row[], demand?: readonly object[]) {
  return parseEvent({
    format: 'spillway/event@1',
    markets: ['A', 'B', 'C'].map((market) => ({ market, markPrice: 1 })),
    accounts: rows.map(([account, equity, positions]) => ({
      account,
      equity,
      positions: Object.entries(positions).map(([market, quantity]) => ({ market, quantity })),
    })),
    ...(demand && { demand }),
  })
}

const shown = (event: ReturnType<typeof bookOf>) =>
  event.demand.map(({ market, side, quantity }) => [event.markets[market].market, side, toText(quantity)])

describe('derived demand', () => {
  test('two accounts below zero net per market, exactly; the opposite side is asked; they leave the book', () => {
    // A: 0.1 + 0.2 = +0.3 is closed against shorts. B: −5 + 2 = −3 against longs. C: 7 − 7 = 0 asks nothing.
    const event = bookOf([
      ['down-1', -1, { A: '0.1', B: -5, C: 7 }],
      ['short', 10, { A: -1, B: -4 }],
      ['down-2', -0.5, { A: '0.2', B: 2, C: -7 }],
      ['long', 0, { B: 3, C: 1 }],
    ])
    expect(shown(event)).toEqual([
      ['A', -1, '0.3'],
      ['B', 1, '3'],
    ])
    expect(event).toMatchObject({ demandSource: 'derived', takenOver: ['down-1', 'down-2'] })
    expect(event.accounts.names).toEqual(['short', 'long'])
    expect([...event.accounts.equity.values]).toEqual([10, 0])
    expect([...event.positions.starts]).toEqual([0, 2, 4])
    expect([...event.positions.market]).toEqual([0, 1, 1, 2])
    expect([...event.positions.quantity.values]).toEqual([-1, -4, 3, 1])
  })

  test('nobody below zero: nothing is asked and nobody leaves', () => {
    const event = bookOf([
      ['zero', 0, { A: 1 }],
      ['up', 1, { A: -1 }],
    ])
    expect(event).toMatchObject({ demand: [], takenOver: [], demandSource: 'derived', accounts: { count: 2 } })
  })

  test('asking more than the opposite side holds is a mistake', async () => {
    const rows: Row[] = [
      ['down', -1, { A: '1.0000000000000000001' }],
      ['short', 1, { A: -1 }],
      ['long', 1, { A: 9 }],
    ]
    expect(await mistakeOf(() => bookOf(rows))).toMatchObject({
      code: 'demand-exceeds-holdings',
      path: 'demand',
      value: '1.0000000000000000001',
    })
  })
})

describe('given demand', () => {
  const rows: Row[] = [
    ['down', -1, { A: 2 }],
    ['short', 1, { A: '-0.1', B: -1 }],
    ['other', 1, { A: '-0.2' }],
  ]

  test('keeps accounts with negative equity in the book', () => {
    const event = bookOf(rows, [{ market: 'A', side: 'long', quantity: 2 }])
    expect(event).toMatchObject({ demandSource: 'given', takenOver: [], accounts: { count: 3 } })
    expect(shown(event)).toEqual([['A', 1, '2']])
  })

  test('an empty list asks nothing, and zero is an entry', () => {
    expect(bookOf(rows, [])).toMatchObject({ demand: [], demandSource: 'given', accounts: { count: 3 } })
    expect(shown(bookOf(rows, [{ market: 'C', side: 'long', quantity: 0 }]))).toEqual([['C', 1, '0']])
  })

  test('all that a side holds may be asked, where doubles would say it is too much', async () => {
    // 0.1 + 0.2 is 0.30000000000000004 in doubles, and 0.3 exactly.
    expect(shown(bookOf(rows, [{ market: 'A', side: 'short', quantity: '0.3' }]))).toEqual([['A', -1, '0.3']])
    const tooMuch = [{ market: 'A', side: 'short', quantity: '0.30000000000000004' }]
    expect(await mistakeOf(() => bookOf(rows, tooMuch))).toMatchObject({
      code: 'demand-exceeds-holdings',
      path: 'demand[0].quantity',
    })
  })
})
