import { parseEvent, parseVenue } from 'spillway'
import { describe, expect, it } from 'vitest'
import { crisisBook } from '#models/simulation/crisis-book.js'
import { Ledger } from '#models/simulation/ledger.js'
import { nearestEquities } from '#models/simulation/nearest-equities.js'
import { parseDecimal, toNumber } from '#src/numeric/index.js'
import { randomFrom } from '../books.js'

describe('equities as pairs of doubles', () => {
  it('are the doubles nearest to the decimals: long digits, both legs, sums that cancel, and halfway cases', () => {
    const random = randomFrom(5)
    const digits = (count: number): string => Array.from({ length: count }, () => random.whole(0, 9)).join('')
    const number = (): string => `${random.whole(1, 9)}${digits(random.whole(0, 6))}.${digits(random.whole(0, 30))}1`
    const markets = ['A', 'B', 'C'].map((market) => ({ market, markPrice: number() }))
    const accounts = Array.from({ length: 400 }, (_, i) => ({
      account: `a${i}`,
      equity: i % 3 === 0 ? `0.${digits(25)}1` : number(),
      positions: markets.flatMap(({ market }) => [
        { market, quantity: number() },
        ...(random.chance(0.5) ? [{ market, quantity: `-${number()}` }] : []),
      ]),
    }))
    // 2⁵³ + 1 lies halfway between two doubles: alone, a hair above, and a hair below.
    const halfway = [
      '9007199254740993',
      '9007199254740993.0000000000000000000000000000000001',
      '9007199254740992.9999999999999',
    ]
    const positions = [{ market: 'A', quantity: '1e-30' }]
    const listed = [...accounts, ...halfway.map((equity, h) => ({ account: `h${h}`, equity, positions }))]
    const event = parseEvent({ format: 'spillway/event@1', markets, accounts: listed })
    const ledger = Ledger.open(crisisBook(event, parseVenue({ format: 'spillway/venue@1' })))
    const all = listed.map((_, i) => i)
    const given = event.markets.map(({ markPrice }) => markPrice)
    const others = markets.map(() => parseDecimal(number())!)
    for (const prices of [given, others]) {
      const exact = all.map((i) => toNumber(ledger.equity(i, prices)))
      expect([...nearestEquities(ledger, prices, all)]).toEqual(exact)
    }
  })
})
