import type { StandardForm } from '../canonical/standard-form.js'
import { EnclosedSum, productBelow } from './enclosed-sum.js'
import type { ImpliedBounds } from './implied-bounds.js'

/**
 * The safe dual bound (Neumaier and Shcherbina 2004). For any row duals y and any tangent point w,
 *
 *     f(x) ≥ offset − ½ w'Qw + Σ_i (y_i⁺ rowLower_i − y_i⁻ rowUpper_i) + Σ_j min over the box of (c + Qw − Aᵀy)_j x_j
 *
 * at every feasible x, however rough y and w are: rows are relaxed with a price of the right sign, and a convex Q lies
 * above its tangents. A dual that asks for an infinite side is set to zero. All sums are enclosed, so the double
 * that comes back is not above the bound of the double coefficients. For an integer form it bounds the relaxation.
 *
 * A column that the rows leave unbounded and whose reduced cost is not exactly zero would make the bound −∞. With a
 * point in hand it is given the box  x̂_j ± 100·max(1, |x̂_j|)  instead, and counted in `assumed`: the bound then holds
 * for points inside, and by convexity no feasible point at all can beat it by more than gap · distance/100.
 */
export interface DualBound {
  readonly bound: number
  /** Columns that got a box of our own making. */
  readonly assumed: number
  /** The largest residue of those, relative to the terms of its sum: above rounding, improvements may hide far away. */
  readonly dualResidual: number
  /**
   * The largest of the terms |y_i b_i| and |reduced cost · bound used|: rounding of the data moves the bound by about
   * 1e-16 of it.
   */
  readonly scale: number
  /** What the bound lost to reduced costs that are nothing but the rounding of their terms. */
  readonly lost: number
  /**
   * How much of the bound derived column bounds pay for where the form's own would not, beyond rounding (1e-9 of the terms of a
   * reduced cost): y are duals of the form only where `bound − derived` is still close to its optimum. Infinite where a column has
   * no bound of its own.
   */
  readonly derived: number
  /** y with the signs repaired. */
  readonly duals: Float64Array
}

export interface BoundOptions {
  readonly bounds: Pick<ImpliedBounds, 'lower' | 'upper'>
  /** The point that assumed bounds are drawn around, and where Q is linearised. Without it no box is assumed. */
  readonly around?: Float64Array
  /** Half the side of an assumed box, in units of max(1, |x̂_j|). */
  readonly radius?: number
}

const ASSUMED_RADIUS = 100
/** Residues up to this, relative to their terms, are rounding: what duals of 53 bits leave, and no more. */
export const ROUNDING = 2 ** -46
/** What is left of a reduced cost that would be zero, had the duals more digits: a few units in the last place of its terms. */
const RESIDUE = 2 ** -48
/** Reduced costs up to this, relative to their terms, are rounding that any true bound may absorb. */
const ABSORBED = 1e-9

export function dualBound(form: StandardForm, y: Float64Array, options: BoundOptions): DualBound {
  const { around, radius = ASSUMED_RADIUS } = options
  const duals = repairSigns(form, y)
  const tangent = tangentPoint(form, duals, options.bounds, around)
  const total = new EnclosedSum().add(form.offset)
  for (let i = 0; i < duals.length; i++) {
    const price = duals[i]
    if (price !== 0) total.addProduct(price, price > 0 ? form.rowLower[i] : form.rowUpper[i])
  }
  subtractHalfSquare(form, tangent, total)
  let scale = total.magnitude
  let lost = 0
  let derived = 0
  let assumed = 0
  let dualResidual = 0
  const gradient = tangentGradient(form, tangent)
  for (let j = 0; j < form.linear.length; j++) {
    const reduced = gradient(j)
    for (let p = form.matrix.starts[j]; p < form.matrix.starts[j + 1]; p++) {
      reduced.addProduct(-form.matrix.values[p], duals[form.matrix.indices[p]])
    }
    const low = reduced.lower
    const high = reduced.upper
    if (low === 0 && high === 0) continue
    let from = options.bounds.lower[j]
    let to = options.bounds.upper[j]
    // x_j low when its reduced cost may be positive, high when it may be negative.
    const isOpen = (high > 0 && from === -Infinity) || (low < 0 && to === Infinity)
    if (isOpen && around !== undefined) {
      const half = radius * Math.max(1, Math.abs(around[j]))
      if (from === -Infinity) from = Math.min(around[j] - half, to)
      if (to === Infinity) to = Math.max(around[j] + half, from)
      assumed++
      dualResidual = Math.max(dualResidual, Math.abs(reduced.value) / reduced.magnitude)
    }
    const least = Math.min(
      productBelow(low, from),
      productBelow(high, from),
      productBelow(low, to),
      productBelow(high, to),
    )
    if (Number.isFinite(least)) {
      scale = Math.max(scale, Math.abs(least))
      if (Math.abs(reduced.value) <= RESIDUE * reduced.magnitude) lost += Math.abs(least)
    }
    if (Math.abs(reduced.value) > ABSORBED * reduced.magnitude) {
      const own = productBelow(reduced.value, reduced.value > 0 ? form.lower[j] : form.upper[j])
      derived += Math.max(0, least - own)
    }
    total.add(least)
  }
  return { bound: total.lower, assumed, dualResidual, scale, lost, derived, duals }
}

