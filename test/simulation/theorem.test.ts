// A larger campaign: SIMULATION_THEOREM=1000 node node_modules/vitest/vitest.mjs run test/simulation/theorem.test.ts
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEvent, parsePaths, parseVenue, readPaths, simulate } from 'spillway'
import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import type { Asked } from '#models/simulation/index.js'
import { toNumber } from '#src/numeric/index.js'
import { randomFrom, written } from '../books.js'
import { everyPolicy } from '../policies/support.js'
import { randomCrisis } from './support.js'

const BOOKS = Number(process.env.SIMULATION_THEOREM ?? 24)

describe('the theorem in motion', () => {
  it(`of ${BOOKS} books: after the first ADL, no policy leaves less than water-filling, whatever the next price`, async () => {
    let adls = 0
    let differ = 0
    for (let seed = 1; seed <= BOOKS; seed++) {
      const random = randomFrom(seed)
      const given = randomCrisis(seed, { accounts: 10, markets: 1, rows: 2, move: 0.3 })
      const maintenance = random.between(0.005, 0.05)
      const cost = random.between(0, maintenance)
      const venue = {
        ...{ ...given.venue, response: 'none', insuranceFund: 0 },
        maintenance: { default: written(maintenance) },
        liquidation: { impact: written(cost / 2), fee: written(cost / 2) },
      }
      const asked: Asked[] = []
      await simulate(parseEvent(given.event), {
        paths: parsePaths(given.paths),
        venue: parseVenue(venue),
        policies: everyPolicy,
        seed,
        onAsked: (one) => void asked.push(one),
      })
      if (asked.length === 0 || !allRemarkedAboveZero(asked[0])) continue
      adls++
      expect(asked.map(({ policy }) => policy)).toEqual(everyPolicy)
      const [market] = asked[0].event.markets
      const mark = toNumber(market.markPrice)
      for (let t = 0; t < 12; t++) {
        const next = mark * Math.exp(random.between(-1, 1))
        const after = asked.map((one) => afterwards(one, next))
        const [best] = after
        const size = after[0].gross + 1
        for (const [p, one] of after.entries()) {
          const says = `seed ${seed}, price ${next}, ${everyPolicy[p]}`
          expect(best.shortfall, says).toBeLessThanOrEqual(one.shortfall + 1e-11 * size)
          const draws = [best, one].map(({ liquidations }) => liquidations(maintenance, cost))
          expect(draws[0], says).toBeLessThanOrEqual(draws[1] + 1e-11 * size)
          if (one.shortfall > best.shortfall + 1e-6 * size) differ++
        }
      }
    }
    expect(everyPolicy[0]).toBe('water-filling')
    expect(adls).toBeGreaterThan(BOOKS / 3)
    // It is a theorem about something: others often leave more.
    expect(differ).toBeGreaterThan(BOOKS)
  })

  it('ends where closing costs more than maintenance: the fund pays less after pro rata in the example of the documentation', async () => {
    const books = join(import.meta.dirname, '../../examples/books')
    const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(books, name), 'utf8'))
    const { paths } = await simulate(parseEvent(await json('impact.json')), {
      paths: await readPaths(join(books, 'impact-paths.csv')),
      venue: parseVenue(await json('impact-venue.json')),
      policies: ['water-filling', 'pro-rata'],
    })
    const [water, share] = ['water-filling', 'pro-rata'].map((name) => paths[0].policies[name])
    expect(water.steps[0].adl).toEqual(share.steps[0].adl)
    expect(water.steps[1]).toMatchObject({ liquidated: 2, takenOver: 0, uncovered: 0 })
    expect(share.steps[1]).toMatchObject({ liquidated: 1, takenOver: 0, uncovered: 0 })
    expect(water.totals.drawn).toBeGreaterThan(2 * share.totals.drawn)
  })
})

/** g_i > 0 for everybody who is eligible. */
function allRemarkedAboveZero({ event }: Asked): boolean {
  const { owners } = decisionSpace(event)
  const [market] = event.markets
  const change = toNumber(market.adlPrice) - toNumber(market.markPrice)
  return [...owners].every((i) => {
    const held = event.positions.quantity.values[event.positions.starts[i]]
    return event.accounts.equity.values[i] + held * change > 0
  })
}

/** The book that an allocation leaves, at the next price: plain arithmetic on what the event says. */
function afterwards({ event, reductions }: Asked, next: number) {
  const { accounts, positions, markets, demand } = event
  const { owners, starts } = decisionSpace(event)
  const closed = new Map([...owners].map((i, owner) => [i, toNumber(reductions[starts[owner]])]))
  const [mark, close] = [markets[0].markPrice, markets[0].adlPrice].map(toNumber)
  const [{ side }] = demand
  const rows = accounts.names.map((_, i) => {
    const x = closed.get(i) ?? 0
    const held = positions.quantity.values[positions.starts[i]] - side * x
    const equity = accounts.equity.values[i] - side * (mark - close) * x + held * (next - mark)
    return { equity, notional: Math.abs(held) * next }
  })
  return {
    gross: rows.reduce((sum, { notional }) => sum + notional, 0),
    shortfall: rows.reduce((sum, { equity }) => sum + Math.max(0, -equity), 0),
    /** What liquidations at this price leave to the fund. */
    liquidations: (maintenance: number, cost: number) =>
      rows
        .filter(({ equity, notional }) => equity < maintenance * notional)
        .reduce((sum, { equity, notional }) => sum + Math.max(0, cost * notional - equity), 0),
  }
}
