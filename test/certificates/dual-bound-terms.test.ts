import { describe, expect, it } from 'vitest'
import { type BoundOptions, dualBound, repairSigns } from '#src/certificates/dual-bound.js'
import { type SmallForm, smallForm } from './small-form.js'

const bound = (given: SmallForm, y: readonly number[] = [], options: Partial<BoundOptions> = {}) => {
  const form = smallForm(given)
  return dualBound(form, Float64Array.from(y), { bounds: form, ...options })
}
const boundsOf = (lower: readonly number[], upper: readonly number[]) => ({
  lower: Float64Array.from(lower),
  upper: Float64Array.from(upper),
})

describe('signs of duals', () => {
  it('are kept where the row has that side, and are zero where it has not, or where they are no numbers', () => {
    const form = smallForm({
      linear: [0],
      rows: [[1], [1], [1], [1], [1], [1], [1], [1]],
      rowLower: [1, 1, -Infinity, -Infinity, 1, 1, 1, 1],
      rowUpper: [Infinity, Infinity, 2, 2, 2, 2, 2, 2],
    })
    const y = Float64Array.of(3, -3, 3, -3, NaN, Infinity, -Infinity, 0)
    expect([...repairSigns(form, y)]).toEqual([3, 0, 0, -3, 0, 0, 0, 0])
    expect([...repairSigns(form, Float64Array.of(-0, 0, -0, 0, 4, -4, 0, 0))]).toEqual([0, 0, 0, 0, 4, -4, 0, 0])
  })
})

