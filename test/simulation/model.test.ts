// A larger campaign: SIMULATION_BOOKS=2000 node node_modules/vitest/vitest.mjs run test/simulation/model.test.ts
import { parseEvent, parsePaths, parseVenue, simulate } from 'spillway'
import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { type Asked, openCrisis } from '#models/simulation/index.js'
import { toText } from '#src/numeric/index.js'
import { frac, minus, num } from '../fraction.js'
import { slowCrisis } from './oracle.js'
import { randomCrisis, read } from './support.js'

const BOOKS = Number(process.env.SIMULATION_BOOKS ?? 20)

describe('the model', () => {
  it(`is that of exact fractions on ${BOOKS} random books, without responses`, async () => {
    const seen = { liquidated: 0, takenOver: 0, excess: 0, uncovered: 0, fund: 0, adl: 0 }
    for (let seed = 1; seed <= BOOKS; seed++) {
      // Every fourth book is one of accounts that hold both sides of a market.
      const hedged = seed % 4 === 0
      const given = randomCrisis(seed, { accounts: 9, markets: 1 + (seed % 3), rows: 5, hedged })
      const crisis = { ...given, venue: { ...given.venue, response: 'none' } }
      const asked: Asked[] = []
      const policy = ['pro-rata', 'queue-leverage', 'hyperliquid'][seed % 3]
      const options = { ...read(crisis), policies: [policy], onAsked: (one: Asked) => void asked.push(one) }
      const { paths } = await simulate(options.event, options)
      const slow = slowCrisis(crisis, (step) => asked.filter((one) => one.step === step).flatMap(closedBy))
      const { steps, totals } = paths[0].policies[policy]
      expect(steps.length).toBe(slow.length)
      // What a sweep runs: the same without the steps.
      const brief = openCrisis(options.event, { ...options, markets: options.paths.markets, onAsked: () => {} })
      expect(await brief.totals(options.paths.paths[0])).toEqual([totals])
      steps.forEach((step, t) => {
        const says = `seed ${seed}, step ${t + 1}`
        expect(step.liquidated, says).toBe(slow[t].liquidated.length)
        expect(step.takenOver, says).toBe(slow[t].takenOver.length)
        expect(step.adl.map(({ market, side }) => [market, side])).toEqual(
          slow[t].adl.map(({ market, side }) => [market, side]),
        )
        step.adl.forEach(({ quantity, price, excess }, a) => {
          for (const [ours, theirs] of [
            [quantity, slow[t].adl[a].quantity],
            [price, slow[t].adl[a].price],
            [excess, slow[t].adl[a].excess],
          ] as const) {
            expect(minus(frac(ours), theirs).n, says).toBe(0n)
          }
          if (Number(excess) > 0) seen.excess++
        })
        // Shares of a market's cost are rounded to twenty places, and the answer to doubles.
        for (const [ours, theirs] of [
          [step.fund, slow[t].fund],
          [step.uncovered, slow[t].uncovered],
        ] as const) {
          const allowed = 1e-15 + 1e-15 * Math.abs(num(theirs))
          expect(Math.abs(num(minus(frac(ours), theirs))), says).toBeLessThanOrEqual(allowed)
        }
        seen.liquidated += step.liquidated
        seen.takenOver += step.takenOver
        seen.adl += step.touched
        if (step.uncovered > 0) seen.uncovered++
        if (step.fund > 0) seen.fund++
      })
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(BOOKS / 10)
  })

  it('closes one bankrupt long at its bankruptcy price, which leaves it nothing and the fund untouched', async () => {
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 100 }],
      accounts: [
        { account: 'long', equity: 50, positions: [{ market: 'BTC', quantity: 10 }] },
        { account: 'short', equity: 1000, positions: [{ market: 'BTC', quantity: -6 }] },
        { account: 'other', equity: 1000, positions: [{ market: 'BTC', quantity: -9 }] },
      ],
    })
    const paths = parsePaths({
      format: 'spillway/paths@1',
      markets: ['BTC'],
      paths: [{ name: 'fall', prices: [[100], [90], [80]] }],
    })
    const venue = parseVenue({ format: 'spillway/venue@1', insuranceFund: 49 })
    const { paths: results } = await simulate(event, { paths, venue, policies: ['pro-rata'] })
    const { steps, totals } = results[0].policies['pro-rata']
    // At 90 it owes 50, more than the fund has; at 95 it owes nothing.
    expect(steps[0].adl).toEqual([{ market: 'BTC', side: 'short', quantity: 10, price: 95, excess: 0 }])
    expect(steps[0]).toMatchObject({
      liquidated: 1,
      takenOver: 1,
      drawn: 0,
      fund: 49,
      uncovered: 0,
      touched: 2,
      closed: 0,
    })
    expect(steps[1]).toMatchObject({ liquidated: 0, adl: [], fund: 49 })
    // Shorts closed at 95 that fell to 80: 15 each, ten contracts.
    expect(totals).toEqual({ uncovered: 0, drawn: 0, adlNotional: 900, touched: 2, closed: 0, profitForgone: 150 })
    expect(results[0].policies['pro-rata'].mostClosed).toEqual([
      { account: 'other', notional: 540, profitForgone: 90 },
      { account: 'short', notional: 360, profitForgone: 60 },
    ])
  })
})

function closedBy({ event, reductions }: Asked): { account: string; market: string; quantity: string }[] {
  const space = decisionSpace(event)
  return reductions.map((amount, pair) => ({
    account: event.accounts.names[space.owners[space.pairOwner[pair]]],
    market: space.markets[space.pairMarket[pair]].market.market,
    quantity: toText(amount),
  }))
}
