import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves } from '#models/moves/index.js'
import { lossClaim } from '#models/proof/claims/scenario-losses.js'
import { lossBound } from '#models/proof/losses/bound.js'
import { supportOf, tailPart } from '#models/proof/losses/risk-measure.js'
import { decimalOf, ratioNumber, toNumber } from '#src/numeric/index.js'
import { randomBook, randomFrom } from '../../books.js'

/**
 * The bound of large books is enclosed in doubles, that of small ones exact: on one book, and from the same prices, weights and
 * shares, the first is not above the second, and hardly below it.
 */
const SEED = 8_191

describe(`the loss bound in doubles (seed ${SEED})`, () => {
  it('is rounded down, by little', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 150; round++) {
      const markets = random.whole(1, 3)
      const options = { accounts: random.whole(1, 8), markets, holdings: markets, offMark: true, twoSided: true }
      const event = parseEvent(randomBook(SEED + round, options))
      const names = event.markets.map(({ market }) => market)
      const rows = Array.from({ length: random.whole(1, 4) }, () => names.map(() => random.between(-0.6, 0.9)))
      const moves = parseMoves({ format: 'spillway/moves@1', markets: names, moves: rows })
      if (moves.kind !== 'scenarios') throw new Error('scenarios were given')
      const { book, measure, screening, totals } = lossClaim(event, moves, [tailPart(1, random.pick([0, 0.5, 1]))], {
        exact: true,
      })
      const none = Array.from(book.space.capacity, () => decimalOf(0))
      const scenarioWeights = supportOf(measure, totals(none), book.weights, book.total)
      const prices = book.space.markets.map(({ price }) => decimalOf(toNumber(price) * random.between(-1, 1)))
      const shares = Float64Array.from(screening().kinkLoss, () => random.pick([0, 1, random.unit()]))
      const duals = { prices, scenarioWeights, shares }
      const exact = lossBound({ ...book, isExact: true }, screening(), duals)
      const rounded = lossBound({ ...book, isExact: false }, screening(), duals)
      expect(rounded.compare(exact), `round ${round}`).toBeLessThanOrEqual(0)
      const size =
        book.exposure.reduce((total, one) => total + Math.abs(one), 0) +
        book.equity.reduce((a, b) => a + Math.abs(b), 0)
      expect(ratioNumber(exact.sub(rounded)), `round ${round}`).toBeLessThanOrEqual(1e-12 * size)
    }
  })
})
