import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseAllocation, parseEvent } from '#models/book/index.js'
import { buildReceipts, checkReceipt, ReceiptsCheck, type RuleName } from '#models/proof/index.js'
import { accountHash, filesOf, leafHash, type Venue } from './venue.js'

const key = new Uint8Array(32).fill(7)
const salt = (number: number): string => createHmac('sha256', key).update(`${number}`).digest('hex')

interface Position {
  readonly market: string
  readonly quantity: string
  readonly [field: string]: string
}
interface Book {
  readonly format: 'spillway/event@1'
  readonly markets: readonly object[]
  readonly accounts: readonly { readonly account: string; readonly positions: readonly Position[] }[]
  readonly demand: readonly { readonly market: string; readonly side: string; readonly quantity: string }[]
}
type Cuts = readonly (readonly [account: string, market: string, quantity: string])[]

const allocated = (cuts: Cuts) =>
  parseAllocation({
    format: 'spillway/allocation@1',
    reductions: cuts.map(([account, market, quantity]) => ({ account, market, quantity })),
  })
const build = (book: Book, cuts: Cuts, rule: RuleName) => buildReceipts(parseEvent(book), allocated(cuts), rule, key)

/** Two eligible accounts with one between them that is not: u with equity, v without, 10 and 30 contracts. */
function pairBook(side: 'long' | 'short', quantity: string, market: object, account: object, position: object): Book {
  const sign = side === 'short' ? '-' : ''
  return {
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: '100', ...market }],
    accounts: [
      { account: 'u', equity: '500', ...account, positions: [{ market: 'A', quantity: `${sign}10`, ...position }] },
      {
        account: 'other side',
        equity: '9',
        positions: [{ market: 'A', quantity: side === 'short' ? '1' : '-1', ...position }],
      },
      { account: 'v', equity: '-1', ...account, positions: [{ market: 'A', quantity: `${sign}30`, ...position }] },
    ] as Book['accounts'],
    demand: [{ market: 'A', side, quantity }],
  }
}

interface Case {
  readonly rule: RuleName
  readonly side?: 'long' | 'short'
  readonly quantity: string
  readonly cuts: readonly [string, string]
  /** Of the market as published, and of the book. */
  readonly market?: object
  readonly book?: { readonly market?: object; readonly account?: object; readonly position?: object }
  readonly level?: string | null
  /** Of u and v: fields of account and holding, and their scores. */
  readonly own?: readonly [object, object]
  readonly held?: readonly [object, object]
  readonly scores?: readonly [string, string]
}

const cases: readonly Case[] = [
  { rule: 'pro-rata', quantity: '20', cuts: ['5', '15'] },
  // v has no equity and is closed whole; u is left with 500 of 500.
  { rule: 'water-filling', quantity: '35', cuts: ['5', '30'], level: '1' },
  { rule: 'water-filling', side: 'long', quantity: '40', cuts: ['10', '30'], level: '0' },
  { rule: 'water-filling', side: 'long', quantity: '15', cuts: ['0', '15'] },
  {
    rule: 'water-filling-lots',
    quantity: '35',
    cuts: ['5', '30'],
    book: { market: { lotSize: '0.5' } },
    market: { lotSize: '0.5', lastNotional: '550', lastEquity: '500', lastNumber: 1 },
    level: '1.1',
  },
  {
    rule: 'water-filling-lots',
    quantity: '30',
    cuts: ['0', '30'],
    book: { market: { lotSize: '0.5' } },
    market: { lotSize: '0.5', lastNotional: null, lastEquity: null, lastNumber: null },
  },
  // z = 1500 and 4500, of which a contract takes 150.
  {
    rule: 'factor-water-filling',
    side: 'long',
    quantity: '35',
    cuts: ['5', '30'],
    book: { market: { factorLoading: '1.5' } },
    market: { factorLoading: '1.5' },
    level: '1.5',
    own: [{ factorExposure: '1500' }, { factorExposure: '4500' }],
  },
  // u with 1000/500; v has no equity, and stands ahead.
  {
    rule: 'queue-leverage',
    quantity: '35',
    cuts: ['5', '30'],
    own: [{ equity: '500' }, { equity: '-1' }],
    scores: ['2', 'infinity'],
  },
  // u: r m/e = 1/5 · 40/500.
  {
    rule: 'gate',
    quantity: '35',
    cuts: ['5', '30'],
    book: { account: { maintenanceMargin: '40' }, position: { entryPrice: '125' } },
    own: [
      { equity: '500', maintenanceMargin: '40' },
      { equity: '-1', maintenanceMargin: '40' },
    ],
    held: [{ entryPrice: '125' }, { entryPrice: '125' }],
    scores: ['2/125', 'infinity'],
  },
  // u: 250 · 40/(250 · 500), its balance 500 − 250.
  {
    rule: 'aevo',
    quantity: '35',
    cuts: ['5', '30'],
    book: { account: { maintenanceMargin: '40' }, position: { entryPrice: '125' } },
    own: [
      { equity: '500', maintenanceMargin: '40' },
      { equity: '-1', maintenanceMargin: '40' },
    ],
    held: [
      { entryPrice: '125', walletBalance: '250' },
      { entryPrice: '125', walletBalance: '-751' },
    ],
    scores: ['2/25', 'infinity'],
  },
]

