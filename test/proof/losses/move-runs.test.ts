import { describe, expect, it } from 'vitest'
import { byMean, moveRuns } from '#models/proof/losses/move-runs.js'

describe('moves', () => {
  it('in runs of eight have a least and a largest return, and a largest size', () => {
    const runs = moveRuns(
      [Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, -9, 0.5), Float64Array.of(0, 0, 0, 0, 0, 0, 0, -1, 0, 0)],
      10,
    )
    expect([runs.count, moveRuns([], 8).count, moveRuns([], 9).count]).toEqual([2, 1, 2])
    expect(runs.lowest.map((own) => [...own])).toEqual([
      [1, -9],
      [-1, 0],
    ])
    expect(runs.highest.map((own) => [...own])).toEqual([
      [8, 0.5],
      [0, 0],
    ])
    expect([...runs.largest]).toEqual([9, 1])
  })

  it('stand by their means, equals as they came', () => {
    const values = Float64Array.of(3, 9, 1, 9, 2, -9, 1, 0)
    expect([...byMean(Int32Array.of(0, 1, 2, 3), values, 2, [0])]).toEqual([1, 3, 2, 0])
    expect([...byMean(Int32Array.of(0, 1, 2, 3), values, 2, [0, 1])]).toEqual([2, 3, 1, 0])
    expect([...byMean(Int32Array.of(3, 1), values, 2, [0])]).toEqual([1, 3])
  })
})
