import { solve } from 'spillway'
import { expect, it } from 'vitest'
import { randomBook, randomFrom } from '../../books.js'
import { faultOf } from '../leverage/support.js'
import { gross, measures, parsed, randomMoves, unscreened, value } from './support.js'

/** No account holds two demanded markets: insolvent, hedged and off the mark all the same. */
const SEEDS = Array.from({ length: Number(process.env.LOSS_SEEDS ?? 12) }, (_, n) => n + 1)

it.each(SEEDS)('seed %i: the steepest losses first are the optimum of the program', async (seed) => {
  const random = randomFrom(seed)
  const shape = { accounts: random.whole(2, 14), markets: 3, offMark: true, insolvents: true, twoSided: true }
  const drawn = randomBook(seed, { ...shape, blanks: true })
  const names = drawn.markets.map(({ market }) => market)
  // Hedges: longs, in markets whose shorts are closed.
  const accounts = drawn.accounts.map((account) => {
    const market = names.find((name) => account.positions.every((held) => held.market !== name))
    const size = market === undefined ? 0 : Math.abs(Number(account.equity)) / 7
    return { ...account, positions: [...account.positions, { market: market!, quantity: size.toFixed(4) }] }
  })
  const event = { ...drawn, accounts }
  const moves = randomMoves(random, names, random.whole(2, 30))
  const { parts, make } = measures['expected-loss']
  const read = parsed(event)
  const optimum = await unscreened(read, moves, parts)
  const found = await solve(read, make(moves), { tolerance: 1e-9 })
  expect(found.status).toBe('optimal')
  // A kink without loss may be left to a solver; a loss is not.
  if (event.demand.length > 0 && optimum > 1e-6 * gross(event)) expect(found.solver.name).toBe('closed-form')
  expect(faultOf(event, found.reductions!)).toBeUndefined()
  const own = value(event, found.reductions!, moves, parts)
  expect(Math.abs(own - optimum)).toBeLessThanOrEqual(1e-7 * Math.max(optimum, 1e-9 * gross(event)))
})
