import { EventHeap } from './event-heap.js'
import { HELD, OFF, ON, type Several } from './several.js'

/** At a kink closer than this the sign says nothing about the side. */
const CERTAIN = 1e-11
/** A hinge that changes by less than this per unit of the direction runs along it. */
const PARALLEL = 1e-11
/** Rounding may not make the radius reach a kink. */
const INSIDE = 0.999999

/**
 * The minimum of a block along a direction p, whose full length leads to the minimum if no kink or bound is met:
 *
 *     slope(s) = −(1 − s) p'Gp + Σ of the kinks passed of weight_j |b_j·p|.
 *
 * The line ends where this is 0, at the kink where it turns positive (which is then held), or at a bound (then held).
 * A step shorter than the radius cannot meet a kink and looks at no hinge.
 */
export class BlockLine {
  readonly #blocks: Several
  readonly #height: Float64Array
  readonly #rate: Float64Array
  readonly #events: EventHeap
  #passes = 0
  /** Whether the last move went all the way, nothing met. */
  isFull = false

  constructor(blocks: Several) {
    this.#blocks = blocks
    this.#height = new Float64Array(blocks.mostHinges)
    this.#rate = new Float64Array(blocks.mostHinges)
    this.#events = new EventHeap(blocks.mostHinges)
  }

  takePasses(): number {
    const passes = this.#passes
    this.#passes = 0
    return passes
  }

  /** Sides of block i from certain signs; S and radius from the sides. */
  restart(i: number): void {
    const { variableStarts, hingeStarts, slopeStarts, gradient, linear, side, norm, radius } = this.#blocks
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    for (let v = first; v < first + width; v++) gradient[v] = linear[v]
    let nearest = Infinity
    let slopeAt = slopeStarts[i]
    for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++, slopeAt += width) {
      if (side[j] === HELD) continue
      const height = this.#blocks.heightAt(j, slopeAt, first, width)
      const distance = Math.abs(height)
      if (distance > CERTAIN) side[j] = height > 0 ? ON : OFF
      if (side[j] === ON) this.#blocks.addToGradient(j, slopeAt, first, width, 1)
      nearest = Math.min(nearest, distance / norm[j])
    }
    radius[i] = INSIDE * nearest
  }

  /** Moves block i along p, `longest` = |p|_∞, and returns the length of the step in the maximum norm. */
  move(i: number, p: Float64Array, metric: Float64Array, longest: number): number {
    const { variableStarts, at, bound, radius } = this.#blocks
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    let reach = 1
    let hit = -1
    for (let k = 0; k < width; k++) {
      if (p[k] === 0) continue
      const room = p[k] > 0 ? (1 - at[first + k]) / p[k] : -at[first + k] / p[k]
      if (room >= reach) continue
      reach = room
      hit = k
    }
    let step = reach
    if (reach * longest < radius[i]) radius[i] -= reach * longest
    else {
      step = this.#search(i, p, metric, longest, reach)
      if (step < reach) hit = -1
    }
    this.isFull = step === 1 && hit < 0
    for (let k = 0; k < width; k++) {
      if (p[k] !== 0) at[first + k] = Math.min(1, Math.max(0, at[first + k] + step * p[k]))
    }
    if (hit >= 0) {
      at[first + hit] = p[hit] > 0 ? 1 : 0
      bound[first + hit] = p[hit] > 0 ? 1 : -1
    }
    return step * longest
  }

  /** How far to go, at most `reach`; flips the hinges passed and holds the one that ends the line. */
  #search(i: number, p: Float64Array, metric: Float64Array, longest: number, reach: number): number {
    const blocks = this.#blocks
    const { variableStarts, hingeStarts, slopeStarts, slope, weight, norm, side, kink, kinks, radius } = blocks
    const first = variableStarts[i]
    const width = variableStarts[i + 1] - first
    const firstHinge = hingeStarts[i]
    const count = hingeStarts[i + 1] - firstHinge
    const firstSlope = slopeStarts[i]
    const events = this.#events
    this.#passes += count
    events.clear()
    for (let t = 0; t < count; t++) {
      const slopeAt = firstSlope + t * width
      const height = blocks.heightAt(firstHinge + t, slopeAt, first, width)
      let rate = 0
      for (let k = 0; k < width; k++) rate += slope[slopeAt + k] * p[k]
      this.#height[t] = height
      this.#rate[t] = rate
      const own = side[firstHinge + t]
      if ((own === OFF && rate > PARALLEL * longest) || (own === ON && rate < -PARALLEL * longest)) {
        const time = Math.max(0, -height / rate)
        if (time < reach) events.add(time, t)
      }
    }
    events.order()
    let fall = 0
    for (let k = 0; k < width; k++) fall -= metric[k] * p[k] * p[k]
    let passed = 0
    let turn = 1
    let step = 0
    let heldHere = -1
    while (events.size > 0 && events.firstTime < Math.min(reach, turn)) {
      step = events.firstTime
      const t = events.take()
      const j = firstHinge + t
      const jump = weight[j] * Math.abs(this.#rate[t])
      const slopeAt = firstSlope + t * width
      const isOn = side[j] === ON
      if (isOn) blocks.addToGradient(j, slopeAt, first, width, -1)
      if ((1 - step) * fall + passed + jump >= 0) {
        side[j] = HELD
        kink[first + kinks[i]++] = j
        heldHere = t
        break
      }
      side[j] = isOn ? OFF : ON
      if (!isOn) blocks.addToGradient(j, slopeAt, first, width, 1)
      passed += jump
      turn = 1 + passed / fall
    }
    if (heldHere < 0) step = Math.max(step, Math.min(reach, turn))
    let nearest = Infinity
    for (let t = 0; t < count; t++) {
      if (side[firstHinge + t] === HELD) continue
      const distance = Math.abs(this.#height[t] + step * this.#rate[t]) / norm[firstHinge + t]
      if (distance < nearest) nearest = distance
    }
    radius[i] = INSIDE * nearest
    return step
  }
}
