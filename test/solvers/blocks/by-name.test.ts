import { conditionalValueAtRisk, solve, worstCaseLoss } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook, randomFrom } from '../../books.js'
import { parsed, randomMoves } from '../../objectives/losses/support.js'

/** Tails by the block solver against HiGHS on the whole program: solved, judged and reported like any other answer. */
describe('tails by --solver blocks', () => {
  it.each([2, 3])('seed %i: what HiGHS finds, proved', async (seed) => {
    const book = randomBook(700 + seed, {
      accounts: 40,
      markets: 3,
      holdings: 3,
      twoSided: true,
      insolvents: seed % 2 === 0,
      offMark: seed > 2,
    })
    const event = parsed(book)
    const moves = randomMoves(randomFrom(700 + seed), ['M0', 'M1', 'M2'], 40)
    for (const objective of [conditionalValueAtRisk({ moves, confidence: 0.8 }), worstCaseLoss({ moves })]) {
      const mine = await solve(event, objective, { solver: 'blocks' })
      const theirs = await solve(event, objective, { solver: 'highs' })
      expect(mine.status).toBe('optimal')
      expect(theirs.status).toBe('optimal')
      expect(mine.solver.name).toBe('blocks')
      const [a, b] = [mine.objective.value as number, theirs.objective.value as number]
      expect(Math.abs(a - b)).toBeLessThanOrEqual(2e-7 * Math.max(Math.abs(b), 1e-6))
    }
  })
})
