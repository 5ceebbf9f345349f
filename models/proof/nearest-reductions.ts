import { splitInto } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import type { Reductions } from './claim.js'

/** Reductions as pairs of doubles, by pair of the space: the nearest double, and what it leaves. Rounding is monotone, so that a smaller double is a smaller number. */
export interface NearestReductions {
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
  for (let pair = 0; pair < reductions.length; pair++) {
    if (reductions[pair].digits !== 0n) splitInto(reductions[pair], pair, values, rests)
  }
  const nearest = { values, rests }
  known.set(reductions, nearest)
  return nearest
}

/** The doubles nearest to |n_ik|, by pair. */
export function nearestHolding({ event, pairPosition }: DecisionSpace, pair: number): number {
  return Math.abs(event.positions.quantity.values[pairPosition[pair]])
}
