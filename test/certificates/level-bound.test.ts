import { describe, expect, it } from 'vitest'
import { type GroupTotals, levelBound } from '#src/certificates/level-bound.js'
import { randomFrom } from '../books.js'
import { type Fraction, frac, most as larger, minus, plus, sign, times, total } from '../fraction.js'
import { dec, fracOf, fracOfRatio, text } from './decimals.js'

const SEED = 51_503

/** Markets as [price, concession, least, most]. */
const group = (
  amount: number,
  weight: number,
  markets: readonly (readonly [number, number, number, number])[],
): GroupTotals => ({
  amount: dec(amount),
  weight: dec(weight),
  markets: markets.map(([price, concession, least, most]) => ({
    price: dec(price),
    concession: dec(concession),
    least: dec(least),
    most: dec(most),
  })),
})

/** G(λ) of the formula. */
function slack({ amount, weight, markets }: GroupTotals, level: Fraction): Fraction {
  const worst = markets.map(({ price, concession, least, most }) => {
    const gain = minus(fracOf(price), times(level, fracOf(concession)))
    return larger(times(gain, fracOf(least)), times(gain, fracOf(most)))
  })
  return minus(minus(fracOf(amount), times(level, fracOf(weight))), total(worst))
}

describe(`the least that the largest level of a group can be (seed ${SEED})`, () => {
  it('is amount over weight where nothing can be given up', () => {
    expect(levelBound(group(6, 4, []))).toMatchObject({ given: [] })
    expect(text(levelBound(group(6, 4, [])).bound)).toBe('3/2')
    expect(text(levelBound(group(0, 4, [])).bound)).toBe('0')
  })

  it('is p (c − Q)/(w − d Q) with one market', () => {
    // What is given up frees 2 and costs 0.5 of weight: at 8/4 a unit, giving up all is the best, (10 − 2·2)/(5 − 0.5·2).
    const found = levelBound(group(10, 5, [[2, 0.5, 1, 2]]))
    expect(text(found.bound)).toBe('3/2')
    expect(found.given.map((z) => fracOf(z).n)).toEqual([2n])
    expect(fracOf(found.weightLeft)).toEqual({ n: 4n, d: 1n })
    // At a price below the level times the concession, giving up little is: (10 − 1)/(2 − 0.5) against (10 − 2)/(2 − 1).
    const little = levelBound(group(10, 2, [[1, 0.5, 1, 2]]))
    expect(text(little.bound)).toBe('6')
    // Where p/d is the level itself, either is the same.
    expect(text(levelBound(group(10, 5, [[2, 1, 0, 3]])).bound)).toBe('2')
    // A concession of zero, or below it: all.
    expect(text(levelBound(group(10, 5, [[2, 0, 1, 2]])).bound)).toBe('6/5')
    expect(text(levelBound(group(10, 5, [[2, -1, 1, 2]])).bound)).toBe('6/7')
  })

  it('is infinite where no weight is left at best', () => {
    expect(levelBound(group(10, 1, [[1, 1, 1, 2]]))).toMatchObject({ bound: undefined, weightLeft: dec(0) })
    expect(levelBound(group(10, 0, []))).toMatchObject({ bound: undefined })
    expect(levelBound(group(10, -1, [])).bound).toBeUndefined()
    expect(text(levelBound(group(10, 1.5, [[1, 1, 1, 2]])).bound)).toBe('18')
  })

  it('is the root of G, beyond which G is below zero', () => {
    const random = randomFrom(SEED)
    let bounded = 0
    for (let round = 0; round < 200; round++) {
      const markets = Array.from({ length: random.whole(0, 3) }, () => {
        const least = random.whole(0, 2)
        return [
          random.whole(1, 4),
          random.pick([-1, -0.5, 0, 0.25, 0.5, 1]),
          least,
          least + random.whole(0, 2),
        ] as const
      })
      const most = markets.reduce((sum, [price, , , last]) => sum + price * last, 0)
      // G(0) ≥ 0: there is at least what can be given up.
      const given = group(most + random.whole(0, 5), random.whole(1, 8), markets)
      const { bound, weightLeft, given: z } = levelBound(given)
      const concession = (pick: 2 | 3) =>
        markets.map((each) => times(frac(String(each[1])), frac(String(each[1] > 0 ? each[2] : each[pick]))))
      const left = minus(fracOf(given.weight), total(concession(3)))
      expect(bound === undefined, `round ${round}`).toBe(sign(left) <= 0)
      if (bound === undefined) continue
      bounded++
      const level = fracOfRatio(bound)
      expect(sign(slack(given, level)), `round ${round}`).toBe(0)
      expect(sign(slack(given, plus(level, frac('1e-9')))), `round ${round}`).toBe(-1)
      // N/D at what is given up is the level.
      const spent = z.map((value, k) => times(fracOf(value), frac(String(markets[k][0]))))
      const conceded = z.map((value, k) => times(fracOf(value), frac(String(markets[k][1]))))
      const weight = minus(fracOf(given.weight), total(conceded))
      expect(fracOf(weightLeft)).toEqual(weight)
      expect(minus(fracOf(given.amount), total(spent))).toEqual(times(level, weight))
    }
    expect(bounded).toBeGreaterThan(100)
  })
})
