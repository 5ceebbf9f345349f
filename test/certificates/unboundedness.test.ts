import { describe, expect, it } from 'vitest'
import { judgeRay } from '#src/certificates/unboundedness.js'
import { type SmallForm, smallForm } from './small-form.js'

const ray = (given: SmallForm, d: readonly number[]) => judgeRay(smallForm(given), Float64Array.from(d))

describe('a ray', () => {
  it('on which the objective falls is one', () => {
    expect(ray({ linear: [-2, 1] }, [3, 1])).toMatchObject({ proved: true, slope: -5 })
    expect(ray({ linear: [2] }, [-3])).toMatchObject({ proved: true, slope: -6 })
    expect(ray({ linear: [2], lower: [0] }, [3])).toMatchObject({ proved: false, slope: 0 })
    expect(ray({ linear: [0] }, [3]).reason).toMatch(/does not fall/)
    expect(ray({ linear: [-2] }, [0]).proved).toBe(false)
    expect(ray({ linear: [-2] }, [NaN]).reason).toMatch(/not a number/)
    expect(ray({ linear: [-2] }, [Infinity]).reason).toMatch(/not a number/)
  })

  it('falls by more than the rounding of its terms', () => {
    expect(ray({ linear: [-1, 1] }, [1, 1 - 2 ** -40]).proved).toBe(true)
    expect(ray({ linear: [-1, 1] }, [1, 1 - 2 ** -50]).reason).toMatch(/does not fall/)
    expect(ray({ linear: [-1e6, 1e6] }, [1, 1 - 2 ** -43]).proved).toBe(true)
    expect(ray({ linear: [-1e-6, 1e-6] }, [1, 1 - 2 ** -50]).proved).toBe(false)
  })

  it('falls by more where its terms are larger, and the reason says by how much', () => {
    expect(ray({ linear: [-1e6, 1e6] }, [1, 1 - 2 ** -47]).proved).toBe(false)
    expect(ray({ linear: [-1e-6, 1e-6] }, [1, 1 - 2 ** -43]).proved).toBe(true)
    expect(ray({ linear: [-2, 1] }, [3, 1]).reason).toMatch(/falls by 5 per/)
  })

  it('stays in the bounds', () => {
    expect(ray({ linear: [-1], upper: [9] }, [1]).reason).toMatch(/bounds of column 0/)
    expect(ray({ linear: [1], lower: [-9] }, [-1]).reason).toMatch(/bounds of column 0/)
    expect(ray({ linear: [-1], lower: [-9] }, [1]).proved).toBe(true)
    expect(ray({ linear: [1], upper: [9] }, [-1]).proved).toBe(true)
    // A column that stays where it is may have any bounds.
    expect(ray({ linear: [-1, 1], lower: [0, 0], upper: [Infinity, 1] }, [1, 0]).proved).toBe(true)
  })

  it('stays in the rows, but for rounding', () => {
    const row = (low: number, high: number, d: readonly number[]) =>
      ray(
        {
          linear: [-1, 0],
          rows: [
            [0, 0],
            [1, -1],
          ],
          rowLower: [0, low],
          rowUpper: [0, high],
        },
        d,
      )
    expect(row(0, 0, [1, 1]).proved).toBe(true)
    expect(row(-5, Infinity, [1, 0]).proved).toBe(true)
    expect(row(-Infinity, 5, [1, 2]).proved).toBe(true)
    expect(row(-5, Infinity, [1, 2]).reason).toMatch(/row 1/)
    expect(row(-Infinity, 5, [1, 0]).reason).toMatch(/row 1/)
    expect(row(-5, 5, [1, 1 + 2 ** -50]).proved).toBe(true)
    expect(row(-5, 5, [1, 1 - 2 ** -50]).proved).toBe(true)
    expect(row(-5, 5, [1, 1 + 2 ** -40]).reason).toMatch(/row 1/)
    expect(row(-5, 5, [1, 1 - 2 ** -40]).reason).toMatch(/row 1/)
    // The size of the terms counts.
    expect(row(-5, 5, [1e6, 1e6 + 1e-9]).proved).toBe(true)
    expect(row(-5, 5, [1e-6, 1e-6 + 1e-15]).reason).toMatch(/row 1/)
  })

  it('is straight', () => {
    const bent = (quadratic: SmallForm['quadratic'], d: readonly number[]) =>
      ray({ linear: [-1, 0], quadratic: quadratic ?? [] }, d)
    expect(bent([[1, 1, 2]], [1, 0]).proved).toBe(true)
    expect(bent([[1, 1, 2]], [1, 1]).reason).toMatch(/curves/)
    expect(bent([[0, 0, 1e-12]], [1, 0]).reason).toMatch(/curves/)
    // (x − y)² is flat along (1, 1), and off it by a millionth is not.
    const flat: SmallForm['quadratic'] = [
      [0, 0, 2],
      [1, 0, -2],
      [1, 1, 2],
    ]
    expect(bent(flat, [1, 1]).proved).toBe(true)
    expect(bent(flat, [1, 1 + 1e-10]).proved).toBe(true)
    expect(bent(flat, [1, 1 + 1e-6]).reason).toMatch(/curves/)
    expect(bent(flat, [1, 1 - 1e-6]).reason).toMatch(/curves/)
    // Large entries forgive in proportion, small ones not at all more.
    expect(
      bent(
        [
          [0, 0, 2e6],
          [1, 0, -2e6],
          [1, 1, 2e6],
        ],
        [1, 1 + 1e-10],
      ).proved,
    ).toBe(true)
    expect(
      bent(
        [
          [0, 0, 2e-6],
          [1, 0, -2e-6],
          [1, 1, 2e-6],
        ],
        [1, 1 + 1e-6],
      ).reason,
    ).toMatch(/curves/)
  })

  it('falls by more than 1e-9 of its terms where squares cancel along it', () => {
    const flat: SmallForm['quadratic'] = [
      [0, 0, 2],
      [1, 0, -2],
      [1, 1, 2],
    ]
    expect(ray({ linear: [-1, 1 - 1e-8], quadratic: flat }, [1, 1]).proved).toBe(true)
    expect(ray({ linear: [-1, 1 - 1e-10], quadratic: flat }, [1, 1]).reason).toMatch(/no more than rounding/)
    expect(ray({ linear: [-1, 1 - 1e-10] }, [1, 1]).proved).toBe(true)
    expect(ray({ linear: [-1, 1 - 1e-10, 0], quadratic: [[2, 2, 2]] }, [1, 1, 0]).proved).toBe(true)
    expect(ray({ linear: [-1e6, 1e6 - 1e-2], quadratic: flat }, [1, 1]).proved).toBe(true)
    expect(ray({ linear: [-1e-6, 1e-6 - 1e-16], quadratic: flat }, [1, 1]).proved).toBe(false)
    expect(ray({ linear: [-1e6, 1e6 - 1e-3], quadratic: flat }, [1, 1]).proved).toBe(false)
    expect(ray({ linear: [-1e-6, 1e-6 - 1e-14], quadratic: flat }, [1, 1]).proved).toBe(true)
    // A column without squares beside them.
    expect(ray({ linear: [-1, 1 - 1e-10, 0], quadratic: flat }, [1, 1, 0]).proved).toBe(false)
  })

  it('is straight against the largest term of each row of Q, on either side of the diagonal', () => {
    // Q = v v', of which v'd is a rounding beside the largest term 3, and which one row has off the diagonal alone.
    const product = (v: readonly number[], d: readonly number[]) =>
      ray(
        {
          linear: v.map((value) => (value === 3 ? -1 : 0)),
          quadratic: v.flatMap((a, i) => v.slice(0, i + 1).map((b, j) => [i, j, a * b] as const)),
        },
        d,
      ).proved
    const before = [3, -2, 1e-3, -1]
    expect(product(before, [1, 1, 0, 1 + 2.5e-9])).toBe(true)
    expect(product(before, [1, 1, 0, 1 - 2.5e-9])).toBe(true)
    expect(product(before, [1, 1, 0, 1 + 3.5e-9])).toBe(false)
    const after = [-1, 1e-3, -2, 3]
    expect(product(after, [1 + 2.5e-9, 0, 1, 1])).toBe(true)
    expect(product(after, [1 + 3.5e-9, 0, 1, 1])).toBe(false)
    expect(product([-1, 3, 1e-3, -2], [1 + 2.5e-9, 1, 0, 1])).toBe(true)
    expect(product([-1, 1e-3, 3, -2], [1 + 2.5e-9, 0, 1, 1])).toBe(true)
  })
})