describe('what is published of two accounts', () => {
  it.each(cases)('by $rule: $cuts of $quantity, and every byte of both files', (given) => {
    const {
      rule,
      side = 'short',
      quantity,
      cuts,
      market,
      book = {},
      level = null,
      own = [{}, {}],
      held = [{}, {}],
    } = given
    const plain = pairBook(side, quantity, book.market ?? {}, book.account ?? {}, book.position ?? {})
    const all: Cuts = [
      ['u', 'A', cuts[0]],
      ['v', 'A', cuts[1]],
    ]
    const built = build(plain, all, rule)
    const [event, allocation] = [parseEvent(plain).digest(), allocated(all).digest()]
    const isQueue = given.scores !== undefined
    const statements = [
      { number: 1, account: 'u', salt: salt(1), grossNotional: '1000', remarkedEquity: '500', ...own[0] },
      { number: 2, account: 'v', salt: salt(2), grossNotional: '3000', remarkedEquity: '-1', ...own[1] },
    ] as const
    const rows = ['10', '30'].map((capacity, i) => ({ market: 'A', capacity, closed: cuts[i]!, ...held[i] }))
    const sums = rows.map(({ capacity, closed }, i) => [
      ...['1', capacity, closed, i === 1 && !isQueue ? '30' : '0'],
      ...(given.scores ? [given.scores[i]!, given.scores[i]!] : []),
    ])
    const hashes = rows.map((row, i) => leafHash(accountHash(statements[i]!, [row]), 'A', sums[i]!.join()))
    // The higher score stands on the left, else the first of the book.
    const left = isQueue ? 1 : 0
    for (const i of [0, 1]) {
      const venue: Venue = {
        rule,
        statement: statements[i]!,
        own: rows[i]!,
        path: [[i === left ? 'right' : 'left', sums[1 - i]!, hashes[1 - i]!]],
        leaf: sums[i]!,
        market: { market: 'A', markPrice: '100', adlPrice: '100', unit: '0', ...market },
        demand: { market: 'A', side, quantity },
        level,
        given: { event, allocation },
      }
      const [receipt, published] = filesOf(venue)
      expect(built.given).toEqual(published)
      expect(built.receipt(i + 1)).toEqual(receipt)
      expect(checkReceipt(receipt, published).accepted).toBe(true)
    }
    expect(built.accounts).toEqual(['u', 'v'])
  })
})

/** Two markets, short of both demanded: u and w in both, v in B alone. */
function linkedBook(equities: readonly string[], demand: readonly [string, string], market: object = {}): Book {
  const holdings = [
    ['10', '40'],
    ['0', '60'],
    ['20', '8'],
  ]
  return {
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: '100', ...market },
      { market: 'B', markPrice: '25', ...market },
    ],
    accounts: ['u', 'v', 'w'].map((account, i) => ({
      account,
      equity: equities[i]!,
      positions: ['A', 'B']
        .map((market, k) => ({ market, quantity: `-${holdings[i]![k]!}` }))
        .filter(({ quantity }) => quantity !== '-0'),
    })) as Book['accounts'],
    demand: ['A', 'B'].map((name, k) => ({ market: name, side: 'short', quantity: demand[k]! })),
  }
}

