import { byRows } from '../canonical/by-rows.js'
import type { ConicCanonical } from '../canonical/canonical.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { impliedBounds } from '../certificates/implied-bounds.js'
import { curves, type Tangent } from '../language/index.js'
import { fromCoordinates, type SparseMatrix } from '../numeric/sparse-matrix.js'

interface Term {
  readonly column: number
  readonly value: number
}

/** A tangent to row `row` of a block of cones, and the column that it bounds. */
interface Drawn {
  readonly block: number
  readonly row: number
  readonly height: number
  readonly tangent: Tangent
}

/**
 * The form's own bounds, and for columns of atoms the range that rows and bounds of the variables leave them, twice as wide: the
 * optimum lies within and touches none, so that duals stay with the rows.
 */
function boundsOf({ form: conic, impliedBox, variableCount }: ConicCanonical): Pick<StandardForm, 'lower' | 'upper'> {
  const form = conic.relaxation
  const implied = impliedBounds(form)
  if (implied.conflict !== undefined) return form
  const joined = (own: Float64Array, variables: Float64Array): Float64Array => {
    const bounds = own.slice()
    bounds.set(variables.subarray(0, variableCount))
    return bounds
  }
  const box = impliedBox({ lower: joined(form.lower, implied.lower), upper: joined(form.upper, implied.upper) })
  const lower = form.lower.slice()
  const upper = form.upper.slice()
  for (let j = variableCount; j < lower.length; j++) {
    const width = box.upper[j] - box.lower[j]
    if (!Number.isFinite(width)) continue
    if (lower[j] === -Infinity) lower[j] = box.lower[j] - width
    if (upper[j] === Infinity) upper[j] = box.upper[j] + width
  }
  return { lower, upper }
}

/** What a point may break of a tangent, relative to its terms, before it is worth a row: less than solvers see. */
const SEEN = 1e-11

/** Of the largest dual of a block, the share below which another is what a solver left undone. */
const NOISE = 1e-8

function cutsOff(terms: readonly Term[], least: number, x: Float64Array): boolean {
  let value = -least
  let size = Math.abs(least)
  for (const { column, value: multiple } of terms) {
    value += multiple * x[column]
    size = Math.max(size, Math.abs(multiple * x[column]))
  }
  return value < -SEEN * size
}

/**
 * A form with rows behind its own, one for each tangent to a curve v ≥ t φ(z/t), which is what its cones lie above:
 *
 *     rise · v − slope · z − intercept · t ≥ 0,    or ≥ intercept where t is 1.
 *
 * z is made of columns with multiples of ±1, so what stands in a row is what the tangent says.
 */
export class TangentForm {
  readonly #canonical: ConicCanonical
  readonly #own: StandardForm
  readonly #row: number[] = []
  readonly #column: number[] = []
  readonly #value: number[] = []
  readonly #lower: number[] = []
  readonly #drawn: Drawn[] = []
  readonly #known = new Map<string, number>()

  /** Of every column: a bound by rough duals needs them finite. */
  readonly #bounds: Pick<StandardForm, 'lower' | 'upper'>
  /** By block of cones, the terms of each row of z. */
  readonly #terms: readonly (readonly (readonly Term[])[])[]

