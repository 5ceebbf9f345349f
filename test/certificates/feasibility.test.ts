import { describe, expect, it } from 'vitest'
import { judgeFeasibility, tidy } from '#src/certificates/feasibility.js'
import { type SmallForm, smallForm } from './small-form.js'

const judge = (given: SmallForm, x: readonly number[]) => judgeFeasibility(smallForm(given), Float64Array.from(x))
const nothing = { absolute: 0, relative: 0, where: 'nowhere' }

describe('how far a point leaves', () => {
  it('its bounds, against the larger of 1 and the bound', () => {
    const box = { linear: [0, 0], lower: [-8, 0], upper: [4, 0.5] }
    expect(judge(box, [-8, 0.5])).toEqual(nothing)
    expect(judge(box, [4, 0])).toEqual(nothing)
    expect(judge(box, [-10, 0])).toEqual({ absolute: 2, relative: 0.25, where: 'column 0 (bounds)' })
    expect(judge(box, [7, 0])).toEqual({ absolute: 3, relative: 0.75, where: 'column 0 (bounds)' })
    expect(judge(box, [0, -0.25])).toEqual({ absolute: 0.25, relative: 0.25, where: 'column 1 (bounds)' })
    expect(judge(box, [0, 0.75])).toEqual({ absolute: 0.25, relative: 0.25, where: 'column 1 (bounds)' })
    // The worst in its own units and the worst against its size are two things.
    expect(judge(box, [-10, 1])).toEqual({ absolute: 2, relative: 0.5, where: 'column 1 (bounds)' })
  })

  it('integers', () => {
    const whole = { linear: [0, 0], integer: [true, false] }
    expect(judge(whole, [3, 0.5])).toEqual(nothing)
    expect(judge(whole, [2.75, 0.5])).toEqual({ absolute: 0.25, relative: 0.25, where: 'column 0 (whole)' })
    expect(judge(whole, [-2.75, 0.5])).toEqual({ absolute: 0.25, relative: 0.25, where: 'column 0 (whole)' })
  })

  it('numbers: NaN and infinities are no points, and there are as many as columns', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(judge({ linear: [0, 0] }, [0, value])).toMatchObject({
        relative: Infinity,
        where: 'column 1 (not a number)',
      })
    }
    expect(judge({ linear: [0] }, [0, 0])).toMatchObject({ absolute: Infinity, where: 'the number of columns' })
    expect(judge({ linear: [0, 0] }, [0])).toMatchObject({ relative: Infinity, where: 'the number of columns' })
  })

  it('a row, against the largest of its bounds, its terms and what a unit of its columns moves', () => {
    const row = { linear: [0, 0], rows: [[2, -3]], rowLower: [-4], rowUpper: [6] }
    expect(judge(row, [3, 0])).toEqual(nothing)
    expect(judge(row, [-2, 0])).toEqual(nothing)
    // Activity 12, 6 too much; the term 12 is the largest.
    expect(judge(row, [6, 0])).toEqual({ absolute: 6, relative: 0.5, where: 'row 0' })
    // Activity −12, 8 too little.
    expect(judge(row, [-6, 0])).toEqual({ absolute: 8, relative: 8 / 12, where: 'row 0' })
    expect(judge(row, [0, 4])).toEqual({ absolute: 8, relative: 8 / 12, where: 'row 0' })
    // The bound is the largest: 60.
    expect(judge({ ...row, rowUpper: [60], rowLower: [1] }, [0, 0])).toEqual({
      absolute: 1,
      relative: 1 / 60,
      where: 'row 0',
    })
    expect(judge({ ...row, rowUpper: [-1], rowLower: [-60] }, [0, 0])).toEqual({
      absolute: 1,
      relative: 1 / 60,
      where: 'row 0',
    })
    // An infinite side is no size.
    expect(judge({ ...row, rowUpper: [Infinity], rowLower: [1] }, [0, 0])).toEqual({
      absolute: 1,
      relative: 1 / 3,
      where: 'row 0',
    })
  })

  it('a row with columns that cannot move, or by less than a unit', () => {
    const row = { linear: [0], rows: [[100]], rowLower: [1], rowUpper: [Infinity] }
    const relative = (lower: number, upper: number, integer = false): number =>
      judge({ ...row, lower: [lower], upper: [upper], integer: [integer] }, [0]).relative
    expect(relative(0, 0)).toBe(1)
    expect(relative(0, 0.5)).toBe(1 / 50)
    expect(relative(0, 9)).toBe(1 / 100)
    expect(relative(0, 9, true)).toBe(1)
    // Other bounds than the form's own.
    const form = smallForm({ ...row, lower: [0], upper: [9] })
    expect(
      judgeFeasibility(form, Float64Array.of(0), { lower: Float64Array.of(0), upper: Float64Array.of(0.5) }).relative,
    ).toBe(1 / 50)
    // Crossed by rounding: no reach, not one below zero.
    expect(
      judgeFeasibility(form, Float64Array.of(0), { lower: Float64Array.of(1), upper: Float64Array.of(0.5) }).relative,
    ).toBe(1)
  })

  it('an integer acts by its whole value', () => {
    const row = { linear: [0], rows: [[100]], rowLower: [350], integer: [true] }
    expect(judge(row, [3]).relative).toBe(50 / 350)
    expect(judge({ ...row, rowLower: [350], rows: [[200]] }, [1.4])).toMatchObject({
      absolute: expect.closeTo(70, 9),
      where: 'column 0 (whole)',
    })
    expect(judge({ ...row, rowLower: [301], rows: [[200]] }, [1.5])).toMatchObject({ relative: 0.5 })
    expect(judge({ ...row, rowLower: [-Infinity], rowUpper: [1] }, [-3])).toEqual(nothing)
    // 0.4 of an integer is rounded to none: the bound alone is the size.
    const little = judge({ ...row, rowLower: [80] }, [0.4])
    expect(little).toMatchObject({ absolute: 40, relative: 0.5, where: 'row 0' })
  })

  it('an empty row, against 1', () => {
    expect(judge({ linear: [0], rows: [[0]], rowUpper: [-0] }, [5])).toEqual(nothing)
    expect(judge({ linear: [0], rows: [[0]], rowLower: [0.25] }, [5])).toEqual({
      absolute: 0.25,
      relative: 1,
      where: 'row 0',
    })
    const still = { linear: [0], rows: [[1]], rowLower: [0], lower: [0], upper: [0] }
    expect(judge(still, [-0.5])).toMatchObject({ where: 'row 0', relative: 1 })
  })
})

