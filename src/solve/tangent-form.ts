import type { Curved, CurvedCanonical } from '../canonical/canonicalize.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { impliedBounds } from '../certificates/implied-bounds.js'
import type { Tangent } from '../language/index.js'
import { fromCoordinates, type SparseMatrix } from '../numeric/sparse-matrix.js'

interface Term {
  readonly column: number
  readonly value: number
}

/** A tangent to row `row` of a curve, and the column that it bounds. */
interface Drawn {
  readonly curve: number
  readonly row: number
  readonly height: number
  readonly tangent: Tangent
}

/**
 * The form's own bounds, and for columns of atoms the range that rows and bounds of the variables leave them, twice as wide: the
 * optimum lies within and touches none, so that duals stay with the rows.
 */
function boundsOf({ form, impliedBox, variableCount }: CurvedCanonical): Pick<StandardForm, 'lower' | 'upper'> {
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
 * A form with rows behind its own, one for each tangent to a curve v ≥ t φ(z/t):
 *
 *     rise · v − slope · z − intercept · t ≥ 0,    or ≥ intercept where t is 1.
 *
 * z is made of columns with multiples of ±1, so what stands in a row is what the tangent says.
 */
export class TangentForm {
  readonly #canonical: CurvedCanonical
  readonly #row: number[] = []
  readonly #column: number[] = []
  readonly #value: number[] = []
  readonly #lower: number[] = []
  readonly #drawn: Drawn[] = []
  readonly #known = new Set<string>()

  /** Of every column: a bound by rough duals needs them finite. */
  readonly #bounds: Pick<StandardForm, 'lower' | 'upper'>
  /** By curve, the terms of each row of z. */
  readonly #terms: readonly (readonly Term[])[][]

  constructor(canonical: CurvedCanonical) {
    this.#canonical = canonical
    this.#bounds = boundsOf(canonical)
    this.#terms = canonical.curves.map(({ of }) => {
      const terms: Term[][] = Array.from({ length: of.rows }, () => [])
      const { row, column, value } = of.coordinates()
      row.forEach((r, t) => {
        terms[r].push({ column: column[t], value: value[t] })
      })
      return terms
    })
  }

  /** How many tangents there are. */
  get size(): number {
    return this.#lower.length
  }

  addFirst(): void {
    this.#canonical.curves.forEach((curved, c) => {
      for (const ratio of curved.curve.first) for (let r = 0; r < curved.of.rows; r++) this.#add(curved, c, r, ratio)
    })
  }

  /** Tangents at a lifted point that cut off a point of the relaxation; how many. */
  addAt(x: Float64Array, relaxed: Float64Array): number {
    const before = this.size
    this.#canonical.curves.forEach((curved, c) => {
      const ratios = curved.ratiosAt(x)
      for (let r = 0; r < curved.of.rows; r++) if (!Number.isNaN(ratios[r])) this.#add(curved, c, r, ratios[r], relaxed)
    })
    return this.size - before
  }

  /**
   * Tangents where the duals y of the relaxation meet: those of one curve together have the slope Σ y slope/Σ y rise, which nears that of the
   * optimum as the square of the distance between tangents. How many cut off a point of the relaxation.
   */
  addBetween(rowPrices: Float64Array, relaxed: Float64Array): number {
    const before = this.size
    const own = this.#canonical.form.rowLower.length
    const rises = new Map<string, { curve: number; row: number; rise: number; slope: number }>()
    for (let k = 0; k < before; k++) {
      const dual = rowPrices[own + k]
      if (!(dual > 0)) continue
      const { curve, row, tangent } = this.#drawn[k]
      const key = `${curve} ${row}`
      const sum = rises.get(key) ?? { curve, row, rise: 0, slope: 0 }
      sum.rise += dual * tangent.rise
      sum.slope += dual * tangent.slope
      rises.set(key, sum)
    }
    for (const { curve, row, rise, slope } of rises.values()) {
      const curved = this.#canonical.curves[curve]
      const ratio = curved.curve.ratioOf(slope / rise)
      if (Number.isFinite(ratio)) this.#add(curved, curve, row, ratio, relaxed)
    }
    return this.size - before
  }

  form(): StandardForm {
    const { form } = this.#canonical
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
    const own = this.#canonical.form.rowLower.length
    return text.replace(/\brow (\d+)\b/g, (said, index: string) => {
      const drawn = this.#drawn[Number(index) - own]
      return drawn === undefined ? said : `a tangent below ${this.#canonical.columnName(drawn.height)}`
    })
  }

  /** A tangent, unless it is known or, at a point of the relaxation, cuts off less than solvers see. */
  #add({ curve, output, scale }: Curved, c: number, r: number, ratio: number, relaxed?: Float64Array): void {
    const tangent: Tangent = curve.tangent(ratio)
    const { rise, slope, intercept } = tangent
    const key = `${c} ${r} ${rise} ${slope}`
    if (this.#known.has(key) || !Number.isFinite(intercept)) return
    const height = output.coordinates().column[r]
    const terms = [{ column: height, value: rise }]
    for (const { column, value } of this.#terms[c][r]) terms.push({ column, value: -slope * value })
    if (scale !== undefined) terms.push({ column: scale.coordinates().column[0], value: -intercept })
    const least = scale === undefined ? intercept : 0
    if (relaxed !== undefined && !cutsOff(terms, least, relaxed)) return
    this.#known.add(key)
    const row = this.#canonical.form.rowLower.length + this.size
    for (const { column, value } of terms) {
      if (value === 0) continue
      this.#row.push(row)
      this.#column.push(column)
      this.#value.push(value)
    }
    this.#lower.push(least)
    this.#drawn.push({ curve: c, row: r, height, tangent })
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
