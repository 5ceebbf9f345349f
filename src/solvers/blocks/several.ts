import { KEPT, type Screened, upperBound } from './screen.js'

/** Sides of a hinge: state, never recomputed from a sign inside a solve. */
export const OFF = 0
export const ON = 1
/** In the working set: held at its kink. */
export const HELD = 2

/**
 * Blocks of several variables with hinges, in ξ = x/size between 0 and 1: hinge j is weight_j (height_j + b_j·ξ)⁺ with
 * max_k |b_jk| = 1. Data and state; `active-set.ts` finds the responses.
 */
export class Several {
  readonly count: number
  readonly widest: number
  readonly mostHinges: number
  readonly variableStarts: Int32Array
  readonly hingeStarts: Int32Array
  /** Where the slopes of the first hinge of a block stand; those of the others follow, dense. */
  readonly slopeStarts: Int32Array

  /** By variable: the one of the program, its row, size, upper/size, size · linear and quadratic size². */
  readonly variable: Int32Array
  readonly row: Int32Array
  readonly size: Float64Array
  readonly reach: Float64Array
  readonly linear: Float64Array
  readonly curvature: Float64Array
  readonly at: Float64Array
  readonly center: Float64Array
  /** S = size · linear + Σ of the hinges that are on of weight_j b_j. */
  readonly gradient: Float64Array
  /** −1 held at 0, 1 held at 1, 0 free; and the slope that the response leaves: of a bound its dual, else rounding. */
  readonly bound: Int8Array
  readonly slopeLeft: Float64Array
  /** The held hinges of a block, from its first variable on, and their duals. */
  readonly kink: Int32Array
  readonly kinkDual: Float64Array
  /** By block: how many are held, and how far ξ may move, in the maximum norm, before another kink can be met. */
  readonly kinks: Int32Array
  readonly radius: Float64Array

  /** By hinge: the one of the program, height, weight, |b|₁ and side. */
  readonly hinge: Int32Array
  readonly height: Float64Array
  readonly weight: Float64Array
  readonly norm: Float64Array
  readonly side: Uint8Array
  readonly slope: Float64Array

  constructor(screened: Screened) {
    const { program, size, linear, fate, movable, kept } = screened
    const chosen = Int32Array.from(movable.keys()).filter((i) => movable[i] > 1 && kept[i] > 0)
    this.count = chosen.length
    this.variableStarts = new Int32Array(this.count + 1)
    this.hingeStarts = new Int32Array(this.count + 1)
    this.slopeStarts = new Int32Array(this.count + 1)
    chosen.forEach((i, at) => {
      this.variableStarts[at + 1] = this.variableStarts[at] + movable[i]
      this.hingeStarts[at + 1] = this.hingeStarts[at] + kept[i]
      this.slopeStarts[at + 1] = this.slopeStarts[at] + kept[i] * movable[i]
    })
    this.widest = chosen.reduce((most, i) => Math.max(most, movable[i]), 0)
    this.mostHinges = chosen.reduce((most, i) => Math.max(most, kept[i]), 0)
    const variables = this.variableStarts[this.count]
    const hinges = this.hingeStarts[this.count]
    const column = (): Float64Array => new Float64Array(variables)
    this.variable = new Int32Array(variables)
    this.row = new Int32Array(variables)
    this.size = column()
    this.reach = column()
    this.linear = column()
    this.curvature = column()
    this.at = column()
    this.center = column()
    this.gradient = column()
    this.bound = new Int8Array(variables)
    this.slopeLeft = column()
    this.kink = new Int32Array(variables)
    this.kinkDual = column()
    this.kinks = new Int32Array(this.count)
    this.radius = new Float64Array(this.count)
    this.hinge = new Int32Array(hinges)
    this.height = new Float64Array(hinges)
    this.weight = new Float64Array(hinges)
    this.norm = new Float64Array(hinges)
    this.side = new Uint8Array(hinges)
    this.slope = new Float64Array(this.slopeStarts[this.count])

    const { total, quadratic } = program
    let nextVariable = 0
    let nextHinge = 0
    let nextSlope = 0
    let rawSlope = 0
    let at = 0
    for (let i = 0; i < movable.length; i++) {
      const [from, to] = [program.variableStarts[i], program.variableStarts[i + 1]]
      const [first, end] = [program.hingeStarts[i], program.hingeStarts[i + 1]]
      if (chosen[at] !== i) {
        rawSlope += (to - from) * (end - first)
        continue
      }
      at++
      for (let v = from; v < to; v++) {
        if (size[v] === 0) continue
        this.variable[nextVariable] = v
        this.row[nextVariable] = program.row[v] < 0 ? total.length : program.row[v]
        this.size[nextVariable] = size[v]
        this.reach[nextVariable] = upperBound(program, v) / size[v]
        this.linear[nextVariable] = linear[v] * size[v]
        this.curvature[nextVariable++] = (quadratic?.[v] ?? 0) * size[v] * size[v]
      }
      for (let j = first; j < end; j++, rawSlope += to - from) {
        if (fate[j] !== KEPT) continue
        let most = 0
        for (let v = from; v < to; v++) {
          const swing = program.slope[rawSlope + v - from] * size[v]
          if (size[v] > 0) this.slope[nextSlope++] = swing
          most = Math.max(most, Math.abs(swing))
        }
        let norm = 0
        for (let t = nextSlope - movable[i]; t < nextSlope; t++) {
          this.slope[t] /= most
          norm += Math.abs(this.slope[t])
        }
        this.hinge[nextHinge] = j
        this.height[nextHinge] = program.height[j] / most
        this.weight[nextHinge] = program.weight[j] * most
        this.norm[nextHinge++] = norm
      }
    }
  }

