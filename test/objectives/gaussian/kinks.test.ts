import { describe, expect, it } from 'vitest'
import type { PlainEvent } from '../../books.js'
import { randomFrom } from '../../books.js'
import { eventOf } from '../leverage/support.js'
import { randomHedges } from './hedges.js'
import { type Closed, expectedLoss } from './oracle.js'
import { gaussian, solved } from './support.js'

/** SPILLWAY_TRIALS=200 runs a campaign; failures name their seed. */
const TRIALS = Number(process.env.SPILLWAY_TRIALS ?? 60)

const grossOf = (book: PlainEvent): number => {
  const price = new Map(book.markets.map((m) => [m.market, Number(m.markPrice)]))
  return book.accounts
    .flatMap(({ positions }) => positions)
    .reduce((sum, p) => sum + Math.abs(Number(p.quantity)) * price.get(p.market)!, 0)
}

/** Each long gives a random part, all scaled to the demand; what that would take beyond a position goes to the others. */
function anyAllocation(book: PlainEvent, random: ReturnType<typeof randomFrom>): Closed {
  return book.demand.flatMap(({ market, quantity }) => {
    const held = book.accounts.flatMap(({ account, positions }) => {
      const size = Number(positions.find((p) => p.market === market)?.quantity ?? 0)
      return size > 0 ? [{ account, size, part: random.unit() ** 3 + 1e-6 }] : []
    })
    const taken = held.map(() => 0)
    for (let round = 0; round < 60; round++) {
      const missing = Number(quantity) - taken.reduce((a, b) => a + b, 0)
      const parts = held.map(({ size, part }, i) => (taken[i] < size ? part * size : 0))
      const whole = parts.reduce((a, b) => a + b, 0)
      if (!(missing > 0) || whole === 0) break
      held.forEach(({ size }, i) => {
        taken[i] = Math.min(size, taken[i] + (missing * parts[i]) / whole)
      })
    }
    return held.map(({ account }, i) => ({ account, market, quantity: taken[i] }))
  })
}

const flat = (loading: number, markets: readonly string[]) =>
  gaussian(
    markets,
    markets.map(() => markets.map(() => loading * loading)),
  )

describe('perfect hedges without equity', () => {
  it(`are proved, and no random allocation is better (${TRIALS} seeds)`, { timeout: 120_000 }, async () => {
    let kinks = 0
    for (let seed = 1; seed <= TRIALS; seed++) {
      const { book, moves } = randomHedges(seed)
      const { status, objective, bound, relativeGap, reductions } = await solved(book, moves)
      const [where, gross] = [`seed ${seed}`, grossOf(book)]
      // Where everybody can be hedged all that is left is the lift of a law that is singular up to rounding: less than
      // 1e-8 of gross, and known to 1e-11 of it.
      if (objective.value! < 1e-9 * gross) expect(objective.value! - bound!, where).toBeLessThan(1e-11 * gross)
      else {
        expect(status, where).toBe('optimal')
        expect(relativeGap!, where).toBeLessThan(1e-6)
        kinks++
      }
      expect(expectedLoss(book, moves, reductions!), where).toBeLessThan(objective.value! + 1e-8 * gross)
      const random = randomFrom(seed)
      for (let trial = 0; trial < 3; trial++) {
        const value = expectedLoss(book, moves, anyAllocation(book, random))
        expect(bound!, where).toBeLessThan(value * (1 + 1e-9) + 1e-9 * gross)
      }
    }
    expect(kinks).toBeGreaterThan(TRIALS / 2)
  })

  it('one account is hedged to nothing, the other gives the rest and sets the price', async () => {
    const markets = [
      ['A', '1'],
      ['B', '1'],
    ] as const
    const event = eventOf(
      markets.map(([a, b]) => [a, b]),
      { x: ['0', ['A', '100'], ['B', '-80']], y: ['10', ['A', '100']] },
      [['A', 'long', '60']],
    )
    const { status, objective, relativeGap, reductions, prices } = await solved(event, flat(0.1, ['A', 'B']))
    expect(status).toBe('optimal')
    expect(relativeGap!).toBeLessThan(1e-9)
    expect(objective.value).toBeCloseTo(0.11895931, 8)
    expect(Number(reductions!.find((r) => r.account === 'x')!.quantity)).toBeCloseTo(20, 9)
    // y's marginal, 0.1 φ(10/6), lies within what x's kink allows, ±0.1 φ(0).
    expect(prices!.A).toBeCloseTo(0.00995, 5)
  })

  it('everybody hedged: nothing is lost, and that is proved', async () => {
    const event = eventOf(
      [
        ['A', '1'],
        ['B', '1'],
      ],
      { x: ['0', ['A', '100'], ['B', '-80']], y: ['0', ['A', '100'], ['B', '-60']] },
      [['A', 'long', '60']],
    )
    const { status, objective } = await solved(event, flat(0.1, ['A', 'B']))
    expect(status).toBe('optimal')
    expect(objective.value).toBeLessThan(1e-13)
  })
})
