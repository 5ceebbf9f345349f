import { parseEvent, solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { ratioNumber } from '#src/numeric/index.js'
import { type PlainEvent, randomBook, randomFrom } from '../../books.js'
import { frac, least, minus, plus, times, ZERO } from '../../fraction.js'
import { faultOf, text } from '../leverage/support.js'
import { type Closed, expectedLoss } from './oracle.js'
import { gaussianLoss, randomMoves, solved } from './support.js'

/** SPILLWAY_TRIALS=1000 runs a campaign; failures name their seed. */
const TRIALS = Number(process.env.SPILLWAY_TRIALS ?? 40)
const PATIENCE = { timeout: 60_000 + 1000 * TRIALS }

type Random = ReturnType<typeof randomFrom>

function randomCase(seed: number) {
  const random = randomFrom(seed * 7919)
  const book = randomBook(seed, {
    accounts: random.whole(3, 30),
    markets: random.whole(1, 4),
    holdings: random.whole(1, 4),
    offMark: random.chance(0.5),
    insolvents: random.chance(0.5),
    ties: random.chance(0.3),
    wild: random.chance(0.5),
    twoSided: random.chance(0.6),
    longsDemanded: random.chance(0.5),
    blanks: random.chance(0.3),
  })
  const moves = randomMoves(
    book.markets.map(({ market }) => market),
    random,
  )
  return { random, book, moves }
}

/** Some feasible reductions, exact: accounts in random order give random shares, then what is missing. */
function anyAllocation(book: PlainEvent, random: Random): Closed {
  return book.demand.flatMap(({ market, side, quantity }) => {
    const held = book.accounts.flatMap(({ account, positions }) => {
      const position = positions.find((p) => p.market === market)
      const size = times(frac(position?.quantity ?? '0'), frac(side === 'long' ? 1 : -1))
      return size.n > 0n ? [{ account, size, key: random.unit() }] : []
    })
    held.sort((a, b) => a.key - b.key)
    let wanted = frac(quantity)
    const given = held.map(({ size }) => {
      const taken = least(wanted, times(size, frac(random.pick([0, 0.25, 0.5, 1]))))
      wanted = minus(wanted, taken)
      return taken
    })
    return held.map(({ account, size }, i) => {
      const more = least(wanted, minus(size, given[i]))
      wanted = minus(wanted, more)
      return { account, market, quantity: text(plus(given[i] ?? ZERO, more)) }
    })
  })
}

/** What doubles and Simpson's rule leave of the notional: spreads of hedged accounts are roots of small differences. */
function slackOf(book: PlainEvent): number {
  const price = new Map(book.markets.map((m) => [m.market, Number(m.markPrice)]))
  const gross = book.accounts.reduce(
    (sum, a) =>
      sum +
      a.positions.reduce((s, p) => s + Math.abs(Number(p.quantity)) * price.get(p.market)!, Math.abs(Number(a.equity))),
    0,
  )
  return 1e-9 * gross
}

describe('random books', () => {
  it(`are solved to 1e-8, feasible, with a value that integration confirms (${TRIALS} seeds)`, PATIENCE, async () => {
    let worst = 0
    for (let seed = 1; seed <= TRIALS; seed++) {
      const { book, moves } = randomCase(seed)
      const solution = await solved(book, moves)
      const where = `seed ${seed}`
      expect(solution.status, where).toBe('optimal')
      expect(faultOf(book, solution.reductions!), where).toBeUndefined()
      const value = expectedLoss(book, moves, solution.reductions!)
      expect(Math.abs(solution.objective.value! - value), where).toBeLessThan(slackOf(book) + 1e-9 * value)
      worst = Math.max(worst, solution.relativeGap!)
    }
    expect(worst).toBeLessThan(1e-8)
  })

  it('no random allocation is better', PATIENCE, async () => {
    for (let seed = 1; seed <= TRIALS; seed++) {
      const { book, moves, random } = randomCase(seed)
      const { bound } = await solved(book, moves)
      for (let trial = 0; trial < 3; trial++) {
        const value = expectedLoss(book, moves, anyAllocation(book, random))
        expect(value, `seed ${seed}`).toBeGreaterThan(bound! - slackOf(book) - 1e-9 * bound!)
      }
    }
  })

  it(
    'any evidence proves a bound that no allocation undercuts, and honest evidence the one that was reported',
    PATIENCE,
    async () => {
      let strong = 0
      for (let seed = 1; seed <= TRIALS; seed++) {
        const { book, moves, random } = randomCase(seed)
        const prepared = gaussianLoss(moves).prepare(parseEvent(book))
        const plan = await honestPlan(book, moves)
        const bound = plan.bound()
        const evidence = JSON.parse(JSON.stringify(bound.evidence!()))
        const again = prepared.recheck!(evidence)
        expect(again.bound!.equals(bound.bound!), `seed ${seed}`).toBe(true)
        expect(again.prices).toEqual(bound.prices)
        for (let trial = 0; trial < 4; trial++) {
          const rough = perturbed(evidence, random, random.pick([0.01, 0.3, 3]))
          const { bound: wild } = prepared.recheck!(rough)
          const value = expectedLoss(book, moves, anyAllocation(book, random))
          expect(ratioNumber(wild!), `seed ${seed}`).toBeLessThan(value + slackOf(book) + 1e-9 * value)
          const best = ratioNumber(prepared.value(plan.reductions)!)
          expect(ratioNumber(wild!), `seed ${seed}`).toBeLessThanOrEqual(best)
          if (ratioNumber(wild!) > 0.5 * best && best > 0) strong++
        }
      }
      // Rough evidence must not prove nothing only.
      expect(strong).toBeGreaterThan(TRIALS / 4)
    },
  )
})

/** The plan behind a solution, caught on its way to the judge. */
async function honestPlan(book: PlainEvent, moves: Parameters<typeof gaussianLoss>[0]) {
  const objective = gaussianLoss(moves)
  let caught: Awaited<ReturnType<ReturnType<typeof objective.prepare>['bySolver']>> | undefined
  await solve(parseEvent(book), {
    ...objective,
    prepare(event) {
      const prepared = objective.prepare(event)
      return {
        ...prepared,
        closedForm: () => undefined,
        async bySolver(run) {
          caught = await prepared.bySolver(run)
          return caught
        },
      }
    },
  })
  if (caught === undefined || !('reductions' in caught)) throw new Error('no plan')
  return caught
}

/** Prices, thresholds and directions each off by a random part. */
function perturbed(evidence: unknown, random: Random, size: number): unknown {
  if (typeof evidence === 'string' && Number.isFinite(Number(evidence))) {
    const value = Number(evidence) * (1 + size * random.between(-1, 1))
    return String(Math.abs(value) > 10 && Math.abs(Number(evidence)) <= 10 ? Number(evidence) : value)
  }
  if (Array.isArray(evidence)) return evidence.map((entry) => perturbed(entry, random, size))
  if (typeof evidence !== 'object' || evidence === null) return evidence
  return Object.fromEntries(
    Object.entries(evidence).map(([key, value]) => [key, key === 'account' ? value : perturbed(value, random, size)]),
  )
}
