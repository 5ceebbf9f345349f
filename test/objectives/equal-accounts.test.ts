import {
  checkCertificate,
  conditionalValueAtRisk,
  type EventJson,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { accountKinds, mergedEvent } from '#models/book/equal-accounts.js'
import { type PlainEvent, randomBook, randomFrom, written } from '../books.js'
import { instances } from '../campaign.js'
import { type Fraction, frac, minus, num, order, total } from '../fraction.js'
import { faultOf } from './leverage/support.js'
import { randomMoves } from './losses/support.js'

// Larger campaign: TIED_BOOKS=200 node node_modules/vitest/vitest.mjs run test/objectives/equal-accounts.test.ts
const SEEDS = instances(3, 6, process.env.TIED_BOOKS)

type Random = ReturnType<typeof randomFrom>

/** A book of few kinds with copies of each under other names, spellings and orders of positions, in random file order. */
function withCopies(book: PlainEvent, random: Random): { event: PlainEvent; kinds: string[][] } {
  const copies = book.accounts.map(() => random.whole(1, 5))
  const kinds = book.accounts.map(({ account }, i) => Array.from({ length: copies[i] }, (_, n) => `${account}-${n}`))
  const accounts = book.accounts.flatMap(({ equity, positions }, i) =>
    kinds[i].map((account) => ({
      account,
      equity: spelt(equity, random),
      positions: (random.chance(0.5) ? positions : positions.toReversed()).map(({ market, quantity }) => ({
        market,
        quantity: spelt(quantity, random),
      })),
    })),
  )
  const least = Math.min(...copies)
  return {
    kinds,
    event: {
      ...book,
      accounts: shuffled(accounts, random),
      demand: book.demand.map((entry) => ({ ...entry, quantity: written(Number(entry.quantity) * least * 0.97) })),
    },
  }
}

function spelt(text: string, random: Random): string {
  const plain = /[.e]/.test(text) ? text : `${text}.`
  return random.pick([text, text.includes('e') ? text : `${plain}000`, `${text}${text.includes('e') ? '' : 'e0'}`])
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((entry) => ({ entry, key: random.unit() }))
    .sort((a, b) => a.key - b.key)
    .map(({ entry }) => entry)
}

/** The same book where every account also holds next to nothing, each another amount, of a market that never moves. */
function toldApart(event: PlainEvent): PlainEvent {
  return {
    ...event,
    markets: [...event.markets, { market: 'tag', markPrice: '1' }],
    accounts: event.accounts.map((account, i) => ({
      ...account,
      positions: [...account.positions, { market: 'tag', quantity: `${i + 1}e-30` }],
    })),
  }
}

/** What each account closes of a market, by kind. */
function givenBy(
  kinds: readonly string[][],
  reductions: readonly { account: string; market: string; quantity: string }[],
) {
  const given = new Map(reductions.map(({ account, market, quantity }) => [`${account} ${market}`, quantity]))
  return (market: string): string[][] =>
    kinds.map((names) => names.map((name) => given.get(`${name} ${market}`) ?? '0'))
}

function drawn(seed: number) {
  const random = randomFrom(seed)
  const markets = random.whole(1, 3)
  const book = randomBook(seed, {
    accounts: random.whole(2, 7),
    markets,
    holdings: 3,
    offMark: random.chance(0.4),
    insolvents: random.chance(0.4),
    twoSided: random.chance(0.6),
  })
  const { event, kinds } = withCopies(book, random)
  const names = event.markets.map(({ market }) => market)
  const drawnMoves = randomMoves(random, names, random.whole(1, 8))
  const rows = Array.from({ length: drawnMoves.count }, (_, s) =>
    names.map((_name, k) => drawnMoves.returns.values[s * names.length + k]),
  )
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: [...names, 'tag'],
    moves: rows.map((row) => [...row, 0]),
  })
  const sizes = names.map(() => random.between(0.02, 0.3))
  const normal = parseMoves({
    format: 'spillway/moves@1',
    markets: [...names, 'tag'],
    gaussian: {
      covariance: [...sizes, 0].map((a, k) => [...sizes, 0].map((b, j) => a * b * (k === j ? 1 : 0.4))),
    },
  })
  const loadings = new Map<string, number>([...names.map((name) => [name, random.between(-1, 2)] as const), ['tag', 0]])
  return { event, kinds, moves, normal, loadings, random }
}

