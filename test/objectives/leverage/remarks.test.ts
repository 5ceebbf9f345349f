import { describe, expect, it } from 'vitest'
import {
  conditionalValueAtRisk,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  type Objective,
  parseAllocation,
  parseEvent,
  parseMoves,
  type Remark,
  solve,
  squaredLeverage,
  verify,
} from '#models/index.js'
import { seededUniform } from '#src/numeric/index.js'

interface Row {
  readonly account: string
  readonly equity: number | string
  readonly held: number
  readonly entry?: number
}

/** One market at 50,000, longs demanded. */
function book(rows: readonly Row[], quantity: number, market: object = {}): ReturnType<typeof parseEvent> {
  return parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'BTC', markPrice: 50000, ...market }],
    accounts: rows.map(({ account, equity, held, entry }) => ({
      account,
      equity,
      positions: [{ market: 'BTC', quantity: held, ...(entry !== undefined && { entryPrice: entry }) }],
    })),
    demand: [{ market: 'BTC', side: 'long', quantity }],
  })
}

const closing = (event: ReturnType<typeof parseEvent>, quantities: Readonly<Record<string, number | string>>) =>
  parseAllocation({
    format: 'spillway/allocation@1',
    reductions: Object.entries(quantities).map(([account, quantity]) => ({
      account,
      market: event.markets[0].market,
      quantity,
    })),
  })

const codes = (remarks: readonly Remark[]): string[] => remarks.map(({ code }) => code)
const sound: readonly Row[] = [
  { account: 'a', equity: 30000, held: 2 },
  { account: 'b', equity: 60000, held: 2 },
]
const scenarios = (moves: readonly (number | string)[]) =>
  parseMoves({ format: 'spillway/moves@1', markets: ['BTC'], moves: moves.map((move) => [move]) })