const acceptsAll = (built: ReturnType<typeof build>): void => {
  const given: unknown = JSON.parse(JSON.stringify(built.given))
  const all = new ReceiptsCheck(given)
  const reasons = built.accounts.map((_, i) => all.add(JSON.parse(JSON.stringify(built.receipt(i + 1)))))
  expect([...reasons, all.missing()]).toEqual([...built.accounts.map(() => undefined), undefined])
}

describe('accounts in several markets', () => {
  // Level 1 of all: u holds 2000 and keeps 1000, v keeps 500 of 1500, w 600 of 2200.
  const cuts: Cuts = [
    ['u', 'A', '5'],
    ['u', 'B', '20'],
    ['v', 'B', '40'],
    ['w', 'A', '14'],
    ['w', 'B', '8'],
  ]
  const book = linkedBook(['1000', '500', '600'], ['19', '68'])

  it('are judged by what they are left with in all of them', () => {
    const built = build(book, cuts, 'water-filling')
    acceptsAll(built)
    expect(built.given.levels).toEqual({ A: '1', B: '1' })
    expect(built.given.markets.map(({ unit }) => unit)).toEqual(['0', '0'])
    expect(built.receipt(1).markets.map(({ market, capacity, closed }) => [market, capacity, closed])).toEqual([
      ['A', '10', '5'],
      ['B', '40', '20'],
    ])
  })

  const moved = (by: Readonly<Record<string, string>>): Cuts =>
    cuts.map(([account, market, cut]) => [account, market, by[`${account} ${market}`] ?? cut])

  it('may be off by the largest units of all, in money, and by no more', () => {
    // 2e-8 contracts of B are 5e-7 of money; a unit of 1e-8 in both markets is 1.25e-6.
    const built = build(
      book,
      moved({ 'u B': '20.00000002', 'v B': '39.99999999', 'w B': '7.99999999' }),
      'water-filling',
    )
    acceptsAll(built)
    expect(built.given.markets.map(({ unit }) => unit)).toEqual(['0.00000001', '0.00000001'])
    const tooMuch = moved({ 'u B': '20.00000006', 'v B': '39.99999997', 'w B': '7.99999997' })
    expect(() => build(book, tooMuch, 'water-filling')).toThrow(expect.objectContaining({ code: 'off-rule' }))
  })
})

describe('the unit of a market', () => {
  const alike = (capacities: readonly string[], quantity: string): Book => ({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: '100' }],
    accounts: capacities.map((own, i) => ({
      ...{ account: `a${i}`, equity: '50' },
      positions: [{ market: 'A', quantity: `-${own}` }],
    })),
    demand: [{ market: 'A', side: 'short', quantity }],
  })
  const unitOf = (capacities: readonly string[], quantity: string, ...cuts: readonly string[]): string => {
    const all = cuts.map((cut, i) => [`a${i}`, 'A', cut] as const)
    const built = build(alike(capacities, quantity), all, 'pro-rata')
    acceptsAll(built)
    return built.given.markets[0]!.unit
  }

  it('is the least power of ten to which every cut follows the rule', () => {
    const third = '0.333333333333'
    expect(unitOf(['1', '1', '1'], '1', third, third, third)).toBe('0.000000000001')
    expect(unitOf(['10', '30'], '20', '5', '15')).toBe('0')
    expect(unitOf(['10', '30'], '20', '5.0000000001', '14.9999999999')).toBe('0.0000000001')
    // A later account is off by less.
    expect(unitOf(['10', '10', '20'], '20', '5.000000003', '4.999999999', '9.999999998')).toBe('0.00000001')
  })

  it('is no smaller than what the cuts are off the demand', () => {
    expect(unitOf(['10', '30'], '20', '4.9999999999', '14.9999999999')).toBe('0.000000001')
    expect(unitOf(['10', '30'], '20', '5.0000000001', '15.0000000001')).toBe('0.000000001')
  })

  it('is not made for who is further off', () => {
    const refused = (code: string, path: string, value: string, ...cuts: readonly string[]): void =>
      expect(() => unitOf(['10', '30'], '20', ...cuts)).toThrow(expect.objectContaining({ code, path, value }))
    refused('off-rule', 'account "a0" in market "A"', '6', '6', '14')
    refused('off-rule', 'account "a0" in market "A"', '4.999999989', '4.999999989', '15.000000011')
    // Each by less than 1e-8, and both by more together.
    refused('off-rule', 'market "A"', '19.999999985', '4.999999994', '14.999999991')
    refused('off-rule', 'market "A"', '20.000000015', '5.000000006', '15.000000009')
  })
})

