import { parseAllocation, parseEvent, solve, verify } from 'spillway'
import { expect, it } from 'vitest'
import { eventOf } from '../leverage/support.js'
import { measures, movesOf } from './support.js'

/** Rests of lots cannot be closed, and lose all the same. */
it('counts what is left of a holding beyond its whole lots', async () => {
  const base = eventOf([['A', '10']], { a: ['5', ['A', '-2.5']], b: ['20', ['A', '-3.5']] }, [['A', 'short', '2']])
  const event = parseEvent({ ...base, markets: [{ market: 'A', markPrice: '10', lotSize: '1' }] })
  const objective = measures['expected-loss'].make(movesOf(['A'], [[0.5], [-0.5]]))
  const { status, objective: found, reductions } = await solve(event, objective, { lots: true })
  expect(status).toBe('optimal')
  // At +50 % a is short of 5 × 2.5 − 5 = 7.5 and b of nothing: two contracts less spare a all but max(0, 5 × 0.5 − 5) = 0.
  expect(reductions).toEqual([{ account: 'a', market: 'A', quantity: '2' }])
  expect(found.value).toBe(0)
  // One contract of each: a is short of 5 × 1.5 − 5 = 2.5 half the time.
  const spread = parseAllocation({
    format: 'spillway/allocation@1',
    reductions: ['a', 'b'].map((account) => ({ account, market: 'A', quantity: '1' })),
  })
  const verdict = await verify(event, spread, objective, { lots: true })
  expect(verdict.objective.value).toBe(1.25)
  expect(verdict.verdict).toBe('suboptimal')
})
