import { conditionalValueAtRisk, expectedLoss, parseEvent, parseMoves, solve, worstCaseLoss } from 'spillway'
import { describe, expect, it } from 'vitest'
import { type PlainEvent, randomBook, randomFrom } from '../../books.js'

const SEED = 31415

const movesFor = (book: PlainEvent, seed: number) => {
  const random = randomFrom(seed)
  return parseMoves({
    format: 'spillway/moves@1',
    markets: book.markets.map(({ market }) => market),
    moves: Array.from({ length: 8 }, () => book.markets.map(() => Number(random.between(-0.4, 0.6).toFixed(6)))),
    weights: Array.from({ length: 8 }, () => random.whole(1, 4)),
  })
}

describe(`tails no wider than one move (seed ${SEED})`, () => {
  it.each([0.99, 1 - 1e-9, 1 - 1e-12])('cvar at %d is the worst case', async (confidence) => {
    for (let b = 0; b < 12; b++) {
      const book = randomBook(SEED + b, { accounts: 6, markets: 2, holdings: 2, insolvents: true, twoSided: true })
      const moves = movesFor(book, SEED + b)
      const event = parseEvent(book)
      const [tail, worst] = [
        await solve(event, conditionalValueAtRisk({ moves, confidence })),
        await solve(event, worstCaseLoss({ moves })),
      ]
      expect([tail.status, worst.status], `seed ${SEED + b}`).toEqual(['optimal', 'optimal'])
      expect(tail.objective.value, `seed ${SEED + b}`).toBeCloseTo(worst.objective.value!, 6)
    }
  })

  it('a demand of nothing is answered without a solver', async () => {
    const book = { ...randomBook(SEED, { accounts: 4 }), demand: [{ market: 'M0', side: 'short', quantity: '0' }] }
    const moves = movesFor(book as PlainEvent, SEED)
    for (const objective of [expectedLoss({ moves }), worstCaseLoss({ moves })]) {
      const solution = await solve(parseEvent(book), objective, { solver: 'closed-form' })
      expect(solution).toMatchObject({ status: 'optimal', reductions: [] })
    }
  })
})