describe('no receipts are written', () => {
  const refusals: Readonly<Record<string, readonly [book: Book, cuts: Cuts, rule: RuleName, error: object]>> = {
    'of coin-margined contracts': [
      pairBook('short', '20', { inverse: true }, {}, {}),
      [],
      'pro-rata',
      { code: 'not-expressible', path: 'markets' },
    ],
    'of nothing': [pairBook('short', '0', {}, {}, {}), [], 'pro-rata', { code: 'not-expressible', path: 'demand' }],
    'of a cut beyond what is held': [
      pairBook('short', '20', {}, {}, {}),
      [
        ['u', 'A', '11'],
        ['v', 'A', '9'],
      ],
      'pro-rata',
      { code: 'broken-allocation', path: 'allocation, u, A' },
    ],
    'of a demand that is not met': [
      pairBook('short', '20', {}, {}, {}),
      [['u', 'A', '10']],
      'pro-rata',
      { code: 'broken-allocation', path: 'allocation, A' },
    ],
    'of a market that the factor does not move': [
      pairBook('short', '30', { factorLoading: '0' }, {}, {}),
      [['v', 'A', '30']],
      'factor-water-filling',
      { code: 'not-expressible', path: 'markets.A' },
    ],
    'of lots without a size': [
      pairBook('short', '35', {}, {}, {}),
      [
        ['u', 'A', '5'],
        ['v', 'A', '30'],
      ],
      'water-filling-lots',
      { code: 'not-expressible', path: 'markets.A.lotSize' },
    ],
    'of lots of accounts that give in several markets': [
      linkedBook(['1000', '500', '600'], ['19', '68'], { lotSize: '1' }),
      [
        ['u', 'A', '5'],
        ['u', 'B', '20'],
        ['v', 'B', '40'],
        ['w', 'A', '14'],
        ['w', 'B', '8'],
      ],
      'water-filling-lots',
      { code: 'not-expressible', path: 'demand.A' },
    ],
    // Λ = 500/4, and p + d Λ = 100 − 125.
    'of a level at which equity is gone': [
      {
        format: 'spillway/event@1',
        markets: [{ market: 'A', markPrice: '100', adlPrice: '99' }],
        accounts: [{ account: 'u', equity: '-6', positions: [{ market: 'A', quantity: '-10' }] }],
        demand: [{ market: 'A', side: 'short', quantity: '5' }],
      } as Book,
      [['u', 'A', '5']],
      'water-filling',
      { code: 'not-expressible', path: 'demand.A' },
    ],
    'without an entry price': [
      pairBook('short', '35', {}, {}, {}),
      [
        ['u', 'A', '5'],
        ['v', 'A', '30'],
      ],
      'bitmex',
      { code: 'not-expressible', path: 'accounts.u.entryPrice' },
    ],
    'without a maintenance margin': [
      pairBook('short', '35', {}, {}, { entryPrice: '80' }),
      [
        ['u', 'A', '5'],
        ['v', 'A', '30'],
      ],
      'gate',
      { code: 'not-expressible', path: 'accounts.u.maintenanceMargin' },
    ],
  }
  it.each(Object.entries(refusals))('%s', (_, [book, cuts, rule, error]) => {
    expect(() => build(book, cuts, rule)).toThrow(expect.objectContaining(error))
  })
})
