import {
  conditionalValueAtRisk,
  cutoffSet,
  expectedLoss,
  parseAllocation,
  policies,
  solve,
  verify,
  worstCaseLoss,
} from 'spillway'
import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseDecimal, toNumber, toText } from '#src/numeric/index.js'
import { randomBook, randomFrom } from '../../books.js'
import { instances } from '../../campaign.js'
import { eventOf } from '../leverage/support.js'
import { gross, measures, parsed, randomMoves, shuffled, unscreened, value } from './support.js'

const SEEDS = Array.from({ length: instances(3, 6) }, (_, n) => n + 1)

/** One market of solvent accounts; longs beside the shorts lose on their own. */
function oneMarket(seed: number, twoSided = false) {
  const random = randomFrom(1000 + seed)
  const event = randomBook(1000 + seed, {
    accounts: random.whole(2, 12),
    twoSided,
    offMark: random.chance(0.5) ? 0.02 : false,
    ties: random.chance(0.3),
  })
  return { event, moves: randomMoves(random, ['M0'], random.whole(1, 30)), random }
}

async function waterFilled(event: ReturnType<typeof parsed>) {
  const space = decisionSpace(event)
  const reductions = await policies.get('water-filling')!().allocate(space)
  return reductions.flatMap((quantity, pair) =>
    toNumber(quantity) === 0
      ? []
      : [
          {
            account: event.accounts.names[space.owners[space.pairOwner[pair]]],
            market: 'M0',
            quantity: toText(quantity),
          },
        ],
  )
}

describe('one market of solvent accounts (Theorem 2.4)', () => {
  it.each(SEEDS)('seed %i: every measure is least at water-filling, by every method', async (seed) => {
    for (const twoSided of [false, true]) {
      const { event, moves } = oneMarket(seed, twoSided)
      const read = parsed(event)
      const filled = await waterFilled(read)
      for (const [name, { parts, make }] of Object.entries(measures)) {
        const reference = value(event, filled, moves, parts)
        const floor = 1e-9 * Math.max(reference, 1e-6 * gross(event))
        const closed = await solve(read, make(moves), { solver: 'closed-form' })
        expect(closed.status, name).toBe('optimal')
        // Prices are doubles: they prove to rounding of what is at stake, which may be much more than what is lost.
        expect(closed.relativeGap! * reference).toBeLessThanOrEqual(1e-14 * gross(event))
        expect(Math.abs(closed.objective.value! - reference)).toBeLessThanOrEqual(floor)
        for (const solver of name === 'cvar 0.8' ? ['highs', 'glpk'] : ['highs']) {
          const found = await solve(read, make(moves), { solver })
          if (reference > 1e-6 * gross(event))
            expect(found.status, `${name} ${solver}: ${found.reason}`).toBe('optimal')
          expect(Math.abs(found.objective.value! - reference), `${name} ${solver}`).toBeLessThanOrEqual(floor)
        }
      }
      if (!twoSided)
        expect(
          Math.abs(
            (await unscreened(read, moves, measures['cvar 0.8'].parts)) /
              value(event, filled, moves, measures['cvar 0.8'].parts) -
              1,
          ) || 0,
        ).toBeLessThan(1e-7)
    }
  })

  it('has no closed form where accounts share markets, nor a tail where they hold other things or owe money', async () => {
    const { moves } = oneMarket(1)
    const refused = [
      eventOf(
        [
          ['M0', '10'],
          ['M1', '10'],
        ],
        { a: ['5', ['M0', '-3'], ['M1', '-3']], b: ['9', ['M0', '-3']] },
        [
          ['M0', 'short', '1'],
          ['M1', 'short', '1'],
        ],
      ),
      {
        ...randomBook(5, { accounts: 3 }),
        accounts: [{ account: 'a', equity: '-1', positions: [{ market: 'M0', quantity: '-1' }] }],
        demand: [{ market: 'M0', side: 'short' as const, quantity: '0.5' }],
      },
    ]
    for (const [n, event] of refused.entries()) {
      const wide = {
        ...moves,
        markets: ['M0', 'M1'],
        returns: moves.returns.take(Int32Array.from({ length: 2 * moves.count }, (_, t) => t >> 1)),
      }
      const objective = n === 0 ? expectedLoss({ moves: wide }) : worstCaseLoss({ moves: wide })
      await expect(solve(parsed(event), objective, { solver: 'closed-form' })).rejects.toMatchObject({
        code: 'no-closed-form',
      })
    }
  })
})

