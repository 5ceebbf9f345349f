import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { type EllipsoidProblem, ellipsoidBound, noMove, readEvidence } from '#models/proof/ellipsoid/bound.js'
import { isWorstMove, lossAt, type WorstMove, worstAbove } from '#models/proof/ellipsoid/worst-loss.js'
import { stateAfter } from '#models/proof/gaussian/book.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf, fracOfRatio } from '../../certificates/decimals.js'
import { least, minus, most, num, order, plus, sign, times, total, ZERO } from '../../fraction.js'
import { lawOf, problemOf, smallProblem, texts } from '../gaussian/book.js'

const SEED = 31_601

/** Moves against what an account holds, close to the end of the ellipsoid; mostly none where it gains even there. */
function movesOf({ law, deciding, confidence }: EllipsoidProblem, random: ReturnType<typeof randomFrom>): WorstMove[] {
  return deciding.map((account) => {
    const moves = Array.from({ length: 40 }, (_, halved) => ({
      share: dec(random.pick(['1', '1', '0.5'])),
      direction: account.exposure.map((own) => dec((-64 * 0.7 ** halved * Number(toText(own))).toFixed(12))),
    }))
    const move = moves.find((own) => isWorstMove(law, account, own, confidence)) ?? noMove(account.markets.length)
    const isLoss = sign(fracOf(lossAt(law, account, move).constant)) > 0
    return isLoss || random.chance(0.1) ? move : noMove(account.markets.length)
  })
}

describe(`bounds of a worst loss (seed ${SEED})`, () => {
  it('are the least loss at the moves over all ranges, less what the demand costs, and below the loss of every allocation', () => {
    const random = randomFrom(SEED)
    let shown = 0
    for (let round = 0; round < 15; round++) {
      const { small, problem: normal } = smallProblem(random)
      const problem = { ...normal, confidence: dec(random.pick(['0.5', '0.9', '0.2'])) }
      const { space, law, deciding, confidence } = problem
      const moves = movesOf(problem, random)
      const prices = space.markets.map(() => dec(random.pick(['0', '0', '0.1', '-0.1', '0.5'])))
      const held = small.accounts.flatMap(({ held: own }) => own.filter(({ isEligible }) => isEligible))
      const isForced = small.demanded.map(
        ({ quantity }, k) =>
          order(quantity, total(held.filter((own) => own.k === k).map(({ capacity }) => capacity))) === 0,
      )
      let wanted = total(problem.ineligible.map((own) => fracOf(worstAbove(law, own, own, confidence))))
      small.demanded.forEach(({ quantity }, k) => {
        if (!isForced[k]) wanted = minus(wanted, times(fracOf(prices[k]), quantity))
      })
      deciding.forEach((account, owner) => {
        const cut = lossAt(law, account, moves[owner])
        wanted = plus(wanted, fracOf(cut.constant))
        account.pairs.forEach(({ pair }, t) => {
          const k = space.pairMarket[pair]
          const slope = fracOf(cut.slopes[t])
          const gain = times(isForced[k] ? slope : plus(slope, fracOf(prices[k])), held[pair].capacity)
          wanted = plus(wanted, isForced[k] ? gain : least(ZERO, gain))
        })
      })
      const { bound, prices: said } = ellipsoidBound(problem, moves, prices)
      const own = fracOfRatio(bound!)
      expect(num(minus(most(ZERO, wanted), own)), `round ${round}`).toBeCloseTo(0, 12)
      expect(said).toEqual(texts(prices).map(Number))
      const value = total(
        problem.accounts.map((account) =>
          fracOf(
            worstAbove(
              law,
              account,
              stateAfter(account, (pair) => small.reductions[pair]),
              confidence,
            ),
          ),
        ),
      )
      expect(order(own, value), `round ${round}`).toBeLessThanOrEqual(0)
      shown += sign(own)
    }
    expect(shown).toBeGreaterThan(5)
  })
})

