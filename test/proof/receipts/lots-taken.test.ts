import { describe, expect, it } from 'vitest'
import { lotLevel, lotsTaken } from '#models/proof/receipts/lots-taken.js'
import { randomFrom } from '../../books.js'
import { type Fraction, frac, minus, order, over, times } from '../../fraction.js'
import { decimal, decimalOf, fractionOf } from './fractions.js'

const SEED = 60_119
const MARKETS = 40

interface Lot {
  readonly owner: number
  readonly before: Fraction
  readonly level: Fraction
  readonly equity: Fraction
}

describe(`lots of a market (seed ${SEED})`, () => {
  it('are those that come first when all of them are put in their order', () => {
    const random = randomFrom(SEED)
    let ties = 0
    const wrong: string[] = []
    for (let m = 0; m < MARKETS; m++) {
      const [price, lot] = [random.pick(['10', '2.5']), random.pick(['1', '0.5'])]
      const t = times(frac(price), frac(lot))
      // Small numbers, so that levels and equities meet often.
      const accounts = Array.from({ length: random.whole(1, 5) }, () => ({
        equity: String(random.whole(1, 2) * 10),
        count: random.whole(0, 4),
        extra: random.whole(0, 5),
      })).map(({ equity, count, extra }) => {
        const capacity = times(frac(count), frac(lot))
        return { equity, capacity, size: over(times(t, frac(count * 2 + extra)), frac(2)), count }
      })
      const lots = accounts
        .flatMap(({ equity, size, count }, owner) =>
          Array.from({ length: count }, (_, j): Lot => {
            const before = minus(size, times(t, frac(j)))
            return { owner, before, level: over(before, frac(equity)), equity: frac(equity) }
          }),
        )
        .sort((a, b) => order(b.level, a.level) || order(a.equity, b.equity) || a.owner - b.owner)
      for (const [index, last] of lots.entries()) {
        if (index > 0 && order(lots[index - 1]!.level, last.level) === 0) ties++
        const taken = lots.slice(0, index + 1)
        const given = { notional: decimalOf(last.before), equity: decimalOf(last.equity), number: last.owner + 1 }
        accounts.forEach(({ equity, size, capacity }, owner) => {
          const account = { number: owner + 1, size: decimalOf(size), remarked: decimal(equity) }
          const found = lotsTaken(account, decimal(price), decimal(lot), decimalOf(capacity), given)
          const wanted = times(frac(lot), frac(taken.filter((one) => one.owner === owner).length))
          if (order(fractionOf(found), wanted) !== 0) wrong.push(`market ${m}, lot ${index}, owner ${owner}`)
        })
      }
    }
    expect(wrong).toEqual([])
    expect(ties).toBeGreaterThan(20)
  })

  it('have a level that is cut to twenty places', () => {
    expect(lotLevel(decimal('2'), decimal('3'))).toEqual(decimal(`0.${'6'.repeat(20)}`))
    expect(lotLevel(decimal('-2'), decimal('3'))).toEqual(decimal(`-0.${'6'.repeat(19)}7`))
  })
})