describe('a remark', () => {
  it('is not made on a sound book', async () => {
    const event = book(sound, 1)
    for (const objective of [minMaxLeverage(), squaredLeverage(), expectedLoss({ moves: scenarios([-0.2, 0.1]) })]) {
      expect((await solve(event, objective)).remarks).toEqual([])
      expect((await verify(event, closing(event, { a: 1 }), objective)).remarks).toEqual([])
    }
  })

  it('solvent-made-insolvent: the ADL price makes a debtor of an account that is solvent at the mark', async () => {
    const rows = [
      { account: 'thin', equity: 500, held: 1, entry: 50000 },
      { account: 'thick', equity: 60000, held: 2, entry: 40000 },
    ]
    const event = book(rows, 1, { adlPrice: 49000 })
    const { remarks, perAccount } = await solve(event, minMaxLeverage())
    expect(remarks).toMatchObject([{ code: 'solvent-made-insolvent', account: 'thin' }])
    expect(remarks[0].says).toContain('-500')
    expect(perAccount).toMatchObject([{ account: 'thin', equityBefore: 500, equityAfter: -500, conceded: 1000 }])
    const verdict = await verify(event, closing(event, { thick: 1 }), minMaxLeverage())
    expect(codes(verdict.remarks)).toEqual([])
    // At the very bankruptcy price an equity of zero is left, and nobody owes.
    const exact = book(rows, 1, { adlPrice: 49500 })
    expect(codes((await verify(exact, closing(exact, { thin: 1 }), minMaxLeverage())).remarks)).toEqual([])
  })

  it('insolvent-took-demand: debtors, and equities of zero, are closed first', async () => {
    const dave = book(
      [
        { account: 'dave/0', equity: -1, held: 1 },
        { account: 'dave/1', equity: 100000, held: 1 },
      ],
      1,
    )
    const taken = await solve(dave, minMaxLeverage())
    expect(taken.remarks).toMatchObject([{ code: 'insolvent-took-demand', account: 'dave/0', market: 'BTC' }])
    expect(taken.remarks[0].says).toContain('the whole demand')
    expect((await verify(dave, closing(dave, { 'dave/1': 1 }), minMaxLeverage())).remarks).toEqual([])
    const unified = book(
      [
        { account: 'unified', equity: '0.0', held: 1 },
        { account: 'perp-only', equity: 100000, held: 1 },
      ],
      0.5,
    )
    expect(codes((await solve(unified, minMaxLeverage())).remarks)).toEqual(['insolvent-took-demand'])
  })

  it('taken-over: who left when the demand was derived, and reductions of them', async () => {
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 50000 }],
      accounts: [
        { account: 'gone', equity: -10, positions: [{ market: 'BTC', quantity: -1 }] },
        { account: 'a', equity: 30000, positions: [{ market: 'BTC', quantity: 2 }] },
      ],
    })
    expect((await solve(event, minMaxLeverage())).remarks).toMatchObject([{ code: 'taken-over', account: 'gone' }])
    const verdict = await verify(event, closing(event, { gone: 1 }), minMaxLeverage())
    expect(verdict.violations[0]).toMatchObject({ code: 'unknown-account', account: 'gone' })
    expect(verdict.remarks).toMatchObject([
      { code: 'taken-over', account: 'gone' },
      { code: 'taken-over', account: 'gone', market: 'BTC' },
    ])
  })

  it('nothing-demanded: given, derived and netted away', async () => {
    const none = { format: 'spillway/event@1', markets: [{ market: 'BTC', markPrice: 50000 }] }
    const account = { account: 'a', equity: 30000, positions: [{ market: 'BTC', quantity: 2 }] }
    for (const [event, sentence] of [
      [{ ...none, accounts: [account], demand: [] }, 'demands nothing'],
      [{ ...none, accounts: [account] }, 'no account has negative equity'],
    ] as const) {
      const { remarks } = await solve(parseEvent(event), minMaxLeverage())
      expect(codes(remarks)).toEqual(['nothing-demanded'])
      expect(remarks[0].says).toContain(sentence)
    }
  })

  it('flat-position: what was dropped', async () => {
    const { remarks } = await solve(book([...sound, { account: 'flat', equity: 5, held: 0 }], 1), minMaxLeverage())
    expect(remarks).toMatchObject([{ code: 'flat-position', account: 'flat', market: 'BTC' }])
    const many = Array.from({ length: 2000 }, (_, i) => ({ account: `flat ${i}`, equity: 5, held: 0 }))
    expect((await solve(book([...sound, ...many], 1), minMaxLeverage())).remarks.length).toBeLessThanOrEqual(6)
  })

  it('implausible-leverage: above 1,000 and not at it', async () => {
    const at = (equity: number) => solve(book([...sound, { account: 'x', equity, held: -1 }], 1), minMaxLeverage())
    expect((await at(50)).remarks).toEqual([])
    expect((await at(49.9)).remarks).toMatchObject([{ code: 'implausible-leverage', account: 'x' }])
  })

  const ofMoves: readonly (readonly [string, readonly (number | string)[], readonly string[]])[] = [
    ['a price below zero', [-1.5, 0.1], ['move-below-zero']],
    ['a price of zero', [-1, 0.1], []],
    ['per cent', [-15, 20, -3], ['move-below-zero', 'implausible-volatility'].toSorted()],
    ['prices', [51000, 48000, 45000], ['moves-look-like-prices']],
    ['ratios of prices', [0.97, 1.02, 0.9], ['moves-look-like-prices']],
    ['only up', [0.05, 0.2, 0.4], []],
    ['a crash and a jump', [-0.9, 0.8], []],
  ]
  it.each(ofMoves)('on moves: %s', async (_, moves, expected) => {
    const { remarks } = await solve(book(sound, 1), expectedLoss({ moves: scenarios(moves) }))
    expect(codes(remarks).toSorted()).toEqual(expected)
    for (const remark of remarks) expect(remark.market).toBe('BTC')
  })

  it('implausible-volatility: normal moves with a deviation above 10', async () => {
    const normal = (variance: number) =>
      parseMoves({ format: 'spillway/moves@1', markets: ['BTC'], gaussian: { covariance: [[variance]] } })
    const remarksAt = async (variance: number) =>
      (await solve(book(sound, 1), expectedLoss({ moves: normal(variance) }))).remarks
    expect(await remarksAt(0.04)).toEqual([])
    expect(await remarksAt(100.1)).toMatchObject([{ code: 'implausible-volatility', market: 'BTC' }])
  })

  const moves = scenarios([-0.1, 0.1])
  const loadings = { BTC: 1 }
  const unneeded: readonly (readonly [string, Objective, object, number])[] = [
    ['nothing given', minMaxLeverage(), {}, 0],
    ['moves beside leverage', minMaxLeverage(), { inputs: { moves } }, 1],
    ['three beside leverage', squaredLeverage(), { inputs: { moves, confidence: 0.9, loadings } }, 3],
    ['what is used', conditionalValueAtRisk({ moves, confidence: 0.9 }), { inputs: { moves, confidence: 0.9 } }, 0],
    ['a confidence beside a mean', expectedLoss({ moves }), { inputs: { moves, confidence: 0.9 } }, 1],
    ['moves beside loadings', factorLeverage({ moves, loadings }), { inputs: { moves, loadings } }, 1],
    ['loadings alone', factorLeverage({ loadings }), { inputs: { loadings } }, 0],
    ['lots without a lot size', minMaxLeverage(), { lots: true }, 1],
    ['exact beside leverage', minMaxLeverage(), { exact: true }, 1],
  ]
  it.each(unneeded)('unneeded-input: %s', async (_, objective, options, count) => {
    const { remarks } = await solve(book(sound, 1), objective, options)
    expect(codes(remarks)).toEqual(new Array(count).fill('unneeded-input'))
  })

  it('is made a few times for each code, and counted, on a book of thousands', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({ account: `debtor ${i}`, equity: -i, held: 1 }))
    const thin = Array.from({ length: 2000 }, (_, i) => ({ account: `thin ${i}`, equity: 1, held: 1 }))
    const { remarks, perAccount } = await solve(book([...rows, ...thin], 2500), minMaxLeverage())
    expect(remarks.length).toBeLessThanOrEqual(12)
    expect(perAccount).toHaveLength(1000)
    const counts = remarks.filter(({ account }) => account === undefined).map(({ says }) => says)
    expect(counts).toHaveLength(2)
    expect(counts[0]).toContain('2,995 more positions')
    expect(counts[1]).toContain('1,995 more accounts')
  })
})

