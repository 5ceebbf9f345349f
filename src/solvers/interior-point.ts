import { byRows, multiplySymmetric } from '../canonical/by-rows.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { multiplyMatrix, multiplyTransposed } from '../numeric/sparse-matrix.js'
import { factored, type Point } from './polish.js'

/**
 * A dense primal-dual interior point method with Mehrotra's predictor and corrector (1992; Nocedal and Wright, section 16.6) for
 * convex quadratic programs of a few hundred columns:
 *
 *     minimise ½ x'Qx + c·x   subject to   Ex = f,  Gx − s = h,  s ≥ 0,
 *
 * where fixed columns and equality rows make E, and every other finite side of a column or row one line of G. Each step solves
 *
 *     [ Q + G'(Z/S)G + δI    E' ] [  dx ]   [ −r_d + G'((r_c − Z r_g)/S) ]
 *     [ E                   −δI ] [ −dy ] = [ −r_e                       ].
 *
 * It takes a singular Q as it is, where active-set methods lose their way, and stops at about 1e-10: `polish` does the rest.
 * Undefined where the form is too large, or where no iterate comes near the optimality conditions: it may have no optimum.
 */
const LARGEST = 700
const ITERATIONS = 100
const SHIFT = 1e-11
const CLOSE = 1e-12
/** What is still worth handing on: the answer is judged in any case. */
const USEFUL = 1e-4
/** The share of the way to the nearest side that a step may take. */
const STEP = 0.995

/** sign · (column or row activity) ≥ sign · bound. */
interface Side {
  readonly isRow: boolean
  readonly index: number
  readonly sign: 1 | -1
  readonly bound: number
}

export function interiorPoint(form: StandardForm): Point | undefined {
  const n = form.linear.length
  const { sides, equalities } = sidesOf(form)
  const size = n + equalities.length
  if (size > LARGEST || sides.length > 4 * LARGEST) return undefined
  const scale = objectiveScale(form)
  const x = startingPoint(form)
  const y = new Float64Array(equalities.length)
  let values = activities(form, sides, x)
  const s = values.map((value, k) => Math.max(1, value - sides[k].sign * sides[k].bound))
  const z = s.map(() => scale)
  const dense = denseRows(form)
  let best: Point | undefined
  let bestError = USEFUL
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const rowPrices = new Float64Array(form.matrix.rows)
    const columnPrices = new Float64Array(n)
    const addPrice = ({ isRow, index }: { isRow: boolean; index: number }, price: number): void => {
      if (isRow) rowPrices[index] += price
      else columnPrices[index] += price
    }
    for (const [k, side] of sides.entries()) addPrice(side, side.sign * z[k])
    for (const [k, side] of equalities.entries()) addPrice(side, y[k])
    const priced = multiplyTransposed(form.matrix, rowPrices)
    const curved = multiplySymmetric(form.quadratic, x)
    const dualResidual = x.map((_, j) => form.linear[j] + curved[j] - priced[j] - columnPrices[j])
    const equalResidual = activities(form, equalities, x).map((value, k) => value - equalities[k].bound)
    values = activities(form, sides, x)
    const sideResidual = values.map((value, k) => value - s[k] - sides[k].sign * sides[k].bound)
    const mean = s.reduce((sum, slack, k) => sum + slack * z[k], 0) / Math.max(1, s.length)
    const reach = 1 + largest(x)
    const error = Math.max(
      largest(dualResidual) / scale,
      largest(equalResidual) / reach,
      largest(sideResidual) / reach,
      mean / (scale * reach),
    )
    if (!(error < Infinity)) break
    if (error < bestError) {
      bestError = error
      best = { x: x.slice(), rowPrices }
    }
    if (error <= CLOSE) break

    const system = new Float64Array(size * size)
    fillQuadratic(system, size, form)
    for (const [k, { isRow, index }] of sides.entries()) {
      addSquare(system, size, isRow ? dense[index] : index, z[k] / s[k])
    }
    for (let j = 0; j < n; j++) system[j * size + j] += SHIFT * scale
    equalities.forEach(({ isRow, index }, k) => {
      const at = n + k
      const row = isRow ? dense[index] : undefined
      for (let j = 0; j < n; j++) {
        const value = row === undefined ? Number(j === index) : row[j]
        system[at * size + j] = value
        system[j * size + at] = value
      }
      system[at * size + at] = -SHIFT / scale
    })
    const solve = factored(system, size)
    const step = (target: Float64Array) => {
      const weights = sides.map(({ sign }, k) => (sign * (target[k] - z[k] * sideResidual[k])) / s[k])
      const right = new Float64Array(size)
      dualResidual.forEach((value, j) => {
        right[j] = -value
      })
      sides.forEach(({ isRow, index }, k) => {
        if (!isRow) right[index] += weights[k]
        else for (let j = 0; j < n; j++) right[j] += dense[index][j] * weights[k]
      })
      equalResidual.forEach((value, k) => {
        right[n + k] = -value
      })
      const solution = solve(right)
      const dx = solution.subarray(0, n)
      const dy = solution.subarray(n).map((value) => -value)
      const ds = activities(form, sides, dx).map((value, k) => value + sideResidual[k])
      const dz = ds.map((value, k) => (target[k] - z[k] * value) / s[k])
      return { dx, dy, ds, dz }
    }
    const affine = step(s.map((slack, k) => -slack * z[k]))
    const ahead = Math.min(longest(s, affine.ds), longest(z, affine.dz))
    const left = s.reduce((sum, v, k) => sum + (v + ahead * affine.ds[k]) * (z[k] + ahead * affine.dz[k]), 0)
    const centring = s.length === 0 ? 0 : (left / s.length / mean) ** 3
    const { dx, dy, ds, dz } = step(s.map((slack, k) => centring * mean - slack * z[k] - affine.ds[k] * affine.dz[k]))
    const length = Math.min(1, STEP * Math.min(longest(s, ds), longest(z, dz)))
    const move = (at: Float64Array, by: Float64Array): void => {
      for (let k = 0; k < at.length; k++) at[k] += length * by[k]
    }
    move(x, dx)
    move(y, dy)
    move(s, ds)
    move(z, dz)
  }
  return best
}

