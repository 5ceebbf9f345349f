import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import type { GaussianAccount } from '#models/proof/gaussian/book.js'
import { type GaussianProblem, gaussianBound, marginalGains, readEvidence } from '#models/proof/gaussian/bound.js'
import { type CutSeed, cutOf, seedOf } from '#models/proof/gaussian/cut.js'
import type { Decimal } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio } from '../../certificates/decimals.js'
import { type Fraction, frac, least, minus, most, num, order, plus, sign, times, total, ZERO } from '../../fraction.js'
import type { SmallBook } from '../leverage/book.js'
import { lawOf, problemOf, smallProblem, texts, varianceOf } from './book.js'
import { exactShortfall } from './exact-normal.js'

const SEED = 31_007

const seedsOf = ({ law, deciding }: GaussianProblem, random: ReturnType<typeof randomFrom>): CutSeed[] =>
  deciding.map((account) => {
    const touching = seedOf(law, account, account)
    return random.chance(0.7) ? touching : { ...touching, tau: random.pick([0, 0.4, -0.4]) }
  })

/** By pair of the space. */
const capacities = ({ accounts }: SmallBook): Fraction[] =>
  accounts.flatMap(({ held }) => held.flatMap(({ isEligible, capacity }) => (isEligible ? [capacity] : [])))

/** What the accounts lose that nothing is closed of. */
const othersLose = ({ law, ineligible }: GaussianProblem): Fraction =>
  total(ineligible.map((own) => exactShortfall(fracOf(own.gain), varianceOf(law, own.markets, own))))

const isWholeMarket = (small: SmallBook, k: number): boolean =>
  order(
    small.demanded[k].quantity,
    total(
      small.accounts
        .flatMap(({ held }) => held.filter((own) => own.isEligible && own.k === k))
        .map((own) => own.capacity),
    ),
  ) === 0

/** Least value of a cut plus prices times contracts over the corners of the box of an account; in a market closed whole everything is closed. */
function leastCorner(
  { space, law }: GaussianProblem,
  small: SmallBook,
  account: GaussianAccount,
  seed: CutSeed,
  prices: readonly Decimal[],
): Fraction {
  const cut = cutOf(law, account, seed)
  const held = capacities(small)
  let best: Fraction | undefined
  for (let corner = 0; corner < 2 ** account.pairs.length; corner++) {
    let value = fracOf(cut.constant)
    let isAllowed = true
    account.pairs.forEach(({ pair }, t) => {
      const k = space.pairMarket[pair]
      const isClosed = (corner >> t) % 2 === 1
      if (isWholeMarket(small, k) && !isClosed) isAllowed = false
      const price = isWholeMarket(small, k) ? ZERO : fracOf(prices[k])
      if (isClosed) value = plus(value, times(plus(fracOf(cut.slopes[t]), price), held[pair]))
    })
    if (isAllowed) best = best === undefined ? value : least(best, value)
  }
  return best!
}