describe('the safe dual bound, term by term', () => {
  it('is the constant where there is nothing else', () => {
    expect(bound({ linear: [], offset: 7.5 })).toMatchObject({
      bound: 7.5,
      assumed: 0,
      lost: 0,
      derived: 0,
      scale: 7.5,
    })
    expect(bound({ linear: [0], offset: -2 })).toMatchObject({ bound: -2, assumed: 0, dualResidual: 0 })
  })

  it('prices a row at its lower side with a dual above zero, at its upper side with one below', () => {
    const row = { linear: [2], rows: [[1]], rowLower: [3], rowUpper: [5] }
    expect(bound(row, [2]).bound).toBe(6)
    expect(bound({ ...row, linear: [-2] }, [-2]).bound).toBe(-10)
    // Two rows at once: min x with x ≥ 3 half, x ≤ 5 none.
    expect(bound({ linear: [1], rows: [[1], [1]], rowLower: [3, 4], rowUpper: [9, 9] }, [0.5, 0.5]).bound).toBe(3.5)
  })

  it('takes a column at its lower bound for a reduced cost above zero, at its upper for one below', () => {
    expect(bound({ linear: [2], lower: [3], upper: [5] }).bound).toBeCloseTo(6, 12)
    expect(bound({ linear: [-2], lower: [3], upper: [5] }).bound).toBeCloseTo(-10, 12)
    expect(bound({ linear: [2], lower: [-3], upper: [5] }).bound).toBeCloseTo(-6, 12)
    expect(bound({ linear: [2], lower: [3] }).bound).toBeCloseTo(6, 12)
    expect(bound({ linear: [-2], upper: [5] }).bound).toBeCloseTo(-10, 12)
    // 4 − 3 · 1 is left of the cost.
    expect(bound({ linear: [4], rows: [[3]], rowLower: [6], lower: [1], upper: [9] }, [1]).bound).toBeCloseTo(7, 12)
    expect(bound({ linear: [4], rows: [[3]], rowLower: [6], lower: [1], upper: [9] }, [2]).bound).toBeCloseTo(-6, 12)
  })

  it('is −∞ where a column has no bound on that side, and nothing is assumed', () => {
    for (const given of [
      { linear: [2], upper: [5] },
      { linear: [-2], lower: [5] },
    ]) {
      expect(bound(given)).toMatchObject({ bound: -Infinity, assumed: 0, dualResidual: 0 })
    }
    expect(bound({ linear: [2], offset: 3 }).scale).toBe(3)
  })

  it('assumes a box of 100 times the size of the point, of 100 at least, and counts it', () => {
    const around = Float64Array.of(3)
    const open = bound({ linear: [2] }, [], { around })
    expect(open.bound).toBeCloseTo(2 * (3 - 300), 9)
    expect(open).toMatchObject({ assumed: 1, dualResidual: 1, lost: 0 })
    expect(bound({ linear: [-2] }, [], { around }).bound).toBeCloseTo(-2 * (3 + 300), 9)
    expect(bound({ linear: [2] }, [], { around: Float64Array.of(0.5) }).bound).toBeCloseTo(2 * (0.5 - 100), 9)
    expect(bound({ linear: [2] }, [], { around: Float64Array.of(-4) }).bound).toBeCloseTo(2 * (-4 - 400), 9)
    expect(bound({ linear: [2] }, [], { around, radius: 10 }).bound).toBeCloseTo(2 * (3 - 30), 9)
    // One side is the column's own.
    expect(bound({ linear: [2], upper: [-1e6] }, [], { around }).bound).toBeCloseTo(-2e6, 6)
    expect(bound({ linear: [-2], lower: [1e6] }, [], { around }).bound).toBeCloseTo(-2e6, 6)
    expect(bound({ linear: [2], upper: [4] }, [], { around }).bound).toBeCloseTo(2 * (3 - 300), 9)
    expect(bound({ linear: [-2], lower: [-1] }, [], { around }).bound).toBeCloseTo(-2 * (3 + 300), 9)
  })

  it('assumes none for a column that is bounded on the side that counts, or that costs nothing', () => {
    const around = Float64Array.of(3)
    expect(bound({ linear: [2], lower: [1] }, [], { around })).toMatchObject({ assumed: 0, dualResidual: 0 })
    expect(bound({ linear: [-2], upper: [1] }, [], { around })).toMatchObject({ assumed: 0, dualResidual: 0 })
    expect(bound({ linear: [0] }, [], { around })).toMatchObject({ assumed: 0, bound: 0 })
    expect(bound({ linear: [6], rows: [[3]], rowLower: [1] }, [2], { around })).toMatchObject({ assumed: 0, bound: 2 })
  })

  it('says how large the residue of an assumed column is against its terms', () => {
    const around = Float64Array.of(0, 0)
    const two = { linear: [3, 8], rows: [[1, 1]], rowLower: [1] }
    // 3 − 2 of 3 + 2; 8 − 2 of 8 + 2: the largest counts.
    expect(bound(two, [2], { around }).dualResidual).toBeCloseTo(0.6, 12)
    expect(bound({ ...two, linear: [8, 3] }, [2], { around }).dualResidual).toBeCloseTo(0.6, 12)
    expect(bound(two, [2], { around }).assumed).toBe(2)
    expect(bound({ ...two, linear: [-8, -3] }, [2], { around }).dualResidual).toBe(1)
  })

  it('has the size of its largest term as its scale', () => {
    expect(bound({ linear: [2], lower: [-50], upper: [1], offset: 3 }).scale).toBeCloseTo(100, 9)
    expect(bound({ linear: [2], lower: [1], upper: [1], offset: -30 }).scale).toBe(30)
    expect(bound({ linear: [2, 3], lower: [1, 1], upper: [1, 1] }).scale).toBeCloseTo(3, 9)
    expect(bound({ linear: [3, 2], lower: [1, 1], upper: [1, 1] }).scale).toBeCloseTo(3, 9)
  })

  it('counts as lost what rounding of a reduced cost that would be zero costs', () => {
    // 0.3 − 3 · 0.1 is −2.8e-17 in doubles.
    const rounding = 0.3 - 3 * 0.1
    const column = { linear: [0.3], rows: [[0.1]], rowLower: [0], lower: [-10], upper: [10] }
    const found = bound(column, [3])
    expect(found.lost).toBeGreaterThan(0)
    expect(found.lost).toBeLessThan(Math.abs(rounding) * 10 * 2)
    expect(found.bound).toBeCloseTo(-found.lost, 20)
    expect(bound({ ...column, linear: [0.3001] }, [3]).lost).toBe(0)
    // Rounding grows with the terms.
    expect(bound({ ...column, linear: [300.3], rows: [[100.1]] }, [3]).lost).toBeGreaterThan(0)
    expect(bound({ ...column, linear: [3e-10 + 1e-22], rows: [[1e-10]] }, [3]).lost).toBe(0)
    // Of two columns it is the sum.
    const twice = bound(
      { linear: [0.3, 0.3], rows: [[0.1, 0.1]], rowLower: [0], lower: [-10, -10], upper: [10, 10] },
      [3],
    )
    expect(twice.lost).toBeCloseTo(2 * found.lost, 22)
    // Where nothing bounds the column, nothing is known to be lost.
    expect(bound({ ...column, lower: [-Infinity], upper: [Infinity] }, [3])).toMatchObject({
      lost: 0,
      bound: -Infinity,
    })
  })

  it('counts what derived bounds pay for beyond the form’s own', () => {
    const derived = (given: SmallForm, lower: number, upper: number): number =>
      bound(given, [], { bounds: boundsOf([lower], [upper]) }).derived
    expect(derived({ linear: [2], lower: [0], upper: [9] }, 1, 8)).toBeCloseTo(2, 12)
    expect(derived({ linear: [-2], lower: [0], upper: [9] }, 1, 8)).toBeCloseTo(2, 12)
    expect(derived({ linear: [2], lower: [1], upper: [9] }, 1, 8)).toBe(0)
    expect(derived({ linear: [-2], lower: [0], upper: [8] }, 1, 8)).toBe(0)
    expect(derived({ linear: [2], upper: [9] }, 1, 8)).toBe(Infinity)
    expect(derived({ linear: [-2], lower: [0] }, 1, 8)).toBe(Infinity)
    const two = bound({ linear: [2, 3], lower: [0, 0], upper: [9, 9] }, [], { bounds: boundsOf([1, 1], [9, 9]) })
    expect(two.derived).toBeCloseTo(5, 12)
  })

  it('counts none of it for a reduced cost that is rounding, up to 1e-9 of its terms', () => {
    const paid = (cost: number): number =>
      bound({ linear: [cost], rows: [[1]], rowLower: [0], lower: [0], upper: [9] }, [1], {
        bounds: boundsOf([1], [9]),
      }).derived
    expect(paid(1 + 1e-9)).toBe(0)
    expect(paid(1 + 4e-9)).toBeGreaterThan(3e-9)
  })

  it('gives back the duals that it took', () => {
    const form = { linear: [1], rows: [[1], [1]], rowLower: [0, -Infinity], rowUpper: [Infinity, 4], lower: [0] }
    expect([...bound(form, [0.5, 0.5]).duals]).toEqual([0.5, 0])
  })
})

