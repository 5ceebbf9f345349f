import type { Trade } from './trade.js'

/**
 * minimise ½ Σ f_ik²/u_ik with the sums by column and by market of a given flow, 0 ≤ f_ik ≤ u_ik.
 *
 * f_ik = u_ik clip(p_i + q_k, 0, 1) for duals p of the columns and q of the markets. Given q, each p_i is the root of a
 * rising function of one number; what is left, m smooth equations that are the gradient of a concave function of q, is
 * solved by a semismooth Newton method (Qi and Sun 1993) with a damping that vanishes with the residual. Newton's
 * equations are solved by conjugate gradients: each product is a pass over the pairs and no matrix is formed.
 */
export function leastSquaresFlow(given: Trade): Float64Array {
  const wanted = sumsOf(given, given.flow)
  const state = new State(given)
  let q = new Float64Array(given.markets)
  let left = state.residual(q, wanted)
  for (let step = 0; step < MOST_STEPS; step++) {
    const off = worst(left, wanted)
    if (off <= CLOSE) break
    const direction = newton(state, left, off)
    const before = q
    const from = dot(left, direction)
    // The slope along the step falls; one that ends below zero went too far, and the secant says how far.
    let near = 0
    let far = 1
    let slopeNear = from
    let slopeFar = 0
    for (let trial = 0, length = 1; trial < MOST_TRIALS; trial++) {
      q = before.map((value, k) => value + length * direction[k])
      left = state.residual(q, wanted)
      const slope = dot(left, direction)
      if (slope >= -0.1 * from && (slope <= 0.5 * from || length === 1)) break
      if (slope > 0) {
        near = length
        slopeNear = slope
      } else {
        far = length
        slopeFar = slope
      }
      length = near + ((far - near) * slopeNear) / (slopeNear - slopeFar)
    }
    if (worst(left, wanted) >= off * (1 - 1e-3) && off < 1e-10) break
  }
  return state.flow
}

const MOST_STEPS = 60
const MOST_TRIALS = 12
/** Residuals below this are rounding, which trades repair. */
const CLOSE = 1e-14

class State {
  readonly flow: Float64Array
  readonly #taken: Float64Array
  readonly #dual: Float64Array

  constructor(readonly given: Trade) {
    const { starts, capacity, flow } = given
    this.flow = flow.slice()
    this.#taken = new Float64Array(starts.length - 1)
    this.#dual = new Float64Array(starts.length - 1)
    for (let i = 0; i + 1 < starts.length; i++) {
      let size = 0
      for (let p = starts[i]; p < starts[i + 1]; p++) {
        this.#taken[i] += flow[p]
        size += capacity[p]
      }
      this.#dual[i] = this.#taken[i] / size
    }
  }

  /** Sets the flow that belongs to q, every column's sum kept, and returns what the markets lack. */
  residual(q: Float64Array, wanted: Float64Array): Float64Array {
    const { starts } = this.given
    for (let i = 0; i + 1 < starts.length; i++) this.#fillColumn(i, q)
    const sums = sumsOf(this.given, this.flow)
    return wanted.map((value, k) => value - sums[k])
  }

  /** Newton's method on a rising broken line, kept between two ends that enclose the root. */
  #fillColumn(i: number, q: Float64Array): void {
    const { starts, market, capacity } = this.given
    const { flow } = this
    const from = starts[i]
    const to = starts[i + 1]
    let low = Infinity
    let high = -Infinity
    let size = 0
    for (let p = from; p < to; p++) {
      low = Math.min(low, -q[market[p]])
      high = Math.max(high, 1 - q[market[p]])
      size += capacity[p]
    }
    let x = Math.min(Math.max(this.#dual[i], low), high)
    for (let step = 0; step < 100; step++) {
      let missing = this.#taken[i]
      let slope = 0
      let roomiest = from
      let most = -1
      for (let p = from; p < to; p++) {
        const u = capacity[p]
        const share = x + q[market[p]]
        flow[p] = share <= 0 ? 0 : share >= 1 ? u : u * share
        missing -= flow[p]
        if (share <= 0 || share >= 1) continue
        slope += u
        const room = Math.min(flow[p], u - flow[p])
        if (room > most) {
          roomiest = p
          most = room
        }
      }
      if (missing > 0) low = x
      else high = x
      const next = slope > 0 ? x + missing / slope : (low + high) / 2
      const inside = next > low && next < high ? next : (low + high) / 2
      if (Math.abs(missing) <= Number.EPSILON * size || inside === x || step === 99) {
        flow[roomiest] = Math.min(Math.max(flow[roomiest] + missing, 0), capacity[roomiest])
        break
      }
      x = inside
    }
    this.#dual[i] = x
  }

  /** The derivative of what markets send at the flow that was set last, times a direction. */
  derivative(direction: Float64Array, result: Float64Array): void {
    const { starts, market, capacity } = this.given
    result.fill(0)
    for (let i = 0; i + 1 < starts.length; i++) {
      let along = 0
      let size = 0
      for (let p = starts[i]; p < starts[i + 1]; p++) {
        if (this.flow[p] <= 0 || this.flow[p] >= capacity[p]) continue
        along += capacity[p] * direction[market[p]]
        size += capacity[p]
      }
      if (size === 0) continue
      for (let p = starts[i]; p < starts[i + 1]; p++) {
        if (this.flow[p] <= 0 || this.flow[p] >= capacity[p]) continue
        result[market[p]] += capacity[p] * (direction[market[p]] - along / size)
      }
    }
  }
}

/**
 * (J + damping·D) d = r by conjugate gradients scaled by D, the capacities by market; damped and solved only as well as
 * the residual deserves.
 */
function newton(state: State, right: Float64Array, off: number): Float64Array {
  const damping = Math.min(1e-3, off)
  const scale = sumsOf(state.given, state.given.capacity)
  const solution = new Float64Array(right.length)
  const product = new Float64Array(right.length)
  const rest = right.slice()
  let direction = rest.map((value, k) => value / scale[k])
  let size = dot(rest, direction)
  const enough = size * Math.max(1e-10, Math.min(0.1, 0.1 * off)) ** 2
  for (let step = 0; step < 4 * right.length + 20 && size > enough; step++) {
    state.derivative(direction, product)
    for (let k = 0; k < product.length; k++) product[k] += damping * scale[k] * direction[k]
    const length = size / dot(direction, product)
    if (!(length > 0 && length < Infinity)) break
    for (let k = 0; k < rest.length; k++) {
      solution[k] += length * direction[k]
      rest[k] -= length * product[k]
    }
    const scaled = rest.map((value, k) => value / scale[k])
    const next = dot(rest, scaled)
    direction = scaled.map((value, k) => value + (next / size) * direction[k])
    size = next
  }
  return solution
}

function sumsOf({ markets, market }: Trade, values: Float64Array): Float64Array {
  const sums = new Float64Array(markets)
  for (let p = 0; p < values.length; p++) sums[market[p]] += values[p]
  return sums
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k], 0)

const worst = (left: Float64Array, wanted: Float64Array): number =>
  left.reduce((most, value, k) => Math.max(most, wanted[k] > 0 ? Math.abs(value) / wanted[k] : 0), 0)
