import type { Ratio } from '../../src/numeric/index.js'
import { relativeGap } from '../proof/gap.js'
import type { Plan } from './objective.js'

/** A closed form that works in doubles through many steps counts as one when the judge finds it this close. */
const PROVED_GAP = 1e-10

/** A plan by water-filling of a network, if the judge finds it good; `value` is the plan's. */
export function provedNetworkPlan(plan: Plan, value: Ratio | undefined, floor: number): Plan | undefined {
  const bound = plan.bound()
  const gap = relativeGap(value, bound.bound, floor)
  if (gap === null || gap > PROVED_GAP) return undefined
  return { ...plan, how: 'water-filling of a network', bound: () => bound }
}
