import { parseEvent, policies, policyNamed } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook } from '../books.js'
import { instances } from '../campaign.js'
import { closedBy, complaintAbout, everyPolicy, type PlainBook, tiedBook, withExtras } from './support.js'

/** Policies that draw lots, and those whose source decides by the name or the place of an account. */
const DRAWN = ['random', 'dydx']
const BY_NAME = ['ethereal', 'integer-pro-rata']

const books: readonly PlainBook[] = [
  ...Array.from({ length: instances(12, 40) }, (_, seed) => tiedBook(seed + 1)),
  ...Array.from({ length: instances(5, 15) }, (_, seed) => tiedBook(seed + 500, 3)),
  ...Array.from({ length: instances(8, 15) }, (_, seed) => {
    const flags = { offMark: true, insolvents: true, twoSided: true, longsDemanded: true, blanks: true }
    return withExtras(randomBook(seed + 1, { accounts: 30, markets: 3, holdings: 2, ...flags }), seed)
  }),
  ...Array.from({ length: instances(5, 10) }, (_, seed) =>
    withExtras(randomBook(seed + 90, { accounts: 40, wild: true }), seed),
  ),
]

describe.each(everyPolicy)('%s', (policy) => {
  it('meets every demand exactly, within the positions of the right side', async () => {
    for (const [n, book] of books.entries()) {
      expect(complaintAbout(book, await closedBy(policy, book)), `book ${n}`).toBeUndefined()
    }
  })

  it('says the same twice, and heeds the seed only where it draws lots', async () => {
    const isDrawn = DRAWN.includes(policy)
    let differences = 0
    for (const book of books.slice(0, 25)) {
      const once = await closedBy(policy, book, 5)
      expect(await closedBy(policy, book, 5)).toEqual(once)
      if (JSON.stringify(await closedBy(policy, book, 6)) !== JSON.stringify(once)) differences++
    }
    if (isDrawn) expect(differences).toBeGreaterThan(5)
    else expect(differences).toBe(0)
  })

  // What is drawn is drawn by the order of the file.
  if (DRAWN.includes(policy)) return

  it('does not look at the order of the file, nor at names', async () => {
    for (const [n, book] of books.entries()) {
      const turned = { ...book, accounts: [...book.accounts].reverse() }
      const renamed = (name: string): string => (BY_NAME.includes(policy) ? name : `z${name.length}${name}q`)
      const accounts = turned.accounts.map((row) => ({ ...row, account: renamed(row.account) }))
      const before = await closedBy(policy, book)
      const after = await closedBy(policy, { ...turned, accounts })
      for (const [pair, amount] of Object.entries(before)) {
        const [account = '', market] = pair.split(' ')
        const scale = Number(book.demand.find((row) => row.market === market)!.quantity)
        const other = Number(after[`${renamed(account)} ${market}`])
        expect(Math.abs(other - Number(amount)), `book ${n}, ${pair}`).toBeLessThanOrEqual(1e-12 * scale)
      }
    }
  })

  it('describes itself', () => {
    const { allocate: _, needs, ...card } = policyNamed(policy)
    for (const text of [card.name, card.summary, card.formula, card.source, card.ties, card.equity]) {
      expect(text).toMatch(/\S/)
    }
    expect(card.name).toBe(policy)
    expect(['shares', 'queue']).toContain(card.closing)
    expect(['none', 'frozen', 're-ranked']).toContain(card.ranking)
    expect(['jointly', 'one by one']).toContain(card.markets)
    expect(Array.isArray(needs)).toBe(true)
  })

  it('runs without what it does not ask for, and complains of what it lacks', async () => {
    const { needs, name } = policyNamed(policy)
    const book = tiedBook(12)
    const accounts = book.accounts.map(({ maintenanceMargin, walletBalance: _, positions, ...account }) => ({
      ...account,
      ...(needs.includes('maintenanceMargin') && { maintenanceMargin }),
      positions: positions.map(({ entryPrice, ...position }) => ({
        ...position,
        ...(needs.includes('entryPrice') && { entryPrice }),
      })),
    }))
    const markets = book.markets.map(({ factorLoading, ...market }) => ({
      ...market,
      ...(needs.includes('loadings') && { factorLoading }),
    }))
    const enough = { ...book, markets, accounts }
    expect(complaintAbout(enough, await closedBy(policy, enough as PlainBook))).toBeUndefined()
    for (const column of needs) {
      const lacking = accounts.map((account) => ({
        ...account,
        ...(column === 'maintenanceMargin' && { maintenanceMargin: undefined }),
        positions: account.positions.map((p) => ({ ...p, ...(column === 'entryPrice' && { entryPrice: undefined }) })),
      }))
      const bare = markets.map((market) => ({ ...market, ...(column === 'loadings' && { factorLoading: undefined }) }))
      const event = parseEvent(JSON.parse(JSON.stringify({ ...book, markets: bare, accounts: lacking })))
      const failure = await closedBy(policy, event).catch((error) => error)
      expect(failure).toMatchObject({
        code: 'policy-input',
        path: expect.stringContaining(column === 'loadings' ? 'factorLoading' : column),
      })
      expect(failure.message).toContain(JSON.stringify(name))
    }
  })
})

describe('the laws of policies can fail', () => {
  it('on a demand that is missed by a hair, on a flip and on a pair that is left out', () => {
    const book = tiedBook(12)
    const pairs = book.accounts.filter((row) => row.positions.some((p) => p.quantity.startsWith('-')))
    expect(pairs.length).toBeGreaterThan(2)
    const nothing = Object.fromEntries(pairs.map((row) => [`${row.account} M0`, '0']))
    const first = Object.keys(nothing)[0]
    expect(complaintAbout(book, nothing)).toMatch('misses')
    expect(complaintAbout(book, { ...nothing, [first]: '1000' })).toMatch('closes')
    expect(complaintAbout(book, { ...nothing, [first]: '-1' })).toMatch('closes')
    expect(complaintAbout(book, {})).toMatch('missing')
  })

  it('counts every policy of the registry', () => {
    expect(policies.size).toBeGreaterThanOrEqual(23)
    expect(everyPolicy.length).toBeGreaterThan(policies.size + 10)
  })
})
