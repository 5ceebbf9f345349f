import { type Ratio, ratioNumber } from '../../src/index.js'
import type { Bound, Plan } from '../objectives/objective.js'

/**
 * (value − bound)/max(|value|, floor), never negative, from exact ratios; undefined stands for infinity. A value and a
 * bound that are both infinite have no gap; a value alone has an unknown one (`null`).
 */
export function relativeGap(value: Ratio | undefined, bound: Bound['bound'], floor: number): number | null {
  if (value === undefined) return bound === undefined ? 0 : null
  if (bound === undefined) return null
  const difference = value.sub(bound)
  if (difference.s <= 0) return 0
  return ratioNumber(difference) / Math.max(Math.abs(ratioNumber(value)), floor)
}

/** The contract's floor for leverage objectives: relative gaps are measured against at least this much. */
export const GAP_FLOOR = 1e-12

/** A closed form that works in doubles through many steps counts as one when the judge finds it this close. */
const SETTLED_GAP = 1e-10

/** A plan by water-filling of a network, if the judge finds it good; `value` is the plan's. */
export function settledPlan(plan: Plan, value: Ratio | undefined, floor: number): Plan | undefined {
  const bound = plan.bound()
  const gap = relativeGap(value, bound.bound, floor)
  if (gap === null || gap > SETTLED_GAP) return undefined
  return { ...plan, how: 'water-filling of a network', bound: () => bound }
}