describe('evidence of a worst loss', () => {
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
  const given = (): EllipsoidProblem => {
    const law = lawOf(event, [
      [0.04, 0.01],
      [0.01, 0.09],
    ])
    return { ...problemOf(decisionSpace(event), law), confidence: dec('0.5') }
  }
  // (1 − α) z'C z ≤ α: 0.04 · 25 = 1.
  const one = { account: 'one', share: '1', direction: { A: '-4', B: '1' } }
  const two = { account: 'two', share: '0.5', direction: { A: '-5' } }
  const good = { prices: { A: '1.25' }, moves: [one, two] }
  const said = (change: object): string => {
    try {
      readEvidence(given(), { ...good, ...change })
    } catch (error) {
      const { code, path } = error as { code: string; path: string }
      return `${code} ${path.replace('certificate.evidence.', '')}`
    }
    return 'read'
  }

  it('is read as it was written, and an account that is not listed has no move', () => {
    const problem = given()
    const read = readEvidence(problem, { ...good, moves: [two, one] })
    expect([texts(read.prices), read.moves.map(({ share }) => toText(share))]).toEqual([['1.25'], ['1', '0.5']])
    // By market of the account, as it holds them.
    expect(read.moves.map(({ direction }) => texts(direction))).toEqual([['1', '-4'], ['-5']])
    expect(ellipsoidBound(problem, read.moves, read.prices).evidence!()).toEqual(good)
    const less = readEvidence(problem, { ...good, moves: [two] })
    expect(less.moves).toEqual([noMove(2), read.moves[1]])
    expect(noMove(2)).toEqual({ share: dec('0'), direction: [dec('0'), dec('0')] })
    expect(ellipsoidBound(problem, less.moves, less.prices).evidence!()).toEqual({ ...good, moves: [two] })
  })

  it('is refused with its place where it means nothing here', () => {
    expect(said({})).toBe('read')
    expect(said({ cuts: [] })).toBe('unknown-key cuts')
    expect(said({ prices: { A: '1', B: '1' } })).toBe('unknown-key prices.B')
    expect(said({ prices: {} })).toBe('bad-evidence prices.A')
    for (const moves of [{}, '', undefined]) expect(said({ moves })).toBe('bad-evidence moves')
    expect(said({ moves: [one, 'two'] })).toBe('bad-evidence moves[1]')
    expect(said({ moves: [one, { ...two, price: '1' }] })).toBe('unknown-key moves[1].price')
    expect(said({ moves: [one, { ...two, account: 'none' }] })).toBe('unknown-key moves[1].account')
    expect(said({ moves: [{ ...one, account: 1 }] })).toBe('unknown-key moves[0].account')
    expect(said({ moves: [one, two, one] })).toBe('bad-evidence moves[2].account')
    expect(said({ moves: [{ ...one, direction: { A: '1' } }] })).toBe('bad-evidence moves.one.direction.B')
    expect(said({ moves: [{ ...two, direction: { A: '1', B: '0' } }] })).toBe('unknown-key moves.two.direction.B')
    expect(said({ moves: [{ ...two, direction: [] }] })).toBe('bad-evidence moves.two.direction')
    expect(said({ moves: [{ ...two, share: 1 }] })).toBe('bad-evidence moves.two.share')
  })

  it('holds moves of the ellipsoid and shares from 0 to 1, and no others', () => {
    const move = (change: object) => said({ moves: [{ ...two, ...change }] })
    expect([move({ direction: { A: '5' } }), move({ share: '1' }), move({ share: '0' })]).toEqual([
      'read',
      'read',
      'read',
    ])
    expect([move({ direction: { A: '5.0000001' } }), move({ share: '1.0000001' }), move({ share: '-1e-9' })]).toEqual([
      'evidence-range moves.two',
      'evidence-range moves.two',
      'evidence-range moves.two',
    ])
  })
})
