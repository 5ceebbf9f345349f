import { describe, expect, it } from 'vitest'
import { exactDualBound } from '#src/certificates/exact-dual-bound.js'
import { formProof } from '#src/certificates/form-proof.js'
import { combineDuals } from '#src/certificates/linear-proof.js'
import { toText } from '#src/numeric/decimal.js'
import { ratioOf } from '#src/numeric/ratio.js'
import { dec, text } from './decimals.js'
import { smallForm } from './small-form.js'

describe('the proof of a form', () => {
  const given = {
    linear: [1, 2],
    rows: [
      [1, 1],
      [1, 0],
    ],
    rowLower: [3, -Infinity],
    rowUpper: [Infinity, 2],
    lower: [-Infinity, 0.5],
  }
  const form = smallForm(given)
  const free = { lower: Float64Array.of(-Infinity, 0), upper: Float64Array.of(Infinity, Infinity) }
  const duals = Float64Array.of(2, -1)

  it('has columns, rows and duals as the form has them', () => {
    const found = formProof(form, duals, free, ratioOf(dec(4)))
    if (found === undefined) throw new Error('no proof')
    expect([...found.columns]).toEqual([
      { name: 'x0', cost: dec(1) },
      { name: 'x1', cost: dec(2), lower: dec(0.5) },
    ])
    expect([...found.rows]).toEqual([
      {
        name: 'r0',
        terms: [
          [0, dec(1)],
          [1, dec(1)],
        ],
        sense: 'G',
        side: dec(3),
        dual: dec(2),
      },
      { name: 'r1u', terms: [[0, dec(1)]], sense: 'L', side: dec(2), dual: dec(-1) },
    ])
    expect(text(combineDuals(found)?.value)).toBe('4')
    expect(text(found.bound)).toBe('4')
    expect([found.notes, toText(found.divisor)]).toEqual([[], '1'])
  })

  it('states no more than it proves', () => {
    expect(text(formProof(form, duals, free, ratioOf(dec(5)))?.bound)).toBe('4')
    expect(text(formProof(form, duals, free, ratioOf(dec(3)))?.bound)).toBe('3')
  })

  it('gives the constant a column of its own', () => {
    const shifted = formProof(smallForm({ ...given, offset: -7 }), duals, free, ratioOf(dec(-3)))
    expect([...(shifted?.columns ?? [])].at(-1)).toEqual({ name: 'one', cost: dec(-7), lower: dec(1), upper: dec(1) })
    expect(shifted && text(combineDuals(shifted)?.value)).toBe('-3')
  })

  it('writes an equation once, and a row of two sides twice, with the dual on its side', () => {
    const rows = (rowLower: readonly number[], y: number): readonly (readonly [string, string, string])[] => {
      const one = smallForm({ linear: [y], rows: [[1]], rowLower, rowUpper: [2] })
      const found = formProof(one, Float64Array.of(y), one, ratioOf(dec(-99)))
      return [...(found?.rows ?? [])].map(({ name, sense, dual }) => [name, sense, toText(dual)])
    }
    expect(rows([2], 3)).toEqual([['r0', 'E', '3']])
    expect(rows([2], -3)).toEqual([['r0', 'E', '-3']])
    expect(rows([1], 3)).toEqual([
      ['r0', 'G', '3'],
      ['r0u', 'L', '0'],
    ])
    expect(rows([1], -3)).toEqual([
      ['r0', 'G', '0'],
      ['r0u', 'L', '-3'],
    ])
    expect(rows([-Infinity], -3)).toEqual([['r0u', 'L', '-3']])
  })

  it('takes bounds that the rows imply where a column has none of its own, and is none without', () => {
    const open = smallForm({ linear: [1], rows: [[2]], rowLower: [3] })
    const implied = { lower: Float64Array.of(1.5), upper: Float64Array.of(4) }
    const bounded = formProof(open, Float64Array.of(0), implied, ratioOf(dec(1)))
    expect([...(bounded?.columns ?? [])]).toEqual([{ name: 'x0', cost: dec(1), lower: dec(1.5), upper: dec(4) }])
    expect(formProof(open, Float64Array.of(0), open, ratioOf(dec(1)))).toBeUndefined()
    // Its own bound goes first.
    const own = smallForm({ linear: [1], lower: [1], upper: [9] })
    expect([...(formProof(own, new Float64Array(0), implied, ratioOf(dec(1)))?.columns ?? [])]).toEqual([
      { name: 'x0', cost: dec(1), lower: dec(1), upper: dec(9) },
    ])
  })

  it('repairs signs, and is none of a form with squares', () => {
    const repaired = formProof(form, Float64Array.of(-2, 1), free, ratioOf(dec(1)))
    expect(repaired).toBeUndefined()
    const squared = { ...given, linear: [0, 0] }
    const still = Float64Array.of(0, 0)
    expect(formProof(smallForm({ ...squared, quadratic: [[0, 0, 2]] }), still, free, ratioOf(dec(0)))).toBeUndefined()
    expect(formProof(smallForm({ ...squared, quadratic: [[0, 0, 0]] }), still, free, ratioOf(dec(0)))).toBeDefined()
    expect(formProof(smallForm(squared), still, free, ratioOf(dec(0)))).toBeDefined()
  })

  it('is the exact bound of the same duals', () => {
    const rough = Float64Array.of(2.25, -1.25)
    const found = formProof(form, rough, free, ratioOf(dec(99)))
    expect(text(found?.bound)).toBe(text(exactDualBound(form, rough)))
  })
})
