import { minMaxLeverage, parseAllocation, parseEvent, SpillwayError, solve, verify } from 'spillway'
import { fromTriplets, solveForm } from 'spillway/modeling'
import { describe, expect, it } from 'vitest'

/** The examples of the contract as a caller writes them: they must compile, and do what they say. */
describe('the library as the contract shows it', () => {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'BTC', markPrice: 67000, adlPrice: 67000, lotSize: '0.00001', factorLoading: 1.0 }],
    accounts: [
      { account: '1', equity: 242100, positions: [{ market: 'BTC', quantity: -8, entryPrice: 72000 }] },
      { account: '2', equity: 100000, positions: [{ market: 'BTC', quantity: -4 }] },
    ],
    demand: [{ market: 'BTC', side: 'short', quantity: 10 }],
  })

  it('solves a form, and its fields may be asked for without a case distinction', async () => {
    const outcome = await solveForm(
      {
        linear: [1, 2],
        quadratic: fromTriplets(2, 2, [[0, 0, 2]]),
        matrix: fromTriplets(1, 2, [
          [0, 0, 1],
          [0, 1, 1],
        ]),
        rowLower: [1],
        rowUpper: [Number.POSITIVE_INFINITY],
        lower: [0, 0],
        upper: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
        integer: [false, false],
      },
      { solver: 'highs' },
    )
    // x0² + x0 + 2 x1 with x0 + x1 ≥ 1: the marginal cost 2 x0 + 1 meets 2 at x0 = ½.
    expect(outcome.status).toBe('optimal')
    expect(outcome.objective).toBeCloseTo(1.75, 6)
    expect(outcome.x?.[0]).toBeCloseTo(0.5, 5)
    expect(outcome.rowPrices?.[0]).toBeCloseTo(2, 5)
  })

  it('solves and verifies an event', async () => {
    const solution = await solve(event, minMaxLeverage(), { solver: 'highs' })
    expect(solution.status).toBe('optimal')
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: solution.reductions })
    expect((await verify(event, allocation, minMaxLeverage())).verdict).toBe('optimal')
  })

  it('obeys a signal that was aborted before the call, whatever method would answer', async () => {
    const signal = AbortSignal.abort()
    const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: [] })
    for (const solver of ['closed-form', 'highs']) {
      await expect(solve(event, minMaxLeverage(), { signal, solver })).rejects.toMatchObject({ code: 'cancelled' })
      await expect(verify(event, allocation, minMaxLeverage(), { signal, solver })).rejects.toMatchObject({
        code: 'cancelled',
      })
    }
  })

  it('never quotes more of the input than a few lines', () => {
    const error = new SpillwayError({
      code: 'wrong-type',
      path: 'a'.repeat(1e6),
      value: 'b'.repeat(1e6),
      problem: 'is long',
      cure: 'c'.repeat(1e6),
    })
    expect(error.message.length).toBeLessThan(3000)
    expect(error.path.length).toBeLessThanOrEqual(1000)
  })
})
