import { describe, expect, it } from 'vitest'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/index.js'
import { covarianceTimes, gaussianAccounts, grossNotional, stateAfter } from '#models/proof/gaussian/book.js'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf } from '../../certificates/decimals.js'
import { minus, num, order, plus, size, times, total, ZERO } from '../../fraction.js'
import { bookOf, COVARIANCE, lawOf, smallProblem, texts } from './book.js'

const SEED = 31_101

describe('an account under normal moves', () => {
  const event = bookOf(
    [
      ['A', '-8'],
      ['B', '5'],
      ['A', '2'],
    ],
    '100',
    '11',
  )
  const given = () => {
    const space = decisionSpace(event)
    const law = lawOf(event, COVARIANCE, [0.1, -0.2, 0])
    const [one, away] = gaussianAccounts(space, law)
    return { space, law, one, away }
  }

  it('gains what it holds times the moves, both sides of a market together', () => {
    const { space, one, away } = given()
    expect(one.markets).toEqual([0, 1])
    expect(texts(one.exposure)).toEqual(['-60', '10'])
    // 100 − 60 · 0.1 + 10 · (−0.2)
    expect(toText(one.gain)).toBe('92')
    expect(one.pairs.map(({ pair, index, exposure, gain }) => [pair, index, toText(exposure), toText(gain)])).toEqual([
      [0, 0, '10', '0'],
    ])
    expect([away.pairs, texts(away.exposure), toText(away.gain)]).toEqual([[], ['6'], '5.8'])
    expect(grossNotional(space)).toBe(116)
  })

  it('changes by what is closed', () => {
    const { space, one } = given()
    const after = stateAfter(one, () => dec('1.5'))
    expect([toText(after.gain), texts(after.exposure)]).toEqual(['92', ['-45', '10']])
    const none = stateAfter(one, () => dec('0'))
    expect([toText(none.gain), texts(none.exposure)]).toEqual(['92', ['-60', '10']])
    expect(texts(one.exposure)).toEqual(['-60', '10'])
    const drift = gaussianAccounts(space, lawOf(event, COVARIANCE, [0.3, 0, 0]))[0]
    // 10 · 0.3 of the move, less 1 of the price.
    expect(toText(drift.pairs[0].gain)).toBe('2')
  })

  it('closes a long of the demanded market with the other sign', () => {
    const long = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'A', markPrice: '10', adlPrice: '9' }],
      accounts: [
        {
          account: 'one',
          equity: '5',
          positions: [
            { market: 'A', quantity: '3' },
            { market: 'A', quantity: '0' },
          ],
        },
      ],
      demand: [{ market: 'A', side: 'long', quantity: '1' }],
    } as never)
    const [own] = gaussianAccounts(decisionSpace(long), lawOf(long, [[0.04]], [0.1]))
    expect([texts(own.exposure), toText(own.gain)]).toEqual([['30'], '8'])
    // −10 of exposure; of the mean −1, of the price −1.
    expect(own.pairs.map(({ exposure, gain }) => [toText(exposure), toText(gain)])).toEqual([['-10', '-2']])
  })

  it('C v is of the held markets alone', () => {
    const { law } = given()
    expect(texts(covarianceTimes(law, [0, 1], [dec('10'), dec('-20')]))).toEqual(['0.2', '-1.7'])
    expect(texts(covarianceTimes(law, [2], [dec('3')]))).toEqual(['0.03'])
    expect(texts(covarianceTimes(law, [1, 0], [dec('0'), dec('100')]))).toEqual(['1', '4'])
  })
})

describe(`accounts of small books (seed ${SEED})`, () => {
  it('gain and hold after an allocation what the plain book says', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 10; round++) {
      const { small, problem } = smallProblem(random)
      const { space, law, accounts } = problem
      expect(accounts.map(({ account }) => account)).toEqual(small.accounts.map((_, i) => i))
      small.accounts.forEach(({ equity, held }, i) => {
        const { gain, exposure } = stateAfter(accounts[i], (pair) => small.reductions[pair])
        const left = held.map(({ quantity, side, closed, price }) => times(minus(quantity, times(side, closed)), price))
        const wanted = held.reduce(
          (sum, { k, side, gap, closed }, h) =>
            plus(minus(sum, times(times(side, gap), closed)), times(left[h], fracOf(law.mean[k]))),
          equity,
        )
        expect(order(fracOf(gain), wanted), `round ${round}, account ${i}`).toBe(0)
        expect(accounts[i].markets).toEqual(held.map(({ k }) => k))
        expect(exposure.map((own, index) => order(fracOf(own), left[index]))).toEqual(held.map(() => 0))
        expect(accounts[i].pairs.length).toBe(held.filter(({ isEligible }) => isEligible).length)
        const along = accounts[i].exposure
        const slow = accounts[i].markets.map((a) =>
          accounts[i].markets.reduce(
            (sum, b, index) => plus(sum, times(fracOf(law.covariance[a][b]), fracOf(along[index]))),
            ZERO,
          ),
        )
        expect(
          covarianceTimes(law, accounts[i].markets, along).map((own, index) => order(fracOf(own), slow[index])),
        ).toEqual(slow.map(() => 0))
      })
      const gross = total(
        small.accounts.flatMap(({ held }) => held.map(({ quantity, price }) => size(times(quantity, price)))),
      )
      expect(grossNotional(space)).toBeCloseTo(num(gross), 9)
    }
  })
})
