import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { type AdlEvent, parseAllocation, parseEvent } from '#models/book/index.js'
import { policyNamed } from '#models/policies/index.js'
import { buildReceipts, checkReceipt, ReceiptsCheck, type RuleName } from '#models/proof/index.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { type Fraction, frac, minus, order, over, times } from '../../fraction.js'
import { randomBook } from './books.js'
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
  readonly accounts: readonly {
    readonly account: string
    readonly equity: string
    readonly positions: readonly Position[]
  }[]
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
function pairBook(
  side: 'long' | 'short',
  quantity: string,
  market: object,
  account: object,
  position: object,
  debt = '-1',
): Book {
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
      { account: 'v', equity: debt, ...account, positions: [{ market: 'A', quantity: `${sign}30`, ...position }] },
    ] as unknown as Book['accounts'],
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
  /** Equity of v; default −1. */
  readonly debt?: string
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
  // v has nothing, to the last digit.
  { rule: 'water-filling', quantity: '35', cuts: ['5', '30'], level: '1', debt: '0' },
  // Lots of the market do not count where the rule has none.
  { rule: 'pro-rata', quantity: '20', cuts: ['5', '15'], book: { market: { lotSize: '3' } } },
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
      debt = '-1',
      own = [{}, {}],
      held = [{}, {}],
    } = given
    const plain = pairBook(side, quantity, book.market ?? {}, book.account ?? {}, book.position ?? {}, debt)
    const all: Cuts = [
      ['u', 'A', cuts[0]],
      ['v', 'A', cuts[1]],
    ]
    const built = build(plain, all, rule)
    const [event, allocation] = [parseEvent(plain).digest(), allocated(all).digest()]
    const isQueue = given.scores !== undefined
    const statements = [
      { number: 1, account: 'u', salt: salt(1), grossNotional: '1000', remarkedEquity: '500', ...own[0] },
      { number: 2, account: 'v', salt: salt(2), grossNotional: '3000', remarkedEquity: debt, ...own[1] },
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
    })),
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

  it('are shown each of their markets, with its demand and its prices', () => {
    const built = build(book, cuts, 'water-filling')
    const shown = checkReceipt(JSON.parse(JSON.stringify(built.receipt(3))), JSON.parse(JSON.stringify(built.given)))
    expect(shown.markets?.map(({ market, demand, markPrice, level }) => [market, demand, markPrice, level])).toEqual([
      ['A', '19', '100', '1'],
      ['B', '68', '25', '1'],
    ])
  })

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

describe('queues in two markets', () => {
  it('stand in the order of each, with the entry prices of each', () => {
    const position = (market: string, quantity: string, entryPrice: string) => ({ market, quantity, entryPrice })
    const book: Book = {
      format: 'spillway/event@1',
      markets: ['A', 'B'].map((market) => ({ market, markPrice: '100' })),
      accounts: [
        { account: 'u', equity: '500', positions: [position('A', '-10', '125'), position('B', '-10', '110')] },
        { account: 'v', equity: '500', positions: [position('B', '-10', '200')] },
        { account: 'w', equity: '500', positions: [position('A', '-10', '101'), position('B', '-10', '120')] },
      ].map((own) => ({ ...own, maintenanceMargin: '50' })),
      demand: ['A', 'B'].map((market) => ({ market, side: 'short', quantity: '15' })),
    }
    const cuts: Cuts = [
      ['u', 'A', '10'],
      ['v', 'B', '10'],
      ['w', 'A', '5'],
      ['w', 'B', '5'],
    ]
    for (const rule of ['bitmex', 'aevo'] as const) {
      const built = build(book, cuts, rule)
      acceptsAll(built)
      const rows = [1, 2, 3].map((number) =>
        built.receipt(number).markets.map(({ market, entryPrice }) => [market, entryPrice]),
      )
      expect(rows).toEqual([
        [
          ['A', '125'],
          ['B', '110'],
        ],
        [['B', '200']],
        [
          ['A', '101'],
          ['B', '120'],
        ],
      ])
    }
    // 500 − 250 − 100, 500 − 1000 and 500 − 10 − 200.
    const balances = [1, 2, 3].map((number) =>
      build(book, cuts, 'aevo')
        .receipt(number)
        .markets.map((own) => own.walletBalance),
    )
    expect(balances).toEqual([['150', '150'], ['-500'], ['290', '290']])
  })
})

