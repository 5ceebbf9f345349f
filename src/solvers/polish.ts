import { byRows, multiplySymmetric } from '../canonical/by-rows.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { multiplyMatrix, multiplyTransposed } from '../numeric/sparse-matrix.js'

/**
 * Polishes the answer of a QP solver, which stops at 1e-7: guess from (x, y) which bounds and rows are active, and
 * solve the equations that hold there,
 *
 *     [ Q_FF + δI   −A_RF' ] [ x_F ]   [ −c_F − Q_F· x_fixed ]
 *     [ A_RF          δI   ] [ y_R ] = [ bound_R − A_R· x_fixed ]
 *
 * with δ = 1e-7 against singular cases and a few rounds of refinement that take δ out again (as OSQP does). Then guess
 * again from the new point: the primal-dual active set method (Hintermüller, Ito and Kunisch 2002), which a nearly right
 * point starts so well that a few rounds end it. Of all rounds, the point that keeps the optimality conditions best.
 */
export interface Point {
  readonly x: Float64Array
  readonly rowPrices: Float64Array
}

/** A dense solve of 700 unknowns takes about 0.2 s. */
const LARGEST = 700
const SHIFT = 1e-7
const REFINEMENTS = 12
const ROUNDS = 40
/** Rounds that may pass without progress: the first guesses of a rough point can be worse than it. */
const PATIENCE = 20

/** An answer with its point polished, where it has one. */
export function polished(form: StandardForm, { claim, status, x, rowPrices }: SolverAnswer): SolverAnswer {
  return { claim, status, ...(x && rowPrices && polish(form, { x, rowPrices })) }
}

export function polish(form: StandardForm, point: Point): Point {
  let best = point
  let error = optimalityError(form, point)
  let current: Point | undefined = point
  for (let round = 0; round < ROUNDS && error > 0; round++) {
    current = solveActive(form, current)
    if (current === undefined) break
    const next = optimalityError(form, current)
    if (next >= error && round >= PATIENCE) break
    if (next < error) {
      best = current
      error = next
    }
  }
  return best
}

/** One round: the equations of the active set that a point suggests. Undefined where they are too many. */
function solveActive(form: StandardForm, { x, rowPrices }: Point): Point | undefined {
  const reduced = reducedCosts(form, x, rowPrices)
  const curvature = largestCurvature(form)
  const free: number[] = []
  const start = x.slice()
  for (let j = 0; j < x.length; j++) {
    const lower = form.lower[j]
    const upper = form.upper[j]
    if (lower === upper || curvature * (x[j] - lower) < reduced[j]) start[j] = lower
    else if (curvature * (upper - x[j]) < -reduced[j]) start[j] = upper
    else free.push(j)
  }
  const activity = multiplyMatrix(form.matrix, x)
  const active: number[] = []
  const target: number[] = []
  for (let i = 0; i < activity.length; i++) {
    const lower = form.rowLower[i]
    const upper = form.rowUpper[i]
    if (lower === upper || activity[i] - lower < rowPrices[i]) {
      active.push(i)
      target.push(lower)
    } else if (upper - activity[i] < -rowPrices[i]) {
      active.push(i)
      target.push(upper)
    }
  }
  const size = free.length + active.length
  if (size === 0 || size > LARGEST) return undefined
  const solve = factored(system(form, free, active), size)
  const better = { x: start, rowPrices: new Float64Array(rowPrices.length) }
  for (const i of active) better.rowPrices[i] = rowPrices[i]
  for (let round = 0; round < REFINEMENTS; round++) {
    const gradient = reducedCosts(form, better.x, better.rowPrices)
    const values = multiplyMatrix(form.matrix, better.x)
    const residual = new Float64Array(size)
    free.forEach((j, k) => {
      residual[k] = -gradient[j]
    })
    active.forEach((i, k) => {
      residual[free.length + k] = target[k] - values[i]
    })
    const step = solve(residual)
    free.forEach((j, k) => {
      better.x[j] += step[k]
    })
    active.forEach((i, k) => {
      better.rowPrices[i] += step[free.length + k]
    })
  }
  return better
}

