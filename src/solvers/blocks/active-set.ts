// Above three hundred lines: one step of the method changes what the next one reads, so its steps stand in one file.

import { factorize, solveLower, solveUpper } from '../../numeric/cholesky.js'
import { BlockLine } from './block-line.js'
import { OFF, ON, type Several } from './several.js'

/** A step below this, in ξ, is none, and neither is a direction below `SHORT` or slopes below `FLAT` of their terms. */
const STILL = 1e-14
const SHORT = 1e-14
const FLAT = 1e-15
/** Held hinges further from their kinks than this are brought back. */
const ASTRAY = 1e-14
/** Duals may be out of their range by this share of the terms that make them. */
const SLACK = 1e-11
/**
 * Rounds a block may take, and after how many per variable the one to be let go is drawn and no longer the worst: at a point where
 * many kinks meet the worst can go in circles. A response that is a little off only widens the gap.
 */
const ROUNDS = { least: 200, each: 40, drawn: 10 }

/**
 * The response of a block of several variables to prices π, windows W and the centre c, exact and warm: with
 * g = S + size (π + W (ξ − c)) + curvature ξ, G = diag(size W + curvature), N the slopes of the held hinges over the variables
 * that no bound holds,
 *
 *     (N G⁻¹ N') λ = −N G⁻¹ g,    s = g + N'λ,    p = −G⁻¹ s,
 *
 * p leads to the minimum with the held hinges and bounds kept. There, a hinge is let go unless 0 ≤ λ ≤ weight, a bound unless s
 * pushes against it; on the way, the first kink that turns the slope, or the first bound, is taken in (`BlockLine`). If the
 * working set of the last call is still right, this costs nothing per hinge.
 *
 * The response moves with the prices by −P, P = G⁻¹ − G⁻¹ N'(N G⁻¹ N')⁻¹ N G⁻¹ over the free variables: none where held hinges
 * and bounds leave no freedom, which is most blocks.
 */
export class ActiveSets {
  /** Visits of hinges so far. */
  passes = 0
  /** Blocks that ran out of rounds. */
  unfinished = 0
  readonly #blocks: Several
  readonly #line: BlockLine
  readonly #g: Float64Array
  readonly #s: Float64Array
  readonly #p: Float64Array
  readonly #metric: Float64Array
  /** Of each variable, the magnitude of the terms of its slope; sizes within a block can differ by any factor. */
  readonly #terms: Float64Array
  readonly #factor: Float64Array
  readonly #rhs: Float64Array
  readonly #held: Int32Array
  #seed = 1
  #scale = 0
  #free = 0
  #longest = 0
  #steepest = 0

  constructor(blocks: Several) {
    const { widest } = blocks
    const vector = (): Float64Array => new Float64Array(widest)
    this.#blocks = blocks
    this.#line = new BlockLine(blocks)
    this.#g = vector()
    this.#s = vector()
    this.#p = vector()
    this.#metric = vector()
    this.#terms = vector()
    this.#rhs = vector()
    this.#factor = new Float64Array(widest * widest)
    this.#held = new Int32Array(widest)
  }