describe('levels', () => {
  const alone = (
    accounts: Readonly<Record<string, readonly [equity: string, quantity: string]>>,
    quantity: string,
  ): Book => ({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: '100' }],
    accounts: Object.entries(accounts).map(([account, [equity, own]]) => ({
      ...{ account, equity },
      positions: [{ market: 'A', quantity: `-${own}` }],
    })),
    demand: [{ market: 'A', side: 'short', quantity }],
  })

  it('are those of the book, so that who is cut wrongly is named', () => {
    // At level 1 all give 5; b and c give 4.5 each, and d gives 6.
    const book = alone({ a: ['500', '10'], b: ['500', '10'], c: ['500', '10'], d: ['500', '10'] }, '20')
    const cuts: Cuts = ['5', '4.5', '4.5', '6'].map((quantity, i) => ['abcd'[i]!, 'A', quantity])
    expect(() => build(book, cuts, 'water-filling')).toThrow(
      expect.objectContaining({ code: 'off-rule', path: 'account "b" in market "A"', value: '4.5' }),
    )
  })

  /** Two demanded markets, and C beside, in which nothing is closed. */
  const linked = (loadings: readonly string[] = []): Book => ({
    format: 'spillway/event@1',
    markets: ['A', 'B', 'C'].map((market, k) => ({
      ...{ market, markPrice: ['100', '25', '1'][k]! },
      ...(loadings[k] && { factorLoading: loadings[k] }),
    })),
    accounts: (
      [
        // Left with 1000 of 100 and 900 of 50.
        ['u', '100', '-10', '-20', '-1000'],
        ['w', '50', '-10', '-10', '-900'],
        // Not cut: 625 of 1000 and 250 of 1000.
        ['x', '1000', '-5', '-5'],
        ['y', '1000', '-2', '-2'],
      ] as const
    ).map(([account, equity, ...held]) => ({
      account,
      equity,
      positions: held.map((quantity, k) => ({ market: 'ABC'[k]!, quantity })),
    })),
    demand: [
      { market: 'A', side: 'short', quantity: '20' },
      { market: 'B', side: 'short', quantity: '30' },
    ],
  })
  const whole: Cuts = [
    ['u', 'A', '10'],
    ['u', 'B', '20'],
    ['w', 'A', '10'],
    ['w', 'B', '10'],
  ]

  it('of linked markets are between who is left and who is closed whole', () => {
    const built = build(linked(), whole, 'water-filling')
    acceptsAll(built)
    expect(built.given.levels).toEqual({ A: '5.3125', B: '5.3125' })
  })

  it('of a factor are, too, the other way round where it falls with a cut', () => {
    const rises = build(linked(['-1', '-1', '-1']), whole, 'factor-water-filling')
    acceptsAll(rises)
    expect(rises.given.levels).toEqual({ A: '5.3125', B: '5.3125' })
    // z' = −1000 and −900 of those who are closed whole, −625 and −250 of the others.
    const falls = build(linked(['1', '1', '1']), whole, 'factor-water-filling')
    acceptsAll(falls)
    expect(falls.given.levels).toEqual({ A: '-5.3125', B: '-5.3125' })
  })
})

