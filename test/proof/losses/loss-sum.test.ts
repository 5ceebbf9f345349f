import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves, type ScenarioMoves } from '#models/moves/index.js'
import { LossSum } from '#models/proof/losses/loss-sum.js'
import { movedBook } from '#models/proof/losses/moved-book.js'
import { fracOf } from '../../certificates/decimals.js'
import { frac, minus, num, sign } from '../../fraction.js'

/** A tenth of three markets is lost by each account, which has as much, or hardly less: doubles find a loss in all. */
const event = parseEvent({
  format: 'spillway/event@1',
  markets: ['A', 'B', 'C'].map((market) => ({ market, markPrice: '1' })),
  accounts: ['0.3', '0.29999999999999999', '0.30000000000000001'].map((equity, i) => ({
    account: `a${i}`,
    equity,
    positions: ['A', 'B', 'C'].map((market) => ({ market, quantity: '1' })),
  })),
  demand: [{ market: 'A', side: 'long', quantity: '1' }],
} as never)
const moves = parseMoves({
  format: 'spillway/moves@1',
  markets: ['A', 'B', 'C'],
  moves: [
    [-0.1, -0.1, -0.1],
    [0.5, 0, 0],
  ],
}) as ScenarioMoves

describe('the sum of losses', () => {
  const sumOf = (...losses: (readonly [account: number, s: number, loss: number, slack: number])[]) => {
    const sum = new LossSum(movedBook(event, moves))
    for (const loss of losses) sum.add(...loss)
    return sum.totals().map(fracOf)
  }
  const near = (found: ReturnType<typeof frac>, wanted: string): boolean => {
    const over = minus(found, frac(wanted))
    return sign(over) >= 0 && num(over) <= 1e-14 * Number(wanted)
  }

  it('takes a loss with its slack, and is rounded up', () => {
    const [sum, none] = sumOf([0, 0, 2, 0.5], [1, 0, 0.1, 0], [2, 0, 0.7, 0])
    expect([near(sum, '3.3'), sign(none)]).toEqual([true, 0])
    // The doubles 0.1 + 0.7 fall short of 0.8.
    expect(near(sumOf([0, 1, 0.1, 0], [1, 1, 0.7, 0])[1], '0.8')).toBe(true)
  })

  it('asks the decimals where doubles cannot tell whether there is a loss', () => {
    const doubt = [5.5e-17, 1e-15] as const
    expect(sumOf([0, 0, ...doubt]).map(sign)).toEqual([0, 0])
    expect(near(sumOf([1, 0, ...doubt])[0], '1.055e-15')).toBe(true)
    expect(sumOf([2, 0, ...doubt]).map(sign)).toEqual([0, 0])
    // What may be zero is asked for as well.
    expect(sumOf([0, 0, 1, 1]).map(sign)).toEqual([0, 0])
    expect(near(sumOf([1, 0, 1, 1])[0], '2')).toBe(true)
    // In the other move nobody loses.
    expect(sumOf([1, 1, ...doubt]).map(sign)).toEqual([0, 0])
  })

  it('takes none that is certainly none', () => {
    expect(sumOf([1, 0, -2, 1], [1, 0, -1, 1]).map(sign)).toEqual([0, 0])
  })
})
