import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/parse-event.js'
import { policyNamed } from '#models/policies/index.js'
import { squaresClaim } from '#models/proof/claims/squared-leverage.js'
import { randomBook } from '../../books.js'

/** Squares in pairs of doubles: the range holds the exact sum, and is narrow. `CAMPAIGN=1` for more books. */
const BOOKS = process.env.CAMPAIGN ? 2_000 : 60
const POLICIES = [
  'water-filling',
  'pro-rata',
  'queue-leverage',
  'random',
  'one-step-projection',
  'capped-pro-rata:cap=equity:most=0.6',
]
const RELATIVE = 2 ** -60

describe('the range of squared leverage', () => {
  it('holds the exact sum and is narrow', async () => {
    let found = 0
    let asked = 0
    for (let seed = 1; seed <= BOOKS; seed++) {
      const isHard = seed % 2 === 0
      const options = { accounts: 1 + (seed % 40), markets: 1 + (seed % 3), holdings: 3, ties: seed % 5 === 0 }
      const event = parseEvent(
        randomBook(seed, {
          ...options,
          offMark: isHard,
          insolvents: isHard,
          twoSided: seed % 3 === 0,
          wild: seed % 7 === 0,
        }),
      )
      const space = decisionSpace(event)
      const { claim } = squaresClaim(event)
      for (const name of POLICIES) {
        const reductions = await policyNamed(name).allocate(space, { seed })
        const exact = claim.value(reductions)
        const range = claim.valueWithin!(reductions)
        asked++
        if (range === undefined) continue
        found++
        const says = `seed ${seed}, ${name}`
        expect([says, range.low.compare(exact) <= 0, range.high.compare(exact) >= 0]).toEqual([says, true, true])
        const width = range.high.sub(range.low).div(exact)
        expect([says, width.valueOf() < RELATIVE]).toEqual([says, true])
      }
    }
    expect(found).toBeGreaterThan(asked / 2)
  })
})
