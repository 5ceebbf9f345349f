import fc from 'fast-check'
import {
  checkCertificate,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verifyWithProof,
  worstCaseLoss,
} from 'spillway'
import { expect, test } from 'vitest'
import { eventJson, readEvent, writeEventFolder } from '#models/book/index.js'
import {
  type Fraction,
  frac,
  minus,
  most,
  num,
  order,
  over,
  plus,
  sign,
  size,
  times,
  total,
  ZERO,
} from '../../fraction.js'
import { folderWith } from '../support.js'

const SEED = 70_801

/** BTC and a future on it, both inverse, contracts of 100 and 10 USD; ETH linear, priced in BTC. Equity is in BTC. */
interface Sketch {
  readonly isLong: boolean
  readonly adl: number
  readonly accounts: readonly {
    readonly equity: number
    readonly btc: number
    readonly future: number
    readonly eth: number
  }[]
  readonly part: number
}
const MARK = 3000
const FUTURE = 3100
const ETH = '0.07'

const book = fc.record({
  isLong: fc.boolean(),
  adl: fc.constantFrom(MARK, MARK, 2900, 3130),
  accounts: fc.array(
    fc.record({
      equity: fc.integer({ min: 2, max: 60 }),
      btc: fc.integer({ min: 1, max: 4 }),
      future: fc.integer({ min: -9, max: 9 }),
      eth: fc.integer({ min: -1, max: 1 }),
    }),
    { minLength: 2, maxLength: 3 },
  ),
  part: fc.integer({ min: 1, max: 6 }),
})

const demandOf = ({ accounts, part }: Sketch): number =>
  Math.min(
    part,
    accounts.reduce((sum, { btc }) => sum + btc, 0),
  )

function eventOf(sketch: Sketch) {
  const { isLong, adl, accounts } = sketch
  return {
    format: 'spillway/event@1',
    markets: [
      {
        market: 'BTC',
        markPrice: MARK,
        adlPrice: adl,
        lotSize: 1,
        contractSize: 100,
        inverse: true,
        settles: 'BTC',
        factorLoading: 1,
      },
      { market: 'BTC-DEC', markPrice: FUTURE, contractSize: 10, inverse: true, settles: 'BTC', factorLoading: 1.1 },
      { market: 'ETH', markPrice: ETH, settles: 'BTC', inverse: null, factorLoading: 0.2 },
    ],
    accounts: accounts.map(({ equity, btc, future, eth }, i) => ({
      account: `a${i}`,
      equity: equity / 200,
      positions: [
        { market: 'BTC-DEC', quantity: future },
        { market: 'BTC', quantity: isLong ? btc : -btc, entryPrice: 2800 },
        { market: 'ETH', quantity: eth },
      ],
    })),
    demand: [{ market: 'BTC', side: isLong ? 'long' : 'short', quantity: demandOf(sketch) }],
  } as const
}

const returns = [
  [-0.3, -0.25, 0.1],
  [0.4, 0.45, -0.2],
  [-0.05, 0, 0],
] as const
const moves = parseMoves({ format: 'spillway/moves@1', markets: ['BTC', 'BTC-DEC', 'ETH'], moves: returns })

/** What n contracts of an inverse market gain in the coin when its price goes from p to q: n s (1/p − 1/q). */
const gain = (n: Fraction, s: number, p: Fraction, q: Fraction): Fraction =>
  times(n, minus(over(frac(s), p), over(frac(s), q)))

/** The objectives in coins and the venue's own prices, by what contracts are worth; undefined is ∞. */
function worth(name: string, { isLong, adl, accounts }: Sketch, closed: readonly Fraction[]): Fraction | undefined {
  const sigma = frac(isLong ? 1 : -1)
  const rows = accounts.map(({ equity, btc, future, eth }, i) => {
    const x = closed[i]!
    const left = minus(frac(btc), x)
    const after = plus(over(frac(equity), frac(200)), gain(times(sigma, x), 100, frac(MARK), frac(adl)))
    const gross = total([
      over(times(frac(100), left), frac(MARK)),
      over(frac(10 * Math.abs(future)), frac(FUTURE)),
      times(frac(ETH), size(frac(eth))),
    ])
    const g = plus(over(frac(equity), frac(200)), gain(times(sigma, frac(btc)), 100, frac(MARK), frac(adl)))
    const losses = returns.map(([btcMove, futureMove, ethMove]) =>
      minus(
        ZERO,
        total([
          after,
          gain(times(sigma, left), 100, frac(MARK), times(frac(MARK), plus(frac(1), frac(btcMove)))),
          gain(frac(future), 10, frac(FUTURE), times(frac(FUTURE), plus(frac(1), frac(futureMove)))),
          times(times(frac(ETH), frac(eth)), frac(ethMove)),
        ]),
      ),
    )
    return { after, gross, g, losses }
  })
  if (name === 'min-max-leverage') {
    if (rows.some(({ gross, after }) => sign(gross) > 0 && sign(after) <= 0)) return undefined
    return rows.map(({ gross, after }) => (sign(gross) === 0 ? ZERO : over(gross, after))).reduce(most, ZERO)
  }
  if (name === 'squared-leverage') return total(rows.map(({ gross, g }) => over(times(gross, gross), g)))
  const losses = returns.map((_, s) => total(rows.map((row) => most(ZERO, row.losses[s]!))))
  return name === 'worst-case-loss' ? losses.reduce(most, ZERO) : over(total(losses), frac(returns.length))
}