describe('the tangent of a square', () => {
  const box = { lower: [-9], upper: [9] }
  it('stands at the minimiser of a column’s own term, inside its bounds', () => {
    // x² − 2 x
    expect(bound({ linear: [-2], quadratic: [[0, 0, 2]], ...box }).bound).toBeCloseTo(-1, 12)
    expect(bound({ linear: [-2], quadratic: [[0, 0, 2]], lower: [2], upper: [3] }).bound).toBeCloseTo(0, 12)
    expect(bound({ linear: [-2], quadratic: [[0, 0, 2]], lower: [-3], upper: [-2] }).bound).toBeCloseTo(8, 12)
    expect(bound({ linear: [-2], quadratic: [[0, 0, 2]] }).bound).toBeCloseTo(-1, 12)
    // With x ≥ 3 at its dual 4: 4 · 3 + min x² − 6 x = 12 − 9.
    expect(bound({ linear: [-2], quadratic: [[0, 0, 2]], rows: [[1]], rowLower: [3], ...box }, [4]).bound).toBeCloseTo(
      3,
      12,
    )
    // A point given makes no difference to a column alone in Q.
    expect(
      bound({ linear: [-2], quadratic: [[0, 0, 2]], ...box }, [], { around: Float64Array.of(-5) }).bound,
    ).toBeCloseTo(-1, 12)
  })

  it('stands at the point, or at zero, for columns that share an entry of Q', () => {
    // ½ (x + y)² − x − y has its least value −½ on x + y = 1; the tangent at (1, 0) finds it, that at 0 falls to −1 each.
    const quadratic = [
      [0, 0, 1],
      [1, 0, 1],
      [1, 1, 1],
    ] as const
    const form = { linear: [-1, -1], quadratic, lower: [0, 0], upper: [1, 1] }
    expect(bound(form, [], { around: Float64Array.of(1, 0) }).bound).toBeCloseTo(-0.5, 12)
    expect(bound(form, [], { around: Float64Array.of(0.25, 0.75) }).bound).toBeCloseTo(-0.5, 12)
    expect(bound(form).bound).toBeCloseTo(-2, 12)
    // ½ (3 x² + 2 · 2 x y + 2 y²) at (1, −1): gradient (1, 0), −½ of the square 1, least −x at … 0.
    const skew = [
      [0, 0, 3],
      [1, 0, 2],
      [1, 1, 2],
    ] as const
    const point = Float64Array.of(1, -1)
    expect(
      bound({ linear: [0, 0], quadratic: skew, lower: [1, -1], upper: [1, -1] }, [], { around: point }).bound,
    ).toBeCloseTo(0.5, 12)
    expect(
      bound({ linear: [0, 0], quadratic: skew, lower: [2, 3], upper: [2, 3] }, [], { around: Float64Array.of(2, 3) })
        .bound,
    ).toBeCloseTo(27, 10)
  })

  it('an entry of zero couples nothing, and a square of zero bends nothing', () => {
    const quadratic = [
      [0, 0, 2],
      [1, 0, 0],
      [1, 1, 2],
    ] as const
    const form = { linear: [-2, -4], quadratic, lower: [-9, -9], upper: [9, 9] }
    expect(bound(form, [], { around: Float64Array.of(7, 7) }).bound).toBeCloseTo(-5, 12)
    expect(bound({ linear: [1], quadratic: [[0, 0, 0]], lower: [2], upper: [3] }).bound).toBeCloseTo(2, 12)
  })

  it('stands at the point where the minimiser is beyond all doubles', () => {
    const form = { linear: [-1e10], quadratic: [[0, 0, 1e-300]] as const, upper: [Infinity], lower: [0] }
    expect(bound(form, [], { around: Float64Array.of(1) })).toMatchObject({ assumed: 1 })
    expect(bound(form, [], { around: Float64Array.of(1) }).bound).toBeCloseTo(-101e10, -2)
    expect(bound({ ...form, upper: [5] }).bound).toBeCloseTo(-5e10, 0)
    expect(bound(form).bound).toBe(-Infinity)
  })
})

