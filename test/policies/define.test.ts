import { definePolicy, type MarketBook, type PolicyDefinition } from 'spillway'
import { describe, expect, it } from 'vitest'
import { closedBy, closedByAccount, complaintAbout, shorts, tiedBook } from './support.js'

const card = { name: 'mine', summary: 'a rule of my own' }
const byRule = (allocate: (market: MarketBook) => ArrayLike<number>) => definePolicy({ ...card, allocate })

const proRata = byRule(({ capacity, quantity }) => {
  const held = capacity.values.reduce((sum, contracts) => sum + contracts, 0)
  return capacity.values.map((contracts) => (quantity * contracts) / held)
})

describe('definePolicy', () => {
  it('makes the amounts of a rule exact', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const book = tiedBook(seed, 2)
      expect(complaintAbout(book, await closedBy(proRata, book)), `seed ${seed}`).toBeUndefined()
    }
  })

  it('fills in what a definition leaves out, and keeps what it says', () => {
    expect(proRata).toMatchObject({ ...card, markets: 'one by one', closing: 'shares', needs: [], ties: 'not stated' })
    const said = definePolicy({ ...card, closing: 'queue', needs: ['entryPrice'], allocateBook: () => [] })
    expect(said).toMatchObject({ markets: 'jointly', closing: 'queue', needs: ['entryPrice'] })
  })

  it('shows the columns of a market, with the sides turned the right way', async () => {
    const more = { maintenanceMargin: '3', openedAt: '2025-10-10' }
    const rows = { a: [2, 50, 110, more], b: [1, -4, 90, { ...more, walletBalance: '7' }] } as const
    let seen: MarketBook | undefined
    const policy = byRule((market) => {
      seen = market
      return [2, 0]
    })
    await closedBy(policy, shorts(rows, 2, { adlPrice: '101', lotSize: '0.5' }))
    expect(seen).toMatchObject({
      market: 'M',
      side: -1,
      markPrice: 100,
      adlPrice: 101,
      quantity: 2,
      lotSize: 0.5,
      count: 2,
    })
    const columns = seen!
    expect(columns.accounts).toEqual(['a', 'b'])
    expect([...columns.capacity.values]).toEqual([2, 1])
    expect([...columns.notional.values]).toEqual([200, 100])
    expect([...columns.grossNotional.values]).toEqual([200, 100])
    expect([...columns.equity.values]).toEqual([50, -4])
    expect([...columns.remarkedEquity.values]).toEqual([48, -5])
    expect([...columns.leverage]).toEqual([4, Infinity])
    expect([...columns.entryPrice.values]).toEqual([110, 90])
    expect([...columns.entryNotional.values]).toEqual([220, 90])
    expect([...columns.profit.values]).toEqual([20, -10])
    expect([...columns.accountProfit.values]).toEqual([20, -10])
    expect([...columns.walletBalance.values]).toEqual([30, 7])
    expect([...columns.maintenanceMargin.values]).toEqual([3, 3])
    expect([...columns.openedAt]).toEqual([Date.UTC(2025, 9, 10), Date.UTC(2025, 9, 10)])
  })

  it('says which input the book lacks, by the name of the policy', async () => {
    const asks = byRule((market) => market.openedAt)
    const book = shorts({ a: [2, 50] }, 1)
    await expect(closedBy(asks, book)).rejects.toMatchObject({
      code: 'policy-input',
      path: expect.stringContaining('"a"'),
      message: expect.stringMatching('"mine" needs openedAt'),
    })
    const margins = byRule((market) => market.maintenanceMargin.values)
    await expect(closedBy(margins, book)).rejects.toMatchObject({
      code: 'policy-input',
      path: expect.stringMatching('maintenanceMargin'),
    })
  })

  it('weighs markets against each other where the rule takes the whole book', async () => {
    const book = tiedBook(7, 3)
    const policy = definePolicy({
      ...card,
      allocateBook: async (markets) =>
        markets.map((market) => {
          let rest = market.quantity
          return Array.from(market.capacity.values, (held) => {
            const closed = Math.min(held, rest)
            rest -= closed
            return closed
          })
        }),
    })
    expect(book.demand.length).toBeGreaterThan(1)
    expect(complaintAbout(book, await closedBy(policy, book))).toBeUndefined()
  })

  it.each<[string, ArrayLike<number> | undefined, string]>([
    ['a short answer', [1], 'wrong number'],
    ['no answer', undefined, 'wrong number'],
    ['NaN', [Number.NaN, 1], 'account "a"'],
    ['a negative amount', [3, -1], 'account "b"'],
    ['more than there is', [0, 2], 'account "b"'],
    ['a demand that is missed', [1, 0.99], 'misses the demand'],
    ['a demand that is exceeded', [1.001, 1], 'misses the demand'],
  ])('refuses %s', async (_, answer, says) => {
    const policy = byRule(() => answer as ArrayLike<number>)
    const error = await closedBy(policy, shorts({ a: [3, 1], b: [1, 1] }, 2)).catch((caught) => caught)
    expect(error).toMatchObject({ code: 'policy-answer', message: expect.stringContaining(says) })
  })

  it('forgives rounding, in either direction', async () => {
    const book = shorts({ a: [3, 1], b: [1, 1] }, 2)
    const near = byRule(() => [1 + 1e-12, 1 + 1e-12])
    expect(complaintAbout(book, await closedBy(near, book))).toBeUndefined()
    expect((await closedByAccount(near, book)).b).toBe(1)
    const full = byRule(() => [3 - 1e-13, 1 + 1e-13])
    expect(await closedByAccount(full, shorts({ a: [3, 1], b: [1, 1] }, 4))).toEqual({ a: 3, b: 1 })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no name', { summary: 'x', allocate: () => [] }],
    ['a name with a colon', { ...card, name: 'a:b', allocate: () => [] }],
    ['no summary', { name: 'x', allocate: () => [] }],
    ['no function', card],
    ['two functions', { ...card, allocate: () => [], allocateBook: () => [] }],
  ])('refuses a definition with %s', (_, definition) => {
    expect(() => definePolicy(definition as PolicyDefinition)).toThrow(
      expect.objectContaining({ code: 'policy-definition' }),
    )
  })
})
