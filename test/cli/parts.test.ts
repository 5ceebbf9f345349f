import { describe, expect, it } from 'vitest'
import { failureOf } from '#cli/failure.js'
import { jsonPieces, LongText } from '#cli/json-output.js'
import { number, percent } from '#cli/table.js'
import { largestReductions } from '#models/analysis/index.js'
import { minMaxLeverage, parseEvent, solve } from '#models/index.js'
import { randomBook } from '../books.js'
import { goodEvent } from './support.js'

describe('largestReductions', () => {
  it('agrees with the judge about the largest leverage, before and after, on any book', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const event = parseEvent(randomBook(seed, { accounts: 30, markets: 3, holdings: 3, offMark: seed % 2 === 0 }))
      const { reductions = [], leverage } = await solve(event, minMaxLeverage())
      const { rows, count } = largestReductions(event, reductions, Infinity)
      expect(count, `seed ${seed}`).toBe(reductions.length)
      expect(rows).toHaveLength(reductions.length)
      const worst = Math.max(...rows.map((row) => row.leverageAfter))
      expect(worst).toBeLessThanOrEqual(leverage.maxAfter! * (1 + 1e-9))
      for (const row of rows) expect(row.closed).toBeLessThanOrEqual(row.held)
      const sizes = rows.map((row) => row.notional)
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
      expect(largestReductions(event, reductions, 4).rows).toEqual(rows.slice(0, 4))
    }
  })

  it('knows both ends of the scale', () => {
    const [first, ...others] = goodEvent.accounts
    const event = parseEvent({ ...goodEvent, accounts: [{ ...first, equity: -1 }, ...others] })
    const closed = [
      { account: 'a', market: 'BTC', quantity: '7' },
      { account: 'c', market: 'ETH', quantity: '90' },
    ]
    expect(largestReductions(event, closed, 5).rows).toMatchObject([
      { account: 'a', closed: 7, held: 8, leverageBefore: Infinity, leverageAfter: Infinity },
      { account: 'c', closed: 90, held: 90, leverageBefore: (90 * 3500.25) / 30000, leverageAfter: 0 },
    ])
  })
})

describe('what is printed', () => {
  it('is JSON, however it is cut', () => {
    const long = ['a"b\n', 'c\u0000', 'd'.repeat(70_000)]
    const text = [...jsonPieces({ a: 1, none: undefined, list: [{ b: '2' }, 3], empty: [], text: new LongText(long) })]
    expect(JSON.parse(text.join(''))).toEqual({ a: 1, list: [{ b: '2' }, 3], empty: [], text: long.join('') })
    expect(JSON.parse([...jsonPieces({})].join(''))).toEqual({})
  })

  it('is readable numbers', () => {
    expect([0, 1234.5678912, 1e-7, 2.5e20, null, undefined, Infinity].map(number)).toEqual([
      '0',
      '1,234.5679',
      '1e-7',
      '2.5e+20',
      '∞',
      '–',
      '∞',
    ])
    expect([0, 1e-9, 0.25, 0.99999, 1].map(percent)).toEqual(['0 %', '<0.1 %', '25 %', '99.9 %', '100 %'])
  })

  it('is code, place, value and cure of what nobody foresaw, without a stack', () => {
    const { status, json, text } = failureOf(new TypeError('x is not a function'))
    expect(status).toBe(3)
    expect(json).toMatchObject({ code: 'internal', value: 'x is not a function' })
    expect(text).not.toMatch(/^\s+at /m)
  })
})
