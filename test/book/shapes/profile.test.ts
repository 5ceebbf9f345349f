import fc from 'fast-check'
import { minMaxLeverage, parseAllocation, parseEvent, solve, squaredLeverage, verify } from 'spillway'
import { expect, test } from 'vitest'

const SEED = 613

const account = fc.record({ equity: fc.integer({ min: 1, max: 40 }), quantity: fc.integer({ min: 1, max: 6 }) })
const book = fc.record({
  accounts: fc.array(account, { minLength: 2, maxLength: 4 }),
  demand: fc.integer({ min: 1, max: 6 }),
})
interface Sketch {
  readonly accounts: readonly { readonly equity: number; readonly quantity: number }[]
  readonly demand: number
}
const isHeld = ({ accounts, demand }: Sketch): boolean =>
  accounts.reduce((sum, { quantity }) => sum + quantity, 0) >= demand

/** The accounts of a sketch and one that ADL cannot help: nearly all that it holds is in another market, at 5,000×. */
const eventOf = ({ accounts, demand }: Sketch) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: 10, lotSize: 1 },
      { market: 'B', markPrice: 50 },
    ],
    accounts: [
      {
        account: 'hopeless',
        equity: 1,
        positions: [
          { market: 'A', quantity: '0.01' },
          { market: 'B', quantity: 100 },
        ],
      },
      ...accounts.map(({ equity, quantity }, i) => ({
        account: `a${i}`,
        equity,
        positions: [{ market: 'A', quantity }],
      })),
    ],
    demand: [{ market: 'A', side: 'long', quantity: demand }],
  })

const closing = (quantities: readonly number[]) =>
  parseAllocation({
    format: 'spillway/allocation@1',
    reductions: quantities.map((quantity, i) => ({ account: `a${i}`, market: 'A', quantity })),
  })

function* grid({ accounts }: Sketch, left: number, i = 0): Generator<readonly number[]> {
  if (i === accounts.length) {
    if (left === 0) yield []
    return
  }
  for (let x = 0; x <= Math.min(left, accounts[i]!.quantity); x++)
    for (const rest of grid({ accounts, demand: 0 }, left - x, i + 1)) yield [x, ...rest]
}

/** Levels in descending order, as fractions over a common denominator: exact in doubles at these sizes. */
function levels({ accounts }: Sketch, closed: readonly number[]): number[] {
  const common = accounts.reduce((product, { equity }) => product * equity, 1)
  return accounts.map(({ equity, quantity }, i) => ((quantity - closed[i]!) * common) / equity).sort((a, b) => b - a)
}
const order = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((level, rank) => level !== b[rank])
  return at < 0 ? 0 : a[at]! - b[at]!
}

test(`in whole lots exactly the leximin profiles are called so, below an account that hides all others, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book.filter(isHeld), fc.nat(), async (sketch, pick) => {
      const event = eventOf(sketch)
      const all = Array.from(grid(sketch, sketch.demand))
      const best = all.map((closed) => levels(sketch, closed)).reduce((a, b) => (order(b, a) < 0 ? b : a))
      for (const closed of [all[pick % all.length]!, all.find((one) => order(levels(sketch, one), best) === 0)!]) {
        const options = { lots: true, solver: 'closed-form' }
        const { verdict, profile } = await verify(event, closing(closed), minMaxLeverage(), options)
        expect(verdict).toBe('optimal')
        const isBest = order(levels(sketch, closed), best) === 0
        expect(profile!.verdict).toBe(isBest ? 'leximin' : 'dominated')
        if (!isBest) expect(profile!.firstDifference!.account).toMatch(/^a\d$/)
      }
    }),
    { seed: SEED, numRuns: 40 },
  )
})

test(`without lots the optimum of the squares is least-majorized, and any move from one account to another is not, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(book.filter(isHeld), async (sketch) => {
      const event = eventOf(sketch)
      const { reductions } = await solve(event, squaredLeverage(), { solver: 'closed-form' })
      const fair = parseAllocation({ format: 'spillway/allocation@1', reductions })
      const options = { solver: 'closed-form' }
      for (const objective of [minMaxLeverage(), squaredLeverage()]) {
        const { profile } = await verify(event, fair, objective, options)
        expect(profile).toEqual({ verdict: 'least-majorized' })
      }
      const held = Object.fromEntries(sketch.accounts.map(({ quantity }, i) => [`a${i}`, quantity]))
      const giver = reductions!.find(({ account, quantity }) => account in held && Number(quantity) > 0.01)
      const taker = Object.keys(held).find((name) => {
        const own = reductions!.find(({ account }) => account === name)
        return name !== giver?.account && held[name]! - Number(own?.quantity ?? 0) > 0.01
      })
      if (giver === undefined || taker === undefined) return
      const moved = Object.entries(held).map(([name]) => {
        const own = Number(reductions!.find(({ account }) => account === name)?.quantity ?? 0)
        return own + (name === taker ? 0.01 : name === giver.account ? -0.01 : 0)
      })
      const rest = reductions!.filter(({ account }) => account === 'hopeless')
      const changed = parseAllocation({
        format: 'spillway/allocation@1',
        reductions: [...rest, ...moved.map((quantity, i) => ({ account: `a${i}`, market: 'A', quantity }))],
      })
      const { verdict, profile } = await verify(event, changed, minMaxLeverage(), options)
      expect([verdict, profile!.verdict]).toEqual(['optimal', 'dominated'])
    }),
    { seed: SEED, numRuns: 25 },
  )
})
