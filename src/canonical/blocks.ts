import type { BlockProgram } from './block-program.js'
import { byRows, type RowView } from './by-rows.js'
import { findHinge, type Hinge } from './hinges.js'
import { type Blocks, joinBlocks } from './join-blocks.js'
import type { StandardForm } from './standard-form.js'

/**
 * The block-angular program inside a standard form, and the way back. Hinge rows (`hinges.ts`) join the columns in them into
 * blocks; the other rows couple. A column x_j with coefficient a_j in a coupling row becomes z_j = a_j x_j less its lower end,
 *
 *     x_j = (z_j + low_j)/a_j,   0 ≤ z_j ≤ high_j − low_j   (a_j = 1 or −1 for a column in no coupling row),
 *
 * and a coupling row between two different ends gets a variable more, which fills what is between its sum and the upper end.
 */
export interface BlockForm {
  readonly program: BlockProgram
  /** The point of the form for one of the program; the columns of hinges at their best. */
  pointOf(z: Float64Array): Float64Array
  /** Duals of the form's rows: −π for coupling rows, what the shares say for hinge rows, 0 for rows that ask nothing. */
  rowDualsOf(prices: Float64Array, shares: Float64Array): Float64Array
}

/** A block of more variables is not small: its working set is dense. */
const WIDEST_BLOCK = 100
/** The Newton system is dense in the coupling rows. */
const MOST_COUPLING_ROWS = 3000
/** What two sums of one magnitude may differ by without meaning it. */
const ROUNDING = 1e-13

/** The structure, or why there is none, as a clause about the form. */
export function findBlocks(form: StandardForm): BlockForm | string {
  const found = findWith(form, true)
  if (typeof found !== 'string') return found
  // Rows that may be either couple where that leads to a program, and are hinges where that does.
  const other = findWith(form, false)
  return typeof other === 'string' ? found : other
}

function findWith(form: StandardForm, isCoupling: boolean): BlockForm | string {
  const columns = form.linear.length
  if (form.integer.some((flag) => flag !== 0)) return 'it has integer variables'
  const { quadratic } = form
  for (let j = 0; j < columns; j++) {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      if (quadratic.values[p] !== 0 && quadratic.indices[p] !== j) return 'its quadratic objective is not separable'
    }
  }
  const rows = byRows(form.matrix)
  const uses = new Int32Array(columns)
  for (let p = 0; p < rows.values.length; p++) if (rows.values[p] !== 0) uses[rows.columns[p]]++

  const hinges: Hinge[] = []
  const isHinge = new Uint8Array(columns)
  const couplingRows: number[] = []
  for (let i = 0; i < form.matrix.rows; i++) {
    if (form.rowLower[i] === -Infinity && form.rowUpper[i] === Infinity) continue
    const hinge = findHinge(form, rows, uses, i, WIDEST_BLOCK, isCoupling)
    if (hinge === undefined) couplingRows.push(i)
    else {
      hinges.push(hinge)
      isHinge[hinge.column] = 1
    }
  }
  if (couplingRows.length > MOST_COUPLING_ROWS) {
    return `it has ${couplingRows.length} coupling rows, where ${MOST_COUPLING_ROWS} can be solved for at once`
  }
  const coupling = couple(form, rows, couplingRows)
  if (typeof coupling === 'string') return coupling
  const blocks = joinBlocks(rows, hinges, isHinge)
  if (blocks.widest > WIDEST_BLOCK) {
    return `its hinges join ${blocks.widest} variables into one block, where ${WIDEST_BLOCK} are small`
  }
  return assemble(form, rows, hinges, coupling, blocks)
}