describe('lots', () => {
  const SEED = 2_048

  it(`are taken up to the last one, which is published (seed ${SEED})`, () => {
    const random = randomFrom(SEED)
    for (let b = 0; b < 12; b++) {
      const counts = Array.from({ length: random.whole(2, 5) }, () => random.whole(1, 4))
      const accounts = counts.map((count, i) => ({
        account: `a${i}`,
        equity: String(random.whole(1, 3) * 100),
        positions: [
          { market: 'A', quantity: `-${count / 2}` },
          { market: 'C', quantity: String(25 * random.whole(0, 3)) },
        ],
      }))
      const lots = accounts
        .flatMap(({ equity, positions: [a, c] }, i) =>
          Array.from({ length: counts[i]! }, (_, j): Lot => {
            // Half a contract of 100.
            const before = frac(-Number(a!.quantity) * 100 + Number(c!.quantity) - 50 * j)
            return { i, before, equity: frac(equity), level: over(before, frac(equity)) }
          }),
        )
        .sort((one, other) => order(other.level, one.level) || order(one.equity, other.equity) || one.i - other.i)
      const taken = lots.slice(0, random.whole(1, lots.length))
      const last = taken.at(-1)!
      const debtor = { account: 'v', equity: '-1', positions: [{ market: 'A', quantity: '-3' }] }
      const book: Book = {
        format: 'spillway/event@1',
        markets: [
          { market: 'A', markPrice: '100', lotSize: '0.5' },
          { market: 'C', markPrice: '1' },
        ],
        accounts: [...accounts, debtor],
        demand: [{ market: 'A', side: 'short', quantity: String(3 + taken.length / 2) }],
      }
      const cuts: Cuts = [
        ...accounts.map(({ account }, i): Cuts[number] => [
          account,
          'A',
          String(taken.filter((lot) => lot.i === i).length / 2),
        ]),
        ['v', 'A', '3'],
      ]
      const built = build(book, cuts, 'water-filling-lots')
      acceptsAll(built)
      const { lastNotional, lastEquity, lastNumber } = built.given.markets[0]!
      const found = [frac(lastNotional!), frac(lastEquity!), lastNumber]
      expect([b, ...found]).toEqual([b, last.before, last.equity, last.i + 1])
      const level = frac(built.given.levels.A!)
      expect(order(minus(last.level, level), times(frac('1e-20'), frac(1)))).toBe(-1)
    }
  })
  interface Lot {
    readonly i: number
    readonly before: Fraction
    readonly equity: Fraction
    readonly level: Fraction
  }

  it('of an account that could give in another market, where those without equity give all', () => {
    const book: Book = {
      format: 'spillway/event@1',
      markets: ['A', 'B'].map((market) => ({ market, markPrice: '100', lotSize: '1' })),
      accounts: [
        {
          account: 'u',
          equity: '500',
          positions: [
            { market: 'A', quantity: '-10' },
            { market: 'B', quantity: '-10' },
          ],
        },
        { account: 'v', equity: '-1', positions: [{ market: 'B', quantity: '-5' }] },
      ],
      demand: [
        { market: 'A', side: 'short', quantity: '3' },
        { market: 'B', side: 'short', quantity: '5' },
      ],
    }
    acceptsAll(
      build(
        book,
        [
          ['u', 'A', '3'],
          ['v', 'B', '5'],
        ],
        'water-filling-lots',
      ),
    )
  })
})

describe('receipts of what a policy allocates (seed 20261)', () => {
  const SEED = 20_261
  const allocate = async (event: AdlEvent, rule: RuleName) => {
    const space = decisionSpace(event)
    const given = await policyNamed(rule).allocate(space)
    return given.map((quantity, pair) => ({
      account: event.accounts.names[space.owners[space.pairOwner[pair]!]!]!,
      market: space.markets[space.pairMarket[pair]!]!.market.market,
      quantity: toText(quantity),
    }))
  }

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('are accepted, alone and together; off the mark: %s, linked: %s', async (isOff, isLinked) => {
    for (const rule of ['water-filling', 'factor-water-filling', 'pro-rata', 'gate'] as const)
      for (let b = 0; b < 3; b++) {
        const event = randomBook(SEED + b, isOff, isLinked, false)
        const reductions = await allocate(event, rule)
        acceptsAll(buildReceipts(event, parseAllocation({ format: 'spillway/allocation@1', reductions }), rule, key))
      }
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
    // Cuts ask for more than the demand does, and the demand for the most there is.
    expect(unitOf(['10', '30'], '20', '5.000000003', '14.9999999971')).toBe('0.00000001')
    expect(unitOf(['10', '30'], '20', '5.000000005', '15.000000005')).toBe('0.00000001')
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
    'of a market that is coin-margined beside one that is not': [
      {
        ...pairBook('short', '20', { settles: 'X' }, {}, {}),
        markets: [
          { market: 'A', markPrice: '100', settles: 'X' },
          { market: 'C', markPrice: '100', settles: 'X', inverse: true },
        ],
      },
      [
        ['u', 'A', '5'],
        ['v', 'A', '15'],
      ],
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
