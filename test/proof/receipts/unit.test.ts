import { describe, expect, it } from 'vitest'
import { isUnit, largestUnit } from '#models/proof/receipts/unit.js'
import { toText } from '#src/numeric/index.js'
import { frac, order, times } from '../../fraction.js'
import { decimal, fractionOf } from './fractions.js'

const quantities = ['1', '9.99', '10', '0.001', '123456789', '999999999.9', '1000000000', '5e9', '1e10', '3e12']

describe('the unit to which cuts follow a rule', () => {
  it('is zero, or a power of ten that is at most a billionth of the demand', () => {
    const wrong: string[] = []
    for (const quantity of quantities) {
      expect(isUnit(decimal('0'), decimal(quantity))).toBe(true)
      for (let power = -14; power < 5; power++) {
        const isSmall = order(frac(`1e${power}`), times(frac('1e-9'), frac(quantity))) <= 0
        if (isUnit(decimal(`1e${power}`), decimal(quantity)) !== isSmall) wrong.push(`1e${power} of ${quantity}`)
        for (const other of [`2e${power}`, `11e${power}`, `-1e${power}`, `101e${power}`])
          if (isUnit(decimal(other), decimal(quantity))) wrong.push(`${other} of ${quantity}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('is the largest of these where accounts give in several markets', () => {
    for (const quantity of quantities) {
      const unit = largestUnit(decimal(quantity))
      expect([quantity, toText(unit), isUnit(unit, decimal(quantity))]).toEqual([quantity, toText(unit), true])
      expect(order(times(frac(10), fractionOf(unit)), times(frac('1e-9'), frac(quantity)))).toBe(1)
    }
    for (const none of ['0', '-5']) expect(toText(largestUnit(decimal(none)))).toBe('0')
  })
})