  /** To be called when the centre has moved: sides from signs where these are certain, and S and radius afresh. */
  restart(): void {
    for (let i = 0; i < this.#blocks.count; i++) this.#line.restart(i)
    this.passes += this.#blocks.side.length
  }

  /** The response of every block: adds to Σ x by row and to H = −∂(Σ x)/∂π, of order `stride`. */
  respond(
    prices: Float64Array,
    windows: Float64Array,
    sums: Float64Array,
    hessian: Float64Array,
    stride: number,
  ): void {
    const { count, variableStarts, kinks, row, size, at } = this.#blocks
    for (let i = 0; i < count; i++) {
      this.#solve(i, prices, windows)
      const first = variableStarts[i]
      const end = variableStarts[i + 1]
      for (let v = first; v < end; v++) sums[row[v]] += size[v] * at[v]
      if (this.#free > kinks[i]) this.#addHessian(i, hessian, stride)
    }
    this.passes += this.#line.takePasses()
  }

  #solve(i: number, prices: Float64Array, windows: Float64Array): void {
    const { variableStarts, kinks, slopeLeft } = this.#blocks
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    const most = ROUNDS.least + ROUNDS.each * width
    let stuck = 0
    let isFull = false
    for (let round = 0; ; round++) {
      if (!this.#direct(i, prices, windows)) continue
      const isFlat = kinks[i] >= this.#free || this.#longest <= SHORT || this.#steepest <= FLAT || stuck > width
      if ((isFlat || stuck > 0) && this.#letGo(i, round > ROUNDS.drawn * width)) {
        stuck = 0
        continue
      }
      if (isFlat) break
      if (round >= most) {
        this.unfinished++
        break
      }
      const moved = this.#line.move(i, this.#p, this.#metric, this.#longest)
      isFull = this.#line.isFull
      stuck = moved <= STILL && !isFull ? stuck + 1 : 0
    }
    if (kinks[i] > 0) this.#straighten(i)
    for (let k = 0; k < width; k++) slopeLeft[first + k] = this.#s[k]
  }

  /**
   * Gradient, duals of the held hinges, and the direction that keeps what is held; false where a held hinge turned out
   * to depend on the others and was let go.
   */
  #direct(i: number, prices: Float64Array, windows: Float64Array): boolean {
    const { variableStarts, kinks, row, size, at, center, gradient, curvature, bound } = this.#blocks
    const g = this.#g
    const s = this.#s
    const p = this.#p
    const metric = this.#metric
    const terms = this.#terms
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    let scale = 0
    let free = 0
    for (let k = 0; k < width; k++) {
      const v = first + k
      const r = row[v]
      const priced = size[v] * prices[r]
      const window = size[v] * windows[r]
      const pull = window * (at[v] - center[v]) + curvature[v] * at[v]
      g[k] = gradient[v] + priced + pull
      s[k] = g[k]
      metric[k] = window + curvature[v]
      const own = Math.abs(gradient[v]) + Math.abs(priced) + Math.abs(pull)
      terms[k] = own
      if (own > scale) scale = own
      if (bound[v] === 0) free++
    }
    this.#scale = scale
    this.#free = free
    if (kinks[i] > 0 && !this.#multiply(i, first, width)) return false
    let longest = 0
    let steepest = 0
    for (let k = 0; k < width; k++) {
      if (bound[first + k] !== 0) {
        p[k] = 0
        continue
      }
      p[k] = -s[k] / metric[k]
      const length = Math.abs(p[k])
      if (length > longest) longest = length
      const slope = Math.abs(s[k])
      if (slope > steepest * terms[k]) steepest = slope / terms[k]
    }
    this.#longest = longest
    this.#steepest = steepest
    return true
  }

  /**
   * λ of the held hinges into `kinkDual`, and s = g + N'λ; refined once, or a short p leads across held hinges by more
   * than they can be told apart from their equals.
   */
  #multiply(i: number, first: number, width: number): boolean {
    const { kinks, kink, kinkDual, slopeStarts, hingeStarts, slope, bound } = this.#blocks
    const s = this.#s
    const metric = this.#metric
    const factor = this.#factor
    const rhs = this.#rhs
    const held = this.#held
    const count = kinks[i]
    for (let a = 0; a < count; a++) {
      held[a] = slopeStarts[i] + (kink[first + a] - hingeStarts[i]) * width
      kinkDual[first + a] = 0
      for (let b = 0; b <= a; b++) {
        let sum = 0
        for (let k = 0; k < width; k++) {
          if (bound[first + k] === 0) sum += (slope[held[a] + k] * slope[held[b] + k]) / metric[k]
        }
        factor[a * width + b] = sum
      }
    }
    const dependent = factorize(factor, count, width)
    if (dependent >= 0) {
      this.#release(i, dependent, OFF)
      return false
    }
    for (let refinement = 0; refinement < 2; refinement++) {
      for (let a = 0; a < count; a++) {
        let sum = 0
        for (let k = 0; k < width; k++) if (bound[first + k] === 0) sum -= (slope[held[a] + k] * s[k]) / metric[k]
        rhs[a] = sum
      }
      solveLower(factor, count, width, rhs)
      solveUpper(factor, count, width, rhs)
      for (let a = 0; a < count; a++) {
        kinkDual[first + a] += rhs[a]
        for (let k = 0; k < width; k++) s[k] += rhs[a] * slope[held[a] + k]
      }
    }
    return true
  }

  /** Lets the held hinge or bound go whose dual is furthest out of its range, or any such; false where all are in it. */
  #letGo(i: number, isDrawn: boolean): boolean {
    const { variableStarts, kinks, kink, kinkDual, weight, bound } = this.#blocks
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    let worst = SLACK
    let guilty = -1
    const isWorse = (out: number): boolean => {
      if (out <= (isDrawn ? SLACK : worst) || (isDrawn && guilty >= 0 && this.#draw() < 0.5)) return false
      worst = out
      return true
    }
    for (let a = 0; a < kinks[i]; a++) {
      const lambda = kinkDual[first + a]
      if (isWorse(Math.max(-lambda, lambda - weight[kink[first + a]]) / this.#scale)) guilty = a
    }
    let guiltyBound = -1
    for (let k = 0; k < width; k++) {
      if (bound[first + k] !== 0 && isWorse((bound[first + k] * this.#s[k]) / this.#terms[k])) guiltyBound = k
    }
    if (guiltyBound >= 0) {
      bound[first + guiltyBound] = 0
      return true
    }
    if (guilty < 0) return false
    this.#release(i, guilty, kinkDual[first + guilty] > 0 ? ON : OFF)
    return true
  }

  /** Numbers from 0 to 1 that look drawn: a linear congruential generator. */
  #draw(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0
    return this.#seed / 2 ** 32
  }

  #release(i: number, index: number, to: typeof ON | typeof OFF): void {
    const { variableStarts, kinks, kink, side, radius } = this.#blocks
    const first = variableStarts[i]
    const j = kink[first + index]
    side[j] = to
    if (to === ON) {
      this.#blocks.addToGradient(j, this.#held[index], first, variableStarts[i + 1] - first, 1)
    }
    kinks[i]--
    kink[first + index] = kink[first + kinks[i]]
    radius[i] = 0
  }

  /** Rounding lets held hinges drift off their kinks: ξ −= G⁻¹ N'(N G⁻¹ N')⁻¹ v, v their heights. */
  #straighten(i: number): void {
    const { variableStarts, kinks, kink, slope, bound, at, radius } = this.#blocks
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    let astray = 0
    for (let a = 0; a < kinks[i]; a++) {
      this.#rhs[a] = this.#blocks.heightAt(kink[first + a], this.#held[a], first, width)
      astray = Math.max(astray, Math.abs(this.#rhs[a]))
    }
    if (astray <= ASTRAY) return
    solveLower(this.#factor, kinks[i], width, this.#rhs)
    solveUpper(this.#factor, kinks[i], width, this.#rhs)
    let moved = 0
    for (let k = 0; k < width; k++) {
      if (bound[first + k] !== 0) continue
      let sum = 0
      for (let a = 0; a < kinks[i]; a++) sum += slope[this.#held[a] + k] * this.#rhs[a]
      const step = sum / this.#metric[k]
      at[first + k] = Math.min(1, Math.max(0, at[first + k] - step))
      moved = Math.max(moved, Math.abs(step))
    }
    radius[i] -= moved
  }

  /** H += size P size over the free variables, from the factor of the last round. */
  #addHessian(i: number, hessian: Float64Array, stride: number): void {
    const { variableStarts, kinks, row, size, slope, bound } = this.#blocks
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    const count = kinks[i]
    const metric = this.#metric
    for (let k = 0; k < width; k++) {
      if (bound[first + k] !== 0) continue
      const from = size[first + k] / metric[k]
      hessian[row[first + k] * (stride + 1)] += size[first + k] * from
      if (count === 0) continue
      // (N G⁻¹ N')⁻¹ N G⁻¹ size e_k, then the column of −G⁻¹ N' times it.
      for (let a = 0; a < count; a++) this.#rhs[a] = slope[this.#held[a] + k] * from
      solveLower(this.#factor, count, width, this.#rhs)
      solveUpper(this.#factor, count, width, this.#rhs)
      for (let l = 0; l < width; l++) {
        if (bound[first + l] !== 0) continue
        let sum = 0
        for (let a = 0; a < count; a++) sum += slope[this.#held[a] + l] * this.#rhs[a]
        hessian[row[first + l] * stride + row[first + k]] -= (size[first + l] / metric[l]) * sum
      }
    }
  }
}
