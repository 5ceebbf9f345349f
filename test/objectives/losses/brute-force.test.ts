import {
  checkCertificate,
  parseAllocation,
  parseEvent,
  parseMoves,
  type ScenarioMoves,
  solve,
  verifyWithProof,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { type PlainEvent, randomFrom } from '../../books.js'
import { type Fraction, frac, minus, num, order, over, plus, times } from '../../fraction.js'
import { text } from '../leverage/support.js'
import { measures, movesOf, riskOf, shortfalls } from './support.js'

/**
 * Tiny books off the mark against every allocation on a grid of fifths of the demand, in exact fractions: no better one is there, value
 * and bound are what the fractions say, and certificates go through files. Some moves end at an ADL price, where closing is free.
 * More of them: BRUTE_BOOKS=1000 npx vitest run test/objectives/losses/brute-force.test.ts
 */
const SEED = 90417
const BOOKS = Number(process.env.BRUTE_BOOKS ?? 8)
const STEPS = 5

type Random = ReturnType<typeof randomFrom>
type Reductions = { account: string; market: string; quantity: string }[]

function tinyBook(random: Random) {
  const markets = Array.from({ length: random.whole(1, 2) }, (_, k) => {
    const price = random.pick([2, 100, 7109])
    const share = random.pick([-0.05, 0, 0.02, 0.1])
    return {
      market: `M${k}`,
      markPrice: String(price),
      adlPrice: text(times(frac(price), plus(frac(1), frac(share)))),
      share,
    }
  })
  const sides = markets.map(() => random.pick([1, -1]))
  const accounts = Array.from({ length: random.whole(2, 3) }, (_, i) => {
    const positions = markets.flatMap(({ market }, k) =>
      random.chance(0.8)
        ? [{ market, quantity: String(sides[k]! * (random.chance(0.8) ? 1 : -1) * random.whole(1, 20)) }]
        : [],
    )
    return { account: `a${i}`, equity: String(random.whole(-20, 400) * random.pick([1, 10])), positions }
  })
  const demand = markets.flatMap(({ market }, k) => {
    const held = accounts.flatMap(({ positions }) => positions.filter((own) => own.market === market))
    const side = held.map(({ quantity }) => Math.max(0, sides[k]! * Number(quantity))).reduce((a, b) => a + b, 0)
    if (side === 0) return []
    return [{ market, side: sides[k]! > 0 ? 'long' : 'short', quantity: String(random.whole(1, side)) }]
  })
  const event = {
    format: 'spillway/event@1',
    markets: markets.map(({ share: _, ...market }) => market),
    accounts,
    demand,
  } as unknown as PlainEvent
  const rows = Array.from({ length: random.whole(1, 4) }, () =>
    markets.map(({ share }) => (random.chance(0.3) ? share : random.whole(-40, 40) / 100)),
  )
  return { event, rows, names: markets.map(({ market }) => market) }
}

/** Every allocation whose parts are fifths of their demand and inside what is held. */
function* grid({ accounts, demand }: PlainEvent): Generator<Reductions> {
  const perMarket = demand.map(({ market, side, quantity }) => {
    const holders = accounts.flatMap(({ account, positions }) => {
      const own = positions.find((position) => position.market === market)
      const held = Number(own?.quantity ?? 0) * (side === 'long' ? 1 : -1)
      return held > 0 ? [{ account, held: frac(held) }] : []
    })
    const step = over(frac(quantity), frac(STEPS))
    const found: Reductions[] = []
    const fill = (at: number, left: number, parts: Reductions): void => {
      const holder = holders[at]!
      const isLast = at === holders.length - 1
      for (let t = isLast ? left : 0; t <= left; t++) {
        const closed = times(step, frac(t))
        if (order(closed, holder.held) > 0) break
        const next = [...parts, { account: holder.account, market, quantity: text(closed) }]
        if (isLast) found.push(next)
        else fill(at + 1, left - t, next)
      }
    }
    fill(0, STEPS, [])
    return found
  })
  const [first = [[]], second = [[]]] = perMarket
  for (const a of first) for (const b of second) yield [...a, ...b]
}

describe(`losses of ${BOOKS} tiny books, seed ${SEED}`, () => {
  it.each(['expected-loss', 'cvar 0.8', 'worst-case-loss'])('%s: nothing on a grid is better', async (name) => {
    const random = randomFrom(SEED)
    const { parts, make } = measures[name]!
    let better = 0
    for (let book = 0; book < BOOKS; book++) {
      const { event: plain, rows, names } = tinyBook(random)
      const listed = movesOf(names, rows)
      const moves = parseMoves({ format: 'spillway/moves@1', markets: names, moves: rows }) as ScenarioMoves
      const exact = (reductions: Reductions): Fraction => riskOf(shortfalls(plain, reductions, listed), listed, parts)
      const event = parseEvent(plain)
      const solution = await solve(event, make(moves), random.chance(0.5) ? {} : { solver: 'highs' })
      expect(solution.status, JSON.stringify(plain)).toBe('optimal')
      const value = exact([...solution.reductions!])
      expect(solution.objective.value).toBeCloseTo(num(value), 8)
      const slack = plus(frac('1e-6'), times(value, frac('1e-6')))
      for (const other of grid(plain)) {
        const reached = exact(other)
        if (order(reached, minus(value, slack)) < 0)
          throw new Error(`${JSON.stringify(plain)}: ${num(reached)} < ${num(value)}`)
        if (order(reached, value) > 0) better++
      }
      const json = { format: 'spillway/allocation@1', reductions: solution.reductions! }
      const proof = await verifyWithProof(event, parseAllocation(json), make(moves))
      const certificate = JSON.parse(JSON.stringify(proof.certificate()))
      expect(checkCertificate(parseEvent(plain), parseAllocation(json), certificate)).toMatchObject({ proved: true })
    }
    // The answers are better than most of the grid, or there would be nothing to find.
    expect(better).toBeGreaterThan(BOOKS)
  })
})
