import { minMaxLeverage, parseEvent, solve, squaredLeverage } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook } from '../../books.js'

const SEED = 20261123

/** Above a thousand pairs a solver gets the form of one row; its level must be the closed form's. */
describe(`a wide market through a solver (seed ${SEED})`, () => {
  for (const objective of [minMaxLeverage(), squaredLeverage()]) {
    for (const offMark of [false, true]) {
      it(`${objective.name}, ${offMark ? 'off' : 'at'} the mark, insolvents among them`, async () => {
        const event = parseEvent(randomBook(SEED, { accounts: 1500, insolvents: true, ties: offMark, offMark }))
        const closed = await solve(event, objective, { solver: 'closed-form' })
        const solver = await solve(event, objective, { solver: 'highs' })
        expect([closed.status, solver.status]).toEqual(['optimal', 'optimal'])
        expect(solver.solver.name).toBe('highs')
        expect(solver.relativeGap).toBeLessThan(1e-9)
        const [value, other] = [closed.objective.value!, solver.objective.value!]
        expect(value).toBeGreaterThan(0)
        expect(Math.abs(other - value) / value).toBeLessThan(1e-9)
      })
    }
  }
})
