import { type Ratio, ratioNumber } from '../../src/numeric/index.js'
import type { Bound } from './claim.js'

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

/** The floor for leverage objectives: relative gaps are taken against at least this much. */
export const GAP_FLOOR = 1e-12
