import { describe, expect, it } from 'vitest'
import { toText } from '#src/numeric/index.js'
import { randomFrom } from '../../books.js'
import { dec, text } from '../../certificates/decimals.js'
import {
  type ChainColumn,
  chainOf,
  type Group,
  groupLevel,
  leastSent,
  mostSent,
  moveBound,
  thresholdsBetween,
} from './group-bound.js'

const SEED = 33_107

/** Markets as [supply, capacity of the group, capacity of all]. */
const group = (start: number, weight: number, markets: readonly (readonly [number, number, number])[]): Group => ({
  start: dec(start),
  weight: dec(weight),
  markets: markets.map(([supply, capacity, total]) => ({
    supply: dec(supply),
    capacity: dec(capacity),
    total: dec(total),
  })),
})

describe('what a group gets', () => {
  // The first market has more than the group takes, the second less; others cannot take all of the first.
  const some = group(20, 4, [
    [9, 5, 12],
    [3, 4, 10],
  ])

  it('is at most the smaller of supply and capacity, market by market', () => {
    expect(toText(mostSent(some))).toBe('8')
    expect(toText(mostSent(group(1, 1, [])))).toBe('0')
  })

  it('is at least what the others cannot take', () => {
    // 9 − 7 of the first, nothing of the second.
    expect(toText(leastSent(some))).toBe('2')
    expect(toText(leastSent(group(1, 1, [[9, 12, 12]])))).toBe('9')
    expect(toText(leastSent(group(1, 1, [[9, 2, 12]])))).toBe('0')
  })

  it('keeps its largest level at (a − ρ)/w at least', () => {
    expect(text(groupLevel(some))).toBe('3')
  })

  it('leaves at least −w − F a + F y, for the y that is the least of it', () => {
    expect(toText(moveBound(some, dec(-1)))).toBe('8')
    expect(toText(moveBound(some, dec(-0.5)))).toBe('2')
    expect(toText(moveBound(some, dec(-0.25)))).toBe('0')
    expect(toText(moveBound(some, dec(1)))).toBe('0')
    expect(toText(moveBound(some, dec(0)))).toBe('0')
    // A short group, which a rise hurts: −w − F a + 2 F.
    expect(toText(moveBound({ ...some, start: dec(-20) }, dec(1)))).toBe('18')
  })
})

describe('thresholds', () => {
  const between = (levels: readonly (number | string)[]): string[] => thresholdsBetween(levels.map(dec)).map(toText)

  it('stand half-way between neighbours, falling', () => {
    expect(between([1, 4, 2])).toEqual(['3', '1.5'])
    expect(between([-1, -4])).toEqual(['-2.5'])
    expect(between([7])).toEqual([])
    expect(between([])).toEqual([])
  })

  it('and not between levels that are one but for rounding, 1e-9 of the sum of their sizes', () => {
    expect(between([1, 1])).toEqual([])
    expect(between([1, '1.000000001'])).toEqual([])
    expect(between([1, '1.000000003'])).toEqual(['1.0000000015'])
    expect(between([-1, '-1.000000001'])).toEqual([])
    expect(between([-1, '-1.000000003'])).toHaveLength(1)
    // Around zero they are apart by more than their sizes.
    expect(between(['-1e-12', '1e-12'])).toEqual(['0'])
    // Equality is not apart: 2 of sizes that sum to 2e9.
    expect(between(['1000000001', '999999999'])).toEqual([])
    expect(between(['1000000002', '999999999'])).toHaveLength(1)
  })
})

describe(`chains of groups (seed ${SEED})`, () => {
  interface Plain {
    readonly start: number
    readonly weight: number
    readonly left: number
    readonly pairs: readonly (readonly [number, number])[]
  }
  const columnOf = ({ start, weight, left, pairs }: Plain): ChainColumn => ({
    start: dec(start),
    weight: dec(weight),
    left: dec(left),
    pairs: pairs.map(([k, u]) => [k, dec(u)] as const),
  })

  it('hold who stands above each threshold, and what they get', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 60; round++) {
      const columns: Plain[] = Array.from({ length: random.whole(0, 7) }, () => ({
        start: random.whole(-4, 9),
        weight: random.pick([0.5, 1, 2]),
        left: random.whole(-4, 6),
        pairs: Array.from({ length: random.whole(0, 2) }, (_, k) => [k, random.whole(0, 4)] as const),
      }))
      const supply = [random.whole(0, 6), random.whole(0, 6)]
      const thresholds = Array.from({ length: random.whole(0, 4) }, () => random.whole(-3, 6))
      const links = chainOf(columns.map(columnOf), supply.map(dec), thresholds.map(dec))
      const falling = [...thresholds].sort((a, b) => b - a)
      expect(links.map(({ threshold }) => Number(toText(threshold)))).toEqual(falling)
      for (const [t, link] of links.entries()) {
        const above = columns.filter(({ left, weight }) => left > falling[t] * weight)
        const add = (value: (column: Plain) => number, list = above): number => list.reduce((s, c) => s + value(c), 0)
        const take = (k: number) => (column: Plain) => column.pairs.reduce((s, [at, u]) => (at === k ? s + u : s), 0)
        expect(link.columns, `round ${round}`).toBe(above.length)
        expect(Number(toText(link.group.start))).toBe(add(({ start }) => start))
        expect(Number(toText(link.group.weight))).toBe(add(({ weight }) => weight))
        expect(Number(toText(link.sent))).toBe(add(({ start, left }) => start - left))
        const shares = link.group.markets.map((m) => [m.supply, m.capacity, m.total].map((d) => Number(toText(d))))
        expect(shares).toEqual(supply.map((s, k) => [s, add(take(k)), add(take(k), columns)]))
        const most = supply.reduce((s, value, k) => s + Math.min(value, add(take(k))), 0)
        expect(Number(toText(link.slack))).toBe(most - add(({ start, left }) => start - left))
      }
    }
  })

  it('decide exactly who is above where doubles cannot', () => {
    const threshold = '0.1'
    const at = (left: string, weight: string): number =>
      chainOf([{ start: dec(1), weight: dec(weight), left: dec(left), pairs: [] }], [], [dec(threshold)])[0].columns
    expect(at('0.3', '3')).toBe(0)
    expect(at('0.30000000000000000000001', '3')).toBe(1)
    expect(at('0.29999999999999999999999', '3')).toBe(0)
    expect(at('0.3000000001', '3')).toBe(1)
    expect(at('-0.3', '3')).toBe(0)
    // Levels below zero: the same, with sizes for signs.
    const below = (left: string): number =>
      chainOf([{ start: dec(1), weight: dec(3), left: dec(left), pairs: [] }], [], [dec('-0.1')])[0].columns
    expect([below('-0.3'), below('-0.29999999999999999999999'), below('-0.30000000000000000000001')]).toEqual([0, 1, 0])
  })
})
