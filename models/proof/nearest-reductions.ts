import { splitInto, zero } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import type { Reductions } from './claim.js'

/** Reductions as pairs of doubles, by pair of the space: the nearest double, and what it leaves. Rounding is monotone, so that a smaller double is a smaller number. */
export interface NearestReductions {
  /** The pairs of which something is closed, ascending: a number too small for doubles is among them. */
  readonly pairs: Int32Array
  readonly values: Float64Array
  readonly rests: Float64Array
}

/** Whoever judges reductions asks for the same. */
const known = new WeakMap<Reductions, NearestReductions>()

export function nearestReductions(reductions: Reductions): NearestReductions {
  const found = known.get(reductions)
  if (found !== undefined) return found
  const values = new Float64Array(reductions.length)
  const rests = new Float64Array(reductions.length)
  const pairs = new Int32Array(reductions.length)
  let size = 0
  for (let pair = 0; pair < reductions.length; pair++) {
    // Whoever is left alone mostly has the very zero, and big integers are compared slowly.
    if (reductions[pair] === zero || reductions[pair].digits === 0n) continue
    splitInto(reductions[pair], pair, values, rests)
    pairs[size++] = pair
  }
  const nearest = { pairs: pairs.slice(0, size), values, rests }
  known.set(reductions, nearest)
  return nearest
}

/** The owners of whom something is closed, ascending, each once. */
export function touchedOwners({ pairOwner }: DecisionSpace, reductions: Reductions): Int32Array {
  const { pairs } = nearestReductions(reductions)
  const owners = new Int32Array(pairs.length)
  let size = 0
  for (const pair of pairs) if (size === 0 || owners[size - 1] !== pairOwner[pair]) owners[size++] = pairOwner[pair]
  return owners.subarray(0, size)
}

/** The doubles nearest to |n_ik|, by pair. */
export function nearestHolding({ event, pairPosition }: DecisionSpace, pair: number): number {
  return Math.abs(event.positions.quantity.values[pairPosition[pair]])
}
