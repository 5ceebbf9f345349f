import { describe, expect, it } from 'vitest'
import { halfStepDown, type LotFillInput, levelAfter, lotFill } from '#src/closed-forms/lot-fill.js'
import { type Decimal, parseDecimal } from '#src/numeric/index.js'
import { frac, minus, over, times } from '../fraction.js'

const decimal = (text: string): Decimal => {
  const parsed = parseDecimal(text)
  if (parsed === undefined) throw new Error(`not a decimal: ${text}`)
  return parsed
}

interface Column {
  readonly start: string
  readonly weight: string
  readonly most: bigint
}

const input = (columns: readonly Column[], step: string, wanted: bigint): LotFillInput => ({
  start: columns.map(({ start }) => decimal(start)),
  weight: columns.map(({ weight }) => decimal(weight)),
  most: columns.map(({ most }) => most),
  step: decimal(step),
  wanted,
})

const fill = (columns: readonly Column[], step: string, wanted: bigint): bigint[] =>
  lotFill(input(columns, step, wanted))

/** (a − j t)/w in fractions: what a column stands at after j steps. */
const levelOf = ({ start, weight }: Column, step: string, steps: bigint) =>
  over(minus(frac(start), times(frac(String(steps)), frac(step))), frac(weight))

describe('whole steps, by hand', () => {
  it('takes all that there is, or nothing, and leaves the array given as it was', () => {
    const all = input([{ start: '3', weight: '1', most: 2n }], '1', 2n)
    const taken = lotFill(all)
    expect(taken).toEqual([2n])
    expect(taken).not.toBe(all.most)
    expect(lotFill({ ...all, wanted: 5n })).toEqual([2n])
    expect(lotFill({ ...all, wanted: 0n })).toEqual([0n])
    expect(lotFill({ ...all, wanted: -1n })).toEqual([0n])
  })

  it('counts levels below zero like those above', () => {
    const columns = [
      { start: '-1', weight: '1', most: 3n },
      { start: '-3', weight: '2', most: 2n },
    ]
    const order = [0n, 1n, 2n, 3n, 4n].map((wanted) => fill(columns, '2', wanted))
    // Steps of 2: levels −1, −3, −5 and −3/2, −5/2, so that the order is 0, 1, 1, 0.
    expect(order).toEqual([
      [0n, 0n],
      [1n, 0n],
      [1n, 1n],
      [1n, 2n],
      [2n, 2n],
    ])
  })

  it('gives ties between equal weights to the columns in their order, among many', () => {
    const columns = Array.from({ length: 5 }, () => ({ start: '7', weight: '1', most: 3n }))
    expect(fill(columns, '2', 7n)).toEqual([2n, 2n, 1n, 1n, 1n])
    expect(fill(columns, '2', 12n)).toEqual([3n, 3n, 2n, 2n, 2n])
  })
})

/**
 * Steps of 10^−45. T falls from 2 to 3/2 in five steps, D falls by 10^−25 from just beside 1, and S falls from 1 by 10^−24 with each
 * step. Doubles see D and S at one level, so that the 10^20 steps of D are kept apart from those of S by exact halvings alone.
 */
const STEP = '1e-45'
const T = { start: '2e-44', weight: '1e-44', most: 5n }
const S = { start: '1e-21', weight: '1e-21', most: 10n ** 24n }
const denseAt = (start: string) => ({ start, weight: '1', most: 10n ** 20n })

describe('steps far finer than doubles', () => {
  it('have the levels that the examples say', () => {
    expect(levelOf(T, STEP, 0n)).toEqual(frac('2'))
    expect(levelOf(T, STEP, T.most)).toEqual(frac('1.5'))
    expect(levelOf(S, STEP, 1n)).toEqual(minus(frac('1'), frac('1e-24')))
    expect(levelOf(S, STEP, S.most)).toEqual(frac('0'))
    expect(levelOf(denseAt('1'), STEP, 10n ** 20n)).toEqual(minus(frac('1'), frac('1e-25')))
  })

  it('are all taken where they rank just above', () => {
    const above = denseAt('1.000000000000000000000002')
    // T and D whole, then S at 1 and at 1 − 10^−24.
    const wanted = T.most + above.most + 2n
    expect(fill([T, above, S], STEP, wanted)).toEqual([T.most, above.most, 2n])
    expect(fill([S, above, T], STEP, wanted)).toEqual([2n, above.most, T.most])
  })

  it('and none where they rank just below', () => {
    const below = denseAt('0.999999999999999999999998')
    // D starts at 1 − 2·10^−24, and S takes its first two steps before, at 1 and at 1 − 10^−24.
    expect(fill([T, below, S], STEP, T.most + 1n)).toEqual([T.most, 0n, 1n])
  })

  it('and lists none of a dense column where the last step taken stands just above it', () => {
    const below = denseAt('0.999999999999999999999998')
    expect(fill([T, below, S], STEP, T.most + 2n)).toEqual([T.most, 0n, 2n])
  })

  it('and the same below zero', () => {
    // The same levels less 3: a − 3 w for a.
    const columns = [{ ...T, start: '-1e-44' }, denseAt('-1.999999999999999999999998'), { ...S, start: '-2e-21' }]
    const wanted = T.most + 10n ** 20n + 2n
    expect(fill(columns, STEP, wanted)).toEqual([T.most, 10n ** 20n, 2n])
  })
})

describe('levels before and after steps', () => {
  it('stand half a step lower for squares', () => {
    expect(halfStepDown(decimal('3'), decimal('0.5'))).toEqual({ digits: 275n, scale: 2 })
  })

  it('fall by the steps taken', () => {
    expect(levelAfter(decimal('3'), decimal('0.5'), 4n)).toEqual({ digits: 10n, scale: 1 })
    expect(levelAfter(decimal('3'), decimal('0.5'), 0n)).toEqual({ digits: 30n, scale: 1 })
  })
})