/** A row without a lower bound has no price above zero, one without an upper bound none below; NaN is no price, and −0 is 0. */
export function repairSigns(form: StandardForm, y: Float64Array): Float64Array {
  return y.map((price, i) => {
    if (!Number.isFinite(price)) return 0
    const side = price > 0 ? form.rowLower[i] : form.rowUpper[i]
    return price === 0 || !Number.isFinite(side) ? 0 : price
  })
}

/**
 * Where Q is linearised: at x̂, but a column that stands alone in Q at the minimiser of its own term of the bound,
 * clip((Aᵀy − c)_j / Q_jj), which makes the bound of a diagonal Q tight to second order in y.
 */
function tangentPoint(
  form: StandardForm,
  y: Float64Array,
  bounds: Pick<ImpliedBounds, 'lower' | 'upper'>,
  around: Float64Array | undefined,
): Float64Array {
  const { quadratic, matrix } = form
  const tangent = new Float64Array(form.linear.length)
  const isCoupled = coupledColumns(form)
  for (let j = 0; j < tangent.length; j++) {
    const start = quadratic.starts[j]
    if (isCoupled[j]) {
      tangent[j] = around?.[j] ?? 0
      continue
    }
    const curvature = start < quadratic.starts[j + 1] ? quadratic.values[start] : 0
    if (!(curvature > 0)) continue
    const slope = new EnclosedSum().add(-form.linear[j])
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
      slope.addProduct(matrix.values[p], y[matrix.indices[p]])
    }
    const minimiser = Math.min(Math.max(slope.value / curvature, bounds.lower[j]), bounds.upper[j])
    tangent[j] = Number.isFinite(minimiser) ? minimiser : (around?.[j] ?? 0)
  }
  return tangent
}

/** Columns with an entry of Q off the diagonal. */
function coupledColumns(form: StandardForm): Uint8Array {
  const { starts, indices, values, columns } = form.quadratic
  const isCoupled = new Uint8Array(columns)
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      if (indices[p] === j || values[p] === 0) continue
      isCoupled[j] = 1
      isCoupled[indices[p]] = 1
    }
  }
  return isCoupled
}

/** total −= ½ w'Qw. The rounding of w_i w_j is covered by a term of its own. */
function subtractHalfSquare(form: StandardForm, w: Float64Array, total: EnclosedSum): void {
  const { starts, indices, values, columns } = form.quadratic
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      const i = indices[p]
      const value = i === j ? values[p] / 2 : values[p]
      const square = w[i] * w[j]
      // Of factors that are not zero, a square of zero is too small for a double and yet not nothing.
      if (value === 0 || w[i] === 0 || w[j] === 0) continue
      const remainder = new EnclosedSum().addProduct(w[i], w[j]).add(-square)
      total.addProduct(-value, square)
      total.addProduct(-value, remainder.value)
      total.add(-Math.abs(value) * remainder.error * (1 + 1e-9))
    }
  }
}

/** The sums c_j + (Qw)_j, to which a column's −Aᵀy is added. */
function tangentGradient(form: StandardForm, w: Float64Array): (j: number) => EnclosedSum {
  const { starts, indices, values, columns } = form.quadratic
  if (values.length === 0) return (j) => new EnclosedSum().add(form.linear[j])
  const sums = Array.from(form.linear, (c) => new EnclosedSum().add(c))
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      const i = indices[p]
      sums[i].addProduct(values[p], w[j])
      if (i !== j) sums[j].addProduct(values[p], w[i])
    }
  }
  return (j) => sums[j]
}
