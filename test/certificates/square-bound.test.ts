import { describe, expect, it } from 'vitest'
import { type SquareColumn, type SquareMarket, squareBound } from '#src/certificates/square-bound.js'
import { toText } from '#src/numeric/decimal.js'
import { dec } from './decimals.js'

const column = (amount: number, weight: number, multiplier: number, pairs: readonly (readonly [number, number])[]) => ({
  amount: dec(amount),
  weight: dec(weight),
  multiplier: dec(multiplier),
  pairs: pairs.map(([k, capacity]) => [k, dec(capacity)] as const),
})
const market = (price: number, removed: number, threshold: number): SquareMarket => ({
  price: dec(price),
  removed: dec(removed),
  threshold: dec(threshold),
})
const bound = (columns: readonly SquareColumn[], markets: readonly SquareMarket[]): string =>
  toText(squareBound(columns, markets))

describe('the bound on a sum of squares', () => {
  it('is nothing of nothing', () => {
    expect(bound([], [])).toBe('0')
  })

  it('is the tangent 2 m a − m² w of a column without markets', () => {
    expect(bound([column(5, 3, 2, [])], [])).toBe('8')
    expect(bound([column(-5, 0.5, -2, [])], [])).toBe('18')
    expect(bound([column(5, 3, 2, []), column(1, 1, 1, [])], [])).toBe('9')
  })

  it('pays a market its threshold on what is removed, and gains above it on what there is', () => {
    // 2 · 2 · 5 − 2² · 3 = 8; 2 · 2 · 2 − 3 = 5 on a capacity of 0.5; 3 on 1.5 removed.
    expect(bound([column(5, 3, 2, [[0, 0.5]])], [market(2, 1.5, 3)])).toBe('1')
    // No gain: threshold above, or just at, 2 m p.
    expect(bound([column(5, 3, 2, [[0, 0.5]])], [market(2, 1.5, 9)])).toBe('-5.5')
    expect(bound([column(5, 3, 2, [[0, 0.5]])], [market(2, 1, 8)])).toBe('0')
    // The second market alone, with a threshold below zero.
    expect(bound([column(5, 3, 2, [[1, 0.5]])], [market(2, 0, 3), market(1, 2, -1)])).toBe('7.5')
  })

  it('is the optimum at the levels and prices of the optimum', () => {
    // Removing 4 of (6, 2) at weights 1: levels (2, 2); squares 8; the shadow price of a unit is 2 · 2.
    const columns = [column(6, 1, 2, [[0, 6]]), column(2, 1, 2, [[0, 2]])]
    expect(bound(columns, [market(1, 4, 4)])).toBe('8')
  })
})