function* grid(accounts: Sketch['accounts'], left: number, i = 0): Generator<readonly Fraction[]> {
  if (i === accounts.length) {
    if (left === 0) yield []
    return
  }
  for (let x = 0; x <= Math.min(left, accounts[i]!.btc); x++)
    for (const rest of grid(accounts, left - x, i + 1)) yield [frac(x), ...rest]
}

const isSolvent = ({ isLong, adl, accounts }: Sketch): boolean =>
  accounts.every(({ equity, btc }) => equity / 200 + (isLong ? 1 : -1) * btc * 100 * (1 / MARK - 1 / adl) > 0)

test(`coin-margined contracts in their coin, by what each is worth there, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book.filter(isSolvent), async (sketch) => {
      const event = parseEvent(eventOf(sketch))
      for (const objective of [
        minMaxLeverage(),
        squaredLeverage(),
        expectedLoss({ moves }),
        worstCaseLoss({ moves }),
      ]) {
        const values = Array.from(grid(sketch.accounts, demandOf(sketch)), (closed) =>
          worth(objective.name, sketch, closed),
        )
        const best = values.reduce((a, b) => (a === undefined || (b !== undefined && order(b, a) < 0) ? b : a))
        if (best === undefined) continue
        const { status, objective: found, reductions, bound } = await solve(event, objective)
        const closed = sketch.accounts.map((_, i) =>
          frac(reductions?.find(({ account }) => account === `a${i}`)?.quantity ?? '0'),
        )
        expect(status).toBe('optimal')
        expect(found.value).toBeCloseTo(num(worth(objective.name, sketch, closed)!), 12)
        expect(bound!).toBeLessThanOrEqual(num(best) + 1e-12)
        const inLots = await solve(event, objective, { lots: true })
        if (inLots.status === 'optimal') expect(inLots.objective.value).toBeCloseTo(num(best), 9)
        else expect(inLots.objective.value ?? Infinity).toBeGreaterThanOrEqual(num(best) - 1e-9)
      }
    }),
    { seed: SEED, numRuns: 6 },
  )
})

const one = eventOf({
  isLong: true,
  adl: 2900,
  accounts: [
    { equity: 30, btc: 4, future: -3, eth: 1 },
    { equity: 20, btc: 4, future: 0, eth: 0 },
  ],
  part: 3,
})

test('sides, prices and profits of answers are those of the venue', async () => {
  const event = parseEvent(one)
  const { reductions, perAccount, remarks, prices } = await solve(event, expectedLoss({ moves }))
  const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions })
  const { verdict, certificate } = await verifyWithProof(event, allocation, expectedLoss({ moves }))
  expect(verdict.verdict).toBe('optimal')
  expect(checkCertificate(event, allocation, certificate()!, [], { moves: moves as never }).proved).toBe(true)
  for (const { conceded, profitRealised, reductions: own } of perAccount!) {
    const x = Number(own[0]!.quantity)
    expect(conceded).toBeCloseTo(x * 100 * (1 / 2900 - 1 / 3000), 12)
    expect(profitRealised).toBeCloseTo(x * 100 * (1 / 2800 - 1 / 3000), 12)
  }
  expect(remarks.map(({ code }) => code)).toContain('inverse-market')
  expect(Object.keys(prices!)).toEqual(['BTC'])
  expect(eventJson(event)).toMatchObject({
    demand: [{ market: 'BTC', side: 'long', quantity: 3 }],
    markets: [{ markPrice: 3000, adlPrice: 2900 }, {}, {}],
  })
})

test('a held market that does not say what it settles in is remarked on beside an inverse one, and only then', async () => {
  type Changed = (market: { readonly inverse: boolean | null }) => object
  const silent = async (changed: Changed) => {
    const json = { ...one, markets: one.markets.map((market) => ({ ...market, ...changed(market) })) }
    const { remarks } = await solve(parseEvent(json as never), minMaxLeverage())
    const said = remarks.filter(({ says }) => /does not say what it settles in/.test(says))
    return said.map(({ code, market }) => [code, market])
  }
  expect(await silent(() => ({}))).toEqual([])
  expect(await silent(({ inverse }) => (inverse ? {} : { settles: undefined }))).toEqual([['inverse-market', 'ETH']])
  expect(await silent(() => ({ settles: undefined, inverse: undefined }))).toEqual([])
  await expect(silent(() => ({ settles: undefined }))).rejects.toMatchObject({ code: 'mixed-settlement' })
})

test('a price of the factor is turned over: loadings given, of the event, and estimated agree', async () => {
  const bare = { ...one, markets: one.markets.map(({ factorLoading: _, ...market }) => market) }
  const loadings = { BTC: 1, 'BTC-DEC': 1.1, ETH: 0.2 }
  const own = await solve(one as never, factorLeverage())
  const given = await solve(bare as never, factorLeverage({ loadings }))
  expect(given.objective.value).toBe(own.objective.value)
  expect(given.reductions).toEqual(own.reductions)
  // A long of the coin's future and a short of the coin hedge each other in the factor.
  const hedged = {
    ...one,
    demand: [],
    accounts: [
      {
        account: 'h',
        equity: 1,
        positions: [
          { market: 'BTC', quantity: 31 },
          { market: 'BTC-DEC', quantity: -310 },
        ],
      },
    ],
  }
  const flat = {
    ...hedged,
    markets: one.markets.map((market) => ({ ...market, markPrice: 3000, adlPrice: null, factorLoading: 1 })),
    demand: [{ market: 'BTC', side: 'long', quantity: 1 }],
  }
  expect((await solve(flat as never, factorLeverage())).factorLeverage).toMatchObject({ minBefore: 0, maxBefore: 0 })
})

test('is read and written in both forms, and null and false say nothing', async () => {
  const event = parseEvent(one)
  const folder = await folderWith()
  await writeEventFolder(folder, event)
  const again = await readEvent(folder)
  expect(again.digest()).toBe(event.digest())
  expect(eventJson(again)).toEqual(eventJson(event))
  expect(parseEvent(eventJson(event)).digest()).toBe(event.digest())
  const said = (fields: object) =>
    parseEvent({ ...one, markets: [{ market: 'BTC', markPrice: 1, ...fields }], accounts: [], demand: [] }).digest()
  expect(new Set([said({}), said({ inverse: false }), said({ inverse: null, settles: null })]).size).toBe(1)
  expect(
    new Set([said({}), said({ inverse: true }), said({ inverse: true, settles: 'BTC' }), said({ settles: 'BTC' })])
      .size,
  ).toBe(4)
})

test.each([
  ['two settlement currencies', [{ settles: 'BTC' }, { settles: 'USDT' }], 'markets[1].settles'],
  [
    'two coins',
    [
      { inverse: true, settles: 'BTC' },
      { inverse: true, settles: 'ETH' },
    ],
    'markets[1].settles',
  ],
  ['an inverse market that does not say, beside another', [{}, { inverse: true }], 'markets[1].settles'],
  ['two inverse markets that do not say', [{ inverse: true }, { inverse: true }], 'markets[0].settles'],
] as const)('%s are refused', (_, fields, path) => {
  const markets = fields.map((field, k) => ({ market: `M${k}`, markPrice: 10, ...field }))
  const event = { format: 'spillway/event@1', markets, accounts: [], demand: [] }
  expect(() => parseEvent(event)).toThrow(expect.objectContaining({ code: 'mixed-settlement', path }))
})

test('moves that reciprocals cannot follow are refused', async () => {
  const low = parseMoves({
    format: 'spillway/moves@1',
    markets: ['BTC', 'BTC-DEC', 'ETH'],
    moves: [
      [-0.5, 0, -2],
      [0, '-1', 0],
    ],
  })
  await expect(solve(one as never, expectedLoss({ moves: low }))).rejects.toMatchObject({
    code: 'inverse-move',
    path: 'moves[1].BTC-DEC',
  })
  const covariance = [
    [0.01, 0, 0],
    [0, 0.01, 0],
    [0, 0, 0.01],
  ]
  const normal = parseMoves({
    format: 'spillway/moves@1',
    markets: ['BTC', 'BTC-DEC', 'ETH'],
    gaussian: { covariance },
  })
  await expect(solve(one as never, expectedLoss({ moves: normal }))).rejects.toMatchObject({ code: 'not-expressible' })
})
