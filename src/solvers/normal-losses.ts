import { factorize, plainNormal, solveFactored } from '../numeric/index.js'

/**
 * The least sum of expected losses E (−m_b − s_b Z)⁺ of normal variables, a smooth convex problem of many small blocks
 * that few rows couple, in doubles:
 *
 *     minimise Σ_b f(m_b(η_b), s_b(η_b))   subject to   Σ_j amount_j η_j [row_j = k] = total_k,   0 ≤ η ≤ 1
 *
 * with f(m, s) = s φ(m/s) − m Φ(−m/s), m = gain + slope·η and s = |spread + W η|. Blocks have their columns side by side.
 */
export interface NormalLosses {
  readonly blocks: readonly NormalLoss[]
  readonly rows: number
  readonly rowOf: Int32Array
  readonly amount: Float64Array
  readonly total: Float64Array
}

export interface NormalLoss {
  /** Columns `first` … `first + slope.length − 1`. */
  readonly first: number
  readonly gain: number
  readonly slope: Float64Array
  readonly spread: Float64Array
  /** Row by row: `spread.length` × `slope.length`. */
  readonly weights: Float64Array
}

export interface NormalLossesPoint {
  readonly point: Float64Array
  /** By block, m and the smoothed s at the point. */
  readonly gain: Float64Array
  readonly spread: Float64Array
  /** By row, the fall of the optimum per unit of its total. */
  readonly prices: Float64Array
}

const MOST_STEPS = 400
/** A pivot this small against its diagonal is rounding: its direction is left out. */
const DEPENDENT = 1e-15
/** The barrier falls by this factor from one centre to the next. */
const FALL = 0.1
/** The least smoothing of a block, in units of what its spread is summed from: w far below that is rounding. */
const LEAST_SMOOTHING = 1e-12
/** How near a centre counts, in squared Newton decrements per column and unit of the barrier. */
const CENTRED = 0.25
const TO_BOUNDARY = 0.995

/**
 * A point within `precision` · max(value, floor) of the optimum, by the primal-dual barrier method: Newton's method on
 *
 *     Σ f − μ Σ (log η + log(1 − η)),   μ → 0,
 *
 * where blocks are eliminated one by one and what remains is one small system in the duals of the rows. s is smoothed
 * to √(s² + μ²), so that kinks (s = m = 0) sharpen as the barrier falls; with n columns and b blocks the point is
 * within 2nμ + 0.4bμ of the optimum. A step is accepted by the derivative along it, which tells where values that
 * differ by rounding no longer do. How good the point is nobody takes from here: cuts at it are judged, also at a point
 * where time ran out.
 */
export async function leastNormalLosses(
  problem: NormalLosses,
  precision: number,
  floor: number,
  pause: () => Promise<boolean> = async () => true,
): Promise<NormalLossesPoint> {
  const { blocks, rows, rowOf, amount, total } = problem
  const n = amount.length
  const held = new Float64Array(rows)
  for (let j = 0; j < n; j++) held[rowOf[j]] += amount[j]
  let point = Float64Array.from(rowOf, (k) => total[k] / held[k])
  const start = evaluate(blocks, point, 0, false)
  let barrier = Math.max(start.value, floor) / n
  const target = (value: number): number => (precision * Math.max(value, floor)) / (2 * n + blocks.length)
  let low = point.map((eta) => barrier / eta)
  let high = point.map((eta) => barrier / (1 - eta))
  const dual = new Float64Array(rows)
  for (let step = 0; step < MOST_STEPS && (await pause()); step++) {
    const here = evaluate(blocks, point, barrier, true)
    const force = (at: Float64Array, gradient: Float64Array): Float64Array =>
      gradient.map((g, j) => g + dual[rowOf[j]] * amount[j] - barrier / at[j] + barrier / (1 - at[j]))
    const pull = force(point, here.gradient)
    const { move, change } = newtonStep(problem, point, here.hessians, low, high, pull)
    const decrement = -pull.reduce((sum, r, j) => sum + r * move[j], 0)
    // Amounts of many sizes can leave no step that doubles hold: the point so far stands, and cuts at it are judged.
    if (!Number.isFinite(decrement) || !change.every(Number.isFinite)) break
    for (let k = 0; k < rows; k++) dual[k] += change[k]
    let reach = 1
    for (let j = 0; j < n; j++) {
      const room = move[j] < 0 ? point[j] : 1 - point[j]
      const size = Math.abs(move[j])
      if (size * reach > TO_BOUNDARY * room) reach = (TO_BOUNDARY * room) / size
    }
    let next = point
    for (let tries = 0; tries < 30; tries++) {
      next = point.map((eta, j) => eta + reach * move[j])
      const slope = force(next, evaluate(blocks, next, barrier, false).gradient).reduce((s, r, j) => s + r * move[j], 0)
      if (slope <= 0.5 * Math.abs(decrement)) break
      reach /= 2
    }
    const dualReach = Math.min(1, ...[low, high].map((z, side) => longest(z, point, move, side, barrier)))
    low = low.map((z, j) => z + dualReach * dualMove(z, point[j], move[j], barrier))
    high = high.map((z, j) => z + dualReach * dualMove(z, 1 - point[j], -move[j], barrier))
    point = next
    // Duals of bounds stay near what the barrier says: then the direction is one of descent for it.
    low = low.map((z, j) => Math.min(Math.max(z, (1e-3 * barrier) / point[j]), (1e3 * barrier) / point[j]))
    high = high.map((z, j) =>
      Math.min(Math.max(z, (1e-3 * barrier) / (1 - point[j])), (1e3 * barrier) / (1 - point[j])),
    )
    if (Math.abs(decrement) > CENTRED * n * barrier) continue
    if (barrier <= target(here.value)) break
    barrier *= FALL
  }
  const { gain, spread } = evaluate(blocks, point, barrier, false)
  return { point, gain, spread, prices: dual }
}