describe('a tidy point', () => {
  const put = (given: SmallForm, value: number, within = 1e-6): number =>
    tidy(smallForm(given), Float64Array.of(value), within)[0]
  it('takes back what leaves a bound by little', () => {
    const box = { linear: [0], lower: [-200], upper: [0.5] }
    expect(put(box, -200 - 1e-4)).toBe(-200)
    expect(put(box, -200 - 3e-4)).toBe(-200 - 3e-4)
    expect(put(box, 0.5 + 9e-7)).toBe(0.5)
    expect(put(box, 0.5 + 2e-6)).toBe(0.5 + 2e-6)
    expect(put(box, -1e-7)).toBe(-1e-7)
    expect(put({ linear: [0], lower: [0.5], upper: [200] }, 0.5 - 9e-7)).toBe(0.5)
    expect(put({ linear: [0], lower: [0.5], upper: [200] }, 200 + 1e-4)).toBe(200)
    expect(put({ linear: [0], lower: [0.5], upper: [200] }, 0.5 - 2e-6)).toBe(0.5 - 2e-6)
    // At the edge of what is forgiven.
    expect(put({ linear: [0], lower: [1], upper: [2] }, 0.75, 0.25)).toBe(1)
    expect(put({ linear: [0], lower: [1], upper: [2] }, 2.5, 0.25)).toBe(2)
  })

  it('makes integers whole that nearly are, and no others', () => {
    const whole = { linear: [0], integer: [true] }
    expect(put(whole, 3 - 1e-7)).toBe(3)
    expect(put(whole, 3 + 1e-7)).toBe(3)
    expect(put(whole, 3 + 1e-5)).toBe(3 + 1e-5)
    expect(put(whole, 2.75, 0.25)).toBe(3)
    expect(put({ linear: [0] }, 3 - 1e-7)).toBe(3 - 1e-7)
    expect(put({ ...whole, lower: [4] }, 3 + 1e-7)).toBe(3)
  })
})