const objectives: Readonly<Record<string, (drawing: ReturnType<typeof drawn>) => Objective>> = {
  'expected-loss': ({ moves }) => expectedLoss({ moves }),
  'normal moves: expected-loss': ({ normal }) => expectedLoss({ moves: normal }),
  cvar: ({ moves }) => conditionalValueAtRisk({ moves, confidence: 0.7 }),
  'worst-case-loss': ({ moves }) => worstCaseLoss({ moves }),
  'min-max-leverage': () => minMaxLeverage(),
  'squared-leverage': () => squaredLeverage(),
  'factor-leverage': ({ loadings }) => factorLeverage({ loadings }),
}

describe.each(Object.entries(objectives))('%s', (name, make) => {
  it.each(Array.from({ length: SEEDS }, (_, n) => 100 + n))(
    'seed %i: equal accounts are one account, and everything is as it is without merging',
    async (seed) => {
      const drawing = drawn(seed)
      const { event, kinds, random } = drawing
      const objective = make(drawing)
      const solver = 'highs'
      const read = parseEvent(event)
      const solution = await solve(read, objective, { solver })
      const apart = await solve(parseEvent(toldApart(event)), objective, { solver })
      expect([solution.status, apart.status]).toEqual(['optimal', 'optimal'])
      expect(faultOf(event, solution.reductions!)).toBeUndefined()
      const [value, other] = [solution.objective.value!, apart.objective.value!]
      if (value !== null || other !== null) {
        const size = name.endsWith('loss') || name === 'cvar' ? 1e-3 : 1e-6
        expect(Math.abs(value - other), `${value} against ${other}`).toBeLessThanOrEqual(
          1e-9 * Math.max(Math.abs(other), size),
        )
      }

      // Equal accounts get the very same but for what does not divide, which the first in the file takes.
      const shares = givenBy(kinds, solution.reductions!)
      const indexOf = new Map(event.accounts.map(({ account }, i) => [account, i]))
      for (const { market } of event.markets) {
        shares(market).forEach((quantities, kind) => {
          const inFileOrder = kinds[kind]
            .map((account, n) => ({
              at: indexOf.get(account)!,
              quantity: quantities[n],
            }))
            .sort((a, b) => a.at - b.at)
          const [first, ...others] = inFileOrder.map(({ quantity }) => quantity)
          expect(new Set(others).size).toBeLessThanOrEqual(1)
          for (const quantity of others) {
            expect(Number(quantity)).toBe(Number(first))
            expect(order(frac(first!), frac(quantity))).toBeGreaterThanOrEqual(0)
          }
        })
      }

      // Another order of the file: the same value, and every kind gives the same in all but the last digits.
      const reordered = await solve(parseEvent({ ...event, accounts: shuffled(event.accounts, random) }), objective, {
        solver,
      })
      expect(reordered.status).toBe('optimal')
      if (value !== null) {
        expect(Math.abs(reordered.objective.value! - value)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(value), 1e-3))
      }

      // The proof is about the whole book.
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions! })
      const { verdict, certificate } = await verifyWithProof(read, allocation, objective, { solver })
      expect(verdict.verdict).toBe('optimal')
      expect(checkCertificate(read, allocation, certificate()!)).toMatchObject({ proved: true })
    },
  )
})

