import { describe, expect, it } from 'vitest'
import { exactDualBound } from '#src/certificates/exact-dual-bound.js'
import type { SparseMatrix, Triplet } from '#src/index.js'
import { randomFrom } from '../books.js'
import { type Fraction, frac, minus, order, plus, times, total } from '../fraction.js'
import { fracOfRatio, text } from './decimals.js'
import { smallForm } from './small-form.js'

const SEED = 8_011
const binary = (value: number): Fraction => {
  let power = 0
  let whole = value
  for (; !Number.isInteger(whole); power++) whole *= 2
  return { n: BigInt(whole), d: 2n ** BigInt(power) }
}
const entriesOf = ({ columns, starts, indices, values }: SparseMatrix): Triplet[] =>
  Array.from({ length: columns }, (_, j) =>
    Array.from(
      { length: starts[j + 1] - starts[j] },
      (_, e): Triplet => [indices[starts[j] + e], j, values[starts[j] + e]],
    ),
  ).flat()

describe(`the dual bound in exact numbers (seed ${SEED})`, () => {
  it('is the formula', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 60; round++) {
      const n = random.whole(1, 3)
      const m = random.whole(0, 2)
      const list = (size: number, low: number, high: number) =>
        Array.from({ length: size }, () => (random.chance(0.5) ? random.whole(low, high) : random.between(low, high)))
      const rows = Array.from({ length: m }, () => list(n, -2, 2))
      const quadratic: Triplet[] = Array.from({ length: n }, (_, i) =>
        list(i + 1, 0, 2).map((value, j): Triplet => [i, j, value]),
      ).flat()
      const lower = list(n, -3, 0)
      const form = smallForm({
        linear: list(n, -2, 2),
        offset: random.between(-1, 1),
        rows,
        rowLower: rows.map(() => random.between(-2, 0)),
        rowUpper: rows.map(() => random.between(0, 2)),
        lower,
        upper: lower.map((value) => value + 1.5),
        quadratic,
      })
      const y = Float64Array.from(list(m, -2, 2))
      const w = Float64Array.from(list(n, -2, 2))
      const price = Array.from(y, (value, i) =>
        times(binary(value), binary(value > 0 ? form.rowLower[i] : form.rowUpper[i])),
      )
      const q = entriesOf(form.quadratic).flatMap(([i, j, value]): Triplet[] =>
        i === j
          ? [[i, j, value]]
          : [
              [i, j, value],
              [j, i, value],
            ],
      )
      const bend = q.map(([i, j, value]) =>
        times(times(binary(value), binary(w[i])), times(binary(w[j]), frac('-0.5'))),
      )
      const least = Array.from(form.linear, (cost, j) => {
        const curved = q.filter(([i]) => i === j).map(([, k, value]) => times(binary(value), binary(w[k])))
        const paid = rows.map((row, i) => times(binary(row[j]), binary(y[i])))
        const reduced = minus(plus(binary(cost), total(curved)), total(paid))
        return times(reduced, binary(reduced.n > 0n ? form.lower[j] : form.upper[j]))
      })
      const truth = total([binary(form.offset), ...price, ...bend, ...least])
      const found = exactDualBound(form, y, { tangent: w })
      expect(found !== undefined && order(fracOfRatio(found), truth), `round ${round}`).toBe(0)
    }
  })

  it('is none where a reduced cost has no bound on its side, and repairs signs', () => {
    expect(exactDualBound(smallForm({ linear: [2], upper: [1] }), new Float64Array(0))).toBeUndefined()
    expect(exactDualBound(smallForm({ linear: [-2], lower: [1] }), new Float64Array(0))).toBeUndefined()
    expect(text(exactDualBound(smallForm({ linear: [2], lower: [1] }), new Float64Array(0)))).toBe('2')
    expect(text(exactDualBound(smallForm({ linear: [0], offset: 3 }), new Float64Array(0)))).toBe('3')
    const row = smallForm({ linear: [0], rows: [[1]], rowLower: [4], lower: [0], upper: [1] })
    expect(text(exactDualBound(row, Float64Array.of(-1)))).toBe('0')
    expect(text(exactDualBound(row, Float64Array.of(1)))).toBe('3')
  })

  it('takes other bounds where they are given', () => {
    const bounds = { lower: Float64Array.of(3), upper: Float64Array.of(4) }
    expect(text(exactDualBound(smallForm({ linear: [2] }), new Float64Array(0), { bounds }))).toBe('6')
    expect(text(exactDualBound(smallForm({ linear: [-2] }), new Float64Array(0), { bounds }))).toBe('-8')
  })

  it('holds large and small numbers at once', () => {
    expect(text(exactDualBound(smallForm({ linear: [2 ** 80], lower: [2 ** 20] }), new Float64Array(0)))).toBe(
      String(2n ** 100n),
    )
    expect(text(exactDualBound(smallForm({ linear: [1], lower: [2 ** -70], offset: 1 }), new Float64Array(0)))).toBe(
      `${2n ** 70n + 1n}/${2n ** 70n}`,
    )
    expect(text(exactDualBound(smallForm({ linear: [2 ** 600], lower: [2 ** 600] }), new Float64Array(0)))).toBe(
      String(2n ** 1200n),
    )
    expect(
      text(exactDualBound(smallForm({ linear: [2 ** 600], lower: [2 ** 600], offset: 1 }), new Float64Array(0))),
    ).toBe(String(2n ** 1200n + 1n))
  })
})
