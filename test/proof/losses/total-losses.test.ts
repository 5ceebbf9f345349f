import { describe, expect, it } from 'vitest'
import { lossesAfter, totalLosses } from '#models/proof/losses/total-losses.js'
import { randomFrom } from '../../books.js'
import { dec, fracOf } from '../../certificates/decimals.js'
import { frac, minus, num, order, plus, sign, times, total } from '../../fraction.js'
import { above, closes, gainOf, kinkedOf, lossOf, magnitudeOf, movedOf, UNIT, wideBook } from './book.js'

const SEED = 62_003

describe(`losses over moves (seed ${SEED})`, () => {
  it('are what the plain book says, exactly, and in doubles not below it', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 8; round++) {
      const { small, book, counted } = movedOf(random)
      expect(Array.from(book.moveIndices)).toEqual(counted.map(({ index }) => index))
      expect(order(fracOf(book.total), total(counted.map(({ weight }) => weight)))).toBe(0)
      const wanted = counted.map(({ row }) =>
        total(
          small.accounts.map((own) =>
            above(
              closes(own).reduce((sum, pair) => plus(sum, times(gainOf(pair, row), pair.closed)), lossOf(own, row)),
            ),
          ),
        ),
      )
      const exact = totalLosses(book, small.reductions)
      expect(
        exact.map((loss, s) => order(fracOf(loss), wanted[s])),
        `round ${round}`,
      ).toEqual(wanted.map(() => 0))
      totalLosses({ ...book, isExact: false }, small.reductions).forEach((loss, s) => {
        const over = minus(fracOf(loss), wanted[s])
        expect(sign(over), `round ${round}, move ${s}`).toBeGreaterThanOrEqual(0)
        expect(order(over, times(wanted[s], frac('1e-12'))), `round ${round}, move ${s}`).toBeLessThanOrEqual(0)
      })
      // Of those who own something demanded, and of the others.
      const part = (isCounted: boolean) => totalLosses(book, small.reductions, (isOwner) => isOwner === isCounted)
      const others = counted.map(({ row }) =>
        total(small.accounts.filter((own) => closes(own).length === 0).map((own) => above(lossOf(own, row)))),
      )
      expect(part(false).map((loss, s) => order(fracOf(loss), others[s]))).toEqual(others.map(() => 0))
      expect(part(true).map((loss, s) => order(plus(fracOf(loss), others[s]), wanted[s]))).toEqual(others.map(() => 0))
      const after = lossesAfter(book, small.reductions)
      small.accounts.forEach((own, account) => {
        counted.forEach(({ row }, s) => {
          const loss = closes(own).reduce(
            (sum, pair) => plus(sum, times(gainOf(pair, row), pair.closed)),
            lossOf(own, row),
          )
          expect(order(fracOf(after(account)(s)), loss)).toBe(0)
        })
      })
    }
  })

  it('are losses where the decimals lose, and there alone', () => {
    const random = randomFrom(SEED + 1)
    let edges = 0
    for (let round = 0; round < 12; round++) {
      const { accounts, book, counted, reductions, unit } = kinkedOf(random)
      const after = counted.map(({ row }) =>
        accounts.map((own) =>
          own.held.reduce((sum, pair) => plus(sum, times(gainOf(pair, row), pair.closed)), lossOf(own, row)),
        ),
      )
      const wanted = after.map((own) => total(own.map(above)))
      edges += after.flat().filter((own) => Math.abs(num(own)) < 1e-12 * unit).length
      const exact = totalLosses(book, reductions).map(fracOf)
      expect(
        exact.map((loss, s) => order(loss, wanted[s])),
        `round ${round}`,
      ).toEqual(wanted.map(() => 0))
      const rounded = totalLosses({ ...book, isExact: false }, reductions).map(fracOf)
      expect(rounded.map(sign), `round ${round}`).toEqual(wanted.map(sign))
      const over = rounded.map((loss, s) => minus(loss, wanted[s]))
      expect(Math.min(...over.map(sign)), `round ${round}`).toBeGreaterThanOrEqual(0)
      expect(Math.max(...over.map(num)), `round ${round}`).toBeLessThanOrEqual(1e-12 * unit)
    }
    expect(edges).toBeGreaterThan(10)
  })

  it('in doubles are off by units in the last place of an account, whatever stands before it, and leave the book as it is', () => {
    const random = randomFrom(SEED + 2)
    const { accounts, book, counted, reductions } = wideBook(random)
    const rounded = { ...book, isExact: false }
    const none = reductions.map(() => dec('0'))
    const before = totalLosses(rounded, none)
    const off = totalLosses(rounded, reductions).map((loss, s) => {
      const { row } = counted[s]
      const exact = accounts.map((own) =>
        above(own.held.reduce((sum, pair) => plus(sum, times(gainOf(pair, row), pair.closed)), lossOf(own, row))),
      )
      const scale = accounts.reduce((sum, own) => sum + magnitudeOf(own, row), 0)
      return num(minus(fracOf(loss), total(exact))) / (UNIT * scale)
    })
    expect(Math.min(...off)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...off)).toBeLessThan(100)
    expect(totalLosses(rounded, none)).toEqual(before)
  })
})
