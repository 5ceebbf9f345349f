import { describe, expect, it } from 'vitest'
import { repairDuals } from '#src/certificates/repair.js'
import { randomFrom } from '../books.js'
import { type SmallForm, smallForm } from './small-form.js'

const SEED = 44_021

const repair = (given: SmallForm, y: readonly number[], around = given.linear.map(() => 0)): readonly number[] => {
  const form = smallForm(given)
  return [...repairDuals(form, Float64Array.from(y), form, Float64Array.from(around))]
}

/** z of (A'WA) z = r for W = diag |y|, by elimination with pivoting, and y + W A z. */
function leastChange(rows: readonly (readonly number[])[], y: readonly number[], cost: readonly number[]): number[] {
  const n = cost.length
  const system = cost.map((c, j) => [
    ...cost.map((_, k) => rows.reduce((sum, row, i) => sum + row[j] * Math.abs(y[i]) * row[k], 0)),
    c - rows.reduce((sum, row, i) => sum + row[j] * y[i], 0),
  ])
  for (let k = 0; k < n; k++) {
    const best = system
      .slice(k)
      .reduce((most, row, i) => (Math.abs(row[k]) > Math.abs(system[most][k]) ? i + k : most), k)
    ;[system[k], system[best]] = [system[best], system[k]]
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = system[i][k] / system[k][k]
      system[i] = system[i].map((value, t) => value - factor * system[k][t])
    }
  }
  const z = system.map((row, k) => row[n] / row[k])
  return y.map((price, i) => price + Math.abs(price) * rows[i].reduce((sum, a, j) => sum + a * z[j], 0))
}