interface Coupling {
  readonly rows: readonly number[]
  /** 1, or −1 for a row that is turned so that a_j x_j is bounded below, and its ends then. */
  readonly turn: Float64Array
  readonly least: Float64Array
  readonly most: Float64Array
  /** By column: index among the coupling rows or −1, the coefficient there, and the ends of a_j x_j. */
  readonly of: Int32Array
  readonly factor: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

function couple(form: StandardForm, view: RowView, rows: readonly number[]): Coupling | string {
  const of = new Int32Array(form.linear.length).fill(-1)
  const factor = new Float64Array(form.linear.length)
  for (let k = 0; k < rows.length; k++) {
    for (let p = view.starts[rows[k]]; p < view.starts[rows[k] + 1]; p++) {
      if (view.values[p] === 0) continue
      const j = view.columns[p]
      if (of[j] >= 0) return `column ${j} stands in two coupling rows, ${rows[of[j]]} and ${rows[k]}`
      of[j] = k
      factor[j] = view.values[p]
    }
  }
  const low = new Float64Array(of.length)
  const high = new Float64Array(of.length)
  const turn = new Float64Array(rows.length).fill(1)
  for (let j = 0; j < of.length; j++) {
    if (of[j] >= 0 && (factor[j] > 0 ? form.lower[j] === -Infinity : form.upper[j] === Infinity)) turn[of[j]] = -1
  }
  for (let j = 0; j < of.length; j++) {
    factor[j] = of[j] < 0 ? (form.lower[j] > -Infinity ? 1 : -1) : turn[of[j]] * factor[j]
    const ends = [factor[j] * form.lower[j], factor[j] * form.upper[j]]
    low[j] = Math.min(...ends)
    high[j] = Math.max(...ends)
  }
  const least = Float64Array.from(rows, (row, k) => (turn[k] > 0 ? form.rowLower[row] : -form.rowUpper[row]))
  const most = Float64Array.from(rows, (row, k) => (turn[k] > 0 ? form.rowUpper[row] : -form.rowLower[row]))
  return { rows, turn, least, most, of, factor, low, high }
}

function assemble(
  form: StandardForm,
  view: RowView,
  hinges: readonly Hinge[],
  coupling: Coupling,
  blocks: Blocks,
): BlockForm | string {
  const { of, factor, low, high } = coupling
  const ranges = coupling.rows.flatMap((row, k) => (form.rowLower[row] === form.rowUpper[row] ? [] : [{ k }]))
  const count = blocks.columns.length + ranges.length
  const curvatures = diagonal(form)
  const own = Array.from(blocks.columns)
  const linear = new Float64Array(count)
  const quadratic = new Float64Array(count)
  const upper = new Float64Array(count)
  let constant = form.offset
  for (let v = 0; v < own.length; v++) {
    const j = own[v]
    if (low[j] === -Infinity || (high[j] === Infinity && of[j] < 0)) return `nothing bounds column ${j}`
    const shift = low[j] / factor[j]
    linear[v] = (form.linear[j] + curvatures[j] * shift) / factor[j]
    quadratic[v] = curvatures[j] / factor[j] ** 2
    upper[v] = Math.max(0, high[j] - low[j])
    constant += (form.linear[j] + 0.5 * curvatures[j] * shift) * shift
  }

  const total = new Float64Array(coupling.rows.length)
  const tops = sumsOfEnds(coupling, own)
  for (let k = 0; k < total.length; k++) {
    const { top, base, size } = tops[k]
    if (!Number.isFinite(top)) return `nothing bounds the sum of row ${coupling.rows[k]} from above`
    total[k] = Math.abs(top - base) <= ROUNDING * size ? 0 : top - base
  }
  // Not capped by the total: a bound that the form lacks would take a dual that belongs to its columns.
  ranges.forEach(({ k }, r) => {
    upper[own.length + r] = Math.max(0, tops[k].top - coupling.least[k])
  })

  const heights: number[] = []
  const weights: number[] = []
  const slopes: number[] = []
  const order: number[] = []
  const hingeStarts = new Int32Array(blocks.starts.length + ranges.length)
  const at = new Float64Array(form.linear.length)
  for (let block = 0; block + 1 < blocks.starts.length; block++) {
    const from = blocks.starts[block]
    const to = blocks.starts[block + 1]
    for (const h of blocks.hinges[block]) {
      const { row, column, turn, size, least, end, weight } = hinges[h]
      let height = end / size - least
      for (let p = view.starts[row]; p < view.starts[row + 1]; p++) {
        const j = view.columns[p]
        if (j === column || view.values[p] === 0) continue
        at[j] = (-turn * view.values[p]) / (size * factor[j])
        height += at[j] * low[j]
      }
      for (let v = from; v < to; v++) {
        slopes.push(at[own[v]])
        at[own[v]] = 0
      }
      heights.push(height)
      weights.push(weight)
      order.push(h)
    }
    hingeStarts[block + 1] = heights.length
  }
  hingeStarts.fill(heights.length, blocks.starts.length)
  const seen = new Set(order)
  hinges.forEach(({ weight, least, end, size }, h) => {
    constant += weight * least
    // A row without other columns: its column is a constant.
    if (!seen.has(h)) constant += weight * Math.max(0, end / size - least)
  })
  const program: BlockProgram = {
    variableStarts: Int32Array.from({ length: hingeStarts.length }, (_, b) =>
      b < blocks.starts.length ? blocks.starts[b] : own.length + b - blocks.starts.length + 1,
    ),
    hingeStarts,
    row: Int32Array.from({ length: count }, (_, v) => (v < own.length ? of[own[v]] : ranges[v - own.length].k)),
    upper,
    linear,
    ...(quadratic.some((q) => q !== 0) && { quadratic }),
    weight: Float64Array.from(weights),
    height: Float64Array.from(heights),
    slope: Float64Array.from(slopes),
    total,
    constant,
  }
  return {
    program,
    pointOf(z) {
      const x = new Float64Array(form.linear.length)
      own.forEach((j, v) => {
        const value = (z[v] + low[j]) / factor[j]
        // At an end the bound itself, not what rounding makes of it.
        const isAtHigh = z[v] >= upper[v]
        if (z[v] <= 0) x[j] = factor[j] > 0 ? form.lower[j] : form.upper[j]
        else if (isAtHigh) x[j] = factor[j] > 0 ? form.upper[j] : form.lower[j]
        else x[j] = Math.min(Math.max(value, form.lower[j]), form.upper[j])
      })
      for (const { row, column, turn, side, size, least, end } of hinges) {
        let rest = end
        for (let p = view.starts[row]; p < view.starts[row + 1]; p++) {
          if (view.columns[p] !== column) rest -= turn * view.values[p] * x[view.columns[p]]
        }
        x[column] = Math.min(Math.max(side * Math.max(least, rest / size), form.lower[column]), form.upper[column])
      }
      return x
    },
    rowDualsOf(prices, shares) {
      const duals = new Float64Array(form.matrix.rows)
      coupling.rows.forEach((row, k) => {
        duals[row] = prices[k] === 0 ? 0 : -coupling.turn[k] * prices[k]
      })
      order.forEach((h, t) => {
        const { row, turn, size, weight } = hinges[h]
        duals[row] = (turn * weight * shares[t]) / size
      })
      hinges.forEach(({ row, turn, size, weight, end, least }, h) => {
        if (!seen.has(h) && end / size > least) duals[row] = (turn * weight) / size
      })
      return duals
    },
  }
}

/** Of each coupling row: the upper end that its sum is measured from, Σ low, and the largest term among them. */
function sumsOfEnds({ rows, most: ends, of, low, high }: Coupling, own: readonly number[]) {
  const sums = rows.map(() => ({ base: 0, most: 0, size: 0 }))
  for (const j of own) {
    if (of[j] < 0) continue
    const sum = sums[of[j]]
    sum.base += low[j]
    sum.most += high[j]
    sum.size = Math.max(sum.size, Math.abs(low[j]))
  }
  return rows.map((_, k) => {
    const { base, most, size } = sums[k]
    // The end that asks: a row without an upper end cannot be above the sum of the upper bounds.
    const top = ends[k] < Infinity ? ends[k] : most
    return { top, base, size: Math.max(size, Math.abs(top)) }
  })
}

function diagonal({ quadratic, linear }: StandardForm): Float64Array {
  return linear.map((_, j) => {
    const p = quadratic.starts[j]
    return p < quadratic.starts[j + 1] ? quadratic.values[p] : 0
  })
}
