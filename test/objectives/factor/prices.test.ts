import { expect, it } from 'vitest'
import { randomFrom } from '../../books.js'
import { frac, minus, num, plus, times } from '../../fraction.js'
import { note } from '../../notes.js'
import { text } from '../leverage/support.js'
import { denseBook, type FactorEvent, factorBook } from './books.js'
import { read } from './oracle.js'
import { solved } from './support.js'

/** The optimum is convex in a demand: a price lies between what one step less costs and what one step more gains, whatever its sign. */
const SEED = 92300
const STEP = '1e-4'

const withDemand = (event: FactorEvent, market: string, quantity: string): FactorEvent => ({
  ...event,
  demand: event.demand.map((d) => (d.market === market ? { ...d, quantity } : d)),
})

it(`prices between left and right differences (seed ${SEED})`, async () => {
  const tally = { positive: 0, negative: 0, zero: 0, atCapacity: 0 }
  for (let seed = SEED; seed < SEED + 60; seed++) {
    const random = randomFrom(seed)
    const sizes = {
      accounts: random.whole(1, 12),
      markets: random.whole(1, 4),
      insolvents: seed % 4 === 1,
      offMark: seed % 5 === 0,
    }
    const event = seed % 3 === 0 ? denseBook(seed) : factorBook(seed, sizes)
    const answer = await solved(event)
    const { value } = answer.objective
    for (const { market, effect, remaining } of read(event).markets) {
      const { quantity } = event.demand.find((d) => d.market === market)!
      const step = times(frac(quantity), frac(STEP))
      const below = await solved(withDemand(event, market, text(minus(frac(quantity), step))))
      const above = await solved(withDemand(event, market, text(plus(frac(quantity), step)))).catch(() => undefined)
      const price = answer.prices![market]
      if (price === null) {
        // All of it is closed: there is no contract more to demand.
        expect(above, `seed ${seed}, ${market}`).toBeUndefined()
        tally.atCapacity++
        continue
      }
      const noise = (1e-13 * Math.max(value!, below.objective.value!)) / num(step) + 1e-9 * Math.abs(price)
      const place = `seed ${seed}, ${market}`
      expect(price, place).toBeLessThanOrEqual((below.objective.value! - value!) / num(step) + noise)
      expect(price, place).toBeGreaterThanOrEqual((value! - above!.objective.value!) / num(step) - noise)
      if (num(effect) === 0 || num(remaining) === 0) expect(price, place).toBe(0)
      tally[price > 0 ? 'positive' : price < 0 ? 'negative' : 'zero']++
    }
  }
  note(JSON.stringify(tally))
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(0)
})
