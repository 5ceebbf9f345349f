import { solve } from 'spillway'
import { describe, expect, it } from 'vitest'
import { randomBook, randomFrom, written } from '../../books.js'
import { faultOf } from '../leverage/support.js'
import { gross, measures, parsed, planOf, randomMoves, rechecked, unscreened, value } from './support.js'

const SEEDS = Number(process.env.LOSS_SEEDS ?? 10)
/** Solvers' points, tolerances and our own bound all have room in this; the optimum moves by far less than one part in 10⁷. */
const CLOSE = 1e-7

function drawn(seed: number) {
  const random = randomFrom(seed)
  const event = randomBook(seed, {
    accounts: random.whole(2, 14),
    markets: random.whole(1, 4),
    holdings: 4,
    offMark: random.chance(0.4),
    insolvents: random.chance(0.5),
    twoSided: random.chance(0.7),
    longsDemanded: random.chance(0.5),
    blanks: random.chance(0.3),
  })
  const names = event.markets.map(({ market }) => market)
  return { event, moves: randomMoves(random, [...names].reverse().concat('elsewhere'), random.whole(1, 20)) }
}

describe.each(Object.entries(measures))('%s', (_, { parts, make }) => {
  it.each(Array.from({ length: SEEDS }, (_, n) => n + 1))(
    'seed %i: solvers, oracle and evidence agree',
    async (seed) => {
      const { event, moves } = drawn(seed)
      const read = parsed(event)
      const optimum = await unscreened(read, moves, parts)
      const scale = Math.max(optimum, 1e-9 * gross(event))
      for (const solver of ['highs', 'jslp', 'glpk']) {
        const solution = await solve(read, make(moves), { solver, tolerance: CLOSE })
        expect(solution.status, `${solver}: ${solution.reason}`).toBe('optimal')
        expect(faultOf(event, solution.reductions!)).toBeUndefined()
        const own = value(event, solution.reductions!, moves, parts)
        expect(Math.abs(solution.objective.value! - own)).toBeLessThanOrEqual(1e-12 * Math.abs(own))
        expect(Math.abs(own - optimum)).toBeLessThanOrEqual(10 * CLOSE * scale)
        expect(solution.bound!).toBeLessThanOrEqual(own * (1 + 1e-15))
        const { dropped, linear, kinked } = solution.screening!
        const live = Array.from({ length: moves.count }, (_, s) => moves.weights?.values[s] ?? 1).filter((w) => w > 0)
        expect(dropped + linear + kinked).toBe(event.accounts.length * live.length)
      }
    },
  )

  it('proves from evidence alone what it proved', async () => {
    const { event, moves } = drawn(3)
    const prepared = make(moves).prepare(parsed(event))
    const plan = await planOf(prepared)
    const { bound, evidence } = plan.bound()
    expect(rechecked(prepared, evidence!())).toBe(Number(bound!.valueOf()))
  })
})

describe('prices', () => {
  it.each([1, 2, 4, 5, 7])('seed %i: between the falls of a little more and a little less', async (seed) => {
    const { event, moves } = drawn(seed)
    for (const { make } of Object.values(measures)) {
      const at = async (market: string, factor: number) => {
        const demand = event.demand.map((d) =>
          d.market === market ? { ...d, quantity: written(Number(d.quantity) * factor) } : d,
        )
        const solution = await solve(parsed({ ...event, demand }), make(moves), { solver: 'highs', tolerance: CLOSE })
        return solution.objective.value!
      }
      const { prices, objective } = await solve(parsed(event), make(moves), { solver: 'highs', tolerance: CLOSE })
      for (const { market, quantity } of event.demand) {
        if (Number(quantity) === 0) continue
        const step = 1e-4
        const size = step * Number(quantity)
        const right = (objective.value! - (await at(market, 1 + step))) / size
        const left = ((await at(market, 1 - step)) - objective.value!) / size
        const slack = (1e-6 * Math.max(objective.value!, 1e-6 * gross(event))) / size + 1e-6 * Math.abs(left)
        expect(prices![market]).toBeGreaterThanOrEqual(right - slack)
        expect(prices![market]).toBeLessThanOrEqual(left + slack)
      }
    }
  })
})