describe('squares of a tangent point that doubles do not hold', () => {
  /** Columns that hang together, at one point (w, v): −½ (q w² + 2 r w v + s v²) + (Qw)'x is ½ of it. */
  it('are not counted as nothing where they are too small', () => {
    const [q, w] = [1e300, 1e-170]
    const quadratic = [
      [0, 0, q],
      [1, 0, 1],
      [1, 1, q],
    ] as const
    const at = { lower: [w, 0], upper: [w, 0] }
    const { bound: found } = bound({ linear: [0, 0], quadratic, ...at }, [], { around: Float64Array.of(w, 0) })
    // ½ q w² = 5e-41.
    expect(found).toBeLessThanOrEqual(5e-41)
    expect(found).toBeGreaterThan(-1e-6)
  })

  it('are counted with the digits that rounding took', () => {
    // w² = 1 + 2⁻²⁹ + 2⁻⁶⁰ at w = 1 + 2⁻³⁰: the constant takes all but the last term away.
    const w = 1 + 2 ** -30
    const quadratic = [
      [0, 0, 2],
      [1, 0, 1],
      [1, 1, 2],
    ] as const
    const pinned = { lower: [0, 0], upper: [0, 0], offset: 1 + 2 ** -29 }
    const { bound: found } = bound({ linear: [0, 0], quadratic, ...pinned }, [], { around: Float64Array.of(w, 0) })
    expect(found).toBeLessThanOrEqual(-(2 ** -60))
    expect(found).toBeGreaterThan(-(2 ** -60) * 1.01)
  })
})
