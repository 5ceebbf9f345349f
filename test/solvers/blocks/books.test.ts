import { expectedLoss, solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook, randomFrom } from '../../books.js'
import { gross, parsed, randomMoves } from '../../objectives/losses/support.js'

/**
 * The expected loss of random books by the block solver against HiGHS on the whole program: tied, insolvent, off the mark, both sides
 * demanded, degenerate. `BLOCK_BOOKS=500 npx vitest run test/solvers/blocks/books.test.ts` for the long campaign; `BLOCK_SEED` is the first seed.
 */
const COUNT = Number(process.env.BLOCK_BOOKS ?? 5)
const FIRST = Number(process.env.BLOCK_SEED ?? 1)
const CLOSE = 1e-8
/** Where a book has next to no loss, a difference is measured against this share of what it holds: doubles of sums of losses are no better. */
const FLOOR = 1e-9

describe('the expected loss of books', () => {
  it(`is what HiGHS finds, proved (${COUNT} seeds from ${FIRST})`, { timeout: 1000 * COUNT + 10_000 }, async () => {
    const wrong: string[] = []
    let losing = 0
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const { book, moves } = drawn(seed)
      const event = parsed(book)
      const options = { tolerance: CLOSE }
      const mine = await solve(event, expectedLoss({ moves }), { ...options, solver: 'blocks' })
      const theirs = await solve(event, expectedLoss({ moves }), { ...options, solver: 'highs' })
      const [a, b] = [mine.objective.value ?? Number.NaN, theirs.objective.value ?? Number.NaN]
      const scale = Math.max(Math.abs(b), FLOOR * gross(book))
      const isProved = mine.status === 'optimal' && mine.bound! <= a * (1 + 1e-15) && a - mine.bound! <= CLOSE * scale
      if (b > 0) losing++
      if (isProved && theirs.status === 'optimal' && Math.abs(a - b) <= CLOSE * scale) continue
      const difference = `${a - b}, relative ${(a - b) / scale}`
      wrong.push(
        `seed ${seed}: ${mine.status} ${a} with bound ${mine.bound}, highs ${theirs.status} ${b}: ${difference}`,
      )
    }
    expect(wrong).toEqual([])
    expect(losing).toBeGreaterThan(COUNT / 2)
  })
})

function drawn(seed: number) {
  const random = randomFrom(2_000 + seed)
  const book = randomBook(2_000 + seed, {
    accounts: random.whole(2, 60),
    markets: random.whole(1, 4),
    holdings: 4,
    offMark: random.chance(0.4),
    insolvents: random.chance(0.5),
    ties: random.chance(0.4),
    twoSided: random.chance(0.6),
    longsDemanded: random.chance(0.5),
    blanks: random.chance(0.3),
  })
  const names = book.markets.map(({ market }) => market)
  return { book, moves: randomMoves(random, names, random.whole(1, 40)) }
}
