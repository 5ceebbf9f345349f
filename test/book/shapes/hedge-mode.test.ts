import fc from 'fast-check'
import {
  checkCertificate,
  compare,
  conditionalValueAtRisk,
  expectedLoss,
  factorLeverage,
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  squaredLeverage,
  verify,
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

const SEED = 4152

/** What an account holds: the demanded side c, the other side h, and contracts of a market beside it. */
interface Held {
  readonly equity: number
  readonly c: number
  readonly h: number
  readonly beside: number
}

const held = fc.record({
  equity: fc.integer({ min: 40, max: 400 }),
  c: fc.integer({ min: 0, max: 4 }),
  h: fc.integer({ min: 0, max: 4 }),
  beside: fc.integer({ min: -2, max: 2 }),
})
const book = fc.record({
  isLong: fc.boolean(),
  adl: fc.constantFrom(50, 50, 45, 56),
  accounts: fc.array(held, { minLength: 2, maxLength: 3 }).filter((rows) => rows.some(({ c }) => c > 0)),
  part: fc.integer({ min: 1, max: 6 }),
})
interface Sketch {
  readonly isLong: boolean
  readonly adl: number
  readonly accounts: readonly Held[]
  readonly part: number
}

const demandOf = ({ accounts, part }: Sketch): number =>
  Math.min(
    part,
    accounts.reduce((sum, { c }) => sum + c, 0),
  )

/** The event of a sketch; `apart` puts the sides into two markets of one price. */
function eventOf(sketch: Sketch, apart = false): object {
  const { isLong, adl, accounts } = sketch
  const sigma = isLong ? 1 : -1
  const other = apart ? 'A:other' : 'A'
  return {
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: 50, adlPrice: adl, lotSize: 1, factorLoading: 1 },
      ...(apart ? [{ market: 'A:other', markPrice: 50, lotSize: 1, factorLoading: 1 }] : []),
      { market: 'B', markPrice: 20, factorLoading: -0.5 },
    ],
    accounts: accounts.map(({ equity, c, h, beside }, i) => ({
      account: `a${i}`,
      equity,
      positions: [
        { market: other, quantity: -sigma * h, entryPrice: 40 },
        { market: 'B', quantity: beside, entryPrice: 20 },
        { market: 'A', quantity: sigma * c, entryPrice: 45 },
      ],
    })),
    demand: [{ market: 'A', side: isLong ? 'long' : 'short', quantity: demandOf(sketch) }],
  }
}

const returns = [
  [-0.6, 0.1],
  [0.5, -0.2],
  [-0.1, 0],
] as const
const movesOf = (markets: readonly string[]) =>
  parseMoves({
    format: 'spillway/moves@1',
    markets,
    moves: returns.map(([a, b]) => markets.map((market) => (market === 'B' ? b : a))),
  })
const moves = movesOf(['A', 'B'])

/** The objectives by their definitions, in fractions; undefined is ∞. */
function worth(name: string, sketch: Sketch, closed: readonly Fraction[]): Fraction | undefined {
  const sigma = frac(sketch.isLong ? 1 : -1)
  const d = times(sigma, frac(50 - sketch.adl))
  const rows = sketch.accounts.map(({ equity, c, h, beside }, i) => {
    const x = closed[i]!
    const gross = plus(times(frac(50), minus(frac(c + h), x)), times(frac(20), size(frac(beside))))
    const net = times(sigma, minus(frac(c - h), x))
    return {
      isOwner: c > 0,
      gross,
      after: minus(frac(equity), times(d, x)),
      net,
      g: minus(frac(equity), times(d, frac(c - h))),
      beside,
    }
  })
  if (name === 'min-max-leverage') {
    const owners = rows.filter(({ isOwner }) => isOwner)
    if (owners.some(({ gross, after }) => sign(gross) > 0 && sign(after) <= 0)) return undefined
    return owners.map(({ gross, after }) => (sign(gross) === 0 ? ZERO : over(gross, after))).reduce(most, ZERO)
  }
  if (name === 'squared-leverage')
    return total(rows.filter(({ isOwner }) => isOwner).map(({ gross, g }) => over(times(gross, gross), g)))
  const losses = returns.map(([a, b]) =>
    total(
      rows.map(({ after, net, beside }) =>
        most(
          ZERO,
          minus(ZERO, plus(after, plus(times(times(net, frac(50)), frac(a)), times(frac(20 * beside), frac(b))))),
        ),
      ),
    ),
  )
  if (name === 'worst-case-loss') return losses.reduce(most, ZERO)
  return over(total(losses), frac(returns.length))
}

/** All ways to close whole contracts that add up to the demand. */
function* grid({ accounts }: Sketch, left: number, i = 0): Generator<readonly Fraction[]> {
  if (i === accounts.length) {
    if (left === 0) yield []
    return
  }
  for (let x = 0; x <= Math.min(left, accounts[i]!.c); x++)
    for (const rest of grid({ accounts } as Sketch, left - x, i + 1)) yield [frac(x), ...rest]
}

const isSolvent = ({ isLong, adl, accounts }: Sketch): boolean =>
  accounts.every(({ equity, c, h }) => equity - (isLong ? 1 : -1) * (50 - adl) * (c - h) > 0)

