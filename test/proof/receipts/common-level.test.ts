import { describe, expect, it } from 'vitest'
import { commonLevel, leverageOf, middleLevel, unitAbove } from '#models/proof/receipts/common-level.js'
import { toNumber, toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { frac, least, minus, most, num, order, over, plus, size, times, total, ZERO } from '../../fraction.js'
import { decimal, decimalOf, fractionOf } from './fractions.js'

const SEED = 4_711

describe(`the level of one market (seed ${SEED})`, () => {
  it('closes what is demanded', () => {
    const random = randomFrom(SEED)
    for (let b = 0; b < 50; b++) {
      const price = random.pick(['100', '0.25', '7'])
      const accounts = Array.from({ length: random.whole(1, 8) }, () => {
        const capacity = String(random.whole(1, 40))
        const beside = String(random.pick([0, 0, 3, 1000]))
        return {
          capacity,
          remarked: String(random.whole(1, 900) / random.pick([8, 4096])),
          gross: plus(times(frac(price), frac(capacity)), frac(beside)),
        }
      })
      const held = total(accounts.map(({ capacity }) => frac(capacity)))
      const quantity = over(times(held, frac(random.whole(1, 15))), frac(16))
      const level = commonLevel({
        price: decimal(price),
        quantity: decimalOf(quantity),
        gross: accounts.map(({ gross }) => decimalOf(gross)),
        remarked: accounts.map(({ remarked }) => decimal(remarked)),
        capacity: accounts.map(({ capacity }) => decimal(capacity)),
      })
      const closed = total(
        accounts.map(({ capacity, remarked, gross }) =>
          least(frac(capacity), most(ZERO, over(minus(gross, times(fractionOf(level), frac(remarked))), frac(price)))),
        ),
      )
      const gap = size(minus(closed, quantity))
      expect([b, order(gap, frac('1e-30')) <= 0 ? 0 : num(gap)]).toEqual([b, 0])
    }
  })

  it('leaves whoever ends at it just when all is closed, with the others', () => {
    // At Λ = 1 the first is left with 500 of 500, all of its 5 contracts closed, and the second with 500 after 5 of 10.
    const level = commonLevel({
      price: decimal('100'),
      quantity: decimal('10'),
      gross: [decimal('1000'), decimal('1000')],
      remarked: [decimal('500'), decimal('500')],
      capacity: [decimal('5'), decimal('10')],
    })
    expect(toText(level)).toBe('1')
  })

  it('of accounts all of which are closed whole or not at all is a level between them', () => {
    // Levels go down to 1000/1 of the first, and begin at 100/10 of the other.
    const level = commonLevel({
      price: decimal('100'),
      quantity: decimal('5'),
      gross: [decimal('1500'), decimal('100')],
      remarked: [decimal('1'), decimal('10')],
      capacity: [decimal('5'), decimal('1')],
    })
    expect(toNumber(level)).toBeGreaterThan(10)
    expect(toNumber(level)).toBeLessThanOrEqual(1000)
  })
})

describe('the level of linked markets', () => {
  const at = (level: number, isCut: boolean, isLeft: boolean) => ({ level, isCut, isLeft })
  const text = (...given: Parameters<typeof middleLevel>) => toText(middleLevel(...given))

  it('is the middle one of those who are cut in part', () => {
    expect(
      text([at(9, true, true), at(1, true, true), at(4, true, true), at(50, false, true), at(0, true, false)]),
    ).toBe('4')
    expect(text([at(10, true, true), at(9, true, true)])).toBe('10')
  })

  it('is between those who are left and those who are cut', () => {
    const accounts = [at(2, false, true), at(3, false, true), at(7, true, false), at(9, true, false)]
    expect(text(accounts)).toBe('5')
    expect(text(accounts, false)).toBe('5.5')
    expect(text([at(2, false, true)])).toBe('2')
    expect(text([at(-2, false, true), at(7, true, false)])).toBe('3.5')
    expect(text([at(-2, false, true), at(8, true, false)], true, Number.NEGATIVE_INFINITY)).toBe('3')
    expect(text([at(7, true, false)])).toBe('3.5')
    expect(text([at(7, true, false)], true, Number.NEGATIVE_INFINITY)).toBe('7')
    expect(text([], true, Number.NEGATIVE_INFINITY)).toBe('0')
    expect(text([])).toBe('0')
  })
})

describe('the leverage of whoever holds nothing else', () => {
  it('leads back to the level, and is none where all equity is gone', () => {
    for (const level of ['0', '0.3', '2', '55'])
      for (const price of ['100', '0.5'])
        for (const d of ['0', '1', '-1', '-0.25', '-9']) {
          const found = leverageOf(decimal(level), decimal(price), decimal(d))
          const under = plus(frac(price), times(frac(d), frac(level)))
          expect([level, price, d, found === undefined]).toEqual([level, price, d, order(under, ZERO) <= 0])
          if (found === undefined) continue
          const back = over(
            times(fractionOf(found), frac(price)),
            minus(frac(price), times(fractionOf(found), frac(d))),
          )
          expect(order(size(minus(back, frac(level))), frac('1e-30'))).toBe(-1)
        }
    // p + d Λ = 0.
    expect(leverageOf(decimal('100'), decimal('100'), decimal('-1'))).toBeUndefined()
  })
})

describe('the unit above a quotient', () => {
  it('is the least power of ten that is not below it', () => {
    const random = randomFrom(SEED)
    const wrong: string[] = []
    for (let r = 0; r < 60; r++) {
      const [a, b] = [
        `${random.whole(1, 99)}e${random.whole(-40, 30)}`,
        `${random.whole(1, 99)}e${random.whole(-40, 30)}`,
      ]
      const unit = fractionOf(unitAbove(decimal(a), decimal(b)))
      const isPower = /^10*$/.test(String(unit.n * unit.d)) && (unit.n === 1n || unit.d === 1n)
      const ratio = over(frac(a), frac(b))
      if (!isPower || order(ratio, unit) > 0 || order(times(frac(10), ratio), unit) <= 0) wrong.push(`${a} over ${b}`)
    }
    expect(wrong).toEqual([])
    for (const exact of ['1e-20', '0.01', '1', '1000'])
      expect(fractionOf(unitAbove(decimal(exact), decimal('1')))).toEqual(frac(exact))
    expect(toText(unitAbove(decimal('0'), decimal('3')))).toBe('0')
    expect(fractionOf(unitAbove(decimal('1e-300'), decimal('3')))).toEqual(frac('1e-200'))
  })
})
