import { describe, expect, it } from 'vitest'
import { impliedBounds } from '#src/certificates/implied-bounds.js'
import { fromTriplets, standardForm } from '#src/index.js'
import { randomFrom } from '../books.js'
import { type SmallForm, smallForm } from './small-form.js'

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
    expect(boundsOf(3, 3.5)).toEqual(['the rows leave column 0 no value'])
  })
})

const SEED = 70_003

const tight = (given: SmallForm, sweeps?: number) => {
  const { lower, upper, conflict } = impliedBounds(smallForm(given), sweeps)
  return { lower: [...lower], upper: [...upper], conflict }
}
const near = (values: readonly number[]) =>
  values.map((value) => (Number.isFinite(value) ? expect.closeTo(value, 12) : value))
const expectBounds = (given: SmallForm, lower: readonly number[], upper: readonly number[]): void => {
  const found = tight(given)
  expect(found).toEqual({ lower: near(lower), upper: near(upper), conflict: undefined })
}

describe(`bounds that rows imply (seed ${SEED})`, () => {
  it('are the given ones without rows, and with rows without sides', () => {
    expect(tight({ linear: [0, 0], lower: [1, -Infinity], upper: [2, 3] })).toEqual({
      lower: [1, -Infinity],
      upper: [2, 3],
      conflict: undefined,
    })
    expectBounds({ linear: [0], rows: [[3]] }, [-Infinity], [Infinity])
    expectBounds({ linear: [0], rows: [[0]], rowLower: [-1], rowUpper: [1] }, [-Infinity], [Infinity])
  })

  it('of a row alone are its sides over the coefficient', () => {
    expectBounds({ linear: [0], rows: [[4]], rowLower: [2], rowUpper: [6] }, [0.5], [1.5])
    expectBounds({ linear: [0], rows: [[-4]], rowLower: [2], rowUpper: [6] }, [-1.5], [-0.5])
    expectBounds({ linear: [0], rows: [[4]], rowLower: [2] }, [0.5], [Infinity])
    expectBounds({ linear: [0], rows: [[-4]], rowLower: [2] }, [-Infinity], [-0.5])
    expectBounds({ linear: [0], rows: [[4]], rowUpper: [6] }, [-Infinity], [1.5])
    expectBounds({ linear: [0], rows: [[-4]], rowUpper: [6] }, [-1.5], [Infinity])
    // Those given are kept where they are nearer.
    expectBounds({ linear: [0], rows: [[4]], rowLower: [2], rowUpper: [6], lower: [1], upper: [1.25] }, [1], [1.25])
  })

  it('count what the others can do at most', () => {
    const row = { linear: [0, 0], rows: [[1, -2]] }
    // x − 2 y ≤ 4 with x ≥ −6, y ≤ 1: x ≤ 6, y ≥ −5.
    expectBounds({ ...row, rowUpper: [4], lower: [-6, -Infinity], upper: [Infinity, 1] }, [-6, -5], [6, 1])
    // x − 2 y ≥ −4 with x ≤ 6, y ≥ −1: x ≥ −6, y ≤ 5.
    expectBounds({ ...row, rowLower: [-4], lower: [-Infinity, -1], upper: [6, Infinity] }, [-6, -1], [6, 5])
    // With one other that is open nothing follows for a column, but for the open one itself.
    expectBounds({ ...row, rowUpper: [4], lower: [-6, -Infinity] }, [-6, -5], [Infinity, Infinity])
    expectBounds({ ...row, rowUpper: [4], lower: [-Infinity, -9], upper: [Infinity, 1] }, [-Infinity, -9], [6, 1])
    expectBounds({ ...row, rowUpper: [4] }, [-Infinity, -Infinity], [Infinity, Infinity])
    // Three columns, two open.
    expectBounds(
      { linear: [0, 0, 0], rows: [[1, 1, 1]], rowUpper: [4], lower: [0, -Infinity, -Infinity] },
      [0, -Infinity, -Infinity],
      [Infinity, Infinity, Infinity],
    )
    expectBounds(
      { linear: [0, 0, 0], rows: [[1, 1, 1]], rowUpper: [4], lower: [0, 1, -Infinity] },
      [0, 1, -Infinity],
      [Infinity, Infinity, 3],
    )
  })

  it('go from row to row in sweeps', () => {
    // x ≤ 1, y ≤ x, z ≤ y in the order that needs three sweeps.
    const ladder = {
      linear: [0, 0, 0],
      rows: [
        [0, -1, 1],
        [-1, 1, 0],
        [1, 0, 0],
      ],
      rowUpper: [0, 0, 1],
    }
    expect(tight(ladder, 0).upper).toEqual([Infinity, Infinity, Infinity])
    expect(tight(ladder, 1).upper).toEqual([expect.closeTo(1, 12), Infinity, Infinity])
    expect(tight(ladder, 2).upper).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12), Infinity])
    expect(tight(ladder).upper).toEqual([1, 1, 1].map((value) => expect.closeTo(value, 12)))
    const mirror = { ...ladder, rows: ladder.rows.map((row) => row.map((value) => -value)) }
    expect(tight(mirror).lower).toEqual([-1, -1, -1].map((value) => expect.closeTo(value, 12)))
  })

  it('leave the form as it is', () => {
    const form = smallForm({ linear: [0], rows: [[4]], rowLower: [2], rowUpper: [6], integer: [true] })
    impliedBounds(form)
    expect([[...form.lower], [...form.upper]]).toEqual([[-Infinity], [Infinity]])
  })

  it('conclude nothing from a row of which a column is open', () => {
    const row = { linear: [0, 0], rows: [[1, 1]] }
    expect(tight({ ...row, rowUpper: [1], lower: [5, -Infinity] }).conflict).toBeUndefined()
    expect(tight({ ...row, rowLower: [9], upper: [5, Infinity] }).conflict).toBeUndefined()
    expect(tight({ ...row, rowUpper: [1], lower: [5, -3] }).conflict).toBeDefined()
    expect(tight({ ...row, rowLower: [9], upper: [5, 3] }).conflict).toBeDefined()
  })

  it('forgive a crossing against the terms of the row, in the units of the column', () => {
    // y is 1: x ≤ −1e-10, beside x ≥ 0.
    const beside = (a: number, excess: number) =>
      tight({ linear: [0, 0], rows: [[a, 1]], rowUpper: [1 - excess], lower: [0, 1], upper: [Infinity, 1] }).conflict
    expect([beside(1, 1e-10), beside(1e-3, 1e-10), beside(1e3, 1e-10)]).toEqual([undefined, undefined, undefined])
    expect([beside(1, 1e-8), beside(1e-3, 1e-8), beside(1e3, 1e-8)].every((text) => text !== undefined)).toBe(true)
    const reach = tight({
      linear: [0, 0],
      rows: [[1, -1]],
      rowUpper: [-1 - 1e-10],
      lower: [0, 0],
      upper: [Infinity, 1],
    })
    expect(reach.conflict).toBeUndefined()
  })

  it('leave alone what they would move by a thousandth of itself, or less', () => {
    const moved = (bound: number, side: number): boolean =>
      tight({ linear: [0], rows: [[1]], rowUpper: [side], upper: [bound] }).upper[0] !== bound
    expect([moved(10, 9.995), moved(10, 9.98), moved(-10, -10.005), moved(-10, -10.02)]).toEqual([
      false,
      true,
      false,
      true,
    ])
    const raised = (bound: number, side: number): boolean =>
      tight({ linear: [0], rows: [[1]], rowLower: [side], lower: [bound] }).lower[0] !== bound
    expect([raised(10, 10.005), raised(10, 10.02), raised(-10, -9.995), raised(-10, -9.98)]).toEqual([
      false,
      true,
      false,
      true,
    ])
    // At zero, by 1e-12.
    expect([moved(0, -1e-13), moved(0, -1e-11), raised(0, 1e-13), raised(0, 1e-11)]).toEqual([false, true, false, true])
  })

  it('cross by more than rounding where there is no point, which is named by column or row', () => {
    expect(
      tight({ linear: [0], rows: [[1], [1]], rowLower: [2, -Infinity], rowUpper: [Infinity, 1] }).conflict,
    ).toBeDefined()
    expect(tight({ linear: [0, 0], rows: [[1, 1]], rowLower: [4], lower: [0, 0], upper: [1, 2] }).conflict).toBe(
      'row 0 is below its lower bound',
    )
    expect(tight({ linear: [0, 0], rows: [[1, 1]], rowUpper: [-4], lower: [0, -3], upper: [1, 2] }).conflict).toBe(
      'row 0 is above its upper bound',
    )
    expect(
      tight({ linear: [0, 0], rows: [[1, 1]], rowLower: [3], lower: [0, 0], upper: [1, 2] }).conflict,
    ).toBeUndefined()
    expect(
      tight({ linear: [0, 0], rows: [[1, 1]], rowUpper: [-3], lower: [0, -3], upper: [1, 2] }).conflict,
    ).toBeUndefined()
    // Rounding, 1e-9 of the terms, is no conflict.
    const by = (excess: number, size = 1) =>
      tight({ linear: [0, 0], rows: [[size, size]], rowLower: [3 * size + excess], lower: [0, 0], upper: [1, 2] })
        .conflict !== undefined
    expect([by(1e-10), by(1e-8), by(1e-5, 1e6), by(1e-1, 1e6)]).toEqual([false, true, false, true])
    const under = (excess: number, size = 1) =>
      tight({ linear: [0, 0], rows: [[size, size]], rowUpper: [-excess], lower: [-size, size], upper: [1e9, 1e9] })
        .conflict !== undefined
    expect([under(1e-10), under(1e-8), under(1e-4, 1e3), under(1e-1, 1e3)]).toEqual([false, true, false, true])
    // What rounding has crossed is put in order again.
    const crossed = tight({
      linear: [0],
      rows: [[1], [1]],
      rowLower: [1, -Infinity],
      rowUpper: [Infinity, 1 - 1e-11],
      lower: [-9],
      upper: [9],
    })
    expect(crossed.conflict).toBeUndefined()
    expect(crossed.lower[0]).toBeLessThanOrEqual(crossed.upper[0])
    expect(crossed.upper[0]).toBeGreaterThan(1 - 1e-12)
    expect(crossed.lower[0]).toBeLessThan(1 - 9e-12)
    expect(
      tight({ linear: [0], rows: [[1], [1]], rowLower: [1, -Infinity], rowUpper: [Infinity, 1 - 1e-7] }).conflict,
    ).toBe('row 1 is above its upper bound')
  })

  it('of an integer are whole from the start', () => {
    expect(tight({ linear: [0], lower: [0.5], upper: [3.5], integer: [true] })).toEqual({
      lower: [1],
      upper: [3],
      conflict: undefined,
    })
    expect(tight({ linear: [0], lower: [0.5], upper: [3.5] })).toEqual({
      lower: [0.5],
      upper: [3.5],
      conflict: undefined,
    })
    expect(tight({ linear: [0, 0], lower: [0, 0.25], upper: [1, 0.75], integer: [false, true] }).conflict).toMatch(
      /column 1/,
    )
    expect(tight({ linear: [0], lower: [1], upper: [1], integer: [true] }).conflict).toBeUndefined()
    // A step that is not worth its while is no step, and still there is no whole number.
    expect(tight({ linear: [0], lower: [1000.2], upper: [1000.7], integer: [true] }).conflict).toBe(
      'no whole number lies within the bounds of column 0',
    )
    expect(tight({ linear: [0], lower: [1000.2], upper: [1001], integer: [true] }).conflict).toBeUndefined()
    expect(tight({ linear: [0], integer: [true] })).toEqual({
      lower: [-Infinity],
      upper: [Infinity],
      conflict: undefined,
    })
  })

  it('keep every point that the rows and the given bounds keep', () => {
    const random = randomFrom(SEED)
    let moved = 0
    for (let round = 0; round < 120; round++) {
      const n = random.whole(1, 3)
      const rows = Array.from({ length: random.whole(1, 3) }, () =>
        Array.from({ length: n }, () => random.whole(-3, 3)),
      )
      const lower = Array.from({ length: n }, () => random.pick([-Infinity, -2, -1, 0]))
      const upper = Array.from({ length: n }, () => random.pick([Infinity, 2, 1, 0]))
      const rowLower = rows.map(() => random.pick([-Infinity, -3, -1, 0]))
      const rowUpper = rows.map(() => random.pick([Infinity, 0, 1, 4]))
      const integer = lower.map(() => random.chance(0.5))
      const found = tight({ linear: new Array<number>(n).fill(0), rows, rowLower, rowUpper, lower, upper, integer })
      const steps = [-4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4]
      const points = steps.flatMap((a) =>
        n === 1 ? [[a]] : steps.flatMap((b) => (n === 2 ? [[a, b]] : steps.map((c) => [a, b, c]))),
      )
      for (const x of points) {
        const isKept =
          x.every((value, j) => value >= lower[j] && value <= upper[j] && (!integer[j] || Number.isInteger(value))) &&
          rows.every((row, i) => {
            const value = row.reduce((sum, a, j) => sum + a * x[j], 0)
            return value >= rowLower[i] && value <= rowUpper[i]
          })
        if (!isKept) continue
        if (found.conflict !== undefined || x.some((value, j) => value < found.lower[j] || value > found.upper[j])) {
          expect.unreachable(`round ${round}: ${x} is cut off by ${JSON.stringify(found)}`)
        }
      }
      moved += Number(
        found.lower.some((value, j) => value !== lower[j]) || found.upper.some((value, j) => value !== upper[j]),
      )
    }
    expect(moved).toBeGreaterThan(30)
  })
})