describe('the optima of CVaR in a one-sided book (Theorem 2.9)', () => {
  it.each(SEEDS)('seed %i: points of solvers lie in the cutoff set, and its members are optimal', async (seed) => {
    const { event, moves, random } = oneMarket(seed)
    const read = parsed(event)
    const confidence = random.pick([0.5, 0.8, 0.9, 0.99])
    const set = cutoffSet(read, moves, confidence)!
    expect(set.lower).toBeLessThanOrEqual(set.level)
    expect(set.upper).toBeGreaterThanOrEqual(set.level)
    const objective = conditionalValueAtRisk({ moves, confidence })
    const prepared = objective.prepare(read)
    const { space } = prepared
    const best = prepared.value(prepared.closedForm()!.reductions)!.valueOf()
    for (const solver of ['highs', 'glpk', 'closed-form']) {
      const { reductions } = await solve(read, objective, { solver })
      const closed = new Map(reductions!.map((r) => [r.account, r.quantity]))
      const own = Array.from(space.owners, (account) => parseDecimal(closed.get(read.accounts.names[account]) ?? '0')!)
      // Where the risk is zero or hardly changes, a solver's point may lie a little outside.
      const isSharp = best > 1e-6 * gross(event)
      expect(set.distance(own)).toBeLessThan(isSharp ? 1e-6 : Infinity)
    }
    // Any other feasible allocation: a member has the optimal value, and one that has it is a member.
    for (let trial = 0; trial < 20; trial++) {
      const other = shuffled(space, random)
      const isMember = set.distance(other) < 1e-12
      const isBest = prepared.value(other)!.valueOf() <= best * (1 + 1e-12)
      if (isMember) expect(isBest).toBe(true)
      if (set.distance(other) > 1e-6 && best > 1e-6 * gross(event)) expect(isBest).toBe(false)
    }
  })
})

describe('measures among each other', () => {
  it.each(SEEDS)('seed %i: expected ≤ CVaR ≤ worst, CVaR rises to the worst case', async (seed) => {
    const random = randomFrom(seed)
    const event = randomBook(seed, { accounts: 8, markets: 3, holdings: 3, twoSided: true, insolvents: true })
    const moves = randomMoves(random, ['M0', 'M1', 'M2'], 15)
    const read = parsed(event)
    const at = async (objective: ReturnType<typeof expectedLoss>) => (await solve(read, objective)).objective.value!
    const values = [await at(expectedLoss({ moves }))]
    for (const confidence of [0.01, 0.5, 0.9, 0.999])
      values.push(await at(conditionalValueAtRisk({ moves, confidence })))
    const worst = await at(worstCaseLoss({ moves }))
    // Every weight is 1/30 of all or more: beyond 29/30 the tail is the worst move alone.
    expect(Math.abs(values.at(-1)! - worst)).toBeLessThanOrEqual(1e-9 * Math.max(worst, 1e-6 * gross(event)))
    values.push(worst)
    values.slice(1).forEach((next, n) => {
      expect(next).toBeGreaterThanOrEqual(values[n] * (1 - 1e-9) - 1e-12 * gross(event))
    })
  })
})

describe('verify', () => {
  it('finds pro rata suboptimal, with the right gap, and the optimum optimal', async () => {
    const { event, moves } = oneMarket(3)
    const read = parsed(event)
    const objective = expectedLoss({ moves })
    const best = await solve(read, objective)
    const held = event.accounts.reduce((sum, a) => sum + Math.abs(Number(a.positions[0].quantity)), 0)
    const share = Number(event.demand[0].quantity) / held
    const reductions = event.accounts.map(({ account, positions }) => ({
      account,
      market: 'M0',
      quantity: (Math.abs(Number(positions[0].quantity)) * share).toPrecision(15),
    }))
    const read2 = (list: object) => parseAllocation({ format: 'spillway/allocation@1', reductions: list })
    const verdict = await verify(read, read2(reductions), objective, { solver: 'highs' })
    expect(verdict.verdict).toBe('suboptimal')
    const own = value(event, reductions, moves, measures['expected-loss'].parts)
    expect(verdict.objective.value! / own - 1).toBeCloseTo(0, 12)
    expect(verdict.relativeGap! / ((own - best.objective.value!) / own) - 1).toBeCloseTo(0, 6)
    expect((await verify(read, read2(best.reductions!), objective)).verdict).toBe('optimal')
  })
})
