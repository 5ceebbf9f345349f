import { solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import { faultOf } from '../leverage/support.js'
import { measures, movesOf, parsed, value } from './support.js'
import { hiddenBook, roundBook } from './zero-books.js'

/** Books in which nothing need be lost: the optimum is exactly zero, and only a plan of no loss at all is proved. */
const SEEDS = Array.from({ length: instances(4, 8, process.env.LOSS_SEEDS) }, (_, n) => n + 1)
const three = ['expected-loss', 'cvar 0.8', 'worst-case-loss'] as const

describe.each([1, 3])('%i markets', (markets) => {
  describe.each([undefined, 'highs', 'glpk', 'jslp', 'yalps'])('by %s', (solver) => {
    it.each(SEEDS)('seed %i: a plan without any loss is found and proved', async (seed) => {
      const { event, moves } = hiddenBook(seed, markets, 1e-3)
      for (const name of three) {
        const { parts, make } = measures[name]
        const solution = await solve(parsed(event), make(moves), { ...(solver && { solver }), tolerance: 1e-9 })
        expect(solution.status, name).toBe('optimal')
        expect(solution.objective.value, name).toBe(0)
        expect(solution.bound, name).toBe(0)
        expect(faultOf(event, solution.reductions!)).toBeUndefined()
        expect(value(event, solution.reductions!, moves, parts), name).toBe(0)
      }
    })
  })
})

it.each(SEEDS)('seed %i: proved on the edge too, where no kink leaves any room', async (seed) => {
  for (const markets of [1, 3]) {
    const { event, moves } = hiddenBook(seed, markets, 0)
    for (const name of three) {
      const solution = await solve(parsed(event), measures[name].make(moves), { solver: 'glpk' })
      expect(solution.status, name).toBe('optimal')
    }
  }
})

it('a level that is exactly at a move loses nothing by the closed form', async () => {
  const moves = movesOf(['BTC'], [[0.1], [-0.1], [0.05]])
  for (let seed = 1; seed <= 60; seed++) {
    const event = roundBook(randomFrom(seed))
    for (const name of three) {
      const { status, solver } = await solve(parsed(event), measures[name].make(moves))
      expect(solver.name).toBe('closed-form')
      expect(status, `seed ${seed}`).toBe('optimal')
    }
  }
})

it('one loss that cannot be avoided is not taken for none', async () => {
  for (const seed of SEEDS) {
    const { event, moves } = hiddenBook(seed, 3, 1e-3)
    const poor = { account: 'poor', equity: '-0.000001', positions: [] }
    const solution = await solve(
      parsed({ ...event, accounts: [...event.accounts, poor] }),
      measures['worst-case-loss'].make(moves),
      { solver: 'highs' },
    )
    expect(solution.objective.value).toBeGreaterThanOrEqual(1e-6)
    expect(solution.bound).toBeLessThanOrEqual(1e-6)
  }
})