test(`whole contracts are closed as well as any can be, by both sides or their difference, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book.filter(isSolvent), async (sketch) => {
      const event = parseEvent(eventOf(sketch))
      for (const objective of [
        minMaxLeverage(),
        squaredLeverage(),
        expectedLoss({ moves }),
        worstCaseLoss({ moves }),
      ]) {
        let best: Fraction | undefined
        for (const closed of grid(sketch, demandOf(sketch))) {
          const value = worth(objective.name, sketch, closed)
          if (value !== undefined && (best === undefined || order(value, best) < 0)) best = value
        }
        const { status, objective: found, reductions, bound } = await solve(event, objective)
        const closed = sketch.accounts.map((_, i) =>
          frac(reductions?.find(({ account }) => account === `a${i}`)?.quantity ?? '0'),
        )
        const own = worth(objective.name, sketch, closed)
        if (best === undefined) continue
        // What is said is what the definition says of what is closed, and nothing whole is better.
        expect(status).toBe('optimal')
        expect(found.value).toBeCloseTo(num(own!), 9)
        expect(bound!).toBeLessThanOrEqual(num(best) + 1e-9)
        const inLots = await solve(event, objective, { lots: true })
        if (inLots.status === 'optimal') expect(inLots.objective.value).toBeCloseTo(num(best), 9)
        else expect(inLots.objective.value ?? Infinity).toBeGreaterThanOrEqual(num(best) - 1e-9)
      }
    }),
    { seed: SEED, numRuns: 20 },
  )
})

test(`at the mark the other side is a position in a market of the same price, seed ${SEED}`, async () => {
  const markets = ['A', 'A:other', 'B']
  await fc.assert(
    fc.asyncProperty(book, async (given) => {
      const sketch = { ...given, adl: 50 }
      const [one, two] = [parseEvent(eventOf(sketch)), parseEvent(eventOf(sketch, true))]
      const apart = movesOf(markets)
      const pairs = [
        [minMaxLeverage(), minMaxLeverage()],
        [squaredLeverage(), squaredLeverage()],
        [factorLeverage(), factorLeverage()],
        [expectedLoss({ moves }), expectedLoss({ moves: apart })],
        [conditionalValueAtRisk({ moves, confidence: 0.5 }), conditionalValueAtRisk({ moves: apart, confidence: 0.5 })],
      ] as const
      for (const [own, others] of pairs) {
        const [mine, theirs] = [await solve(one, own), await solve(two, others)]
        expect([mine.status, mine.objective.value, mine.leverage]).toEqual([
          theirs.status,
          theirs.objective.value,
          theirs.leverage,
        ])
      }
      const rows = async (event: typeof one): Promise<unknown> => {
        const asked = {
          policies: ['hyperliquid', 'queue-leverage', 'pro-rata', 'factor-water-filling'],
          objectives: [minMaxLeverage()],
        }
        return (await compare(event, asked)).rows.map((row) => ({ ...row, seconds: 0, pays: 0, leverage: 0 }))
      }
      expect(await rows(one)).toEqual(await rows(two))
    }),
    { seed: SEED, numRuns: 10 },
  )
})

test('a demand closes the side that it names: the other side may stand first or last', async () => {
  const sides = [
    { market: 'A', quantity: 3 },
    { market: 'A', quantity: -2 },
  ]
  for (const positions of [sides, sides.toReversed()]) {
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: 10 }],
      accounts: [{ account: 'a', equity: 9, positions }],
      demand: [{ market: 'A', side: 'short', quantity: 1 }],
    })
    const allocation = (quantity: string) =>
      parseAllocation({ format: 'spillway/allocation@1', reductions: [{ account: 'a', market: 'A', quantity }] })
    const { verdict, certificate } = await verifyWithProof(event, allocation('1'), minMaxLeverage())
    expect(verdict).toMatchObject({ verdict: 'optimal', objective: { value: 40 / 9 }, leverage: { maxBefore: 50 / 9 } })
    expect(checkCertificate(event, allocation('1'), certificate()!)).toMatchObject({ proved: true, verdict: 'optimal' })
    const more = await verify(event, allocation('2.5'), minMaxLeverage())
    expect(more.violations.map(({ code, by }) => [code, by])).toEqual([
      ['over-reduction', 0.5],
      ['demand-over', 1.5],
    ])
  }
})

test('both sides are read and written in both forms, in any order, and one side twice is refused', async () => {
  const sketch = { isLong: true, adl: 49, accounts: [{ equity: 90, c: 2, h: 1, beside: 1 }], part: 1 }
  const event = parseEvent(eventOf(sketch))
  const folder = await folderWith()
  await writeEventFolder(folder, event)
  expect((await readEvent(folder)).digest()).toBe(event.digest())
  const json = eventJson(event)
  const turned = { ...json, accounts: json.accounts.map((row) => ({ ...row, positions: row.positions.toReversed() })) }
  expect(parseEvent(turned).digest()).toBe(event.digest())
  const twice = {
    ...json,
    accounts: json.accounts.map((row) => ({ ...row, positions: [...row.positions, { market: 'A', quantity: 0.5 }] })),
  }
  expect(() => parseEvent(twice)).toThrow(
    expect.objectContaining({ code: 'duplicate-position', path: 'accounts[0].positions[3].market' }),
  )
})

test('derived demand nets the two sides of an account that is taken over', () => {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'A', markPrice: 10 }],
    accounts: [
      {
        account: 'broke',
        equity: -1,
        positions: [
          { market: 'A', quantity: 5 },
          { market: 'A', quantity: -2 },
        ],
      },
      {
        account: 'both',
        equity: 50,
        positions: [
          { market: 'A', quantity: 1 },
          { market: 'A', quantity: -4 },
        ],
      },
    ],
  })
  expect(event.demand).toEqual([{ market: 0, side: -1, quantity: { digits: 3n, scale: 0 } }])
})