describe('perAccount', () => {
  const SEEDS = 60

  it(`says what a plain recomputation says (${SEEDS} seeds)`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const uniform = seededUniform(seed)
      const whole = (most: number): number => 1 + Math.floor(uniform() * most)
      const rows = Array.from({ length: 2 + whole(5) }, (_, i) => ({
        account: `a${i}`,
        equity: whole(9) * 10000,
        held: whole(4),
        ...(uniform() < 0.8 && { entry: 40000 + whole(20000) }),
      }))
      const adlPrice = 49000 + whole(2000)
      const closed = rows.map(({ held }) => (uniform() < 0.6 ? (held * whole(4)) / 4 : 0))
      const quantity = closed.reduce((a, b) => a + b, 0)
      const event = book(rows, quantity, { adlPrice })
      const allocation = closing(event, Object.fromEntries(rows.map(({ account }, i) => [account, closed[i]])))
      const optimum = await solve(event, squaredLeverage())
      const best = new Map(optimum.reductions!.map(({ account, quantity: q }) => [account, Number(q)]))
      const verdict = await verify(event, allocation, squaredLeverage(), { solver: 'closed-form' })
      const answers = new Map(verdict.perAccount!.map((answer) => [answer.account, answer]))
      rows.forEach(({ account, equity, held, entry }, i) => {
        const says = `seed ${seed}, ${account}`
        const gap = closed[i] - (best.get(account) ?? 0)
        const answer = answers.get(account)
        if (closed[i] === 0 && Math.abs(gap) < 1e-9) {
          expect(answer, says).toBeUndefined()
          return
        }
        const given = closed[i] * (50000 - adlPrice)
        const left = held - closed[i]
        const leverage = (contracts: number, own: number): number | null =>
          contracts === 0 ? 0 : own > 0 ? (contracts * 50000) / own : null
        expect(answer!.equityBefore, says).toBe(equity)
        expect(answer!.equityAfter, says).toBeCloseTo(equity - given, 6)
        expect(answer!.conceded, says).toBeCloseTo(given, 6)
        expect(answer!.leverageBefore, says).toBeCloseTo(leverage(held, equity)!, 9)
        expect(answer!.leverageAfter, says).toBeCloseTo(leverage(left, equity - given)!, 9)
        expect(answer!.money, says).toBeCloseTo(gap * 50000, 2)
        const profit = closed[i] === 0 ? 0 : entry === undefined ? null : closed[i] * (50000 - entry)
        if (profit === null) expect(answer!.profitRealised, says).toBeNull()
        else expect(answer!.profitRealised, says).toBeCloseTo(profit, 6)
        if (gap > 1e-4) expect(answer!.overReduced!.BTC, says).toBeCloseTo(gap, 6)
        else if (gap < -1e-4) expect(answer!.underReduced!.BTC, says).toBeCloseTo(-gap, 6)
        expect(answer!.reductions, says).toEqual(
          closed[i] === 0 ? [] : [{ market: 'BTC', quantity: String(closed[i]) }],
        )
      })
      const over = verdict.perAccount!.filter(({ overReduced }) => overReduced !== undefined)
      expect(over.length, `seed ${seed}`).toBe(verdict.accounts.overReduced)
    }
  })
})