function dualMove(z: number, room: number, move: number, barrier: number): number {
  return barrier / room - z - (z / room) * move
}

function longest(z: Float64Array, point: Float64Array, move: Float64Array, side: number, barrier: number): number {
  let reach = 1
  for (let j = 0; j < z.length; j++) {
    const step =
      side === 0 ? dualMove(z[j], point[j], move[j], barrier) : dualMove(z[j], 1 - point[j], -move[j], barrier)
    if (step < 0 && -step * reach > TO_BOUNDARY * z[j]) reach = (TO_BOUNDARY * z[j]) / -step
  }
  return reach
}

/** [M A'; A 0] [move; change] = [−pull; total − A point], M block diagonal. */
function newtonStep(
  { blocks, rows, rowOf, amount, total }: NormalLosses,
  point: Float64Array,
  hessians: readonly Float64Array[],
  low: Float64Array,
  high: Float64Array,
  pull: Float64Array,
): { move: Float64Array; change: Float64Array } {
  const schur = new Float64Array(rows * rows)
  const right = total.map((value) => -value)
  for (let j = 0; j < amount.length; j++) right[rowOf[j]] += amount[j] * point[j]
  const inner = new Float64Array(amount.length)
  const columns: Float64Array[] = []
  blocks.forEach(({ first, slope: { length } }, b) => {
    const matrix = hessians[b]
    for (let j = 0; j < length; j++) {
      const eta = point[first + j]
      matrix[j * length + j] += low[first + j] / eta + high[first + j] / (1 - eta)
    }
    factorize(matrix, length, length, DEPENDENT)
    const solved = pull.slice(first, first + length)
    solveFactored(matrix, solved)
    inner.set(solved, first)
    for (let j = 0; j < length; j++) {
      right[rowOf[first + j]] -= amount[first + j] * solved[j]
      const column = new Float64Array(length)
      column[j] = amount[first + j]
      solveFactored(matrix, column)
      columns.push(column)
      for (let i = 0; i < length; i++) {
        schur[rowOf[first + i] * rows + rowOf[first + j]] += amount[first + i] * column[i]
      }
    }
  })
  factorize(schur, rows, rows, DEPENDENT)
  const change = right
  solveFactored(schur, change)
  const move = inner.map((value) => -value)
  blocks.forEach(({ first, slope: { length } }) => {
    for (let j = 0; j < length; j++) {
      const price = change[rowOf[first + j]]
      for (let i = 0; i < length; i++) move[first + i] -= columns[first + j][i] * price
    }
  })
  return { move, change }
}

function evaluate(blocks: readonly NormalLoss[], point: Float64Array, smoothing: number, isCurved: boolean) {
  let value = 0
  const gradient = new Float64Array(point.length)
  const gains = new Float64Array(blocks.length)
  const spreads = new Float64Array(blocks.length)
  const hessians: Float64Array[] = []
  blocks.forEach(({ first, gain, slope, spread, weights }, b) => {
    const { length } = slope
    let m = gain
    for (let j = 0; j < length; j++) m += slope[j] * point[first + j]
    let size = 0
    for (let f = 0; f < spread.length; f++) size = Math.max(size, Math.abs(spread[f]))
    for (const weight of weights) size = Math.max(size, Math.abs(weight))
    let square = Math.max(smoothing, LEAST_SMOOTHING * size) ** 2
    const rise = new Float64Array(length)
    for (let f = 0; f < spread.length; f++) {
      let w = spread[f]
      for (let j = 0; j < length; j++) w += weights[f * length + j] * point[first + j]
      square += w * w
      for (let j = 0; j < length; j++) rise[j] += w * weights[f * length + j]
    }
    const s = Math.sqrt(square)
    gains[b] = m
    spreads[b] = s
    const hessian = isCurved ? new Float64Array(length * length) : undefined
    if (hessian !== undefined) hessians.push(hessian)
    if (!(s > 0)) {
      value += Math.max(0, -m)
      for (let j = 0; j < length; j++) gradient[first + j] = m < 0 ? -slope[j] : 0
      return
    }
    const z = m / s
    const { density, tail } = plainNormal(z)
    value += s * density - m * tail
    for (let j = 0; j < length; j++) {
      rise[j] /= s
      gradient[first + j] = density * rise[j] - tail * slope[j]
    }
    if (hessian === undefined) return
    // f″ = φ/s [ W'W − ∇s∇s' + (∇m − z ∇s)(∇m − z ∇s)' ].
    const scale = density / s
    if (!(scale > 0)) return
    for (let i = 0; i < length; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = -rise[i] * rise[j] + (slope[i] - z * rise[i]) * (slope[j] - z * rise[j])
        for (let f = 0; f < spread.length; f++) sum += weights[f * length + i] * weights[f * length + j]
        hessian[i * length + j] = scale * sum
        hessian[j * length + i] = scale * sum
      }
    }
  })
  return { value, gradient, hessians, gain: gains, spread: spreads }
}