describe('what is equal', () => {
  const base: EventJson = {
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: 10 },
      { market: 'B', markPrice: 5 },
    ],
    accounts: [],
    demand: [],
  }
  const kindsOf = (accounts: EventJson['accounts']): number[] | undefined => {
    const kinds = accountKinds(parseEvent({ ...base, accounts }))
    return kinds && Array.from(kinds.kindOf)
  }
  const account = (name: string, equity: string | number, ...positions: [string, string | number][]) => ({
    account: name,
    equity,
    positions: positions.map(([market, quantity]) => ({ market, quantity })),
  })

  it('is equal whatever the spelling, the order of positions, and what else is known', () => {
    expect(
      kindsOf([
        account('1', '10', ['A', '2'], ['B', '-1.50']),
        account('2', 3),
        { ...account('3', '1e1', ['B', -1.5], ['A', '2.000']), openedAt: 7 },
        account('4', '3.0'),
        account('5', '10.00000000000000000001', ['A', 2], ['B', -1.5]),
        account('6', '10.000000000000000000010', ['A', 2], ['B', -1.5]),
        account('7', 0),
        account('8', '-0'),
      ]),
    ).toEqual([0, 1, 0, 1, 2, 2, 3, 3])
  })

  it.each([
    [
      'equity by a digit beyond doubles',
      account('1', '1.00000000000000000001'),
      account('2', '1.00000000000000000002'),
    ],
    [
      'a quantity by a digit beyond doubles',
      account('1', 1, ['A', '1']),
      account('2', 1, ['A', '1.00000000000000000001']),
    ],
    ['the side', account('1', 1, ['A', 1]), account('2', 1, ['A', -1])],
    ['the market', account('1', 1, ['A', 1]), account('2', 1, ['B', 1])],
    ['quantities changed round', account('1', 1, ['A', 1], ['B', 2]), account('2', 1, ['A', 2], ['B', 1])],
    ['one position more', account('1', 1, ['A', 1]), account('2', 1, ['A', 1], ['B', 2])],
  ])('is not equal where %s differs', (_, one, other) => {
    expect(kindsOf([one, other])).toBeUndefined()
  })

  it('merges exactly what it found, in linear time', () => {
    const random = randomFrom(5)
    const many = 20_000
    const drawnKinds = Array.from({ length: many }, () => random.whole(0, 15_000))
    const event = parseEvent({
      ...base,
      accounts: drawnKinds.map((kind, i) =>
        // All equities of an odd kind are one double.
        account(`a${i}`, kind % 2 ? `1.${String(kind).padStart(30, '0')}` : kind, ['A', 0.1], ['B', (kind % 7) + 0.3]),
      ),
    })
    const kinds = accountKinds(event)!
    expect(kinds.first.length).toBe(new Set(drawnKinds).size)
    drawnKinds.forEach((kind, i) => {
      expect(drawnKinds[kinds.first[kinds.kindOf[i]]]).toBe(kind)
    })
    const merged = mergedEvent(event, kinds)!
    const sum = (list: readonly string[]): Fraction => total(list.map(frac))
    const equities = (of: typeof event): string[] =>
      Array.from({ length: of.accounts.count }, (_, i) => of.accounts.equity.text(i))
    expect(num(minus(sum(equities(merged)), sum(equities(event))))).toBe(0)
  })

  it('leaves accounts alone that hold something in whole lots', async () => {
    const event = parseEvent({
      ...base,
      markets: [{ market: 'A', markPrice: 10, lotSize: 1 }, base.markets[1]],
      accounts: [
        ...['1', '2'].map((name) => account(name, 5, ['A', 1.5])),
        account('3', 9, ['A', 1]),
        ...['4', '5', '6'].map((name) => account(name, 2, ['B', 8])),
      ],
      demand: [
        { market: 'A', side: 'long', quantity: 2 },
        { market: 'B', side: 'long', quantity: 4.5 },
      ],
    })
    const solution = await solve(event, squaredLeverage(), { solver: 'highs', lots: true })
    expect(solution.reductions!.map(({ account: name, quantity }) => [name, quantity])).toEqual([
      ['1', '1'],
      ['2', '1'],
      ...['4', '5', '6'].map((name) => [name, '1.5']),
    ])
  })
})

/** `make.py` of a book Equal accounts in two linked markets: equities of 10, 20, −1, 0 and next to nothing. */
function linkedBook(count: number): EventJson {
  return {
    format: 'spillway/event@1',
    markets: [
      { market: 'M', markPrice: 100, adlPrice: 99 },
      { market: 'N', markPrice: 10, adlPrice: 10 },
    ],
    accounts: Array.from({ length: count }, (_, i) => ({
      account: `a${i}`,
      equity: i % 97 ? ['10', '20', '-1', '0'][i % 4] : '0.000000000001',
      positions: [
        { market: 'M', quantity: ['-1', '-2'][i % 2] },
        ...(i % 3 === 0 ? [{ market: 'N', quantity: ['-5', '5'][i % 2] }] : []),
      ],
    })),
    demand: [
      { market: 'M', side: 'short', quantity: count + 0.5 },
      { market: 'N', side: 'short', quantity: count * 0.4 },
    ],
  }
}

describe('many equal accounts', () => {
  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: ['M', 'N'],
    moves: [
      [-0.2, -0.3],
      [0.1, 0.2],
      [0.4, 0.1],
    ],
  })
  const event = parseEvent(linkedBook(20_000))
  it.each([
    ['expected-loss', expectedLoss({ moves })],
    ['cvar', conditionalValueAtRisk({ moves })],
    ['worst-case-loss', worstCaseLoss({ moves })],
  ])('%s is proved, and equal accounts give the same', async (_, objective) => {
    const solution = await solve(event, objective)
    expect(solution.status).toBe('optimal')
    const kinds = new Map<string, Set<number>>()
    for (const { account, market, quantity } of solution.reductions!) {
      const i = Number(account.slice(1))
      const kind = `${market} ${i % 97 === 0} ${i % 12}`
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(Number(quantity)))
    }
    for (const quantities of kinds.values()) expect(quantities.size).toBe(1)
  })
})