describe(`bounds of an expected loss under normal moves (seed ${SEED})`, () => {
  it('are the least over all ranges, less what the demand costs, for any prices', () => {
    const random = randomFrom(SEED)
    let forced = 0
    for (let round = 0; round < 15; round++) {
      const { small, problem } = smallProblem(random)
      const seeds = seedsOf(problem, random)
      const prices = problem.space.markets.map(() => dec(random.pick(['0', '0.5', '-0.25', '2', '-1'])))
      const wanted = most(
        ZERO,
        plus(
          total(problem.deciding.map((account, i) => leastCorner(problem, small, account, seeds[i], prices))),
          minus(
            othersLose(problem),
            total(
              small.demanded.map(({ quantity }, k) =>
                isWholeMarket(small, k) ? ZERO : times(quantity, fracOf(prices[k])),
              ),
            ),
          ),
        ),
      )
      forced += small.demanded.filter((_, k) => isWholeMarket(small, k)).length
      const { bound, prices: said } = gaussianBound(problem, seeds, prices)
      const under = minus(wanted, fracOfRatio(bound!))
      // Losses of accounts without decisions are themselves bounded from below, by cuts that touch.
      expect(sign(under), `round ${round}`).toBeGreaterThanOrEqual(0)
      expect(num(under), `round ${round}`).toBeLessThanOrEqual(1e-9)
      expect(said).toEqual(texts(prices).map(Number))
    }
    expect(forced).toBeGreaterThan(3)
  })

  it('without prices are what cuts say of the best contracts to close', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 15; round++) {
      const { small, problem } = smallProblem(random)
      const seeds = seedsOf(problem, random)
      const cuts = problem.deciding.map((account, i) => cutOf(problem.law, account, seeds[i]))
      const held = capacities(small)
      const slopes = problem.deciding.flatMap(({ pairs }, i) =>
        pairs.map(({ pair }, t) => ({ pair, slope: fracOf(cuts[i].slopes[t]) })),
      )
      let wanted = plus(othersLose(problem), total(cuts.map(({ constant }) => fracOf(constant))))
      small.demanded.forEach(({ quantity }, k) => {
        let missing = quantity
        for (const { pair, slope } of slopes
          .filter((own) => problem.space.pairMarket[own.pair] === k)
          .toSorted((a, b) => order(a.slope, b.slope))) {
          const closed = least(missing, held[pair])
          wanted = plus(wanted, times(slope, closed))
          missing = minus(missing, closed)
        }
      })
      const under = minus(most(ZERO, wanted), fracOfRatio(gaussianBound(problem, seeds).bound!))
      expect(sign(under), `round ${round}`).toBeGreaterThanOrEqual(0)
      expect(num(under), `round ${round}`).toBeLessThanOrEqual(1e-9)
    }
  })

  it('lie below the loss of every allocation', () => {
    const random = randomFrom(SEED + 2)
    for (let round = 0; round < 10; round++) {
      const { small, problem } = smallProblem(random)
      const { space, law, deciding } = problem
      const after = deciding.map((account, owner) => {
        const closed = small.reductions.slice(space.starts[owner], space.starts[owner + 1])
        return {
          gain: account.pairs.reduce(
            (sum, own, t) => plus(sum, times(fracOf(own.gain), fracOf(closed[t]))),
            fracOf(account.gain),
          ),
          account,
          closed,
        }
      })
      const value = plus(
        othersLose(problem),
        total(
          after.map(({ gain, account, closed }) => {
            const exposure = account.exposure.map((own, index) =>
              account.pairs.reduce(
                (sum, pair, t) =>
                  pair.index === index ? plus(sum, times(fracOf(pair.exposure), fracOf(closed[t]))) : sum,
                fracOf(own),
              ),
            )
            let variance = ZERO
            account.markets.forEach((i, a) => {
              account.markets.forEach((j, b) => {
                variance = plus(variance, times(fracOf(law.covariance[i][j]), times(exposure[a], exposure[b])))
              })
            })
            return exactShortfall(gain, variance)
          }),
        ),
      )
      const bound = fracOfRatio(gaussianBound(problem, seedsOf(problem, random)).bound!)
      expect(order(bound, plus(value, frac('1e-60'))), `round ${round}`).toBeLessThanOrEqual(0)
    }
  })

  it('take the price of the pair that just meets the demand', () => {
    const space = {
      markets: [{ quantity: dec('5') }, { quantity: dec('2') }, { quantity: dec('9') }],
      pairMarket: [0, 1, 0, 0, 1, 2, 2, 2],
      capacity: [2, 2, 3, 4, 1, 1, 1, 1],
    }
    // Of the first market 3 at 9 and 2 at 7, of the second 2 at 6; of the third all, which is not enough.
    expect(marginalGains(space as never, [7, 6, 9, 1, 5, -1, -3, -2])).toEqual([7, 6, -3])
    expect(marginalGains(space as never, [1, 5, 7, 9, 6, -2, -1, -3])).toEqual([7, 5, -3])
  })
})

