import type { BoundProof, EngineAnswer } from './canonical/outcome.js'
import { dualBound, ROUNDING } from './certificates/dual-bound.js'
import { objectiveValue } from './certificates/objective.js'
import { repairMultipliers } from './certificates/repair.js'
import { prover, type Road } from './solve-road.js'

/**
 * How good a feasible point is: relativeGap = (value − bound) / max(|value|, floor), with the best bound anyone's
 * multipliers give. The floor is 1e-12, or what cancellation leaves uncertain when that is more: 1e-6 of the dearest
 * cost (one unit of a column), 1e-7 of the terms that were summed.
 */
export interface Proof {
  readonly value: number
  readonly bound?: number
  readonly boundProof?: BoundProof
  readonly relativeGap?: number
  readonly rowPrices?: Float64Array
  /** The gap is within the tolerance, from either side: a value below a true bound betrays a broken row. */
  readonly isClosed: boolean
}

/** How far below a bound a value may lie: what a row violation of the allowed size may be worth. */
const BELOW = 1e-6

export async function prove(road: Road, x: Float64Array, answer: EngineAnswer): Promise<Proof> {
  const value = objectiveValue(road.form, x)
  let best = answer.rowPrices === undefined ? unknown(value) : byMultipliers(road, x, answer.rowPrices)
  if (best.isClosed) return best
  if (road.solver !== prover || answer.rowPrices === undefined) {
    const rowPrices = await proverPrices(road)
    if (rowPrices !== undefined) best = better(best, byMultipliers(road, x, rowPrices))
  }
  return best
}

const unknown = (value: number): Proof => ({ value, isClosed: false })

function better(a: Proof, b: Proof): Proof {
  if (b.isClosed || a.bound === undefined) return b
  return !a.isClosed && b.bound !== undefined && b.bound > a.bound ? b : a
}

function byMultipliers(road: Road, x: Float64Array, y: Float64Array): Proof {
  const { form, boxes } = road
  const options = { boxes, around: x }
  let result = dualBound(form, y, options)
  if (result.roughness > ROUNDING) result = dualBound(form, repairMultipliers(form, y, boxes, x), options)
  const { bound, scale, multipliers, roughness } = result
  // A residue that is no rounding, on a column without bounds: the bound holds near the point only, so it closes nothing.
  if (roughness > ROUNDING) return unknown(objectiveValue(form, x))
  return { ...gap(road, objectiveValue(form, x), bound, scale), rowPrices: multipliers }
}

function gap(road: Road, value: number, bound: number, scale: number): Proof {
  if (!Number.isFinite(bound)) return unknown(value)
  const dearest = road.form.linear.reduce((most, c) => Math.max(most, Math.abs(c)), 0)
  const floor = Math.max(1e-12, 1e-6 * dearest, 1e-7 * scale)
  const distance = (value - bound) / Math.max(Math.abs(value), floor)
  const below = Math.max(road.tolerance, BELOW)
  return {
    value,
    bound: Math.min(bound, value),
    boundProof: 'dual',
    relativeGap: Math.max(0, distance),
    isClosed: distance <= road.tolerance && distance >= -below,
  }
}

/** Multipliers from the prover, asked once a solve. */
const prices = new WeakMap<Road, Promise<Float64Array | undefined>>()

function proverPrices(road: Road): Promise<Float64Array | undefined> {
  const asked = prices.get(road)
  if (asked !== undefined) return asked
  const asking = road
    .ask(prover, road.form, prover.attempts(road.form, {})[0] ?? {}, 'prove')
    .then(({ answer }) => answer.rowPrices)
  prices.set(road, asking)
  return asking
}