describe('rough duals', () => {
  it('change as little as they can, relative to themselves', () => {
    const random = randomFrom(SEED)
    for (let round = 0; round < 30; round++) {
      const n = random.whole(1, 4)
      const rows = Array.from({ length: n + 3 }, () =>
        Array.from({ length: n }, () => (random.chance(0.6) ? random.between(-2, 2) : 0)),
      )
      for (let j = 0; j < n; j++) rows[j] = rows[j].map((value, k) => (k === j ? 3 : value))
      const y = rows.map(() => random.between(0.5, 2))
      // Every column has a residue.
      const cost = Array.from({ length: n }, (_, j) =>
        rows.reduce((sum, row, i) => sum + row[j] * y[i], 0.01 * (j + 1)),
      )
      const found = repair({ linear: cost, rows, isSparse: true, rowLower: rows.map(() => 0) }, y)
      leastChange(rows, y, cost).forEach((wanted, i) => {
        expect(found[i], `round ${round}`).toBeCloseTo(wanted, 11)
      })
    }
  })

  it('are not changed in place', () => {
    const form = smallForm({ linear: [3], rows: [[1]], rowLower: [1] })
    const y = Float64Array.of(2)
    expect(repairDuals(form, y, form, Float64Array.of(0))).not.toBe(y)
    expect([...y]).toEqual([2])
  })

  it('are left alone where more free columns than 300 have a residue', () => {
    const many = (count: number): readonly number[] => {
      const all = Array.from({ length: count }, (_, i) => i)
      const rows = all.map((i) => all.map((j) => Number(i === j)))
      return repair(
        { linear: all.map(() => 3), rows, isSparse: true, rowLower: all.map(() => 1) },
        all.map(() => 2),
      )
    }
    expect(many(301).every((value) => value === 2)).toBe(true)
    expect(many(300).every((value) => Math.abs(value - 3) < 1e-9)).toBe(true)
  })

  it('are left alone where no free column has a residue', () => {
    expect(repair({ linear: [2], rows: [[1]], rowLower: [1] }, [2])).toEqual([2])
    // Bounded on the side that counts.
    expect(repair({ linear: [3], rows: [[1]], rowLower: [1], lower: [0] }, [2])).toEqual([2])
    expect(repair({ linear: [1], rows: [[1]], rowLower: [1], upper: [0] }, [2])).toEqual([2])
    expect(repair({ linear: [] }, [])).toEqual([])
  })

  it('are changed where it has one, in proportion to themselves', () => {
    expect(repair({ linear: [3], rows: [[1]], rowLower: [1] }, [2])[0]).toBeCloseTo(3, 12)
    expect(repair({ linear: [1], rows: [[1]], rowLower: [1] }, [2])[0]).toBeCloseTo(1, 12)
    expect(repair({ linear: [3], rows: [[1]], rowLower: [1], upper: [0] }, [2])[0]).toBeCloseTo(3, 12)
    expect(repair({ linear: [1], rows: [[1]], rowLower: [1], lower: [0] }, [2])[0]).toBeCloseTo(1, 12)
    // x: 4 = y0 + y1 from (1, 2): a third of the residue 1 and two thirds.
    const two = repair({ linear: [4], rows: [[1], [1]], rowLower: [1, 1] }, [1, 2])
    expect(two[0]).toBeCloseTo(1 + 1 / 3, 12)
    expect(two[1]).toBeCloseTo(2 + 2 / 3, 12)
    // By W A: coefficients (1, 2) weigh 1 · 1 and 2 · 2; residue 4 − 5 = −1 over 1 + 8.
    const skew = repair({ linear: [4], rows: [[1], [2]], rowLower: [1, 1] }, [1, 2])
    expect(skew[0]).toBeCloseTo(1 - 1 / 9, 12)
    expect(skew[1]).toBeCloseTo(2 - 4 / 9, 12)
  })

  it('meet several free columns at once', () => {
    const rows = [
      [1, 1, 0],
      [1, -1, 1],
      [0, 2, 1],
      [1, 0, 3],
    ]
    const truth = [1, 2, 0.5, 0.25]
    const cost = [0, 1, 2].map((j) => rows.reduce((sum, row, i) => sum + row[j] * truth[i], 0))
    const form: SmallForm = { linear: cost, rows, rowLower: [0, 0, 0, 0] }
    const found = repair(
      form,
      truth.map((value, i) => value * (1 + 0.01 * (i - 1.2))),
    )
    cost.forEach((wanted, j) => {
      expect(rows.reduce((sum, row, i) => sum + row[j] * found[i], 0)).toBeCloseTo(wanted, 12)
    })
    found.forEach((value, i) => {
      expect(Math.abs(value / truth[i] - 1)).toBeLessThan(0.05)
    })
    // A column that has a bound on its side is not met, and is no concern of the others.
    const bounded = repair({ ...form, linear: [...cost.slice(0, 2), 100], lower: [-Infinity, -Infinity, 0] }, truth)
    expect(bounded).toEqual(truth)
  })

  it('count the slope of the square at the point', () => {
    // ½ · 2 x² at x = 3: slope 6 and cost 1 are met by 7.
    expect(repair({ linear: [1], quadratic: [[0, 0, 2]], rows: [[1]], rowLower: [1] }, [6], [3])[0]).toBeCloseTo(7, 12)
    expect(repair({ linear: [1], quadratic: [[0, 0, 2]], rows: [[1]], rowLower: [1] }, [7], [3])).toEqual([7])
  })

  it('may leave zero in a row of two sides, and not in a row of one', () => {
    const rows = [[1], [1]]
    const sided = repair({ linear: [3], rows, rowLower: [1, 1], rowUpper: [Infinity, 2] }, [2, 0])
    expect(sided[0] + sided[1]).toBeCloseTo(3, 12)
    expect(sided[1]).toBeGreaterThan(0)
    expect(sided[1]).toBeLessThan(0.01)
    const single = repair({ linear: [3], rows, rowLower: [1, 1] }, [2, 0])
    expect(single[0]).toBeCloseTo(3, 12)
    expect(single[1]).toBe(0)
    // The weight of an idle row is 1e-3 of the largest dual: residue 1 by weights 2 and 0.002.
    expect(sided[1]).toBeCloseTo(0.002 / 2.002, 9)
  })

  it('are left alone where nothing can meet the residue', () => {
    expect(repair({ linear: [3], rows: [[0]], rowLower: [1] }, [2])).toEqual([2])
    expect(repair({ linear: [3], rows: [[1]], rowLower: [1] }, [0])).toEqual([0])
    // Two columns that are one but for their costs: one of them is met, or neither, and no number is lost.
    const same = repair({ linear: [3, 4], rows: [[1, 1]], rowLower: [1] }, [2])
    expect(same.every(Number.isFinite)).toBe(true)
    const equal = repair({ linear: [3, 3], rows: [[1, 1]], rowLower: [1] }, [2])
    expect(equal[0]).toBeCloseTo(3, 12)
    const small = repair({ linear: [3e-9, 3e-9], rows: [[1e-9, 1e-9]], rowLower: [1] }, [2])
    expect(small[0]).toBeCloseTo(3, 12)
    expect(
      repair(
        {
          linear: [1e308, 4],
          isSparse: true,
          rows: [
            [1e-150, 0],
            [0, 1],
          ],
          rowLower: [1, 1],
        },
        [1, 4],
      ),
    ).toEqual([1, 4])
    expect(repair({ linear: [1e308], rows: [[1e-300]], rowLower: [1] }, [1])).toEqual([1])
  })
})
