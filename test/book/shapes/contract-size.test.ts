import fc from 'fast-check'
import {
  compare,
  expectedLoss,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verify,
} from 'spillway'
import { expect, test } from 'vitest'
import { eventJson, readEvent, writeEventFolder } from '#models/book/index.js'
import { folderWith } from '../support.js'

const SEED = 20261128

/** A book of one demanded market and one beside it; equities keep most accounts near their margin. */
const book = fc.record({
  size: fc.constantFrom('0.001', '0.01', '0.1', '5', '100', '12.5'),
  mark: fc.constantFrom('67000.5', '3.25', '0.4', '118'),
  adl: fc.constantFrom(undefined, 0.99, 1.02),
  accounts: fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 90 }),
      cover: fc.integer({ min: -2, max: 40 }),
      other: fc.integer({ min: -3, max: 3 }),
    }),
    { minLength: 2, maxLength: 6 },
  ),
  part: fc.integer({ min: 1, max: 99 }),
})
interface Sketch {
  readonly size: string
  readonly mark: string
  readonly adl: number | undefined
  readonly accounts: readonly { readonly quantity: number; readonly cover: number; readonly other: number }[]
  readonly part: number
}

/** The event of a sketch with contracts of its size, and the same with the size inside the prices. */
function twins({ size, mark, adl, accounts, part }: Sketch): readonly [sized: object, plain: object] {
  const unit = Number(size)
  const close = (price: string): string => (adl === undefined ? price : String(Number(price) * adl))
  const total = accounts.reduce((sum, { quantity }) => sum + quantity, 0)
  const event = (inPrices: boolean): object => {
    const per = (price: string): string => (inPrices ? exactly(price, size) : price)
    return {
      format: 'spillway/event@1',
      markets: [
        { market: 'A', markPrice: per(mark), adlPrice: per(close(mark)), ...(inPrices ? {} : { contractSize: size }) },
        { market: 'B', markPrice: per('7'), ...(inPrices ? {} : { contractSize: size }) },
      ],
      accounts: accounts.map(({ quantity, cover, other }, i) => ({
        account: `a${i}`,
        equity: String((quantity * unit * Number(mark) * cover) / 100 + i),
        positions: [
          { market: 'A', quantity, entryPrice: per('2') },
          { market: 'B', quantity: adl === undefined ? other : 0, entryPrice: per('3') },
        ],
      })),
      demand: [{ market: 'A', side: 'long', quantity: String((total * part) / 100) }],
    }
  }
  return [event(false), event(true)]
}

/** The product of two decimals, as a decimal. */
function exactly(a: string, b: string): string {
  const [whole, places] = [a, b].reduce<[bigint, number]>(
    ([product, scale], text) => {
      const [front, back = ''] = text.split('.')
      return [product * BigInt(front + back), scale + back.length]
    },
    [1n, 0],
  )
  const digits = String(whole).padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

const moves = parseMoves({
  format: 'spillway/moves@1',
  markets: ['A', 'B'],
  moves: [
    [-0.2, 0.1],
    [-0.05, 0],
    [0.1, 0.3],
  ],
})
/** Leverage by its closed form, to start no other thread: the tests are about the book. */
const objectives: readonly (readonly [Objective, { readonly solver?: string }])[] = [
  [minMaxLeverage(), { solver: 'closed-form' }],
  [squaredLeverage(), { solver: 'closed-form' }],
  [expectedLoss({ moves }), {}],
]

test(`contracts of any size are contracts of one unit at another price, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book, async (sketch) => {
      const [sized, plain] = twins(sketch).map((json) => parseEvent(json))
      expect(sized.digest()).not.toBe(plain.digest())
      for (const [objective, options] of objectives) {
        const [one, other] = [await solve(sized, objective, options), await solve(plain, objective, options)]
        expect({ ...one, seconds: 0 }).toEqual({ ...other, seconds: 0 })
        const { reductions } = one
        if (reductions === undefined) continue
        const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
        const [mine, theirs] = [
          await verify(sized, allocation, objective, options),
          await verify(plain, allocation, objective, options),
        ]
        expect({ ...mine, seconds: 0 }).toEqual({ ...theirs, seconds: 0 })
      }
    }),
    { seed: SEED, numRuns: 5 },
  )
})

test(`policies rank contracts of any size by their money, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book, async (sketch) => {
      const [sized, plain] = twins(sketch).map((json) => parseEvent(json))
      const asked = {
        policies: ['hyperliquid', 'queue-pnl-leverage', 'pro-rata-pnl', 'water-filling'],
        objectives: [minMaxLeverage()],
      }
      const rows = async (event: typeof sized): Promise<unknown> =>
        (await compare(event, asked)).rows.map((row) => ({ ...row, seconds: 0 }))
      expect(await rows(sized)).toEqual(await rows(plain))
    }),
    { seed: SEED, numRuns: 4 },
  )
})

