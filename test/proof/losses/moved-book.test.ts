import { describe, expect, it } from 'vitest'
import { parseEvent } from '#models/book/index.js'
import { parseMoves, type ScenarioMoves } from '#models/moves/index.js'
import { moveRuns } from '#models/proof/losses/move-runs.js'
import { exactReturn, movedBook, positionsOf, roundingOf } from '#models/proof/losses/moved-book.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf } from '../../certificates/decimals.js'
import { type Fraction, num, order, sign, times } from '../../fraction.js'
import { smallBook } from '../leverage/book.js'
import { closes, movedOf, solventBook } from './book.js'

const SEED = 62_008

describe(`moves of a book (seed ${SEED})`, () => {
  it('of weights below zero, or of none, are refused', () => {
    const { event } = smallBook(randomFrom(SEED)).space
    const markets = event.markets.map(({ market }) => market)
    const moves = [0, 1].map(() => markets.map(() => 0.1))
    const moved = (weights: readonly number[]) => () =>
      movedBook(event, {
        ...(parseMoves({ format: 'spillway/moves@1', markets, moves } as never) as ScenarioMoves),
        weights: { exact: (s: number) => dec(weights[s]) },
      } as never)
    expect(moved([1, -1])).toThrow(expect.objectContaining({ code: 'moves-weight', path: 'moves.weights[1]' }))
    expect(moved([0, 0])).toThrow(expect.objectContaining({ code: 'moves-weight', path: 'moves.weights' }))
    expect(moved([0, 2])().count).toBe(1)
  })

  it('are its numbers, in the order of its markets', () => {
    const random = randomFrom(SEED + 1)
    for (let round = 0; round < 6; round++) {
      const { small, book, counted } = movedOf(random)
      const { accounts, space } = small
      const own = (fractions: readonly Fraction[]) => fractions.map(num)
      const near = (found: Iterable<number>, wanted: readonly Fraction[]) =>
        expect([...found], `round ${round}`).toEqual(own(wanted).map((value) => expect.closeTo(value, 12)))
      expect([book.count, book.columns]).toEqual([
        counted.length,
        space.event.markets.map((_, k, all) => all.length - 1 - k),
      ])
      space.event.markets.forEach((_, k) => {
        near(
          book.returns[k],
          counted.map(({ row }) => row[k]),
        )
        // Asked for twice, read once.
        for (let time = 0; time < 2; time++) {
          counted.forEach(({ row }, s) => {
            expect(order(fracOf(exactReturn(book, s, k)), row[k])).toBe(0)
          })
        }
      })
      near(
        book.exposure,
        accounts.flatMap(({ held }) => held.map(({ quantity, price }) => times(quantity, price))),
      )
      near(
        book.equity,
        accounts.map(({ equity }) => equity),
      )
      expect(book.weights.map((weight, s) => order(fracOf(weight), counted[s].weight))).toEqual(counted.map(() => 0))
      const pairs = accounts.flatMap(closes)
      const one = small.demanded.map(({ k }) => pairs.find((pair) => pair.k === k)!)
      near(
        book.concession,
        one.map(({ side, gap }) => times(side, gap)),
      )
      near(
        book.signedPrice,
        one.map(({ side, price }) => times(side, price)),
      )
      expect(book.isOffMark).toBe(one.some(({ gap }) => sign(gap) !== 0))
      expect(book.runs).toEqual(moveRuns(book.returns, book.count))
      let from = 0
      accounts.forEach(({ held }, account) => {
        expect(positionsOf(book, account)).toEqual([from, from + held.length])
        from += held.length
      })
    }
  })

  it('are exact up to 200,000 positions and accounts times moves or on request, and stand by their means beyond', () => {
    // Twelve accounts and eight positions.
    const event = parseEvent({
      format: 'spillway/event@1',
      markets: [{ market: 'M0', markPrice: '1' }],
      accounts: Array.from({ length: 12 }, (_, i) => ({
        account: `a${i}`,
        equity: '1',
        positions: i < 8 ? [{ market: 'M0', quantity: '-1' }] : [],
      })),
      demand: [{ market: 'M0', side: 'short', quantity: '1' }],
    } as never)
    const counts = 10_000
    const of = (count: number, options?: object) => {
      const values = Float64Array.from({ length: count }, (_, s) => (s === count - 1 ? -0.5 : 0.1))
      const returns = { values, exact: () => dec('0') }
      return movedBook(event, { kind: 'scenarios', markets: ['M0'], count, returns } as never, options)
    }
    const [small, large] = [of(counts), of(counts + 1)]
    expect([small.isExact, large.isExact, of(counts + 1, { exact: true }).isExact]).toEqual([true, false, true])
    expect(of(counts + 1, { exact: false }).isExact).toBe(false)
    expect([small.moveIndices[0], small.returns[0][0]]).toEqual([0, 0.1])
    expect([large.moveIndices[0], large.moveIndices[1], large.returns[0][0]]).toEqual([counts, 0, -0.5])
  })

  it('know rows that keep accounts solvent, unless whole lots are closed', () => {
    const { book, event, moves } = solventBook(randomFrom(SEED + 3))
    expect(Array.from(book.space.solvencyRows!)).toEqual([1])
    expect(movedBook(event, moves).space.solvencyRows).toBeUndefined()
    expect(() => movedBook(event, moves, { keepSolvent: true, lots: true })).toThrow(
      expect.objectContaining({ code: 'not-expressible', path: 'accounts.row' }),
    )
  })

  it('let a sum of products be off by half a unit in the last place for each, and twelve beside', () => {
    expect([roundingOf(0), roundingOf(4)]).toEqual([12 * 2 ** -53, 16 * 2 ** -53])
  })
})
