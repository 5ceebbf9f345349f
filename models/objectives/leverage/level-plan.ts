import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { boundOfGroup, profileOf, topGroup } from '../../proof/leverage/profile.js'
import type { Bound, Plan, Reductions } from '../objective.js'

/**
 * Reductions as a plan for the least largest leverage. Groups found by a solver are tried beside the top of the plan's
 * own profile; the best bound counts.
 */
export function levelPlan(
  problem: LeverageProblem,
  reductions: Reductions,
  groups: readonly (readonly number[])[],
): Plan {
  return {
    reductions,
    bound() {
      const top = topGroup(problem, profileOf(problem.space, reductions))
      return [top, ...groups].map((group) => boundOfGroup(problem, group)).reduce(higher)
    },
  }
}

function higher(a: Bound, b: Bound): Bound {
  if (a.bound === undefined || b.bound === undefined) return a.bound === undefined ? a : b
  return b.bound.compare(a.bound) > 0 ? b : a
}