/** The largest entry of Q's diagonal, which makes distances and duals comparable; 1 without any. */
function largestCurvature({ quadratic: { starts, indices, values, columns } }: StandardForm): number {
  let largest = 0
  for (let j = 0; j < columns; j++) {
    const p = starts[j]
    if (p < starts[j + 1] && indices[p] === j) largest = Math.max(largest, values[p])
  }
  return largest > 0 ? largest : 1
}

/** c + Qx − Aᵀy. */
function reducedCosts(form: StandardForm, x: Float64Array, y: Float64Array): Float64Array {
  const curved = multiplySymmetric(form.quadratic, x)
  const priced = multiplyTransposed(form.matrix, y)
  return form.linear.map((c, j) => c + curved[j] - priced[j])
}

/** The largest break of: bounds, rows, and min(distance to a bound, dual over the largest curvature) = 0. */
function optimalityError(form: StandardForm, { x, rowPrices }: Point): number {
  const reduced = reducedCosts(form, x, rowPrices)
  const activity = multiplyMatrix(form.matrix, x)
  const curvature = largestCurvature(form)
  const columns = x.reduce(
    (worst, value, j) => Math.max(worst, complement(value, form.lower[j], form.upper[j], reduced[j] / curvature)),
    0,
  )
  return activity.reduce(
    (worst, value, i) =>
      Math.max(worst, complement(value, form.rowLower[i], form.rowUpper[i], rowPrices[i] / curvature)),
    columns,
  )
}

function complement(value: number, lower: number, upper: number, dual: number): number {
  const outside = Math.max(lower - value, value - upper, 0)
  const distance = dual > 0 ? Math.abs(value - lower) : Math.abs(upper - value)
  const error = Math.max(outside, Math.min(distance, Math.abs(dual)))
  return Number.isNaN(error) ? Infinity : error
}

/** The matrix above, dense, by rows. */
function system(form: StandardForm, free: readonly number[], active: readonly number[]): Float64Array {
  const size = free.length + active.length
  const dense = new Float64Array(size * size)
  const local = new Int32Array(form.linear.length).fill(-1)
  free.forEach((j, k) => {
    local[j] = k
  })
  const { starts, indices, values } = form.quadratic
  for (const j of free) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      const [a, b] = [local[indices[p]], local[j]]
      if (a < 0) continue
      dense[a * size + b] += values[p]
      if (a !== b) dense[b * size + a] += values[p]
    }
  }
  const rows = byRows(form.matrix)
  active.forEach((i, k) => {
    const at = free.length + k
    for (let p = rows.starts[i]; p < rows.starts[i + 1]; p++) {
      const b = local[rows.columns[p]]
      if (b < 0) continue
      dense[at * size + b] = rows.values[p]
      dense[b * size + at] = -rows.values[p]
    }
  })
  for (let k = 0; k < size; k++) dense[k * size + k] += SHIFT
  return dense
}

/** Gaussian elimination with partial pivoting, in place; returns the solve. */
export function factored(a: Float64Array, n: number): (right: Float64Array) => Float64Array {
  const order = Int32Array.from({ length: n }, (_, k) => k)
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const held = a[k * n + j]
        a[k * n + j] = a[pivot * n + j]
        a[pivot * n + j] = held
      }
      const held = order[k]
      order[k] = order[pivot]
      order[pivot] = held
    }
    for (let i = k + 1; i < n; i++) {
      if (a[i * n + k] === 0) continue
      const factor = a[i * n + k] / a[k * n + k]
      a[i * n + k] = factor
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j]
    }
  }
  return (right) => {
    const x = Float64Array.from(order, (i) => right[i])
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x[i] -= a[i * n + j] * x[j]
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++) x[i] -= a[i * n + j] * x[j]
      x[i] /= a[i * n + i]
    }
    return x
  }
}