describe('evidence of an expected loss under normal moves', () => {
  const event = parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'A', markPrice: '10' },
      { market: 'B', markPrice: '2' },
    ],
    accounts: [
      { account: 'none', equity: '1', positions: [{ market: 'B', quantity: '1' }] },
      {
        account: 'one',
        equity: '30',
        positions: [
          { market: 'B', quantity: '5' },
          { market: 'A', quantity: '-8' },
        ],
      },
      { account: 'two', equity: '20', positions: [{ market: 'A', quantity: '-6' }] },
    ],
    demand: [{ market: 'A', side: 'short', quantity: '4' }],
  } as never)
  const given = () =>
    problemOf(
      decisionSpace(event),
      lawOf(event, [
        [0.04, 0.01],
        [0.01, 0.09],
      ]),
    )
  const good = {
    prices: { A: '1.25' },
    cuts: [
      { account: 'one', tau: '-0.5', direction: { A: '-0.1', B: '0.02' } },
      { account: 'two', tau: '1', direction: { A: '-0.3' } },
    ],
  }
  const [one, two] = good.cuts
  const said = (change: object): string => {
    try {
      readEvidence(given(), { ...good, ...change })
    } catch (error) {
      const { code, path } = error as { code: string; path: string }
      return `${code} ${path.replace('certificate.evidence.', '')}`
    }
    return 'read'
  }

  it('is read as it was written, whatever the order', () => {
    const problem = given()
    const read = readEvidence(problem, good)
    expect([texts(read.prices), read.seeds.map(({ tau }) => tau)]).toEqual([['1.25'], [-0.5, 1]])
    // By market of the account, as it holds them.
    expect(read.seeds.map(({ direction }) => texts(direction))).toEqual([['0.02', '-0.1'], ['-0.3']])
    expect(readEvidence(problem, { ...good, cuts: [two, one] })).toEqual(read)
    const bound = gaussianBound(problem, read.seeds, read.prices)
    expect(bound.evidence!()).toEqual(good)
    expect(bound.prices).toEqual([1.25])
  })

  it('is refused with its place where it means nothing here', () => {
    expect(said({})).toBe('read')
    expect(said({ temperature: '1' })).toBe('unknown-key temperature')
    expect(said({ prices: { A: '1', B: '1' } })).toBe('unknown-key prices.B')
    expect(said({ prices: {} })).toBe('bad-evidence prices.A')
    for (const cuts of [{}, '', undefined]) expect(said({ cuts })).toBe('bad-evidence cuts')
    expect(said({ cuts: [one, { ...two, price: '1' }] })).toBe('unknown-key cuts[1].price')
    expect(said({ cuts: [one, 'two'] })).toBe('bad-evidence cuts[1]')
    expect(said({ cuts: [one, two, { ...one, account: 'none' }] })).toBe('unknown-key cuts[2].account')
    expect(said({ cuts: [{ ...one, account: 'nobody' }, two] })).toBe('unknown-key cuts[0].account')
    expect(said({ cuts: [one, two, one] })).toBe('bad-evidence cuts')
    expect(said({ cuts: [one] })).toBe('bad-evidence cuts.two')
    expect(said({ cuts: [{ ...one, tau: 0 }, two] })).toBe('bad-evidence cuts.one.tau')
    expect(said({ cuts: [{ ...one, direction: { A: '1' } }, two] })).toBe('bad-evidence cuts.one.direction.B')
    expect(said({ cuts: [one, { ...two, direction: { A: '1', B: '0' } }] })).toBe('unknown-key cuts.two.direction.B')
  })

  it('holds thresholds and directions that arithmetic is made for, and no others', () => {
    const tau = (own: string) => said({ cuts: [{ ...one, tau: own }, two] })
    expect([tau('10'), tau('-10'), tau('10.001'), tau('-10.001'), tau('1e400')]).toEqual([
      'read',
      'read',
      'bad-evidence cuts.one.tau',
      'bad-evidence cuts.one.tau',
      'bad-evidence cuts.one.tau',
    ])
    const along = (own: string) => said({ cuts: [one, { ...two, direction: { A: own } }] })
    expect([along('1e100'), along('-1e100'), along('1.1e100'), along('-1.1e100')]).toEqual([
      'read',
      'read',
      'bad-evidence cuts.two.direction.A',
      'bad-evidence cuts.two.direction.A',
    ])
  })
})
