import { describe, expect, it } from 'vitest'
import { boundOf, exactFarkas, type Side } from '#src/certificates/exact-farkas.js'
import { text } from './decimals.js'
import { type SmallForm, smallForm } from './small-form.js'

const side = (name: string): Side => {
  const [, kind, index, which] = /^([rx])(\d+)([<>])$/.exec(name) ?? []
  return { kind: kind === 'r' ? 'row' : 'column', index: Number(index), side: which === '>' ? 'lower' : 'upper' }
}
/** Sides by name: `r0>` is the lower side of row 0, `x1<` the upper bound of column 1. */
const weights = (form: SmallForm, names: string, largest?: number): readonly (string | undefined)[] | undefined =>
  exactFarkas(smallForm(form), names === '' ? [] : names.split(' ').map(side), largest)?.map(text)

describe('the number of a side', () => {
  it('is the one of the form', () => {
    const form = smallForm({
      linear: [0, 0],
      rows: [[1, 1]],
      rowLower: [1],
      rowUpper: [2],
      lower: [3, 5],
      upper: [4, 6],
    })
    expect(['r0>', 'r0<', 'x0>', 'x0<', 'x1>', 'x1<'].map((name) => boundOf(form, side(name)))).toEqual([
      1, 2, 3, 4, 5, 6,
    ])
  })
})