test(`what is written has the sizes and prices that were read, in both forms, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book, fc.boolean(), async (sketch, isDerived) => {
      const [json] = twins(sketch)
      const event = parseEvent(isDerived ? { ...json, demand: undefined, accounts: derivable(json) } : json)
      expect(parseEvent(eventJson(event)).digest()).toBe(event.digest())
      const folder = await folderWith()
      await writeEventFolder(folder, event)
      const again = await readEvent(folder)
      expect(again.digest()).toBe(event.digest())
      expect(eventJson(again)).toEqual(eventJson(event))
      expect(eventJson(event).markets[0]).toMatchObject({
        contractSize: Number(sketch.size),
        markPrice: Number(sketch.mark),
      })
    }),
    { seed: SEED, numRuns: 6 },
  )
})

/** Accounts of which the first owes, and the others can take what it held. */
function derivable(json: object): object[] {
  const { accounts } = json as { readonly accounts: readonly { readonly positions: readonly object[] }[] }
  const short = { account: 'short', equity: -1, positions: [{ market: 'A', quantity: '-0.5' }] }
  return [...accounts.map((account) => ({ ...account, equity: 9 })), short]
}

test('a size of one says nothing, written out or not, and neither does null', () => {
  const [json] = twins({
    size: '1',
    mark: '4',
    adl: undefined,
    accounts: [{ quantity: 2, cover: 50, other: 0 }],
    part: 50,
  })
  const { markets, ...rest } = json as { readonly markets: readonly object[] }
  const digests = [{ contractSize: '1.0' }, { contractSize: null }, { contractSize: undefined }].map((field) =>
    parseEvent({ ...rest, markets: markets.map((market) => ({ ...market, ...field })) }).digest(),
  )
  expect(new Set(digests).size).toBe(1)
})

test('a size that is not above zero is refused where it stands', async () => {
  const [json] = twins({
    size: '0',
    mark: '4',
    adl: undefined,
    accounts: [{ quantity: 2, cover: 50, other: 0 }],
    part: 50,
  })
  expect(() => parseEvent(json)).toThrow(
    expect.objectContaining({ code: 'not-positive', path: 'markets[0].contractSize' }),
  )
  const files = {
    'markets.csv': 'market,markPrice,contractSize\nA,4,-1\n',
    'accounts.csv': 'account,equity\na,1\n',
    'positions.csv': 'account,market,quantity\na,A,1\n',
  }
  await expect(readEvent(await folderWith(files))).rejects.toMatchObject({
    code: 'not-positive',
    path: 'markets.csv:2 contractSize',
  })
})

test('events without the new fields keep the digests that they had', () => {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'BTC', markPrice: 67000, adlPrice: '67010.5', lotSize: '0.00001', factorLoading: -1.5 },
      { market: 'ETH', markPrice: '3500.25' },
    ],
    accounts: [
      {
        account: 'a',
        equity: 242100,
        maintenanceMargin: 10,
        walletBalance: '-3',
        openedAt: 5,
        positions: [
          { market: 'BTC', quantity: -8, entryPrice: 72000 },
          { market: 'ETH', quantity: 2 },
        ],
      },
      { account: 'b', equity: '5e3', positions: [{ market: 'BTC', quantity: '-2.5' }] },
    ],
    demand: [{ market: 'BTC', side: 'short', quantity: 10 }],
  })
  expect(event.digest()).toBe('sha256:0d316aef2a5eabacba994b27caa7662afb200b130b39193f921f05658b9997e0')
})
