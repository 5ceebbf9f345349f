import { minMaxLeverage, parseAllocation, parseEvent, solve, squaredLeverage, verify } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook } from '../../books.js'
import { note } from '../../notes.js'

/** A book of crisis size through the whole method. Times are printed, not judged: a machine may be busy. */
const SEED = 80200
const ACCOUNTS = 20_000

describe(`${ACCOUNTS} accounts (seed ${SEED})`, () => {
  const books = {
    'one market': {},
    'one market, ties, off the mark, insolvents': { ties: true, offMark: true, insolvents: true },
    'twenty markets apart': { markets: 20, insolvents: true },
  }
  it.each(Object.entries(books))('%s', async (kind, options) => {
    const book = randomBook(SEED, { ...options, accounts: ACCOUNTS })
    const event = parseEvent(book)
    for (const objective of [minMaxLeverage(), squaredLeverage()]) {
      const start = performance.now()
      const solution = await solve(event, objective)
      const solved = performance.now()
      const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions })
      const verdict = await verify(event, allocation, objective)
      const times = `solve ${Math.round(solved - start)} ms, verify ${Math.round(performance.now() - solved)} ms`
      note(`${ACCOUNTS} accounts, ${kind}, ${objective.name}: ${times}`)
      expect(solution.status).toBe('optimal')
      expect(solution.relativeGap).toBeLessThanOrEqual(1e-11)
      expect(verdict).toMatchObject({
        verdict: 'optimal',
        violations: [],
        accounts: { overReduced: 0, underReduced: 0 },
      })
    }
  })
})
