import { factorize, solveLower, solveUpper } from '../../numeric/cholesky.js'

/** What answers prices: the sums of the coupling rows and how they fall, H = −∂(Σ x)/∂π. */
export interface Responder {
  /** Fills `sums` (by row) and `hessian` (of order `stride`, row by row); both come in as zeros. */
  respond(prices: Float64Array, windows: Float64Array, sums: Float64Array, hessian: Float64Array, stride: number): void
}

/** Newton steps a level may take, and responses a line search may ask for. */
const MOST_STEPS = 80
const MOST_TRIALS = 14
const MOST_DAMPINGS = 60
/**
 * The region of a row, in windows: where it starts and its ends, by how much it narrows where a full step makes the residual swing
 * over, and widens where it hardly changes.
 */
const REGION = { first: 1, least: 0.01, most: 1000, narrow: 0.35, widen: 3 }
/** Below this residual a level that stops making progress has reached rounding. */
const NEARLY = 1e-7
const PATIENCE = 3
/**
 * The prices of one proximal step: the maximum of its dual function D, concave, continuously differentiable and piecewise
 * quadratic, by a semismooth Newton method with a trust region. With R = Σ x(π) − total the gradient of D,
 *
 *     (H + diag(f_k scale_k/W_k)) Δ = R,    f_k = 10⁻³ min(1, 10 r), larger where |Δ_k| > region_k W_k,    r = max |R_k|/scale_k,
 *
 * and a line search by the derivative R(π + sΔ)·Δ alone. A response builds H beside R, so a point that is accepted costs
 * nothing more. Every row has a region of its own, for one line search cannot serve them all: a row that a full step makes
 * swing over may be too small for the derivative to see, and one on a plateau has far to go.
 */
export class PriceNewton {
  /** By coupling row; one more stands for the variables in no row, whose price is 0. */
  readonly prices: Float64Array
  steps = 0
  sweeps = 0
  readonly #responder: Responder
  readonly #total: Float64Array
  readonly #isStopped: () => boolean
  readonly #sums: Float64Array
  readonly #hessian: Float64Array
  readonly #factor: Float64Array
  readonly #trial: Float64Array
  readonly #direction: Float64Array
  readonly #region: Float64Array
  readonly #damping: Float64Array
  readonly #last: Float64Array

  constructor(responder: Responder, total: Float64Array, isStopped: () => boolean) {
    const order = total.length + 1
    this.prices = new Float64Array(order)
    this.#responder = responder
    this.#total = total
    this.#isStopped = isStopped
    this.#sums = new Float64Array(order)
    this.#hessian = new Float64Array(order * order)
    this.#factor = new Float64Array(order * order)
    this.#trial = new Float64Array(order)
    this.#direction = new Float64Array(order)
    this.#region = new Float64Array(total.length)
    this.#damping = new Float64Array(total.length)
    this.#last = new Float64Array(total.length)
  }

  /** Solves a level until r ≤ tolerance; returns the last r. `scale` is positive, by row. */
  solve(windows: Float64Array, scale: Float64Array, tolerance: number): number {
    this.#respond(this.prices, windows)
    this.#region.fill(REGION.first)
    let best = Infinity
    let since = 0
    for (let step = 0; ; step++) {
      const residual = this.#residual(scale)
      if (residual < 0.5 * best) {
        best = residual
        since = 0
      } else since++
      const isRounding = best < NEARLY && since >= PATIENCE
      if (residual <= tolerance || isRounding || step >= MOST_STEPS || this.#isStopped()) return residual
      this.steps++
      this.#direct(windows, scale, residual)
      this.#search(windows)
    }
  }

  #respond(prices: Float64Array, windows: Float64Array): void {
    this.sweeps++
    this.#sums.fill(0)
    this.#hessian.fill(0)
    this.#responder.respond(prices, windows, this.#sums, this.#hessian, this.#sums.length)
  }

  #residual(scale: Float64Array): number {
    let most = 0
    for (let k = 0; k < this.#total.length; k++) {
      most = Math.max(most, Math.abs(this.#sums[k] - this.#total[k]) / scale[k])
    }
    return most
  }

  /** Regions of the rows, from what a full step does. */
  #adapt(windows: Float64Array): void {
    for (let k = 0; k < this.#region.length; k++) {
      const before = Math.abs(this.#last[k])
      const after = this.#sums[k] - this.#total[k]
      if (this.#last[k] * after < 0) {
        if (Math.abs(after) < 0.5 * before) continue
        const length = Math.min(this.#region[k], Math.abs(this.#direction[k]) / windows[k])
        this.#region[k] = Math.max(REGION.least, REGION.narrow * length)
      } else if (Math.abs(after) > 0.7 * before) {
        this.#region[k] = Math.min(REGION.most, REGION.widen * this.#region[k])
      }
    }
  }

  /** Δ, within the region of every row, and R of where it starts in `#last`. */
  #direct(windows: Float64Array, scale: Float64Array, residual: number): void {
    const rows = this.#total.length
    const stride = rows + 1
    const direction = this.#direction
    const damping = this.#damping.fill(1e-3 * Math.min(1, 10 * residual))
    for (let k = 0; k < rows; k++) this.#last[k] = this.#sums[k] - this.#total[k]
    for (let trial = 0; trial < MOST_DAMPINGS; trial++) {
      this.#factor.set(this.#hessian)
      for (let k = 0; k < rows; k++) this.#factor[k * stride + k] += (damping[k] * scale[k]) / windows[k]
      direction.set(this.#last)
      factorize(this.#factor, rows, stride)
      solveLower(this.#factor, rows, stride, direction)
      solveUpper(this.#factor, rows, stride, direction)
      let isWithin = true
      for (let k = 0; k < rows; k++) {
        const ratio = Math.abs(direction[k]) / (this.#region[k] * windows[k])
        if (ratio <= 1) continue
        damping[k] = Math.max(damping[k] * Math.max(2, ratio), 1e-6)
        isWithin = false
      }
      if (isWithin) return
    }
  }

  /**
   * A step s along Δ where the derivative has fallen enough and not turned much: longer steps over plateaus (no variable in the
   * window), regula falsi between the last good and the last bad end. Leaves prices, sums and H there.
   */
  #search(windows: Float64Array): void {
    const rows = this.#total.length
    const direction = this.#direction
    const start = this.prices.slice()
    const derivative = (): number => {
      let sum = 0
      for (let k = 0; k < rows; k++) sum += (this.#sums[k] - this.#total[k]) * direction[k]
      return sum
    }
    const first = derivative()
    let good = { at: 0, slope: first }
    let bad: typeof good | undefined
    let length = 1
    for (let trial = 1; ; trial++) {
      for (let k = 0; k < rows; k++) this.#trial[k] = start[k] + length * direction[k]
      this.#respond(this.#trial, windows)
      const slope = derivative()
      if (trial === 1) this.#adapt(windows)
      if (trial >= MOST_TRIALS || this.#isStopped()) break
      if (slope < -0.9 * first) bad = { at: length, slope }
      else if (slope > 0.95 * first && bad === undefined && length < 1000) good = { at: length, slope }
      else if (slope > 0.7 * first && bad !== undefined && length < 1) good = { at: length, slope }
      else break
      if (bad === undefined) length *= 4
      else {
        const share = good.slope / (good.slope - bad.slope)
        length = good.at + Math.min(0.8, Math.max(0.1, share)) * (bad.at - good.at)
      }
    }
    this.prices.set(this.#trial)
  }
}
