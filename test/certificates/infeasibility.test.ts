import { describe, expect, it } from 'vitest'
import { judgeFarkas } from '#src/certificates/infeasibility.js'
import { type SmallForm, smallForm } from './small-form.js'

describe('a contradiction of rows', () => {
  const judge = (given: SmallForm, y: readonly number[], around = given.linear.map(() => 0)) => {
    const form = smallForm(given)
    return judgeFarkas(form, Float64Array.from(y), form, Float64Array.from(around))
  }
  const sum: SmallForm = {
    linear: [5, 7],
    offset: 9,
    quadratic: [[0, 0, 2]],
    rows: [[1, 1]],
    rowLower: [4],
    lower: [0, 0],
    upper: [1, 2],
  }

  it('is proved by weights whose sum is above zero, whatever the objective is', () => {
    const found = judge(sum, [1])
    expect(found).toMatchObject({ proved: true, assumed: 0 })
    expect(found.by).toBeCloseTo(1, 9)
    expect(judge({ ...sum, rowLower: [3] }, [1]).proved).toBe(false)
    expect(judge({ ...sum, rowLower: [2] }, [1]).proved).toBe(false)
    expect(judge(sum, [0])).toMatchObject({ proved: false, by: 0 })
    expect(judge(sum, [-1]).proved).toBe(false)
  })

  it('is none of rounding: 1e-11 of its terms', () => {
    expect(judge({ ...sum, rowLower: [3 + 1e-9] }, [1]).proved).toBe(true)
    expect(judge({ ...sum, rowLower: [3 + 1e-12] }, [1]).proved).toBe(false)
    const large = { ...sum, upper: [1e6, 2e6] }
    expect(judge({ ...large, rowLower: [3e6 + 1e-3] }, [1]).proved).toBe(true)
    expect(judge({ ...large, rowLower: [3e6 + 1e-5] }, [1]).proved).toBe(false)
  })

  it('leaves free columns no residue, or repairs it away', () => {
    const wheel: SmallForm = {
      linear: [0, 0],
      rows: [
        [1, -1],
        [-1, 1],
      ],
      rowLower: [1, 1],
    }
    expect(judge(wheel, [1, 1])).toMatchObject({ proved: true, by: 2, assumed: 0 })
    expect(judge(wheel, [1, 0]).proved).toBe(false)
    expect(judge(wheel, [1, 0.5]).proved).toBe(true)
    const rough = judge(wheel, [1, 1 + 1e-7])
    expect(rough.proved).toBe(true)
    expect(rough.by).toBeCloseTo(2, 5)
    // Nothing to repair it with: x ≥ 1 of a free x is no contradiction.
    expect(judge({ linear: [0], rows: [[1]], rowLower: [1] }, [1]).proved).toBe(false)
    expect(judge({ linear: [0], rows: [[1]], rowLower: [1e9] }, [1]).proved).toBe(false)
    // More free columns than are repaired: far beyond the box that is assumed, and still no contradiction.
    const many = Array.from({ length: 301 }, (_, i) => i)
    const apart: SmallForm = {
      linear: many.map(() => 0),
      isSparse: true,
      rows: many.map((i) => many.map((j) => Number(i === j))),
      rowLower: many.map(() => 1e9),
    }
    const found = judge(
      apart,
      many.map(() => 1),
    )
    expect(found).toMatchObject({ proved: false, assumed: 301 })
    expect(found.by).toBeGreaterThan(1e11)
  })
})