function sidesOf(form: StandardForm): { sides: Side[]; equalities: Side[] } {
  const sides: Side[] = []
  const equalities: Side[] = []
  const add = (isRow: boolean, index: number, lower: number, upper: number): void => {
    if (lower === upper) equalities.push({ isRow, index, sign: 1, bound: lower })
    else {
      if (lower > -Infinity) sides.push({ isRow, index, sign: 1, bound: lower })
      if (upper < Infinity) sides.push({ isRow, index, sign: -1, bound: upper })
    }
  }
  for (const [j, lower] of form.lower.entries()) add(false, j, lower, form.upper[j])
  for (const [i, lower] of form.rowLower.entries()) add(true, i, lower, form.rowUpper[i])
  return { sides, equalities }
}

/** The activity of every side's column or row, with its sign. */
function activities(form: StandardForm, sides: readonly Side[], x: Float64Array): Float64Array {
  const rows = multiplyMatrix(form.matrix, x)
  return Float64Array.from(sides, ({ isRow, index, sign }) => sign * (isRow ? rows[index] : x[index]))
}

/** The middle of a column's bounds, or one unit inside its only one. */
const startingPoint = ({ lower, upper }: StandardForm): Float64Array =>
  lower.map((low, j) => {
    const high = upper[j]
    if (low === -Infinity) return high === Infinity ? 0 : high - 1
    return high === Infinity ? low + 1 : low / 2 + high / 2
  })

function objectiveScale({ linear, quadratic }: StandardForm): number {
  const scale = Math.max(largest(linear), largest(quadratic.values))
  return scale > 0 ? scale : 1
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

function denseRows(form: StandardForm): Float64Array[] {
  const view = byRows(form.matrix)
  return Array.from(form.rowLower, (_, i) => {
    const row = new Float64Array(form.linear.length)
    for (let p = view.starts[i]; p < view.starts[i + 1]; p++) row[view.columns[p]] = view.values[p]
    return row
  })
}

function fillQuadratic(system: Float64Array, size: number, { quadratic }: StandardForm): void {
  for (let j = 0; j < quadratic.columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = quadratic.indices[p]
      system[i * size + j] = quadratic.values[p]
      system[j * size + i] = quadratic.values[p]
    }
  }
}

/** system += weight · gg', where g is a dense row or the unit vector of a column. */
function addSquare(system: Float64Array, size: number, g: Float64Array | number, weight: number): void {
  if (typeof g === 'number') {
    system[g * size + g] += weight
    return
  }
  for (let i = 0; i < g.length; i++) {
    if (g[i] === 0) continue
    for (let j = 0; j < g.length; j++) system[i * size + j] += weight * g[i] * g[j]
  }
}

/** The longest step, at most 1, that keeps every entry at zero or above. */
function longest(at: Float64Array, by: Float64Array): number {
  let length = 1
  for (let k = 0; k < at.length; k++) if (by[k] < 0) length = Math.min(length, -at[k] / by[k])
  return length
}
