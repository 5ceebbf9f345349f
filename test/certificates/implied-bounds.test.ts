import { describe, expect, it } from 'vitest'
import { impliedBounds } from '#src/certificates/implied-bounds.js'
import { fromTriplets, standardForm } from '#src/index.js'

/** Two x between `least` and `most`, x an integer of 0 … 10. */
const rowOf = (least: number, most: number) =>
  standardForm({
    linear: [1],
    matrix: fromTriplets(1, 1, [[0, 0, 2]]),
    rowLower: [least],
    rowUpper: [most],
    lower: [0],
    upper: [10],
    integer: [true],
  })

const boundsOf = (least: number, most: number): (number | string)[] => {
  const { lower, upper, conflict } = impliedBounds(rowOf(least, most))
  return conflict === undefined ? [lower[0]!, upper[0]!] : [conflict]
}

describe('bounds that rows imply for an integer', () => {
  it('move inwards to the next integer', () => {
    expect(boundsOf(3, 15)).toEqual([2, 7])
    expect(boundsOf(2.002, 13.998)).toEqual([2, 6])
  })

  it('stay at an integer that rounding has missed by less than 1e-6, on either side', () => {
    expect(boundsOf(4 + 1e-7, 14 - 1e-7)).toEqual([2, 7])
    expect(boundsOf(4 - 1e-7, 14 + 1e-7)).toEqual([2, 7])
  })

  it('and forgive no more than that', () => {
    expect(boundsOf(4 + 4e-6, 14 - 4e-6)).toEqual([3, 6])
  })

  it('leave no value where no integer lies between them', () => {
    expect(boundsOf(3, 3.5)).toHaveLength(1)
  })
})
