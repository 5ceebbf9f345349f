import { describe, expect, it } from 'vitest'
import { lotFill } from '#src/closed-forms/lot-fill.js'
import { decimalOf } from '#src/numeric/index.js'
import { randomFrom } from '../books.js'

interface Plain {
  readonly start: readonly number[]
  readonly weight: readonly number[]
  readonly most: readonly number[]
  readonly step: number
  readonly wanted: number
}

const fill = ({ start, weight, most, step, wanted }: Plain): number[] =>
  lotFill({
    start: start.map(decimalOf),
    weight: weight.map(decimalOf),
    most: most.map(BigInt),
    step: decimalOf(step),
    wanted: BigInt(wanted),
  }).map(Number)

/** One step after the other, each by the rule as it is written: the highest level, then the smaller weight, then the first. */
function slowFill({ start, weight, most, step, wanted }: Plain): number[] {
  const taken = start.map(() => 0)
  for (let k = 0; k < wanted; k++) {
    let best = -1
    for (let i = 0; i < start.length; i++) {
      if (taken[i]! >= most[i]!) continue
      if (best < 0) best = i
      // Small integers: these products are exact.
      const [mine, other] = [
        (start[i]! - taken[i]! * step) * weight[best]!,
        (start[best]! - taken[best]! * step) * weight[i]!,
      ]
      if (mine > other || (mine === other && weight[i]! < weight[best]!)) best = i
    }
    taken[best]!++
  }
  return taken
}

const SEED = 31_337

describe('filling in whole steps', () => {
  it('gives a tie to the smaller weight, wherever it stands', () => {
    expect(fill({ start: [8, 4], weight: [2, 1], most: [4, 4], step: 1, wanted: 1 })).toEqual([0, 1])
    expect(fill({ start: [4, 8], weight: [1, 2], most: [4, 4], step: 1, wanted: 1 })).toEqual([1, 0])
  })

  it('and between equal weights to the first', () => {
    expect(fill({ start: [4, 4], weight: [1, 1], most: [4, 4], step: 1, wanted: 3 })).toEqual([2, 1])
  })

  it(`takes the steps that rank highest, one by one (200 cases with many ties, seed ${SEED})`, () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 200; round++) {
      const columns = random.whole(1, 5)
      const weight = Array.from({ length: columns }, () => random.whole(1, 4))
      const start = weight.map((w) => w * random.whole(1, 6))
      const most = start.map((a) => random.whole(0, a))
      const total = most.reduce((a, b) => a + b, 0)
      const plain = { start, weight, most, step: 1, wanted: random.whole(0, total) }
      expect(fill(plain), JSON.stringify(plain)).toEqual(slowFill(plain))
    }
  })
})