  /** The responses that x is, bounds held where it is at one. */
  startAt(x: Float64Array): void {
    for (let v = 0; v < this.at.length; v++) {
      const xi = Math.min(1, Math.max(0, x[this.variable[v]] / this.size[v]))
      this.at[v] = xi
      this.bound[v] = xi === 0 ? -1 : xi === 1 ? 1 : 0
    }
  }

  /** height_j + b_j·ξ; `slopeAt` is where b_j stands. */
  heightAt(j: number, slopeAt: number, first: number, width: number): number {
    const { at, slope } = this
    let value = this.height[j]
    for (let k = 0; k < width; k++) value += slope[slopeAt + k] * at[first + k]
    return value
  }

  /** gradient += times · weight_j b_j. */
  addToGradient(j: number, slopeAt: number, first: number, width: number, times: number): void {
    const { gradient, slope } = this
    const weight = times * this.weight[j]
    for (let k = 0; k < width; k++) gradient[first + k] += weight * slope[slopeAt + k]
  }

  /** Σ size (r ξ − min(0, r) · reach), r what prices, slopes and held hinges leave of the reduced costs: see `Singles.gap`. */
  gap(windows: Float64Array): number {
    const { row, size, reach, at, center, slopeLeft } = this
    let gap = 0
    for (let v = 0; v < at.length; v++) {
      const r = slopeLeft[v] - size[v] * windows[row[v]] * (at[v] - center[v])
      gap += r * at[v] - Math.min(0, r) * reach[v]
    }
    return gap
  }

  /** The objective of all blocks at their responses. */
  value(): number {
    let sum = 0
    for (let v = 0; v < this.at.length; v++) {
      sum += this.at[v] * (this.linear[v] + 0.5 * this.curvature[v] * this.at[v])
    }
    this.#eachHinge((j, slopeAt, first, width) => {
      sum += this.weight[j] * Math.max(0, this.heightAt(j, slopeAt, first, width))
    })
    return sum
  }

  /** Shares of the hinges: on, off, or what the dual of a held one says. */
  shares(shares: Float64Array): void {
    for (let j = 0; j < this.side.length; j++) shares[this.hinge[j]] = this.side[j] === ON ? 1 : 0
    for (let i = 0; i < this.count; i++) {
      const first = this.variableStarts[i]
      for (let a = 0; a < this.kinks[i]; a++) {
        const j = this.kink[first + a]
        shares[this.hinge[j]] = Math.min(1, Math.max(0, this.kinkDual[first + a] / this.weight[j]))
      }
    }
  }

  /** Calls back with every variable and weight_j b_jv of every hinge of its block. */
  eachSlope(visit: (v: number, jump: number) => void): void {
    this.#eachHinge((j, slopeAt, first, width) => {
      for (let k = 0; k < width; k++) visit(first + k, this.weight[j] * this.slope[slopeAt + k])
    })
  }

  #eachHinge(visit: (j: number, slopeAt: number, first: number, width: number) => void): void {
    for (let i = 0; i < this.count; i++) {
      const first = this.variableStarts[i]
      const width = this.variableStarts[i + 1] - first
      let slopeAt = this.slopeStarts[i]
      for (let j = this.hingeStarts[i]; j < this.hingeStarts[i + 1]; j++, slopeAt += width) {
        visit(j, slopeAt, first, width)
      }
    }
  }
}
