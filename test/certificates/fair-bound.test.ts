import { describe, expect, it } from 'vitest'
import { columnLevel, type FairMarket, fairBound } from '#src/certificates/fair-bound.js'
import { toNumber, toText } from '#src/numeric/decimal.js'
import { randomFrom } from '../books.js'
import { type Fraction, frac, most as larger, minus, order, plus, times, ZERO } from '../fraction.js'
import { dec, fracOf } from './decimals.js'

const SEED = 60_101

const column = (start: number, weight: number, pairs: readonly (readonly [number, number])[]) => ({
  start: dec(start),
  weight: dec(weight),
  pairs: pairs.map(([k, u]) => [k, dec(u)] as const),
})
const market = (least: number, most: number, level: number): FairMarket => ({
  least: dec(least),
  most: dec(most),
  level: dec(level),
})
const levelOf = (one: ReturnType<typeof column>, ...levels: readonly number[]): string =>
  toText(
    columnLevel(
      one,
      levels.map((level) => market(1, 1, level)),
      Float64Array.from(levels),
    ),
  )

describe('the level of a column', () => {
  it('is its own without markets, and where all stand above it', () => {
    expect(levelOf(column(6, 4, []))).toBe('1.5')
    expect(levelOf(column(6, 4, [[0, 3]]), 2)).toBe('1.5')
    expect(levelOf(column(6, 4, [[0, 3]]), 1.5)).toBe('1.5')
    expect(levelOf(column(-6, 4, [[0, 3]]), 0)).toBe('-1.5')
  })

  it('is that of a market which can send it less than brings it there, and the market’s own otherwise', () => {
    expect(levelOf(column(6, 4, [[0, 1]]), 1)).toBe('1.25')
    expect(levelOf(column(6, 4, [[0, 2]]), 1)).toBe('1')
    expect(levelOf(column(6, 4, [[0, 2.5]]), 1)).toBe('1')
    expect(levelOf(column(6, 4, [[0, 6.5]]), 0)).toBe('0')
  })

  it('takes the lowest market first, in whatever order they are given', () => {
    expect(
      levelOf(
        column(6, 1, [
          [0, 2],
          [1, 3],
        ]),
        1,
        0,
      ),
    ).toBe('1')
    expect(
      levelOf(
        column(6, 1, [
          [0, 2],
          [1, 1],
        ]),
        1,
        0,
      ),
    ).toBe('3')
    expect(
      levelOf(
        column(6, 1, [
          [0, 2],
          [1, 5],
        ]),
        4,
        0,
      ),
    ).toBe('1')
    expect(
      levelOf(
        column(6, 1, [
          [0, 2],
          [1, 9],
        ]),
        4,
        2,
      ),
    ).toBe('2')
    // The capacity is the pair's own: market 1 alone.
    expect(levelOf(column(6, 1, [[1, 2]]), 9, 1)).toBe('4')
  })
})

describe(`the bound of a fair flow (seed ${SEED})`, () => {
  it('is the squares of a column that gets nothing', () => {
    expect(toText(fairBound([column(6, 4, [])], []))).toBe('9')
    expect(toText(fairBound([], []))).toBe('0')
    expect(toText(fairBound([], [market(1, 3, 2), market(1, 3, -2)]))).toBe('-8')
    expect(toText(fairBound([], [market(1, 3, 0)]))).toBe('0')
  })

  it('is the optimum at the levels of the fair flow', () => {
    // 3 of (4, 2) at weights 1 leave 1.5 each.
    expect(toText(fairBound([column(4, 1, [[0, 9]]), column(2, 1, [[0, 9]])], [market(3, 3, 1.5)]))).toBe('4.5')
    // The first can take 1 only; the second goes to 0.
    expect(toText(fairBound([column(4, 1, [[0, 1]]), column(2, 1, [[0, 9]])], [market(3, 3, 0)]))).toBe('9')
    // As much as wanted, between 0 and 9: both to zero; between 0 and 3, the most.
    expect(toText(fairBound([column(4, 1, [[0, 9]]), column(2, 1, [[0, 9]])], [market(0, 9, 0)]))).toBe('0')
    expect(toText(fairBound([column(4, 1, [[0, 9]]), column(2, 1, [[0, 9]])], [market(0, 3, 1.5)]))).toBe('4.5')
    // The least, where all are below zero.
    expect(toText(fairBound([column(-4, 1, [[0, 9]])], [market(1, 3, -5)]))).toBe('25')
  })

  it('tells a level from one that is the same double', () => {
    const at = (level: string): string =>
      toText(fairBound([column(1, 1, [[0, 1]])], [{ least: dec(0), most: dec(0), level: dec(level) }]))
    // The column stands at 1: 2 − 1, less twice (1 − μ) · 1 where μ is below.
    expect(at('0.99999999999999999999')).toBe('0.99999999999999999998')
    expect(at('1.00000000000000000001')).toBe('1')
    expect(at('1')).toBe('1')
  })

  it('is the formula at the levels that it takes, for any levels of markets', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 100; round++) {
      const markets = Array.from({ length: random.whole(1, 3) }, () => {
        const least = random.whole(0, 3)
        return market(least, least + random.whole(0, 2), random.whole(-3, 4))
      })
      const levels = Float64Array.from(markets, ({ level }) => toNumber(level))
      const columns = Array.from({ length: random.whole(0, 4) }, () =>
        column(
          random.whole(-5, 9),
          random.pick([0.5, 1, 2]),
          markets.flatMap((_, k) => (random.chance(0.7) ? [[k, random.whole(0, 4)] as const] : [])),
        ),
      )
      const two = frac('2')
      let wanted: Fraction = ZERO
      for (const each of columns) {
        const [a, w] = [fracOf(each.start), fracOf(each.weight)]
        const dual = (m: Fraction): Fraction =>
          each.pairs.reduce(
            (sum, [k, u]) => minus(sum, times(times(two, larger(ZERO, minus(m, fracOf(markets[k].level)))), fracOf(u))),
            minus(times(times(two, m), a), times(times(m, m), w)),
          )
        const m = fracOf(columnLevel(each, markets, levels))
        wanted = plus(wanted, dual(m))
        // It is the best: a little more and a little less are worse.
        for (const step of ['0.001', '-0.001']) expect(order(dual(plus(m, frac(step))), dual(m))).toBe(-1)
      }
      for (const { least, most, level } of markets) {
        const [low, high] = [times(fracOf(level), fracOf(least)), times(fracOf(level), fracOf(most))]
        wanted = minus(wanted, times(two, larger(low, high)))
      }
      expect(order(fracOf(fairBound(columns, markets)), wanted), `round ${round}`).toBe(0)
    }
  })
})