  constructor(canonical: ConicCanonical) {
    this.#canonical = canonical
    this.#own = canonical.form.relaxation
    this.#bounds = boundsOf(canonical)
    this.#terms = canonical.form.cones.map(({ of }) => {
      const { starts, columns, values } = byRows(of)
      return Array.from({ length: of.rows }, (_, r) =>
        Array.from(columns.subarray(starts[r], starts[r + 1]), (column, p) => ({
          column,
          value: values[starts[r] + p],
        })),
      )
    })
  }

  /** How many tangents there are. */
  get size(): number {
    return this.#lower.length
  }

  /** Those with which no program that is bounded by its curves is unbounded; how many are new. */
  addFirst(): number {
    const before = this.size
    this.#canonical.form.cones.forEach(({ kind, height }, c) => {
      for (const ratio of curves[kind].first) for (let r = 0; r < height.length; r++) this.#add(c, r, ratio)
    })
    return this.size - before
  }

  /** Tangents at a lifted point that cut off a point of the relaxation, or all of them; how many. */
  addAt(x: Float64Array, relaxed?: Float64Array): number {
    const before = this.size
    this.#canonical.ratiosAt(x).forEach((ratios, c) => {
      for (let r = 0; r < ratios.length; r++) if (!Number.isNaN(ratios[r])) this.#add(c, r, ratios[r], relaxed)
    })
    return this.size - before
  }

  /**
   * The tangents that duals of the cones are multiples of: a v + b z + c t stays above zero in the cone where it is a
   * tangent of slope −b/a, a times. What does not is nobody's tangent and left out. Returns the multiples, behind duals
   * of the form's own rows.
   */
  addDual(rowPrices: Float64Array, coneDuals: readonly Float64Array[]): Float64Array {
    const multiples = new Map<number, number>()
    this.#canonical.form.cones.forEach(({ kind, height }, c) => {
      const duals = coneDuals[c] ?? []
      const largest = duals.reduce((most, a, k) => (k % 2 === 0 ? Math.max(most, a) : most), 0)
      for (let r = 0; r < height.length; r++) {
        const a = duals[2 * r]
        const ratio = curves[kind].ratioOf(-duals[2 * r + 1] / a)
        if (!(a > NOISE * largest && Number.isFinite(ratio))) continue
        const k = this.#add(c, r, ratio)
        if (k !== undefined) multiples.set(k, (multiples.get(k) ?? 0) + a / this.#drawn[k].tangent.rise)
      }
    })
    const own = this.#own.rowLower.length
    const prices = new Float64Array(own + this.size)
    prices.set(rowPrices.subarray(0, own))
    for (const [k, multiple] of multiples) prices[own + k] = multiple
    return prices
  }

  /**
   * Tangents where the duals y of the relaxation meet: those of one curve together have the slope Σ y slope/Σ y rise,
   * which nears that of the optimum as the square of the distance between tangents. How many cut off a point of the
   * relaxation.
   */
  addBetween(rowPrices: Float64Array, relaxed: Float64Array): number {
    const before = this.size
    const own = this.#own.rowLower.length
    const rises = new Map<string, { block: number; row: number; rise: number; slope: number }>()
    for (let k = 0; k < before; k++) {
      const dual = rowPrices[own + k]
      if (!(dual > 0)) continue
      const { block, row, tangent } = this.#drawn[k]
      const key = `${block} ${row}`
      const sum = rises.get(key) ?? { block, row, rise: 0, slope: 0 }
      sum.rise += dual * tangent.rise
      sum.slope += dual * tangent.slope
      rises.set(key, sum)
    }
    for (const { block, row, rise, slope } of rises.values()) {
      const ratio = curves[this.#canonical.form.cones[block].kind].ratioOf(slope / rise)
      if (Number.isFinite(ratio)) this.#add(block, row, ratio, relaxed)
    }
    return this.size - before
  }

  form(): StandardForm {
    const form = this.#own
    const rows = form.rowLower.length + this.size
    const join = (own: Float64Array, added: ArrayLike<number>): Float64Array => {
      const joined = new Float64Array(rows)
      joined.set(own)
      joined.set(added, own.length)
      return joined
    }
    return {
      ...form,
      lower: this.#bounds.lower,
      upper: this.#bounds.upper,
      matrix: this.#matrix(form.matrix, rows),
      rowLower: join(form.rowLower, this.#lower),
      rowUpper: join(form.rowUpper, new Float64Array(this.size).fill(Infinity)),
    }
  }

  /** A text about rows with those of tangents by what they bound. */
  inWords(text: string): string {
    const own = this.#own.rowLower.length
    return text.replace(/\brow (\d+)\b/g, (said, index: string) => {
      const drawn = this.#drawn[Number(index) - own]
      return drawn === undefined ? said : `a tangent below ${this.#canonical.columnName(drawn.height)}`
    })
  }

  /** The tangent at a ratio, unless it cuts off less of a point of the relaxation than solvers see; which it is. */
  #add(block: number, row: number, ratio: number, relaxed?: Float64Array): number | undefined {
    const { kind, height: heights, scale } = this.#canonical.form.cones[block]
    const tangent: Tangent = curves[kind].tangent(ratio)
    const { rise, slope, intercept } = tangent
    const key = `${block} ${row} ${rise} ${slope}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (!Number.isFinite(intercept)) return undefined
    const height = heights[row]
    const terms = [{ column: height, value: rise }]
    for (const { column, value } of this.#terms[block][row]) terms.push({ column, value: -slope * value })
    if (scale !== undefined) terms.push({ column: scale, value: -intercept })
    const least = scale === undefined ? intercept : 0
    if (relaxed !== undefined && !cutsOff(terms, least, relaxed)) return undefined
    const k = this.size
    this.#known.set(key, k)
    for (const { column, value } of terms) {
      if (value === 0) continue
      this.#row.push(this.#own.rowLower.length + k)
      this.#column.push(column)
      this.#value.push(value)
    }
    this.#lower.push(least)
    this.#drawn.push({ block, row, height, tangent })
    return k
  }

  #matrix({ starts, indices, values, columns }: SparseMatrix, rows: number): SparseMatrix {
    const own = values.length
    const row = new Int32Array(own + this.#row.length)
    const column = new Int32Array(row.length)
    const value = new Float64Array(row.length)
    row.set(indices)
    value.set(values)
    for (let j = 0; j < columns; j++) column.fill(j, starts[j], starts[j + 1])
    row.set(this.#row, own)
    column.set(this.#column, own)
    value.set(this.#value, own)
    return fromCoordinates(rows, columns, row, column, value)
  }
}