describe('exact weights of a contradiction', () => {
  // x + y ≥ 4, x ≤ 1, y ≤ 2.
  const sum: SmallForm = { linear: [0, 0], rows: [[1, 1]], rowLower: [4], lower: [0, 0], upper: [1, 2] }

  it('cancel every column and leave a positive sum', () => {
    expect(weights(sum, 'r0> x0< x1<')).toEqual(['1', '1', '1'])
    expect(weights({ ...sum, rows: [[2, 3]], rowLower: [9] }, 'r0> x0< x1<')).toEqual(['1', '2', '3'])
    expect(weights({ ...sum, rows: [[2, 3]], rowLower: [9] }, 'x1< r0> x0<')).toEqual(['1', '1/3', '2/3'])
    // −x − y ≥ −(−1) against x, y ≥ 0.
    expect(weights({ ...sum, rowLower: [-9], rowUpper: [-1] }, 'r0< x0> x1>')).toEqual(['1', '1', '1'])
  })

  it('are none where the sides can be kept, even with equality', () => {
    expect(weights({ ...sum, rowLower: [3] }, 'r0> x0< x1<')).toBeUndefined()
    expect(weights({ ...sum, rowLower: [3.0000001] }, 'r0> x0< x1<')).toBeDefined()
    expect(weights({ ...sum, rowLower: [2] }, 'r0> x0< x1<')).toBeUndefined()
  })

  it('are none where a side is missing, is not needed, or is infinite', () => {
    expect(weights(sum, 'r0> x0<')).toBeUndefined()
    expect(weights(sum, 'r0> x1<')).toBeUndefined()
    expect(weights(sum, 'x0< x1<')).toBeUndefined()
    expect(weights(sum, 'r0>')).toBeUndefined()
    expect(weights(sum, '')).toBeUndefined()
    expect(
      weights({ ...sum, linear: [0, 0, 0], rows: [[1, 1, 0]], lower: [0, 0, 0], upper: [1, 2, 3] }, 'r0> x0< x1< x2<'),
    ).toBeUndefined()
    expect(weights({ ...sum, upper: [1, Infinity] }, 'r0> x0< x1<')).toBeUndefined()
    // The wrong side of a column: its weight would be below zero.
    expect(weights(sum, 'r0> x0> x1<')).toBeUndefined()
    expect(weights({ ...sum, rowLower: [-4], rowUpper: [9] }, 'r0< x0< x1<')).toBeUndefined()
  })

  it('are one each for two bounds of a column that cross, and none for others', () => {
    const crossed: SmallForm = { linear: [0, 0], lower: [2, 0], upper: [1, 9] }
    const bounds = (names: string) =>
      exactFarkas(
        { ...smallForm({ linear: [0, 0] }), lower: Float64Array.of(2, 0), upper: Float64Array.of(1, 9) },
        names.split(' ').map(side),
      )?.map(text)
    expect(crossed.linear).toHaveLength(2)
    expect(bounds('x0> x0<')).toEqual(['1', '1'])
    expect(bounds('x0< x0>')).toEqual(['1', '1'])
    expect(bounds('x1> x1<')).toBeUndefined()
    expect(bounds('x0> x0>')).toBeUndefined()
    expect(bounds('x0> x0< x1>')).toBeUndefined()
    expect(bounds('x0>')).toBeUndefined()
  })

  it('of rows alone are the only solution of their equations', () => {
    // x − y ≥ 1, y − z ≥ 1, z − x ≥ 1.
    const wheel: SmallForm = {
      linear: [0, 0, 0],
      rows: [
        [1, -1, 0],
        [0, 1, -1],
        [-1, 0, 1],
      ],
      rowLower: [1, 1, 1],
    }
    expect(weights(wheel, 'r0> r1> r2>')).toEqual(['1', '1', '1'])
    expect(weights({ ...wheel, rowLower: [1, 1, -2] }, 'r0> r1> r2>')).toBeUndefined()
    expect(weights({ ...wheel, rowLower: [1, 1, -1.5] }, 'r0> r1> r2>')).toEqual(['1', '1', '1'])
    expect(weights(wheel, 'r0> r1>')).toBeUndefined()
    // Two contradictions at once: no part is the only one.
    const twice: SmallForm = {
      linear: [0, 0],
      rows: [
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 1],
      ],
      rowLower: [2, -Infinity, 2, -Infinity],
      rowUpper: [Infinity, 1, Infinity, 1],
    }
    expect(weights(twice, 'r0> r1<')).toEqual(['1', '1'])
    expect(weights(twice, 'r2> r3<')).toEqual(['1', '1'])
    expect(weights(twice, 'r0> r1< r2> r3<')).toBeUndefined()
    // The same side again: no only solution.
    expect(weights(twice, 'r0> r1< r1<')).toBeUndefined()
  })

  it('are found by elimination in fractions, with coefficients that do not divide', () => {
    // 3 x + 2 y ≥ 5, 2 x − 7 y ≥ 1, and −(7 x + 3 y) of them: 5 x − 5 y = sum; against 5 x − 5 y ≤ 5.
    const form: SmallForm = {
      linear: [0, 0],
      rows: [
        [3, 2],
        [2, -7],
        [5, -5],
      ],
      rowLower: [5, 1, -Infinity],
      rowUpper: [Infinity, Infinity, 5],
    }
    expect(weights(form, 'r0> r1> r2<')).toEqual(['1', '1', '1'])
    expect(
      weights(
        {
          ...form,
          rows: [
            [3, 2],
            [2, -7],
            [8, -3],
          ],
          rowUpper: [Infinity, Infinity, 5],
        },
        'r0> r1> r2<',
      ),
    ).toEqual(['1', '1/2', '1/2'])
    expect(weights({ ...form, rowUpper: [Infinity, Infinity, 6] }, 'r0> r1> r2<')).toBeUndefined()
    // Decimals as they are written: 0.1 x ≥ 0.3 and x ≤ 3 do not contradict each other.
    expect(weights({ linear: [0], rows: [[0.1]], rowLower: [0.3], lower: [0], upper: [3] }, 'r0> x0<')).toBeUndefined()
    expect(weights({ linear: [0], rows: [[0.1]], rowLower: [0.3], lower: [0], upper: [2.9] }, 'r0> x0<')).toEqual([
      '1',
      '1/10',
    ])
  })

  it('are not looked for in more rows than are asked for', () => {
    const pair: SmallForm = { linear: [0], rows: [[1], [1]], rowLower: [2, -Infinity], rowUpper: [Infinity, 1] }
    expect(weights(pair, 'r0> r1<', 2)).toEqual(['1', '1'])
    expect(weights(pair, 'r0> r1<', 1)).toBeUndefined()
    expect(weights({ ...sum }, 'r0> x0< x1<', 1)).toEqual(['1', '1', '1'])
  })

  it('of a row without columns are that row, where it is a contradiction by itself', () => {
    expect(weights({ linear: [0], rows: [[0]], rowLower: [1] }, 'r0>')).toEqual(['1'])
    expect(weights({ linear: [0], rows: [[0]], rowLower: [0] }, 'r0>')).toBeUndefined()
    expect(weights({ linear: [0], rows: [[0]], rowLower: [-3], rowUpper: [-1] }, 'r0<')).toEqual(['1'])
  })
})
