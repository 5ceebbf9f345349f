import type { Ratio } from '../../../src/index.js'
import { badEvidence, onlyFields, ownerFinder, textList } from '../../proof/evidence.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { boundOfGroup, largestLeverage, profileOf, topGroup } from '../../proof/leverage/profile.js'
import type { Bound, Plan, Reductions } from '../objective.js'

/** The largest leverage among solvent owners; undefined for ∞. */
export function largestLevel(problem: LeverageProblem, reductions: Reductions): Ratio | undefined {
  return largestLeverage(profileOf(problem.space, reductions), (owner) => !problem.isInsolvent[owner])
}

/** Reductions as a plan for the least largest leverage. Groups found by an engine are tried beside the top of the plan's own profile; the best bound counts. */
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

/** The bound of a group in a certificate; `beside` are names of other evidence. */
export function recheckGroup(problem: LeverageProblem, evidence: unknown, beside: readonly string[] = []): Bound {
  onlyFields(evidence, 'evidence', ['group', ...beside])
  const find = ownerFinder(problem.space)
  const group = textList(evidence, 'group').map((account, i) => find(account, `group[${i}]`))
  if (new Set(group).size < group.length)
    throw badEvidence('evidence.group', group.length, 'an account stands twice in the group')
  const insolvent = group.findIndex((owner) => problem.isInsolvent[owner])
  if (insolvent < 0) return boundOfGroup(problem, group)
  throw badEvidence(
    `evidence.group[${insolvent}]`,
    textList(evidence, 'group')[insolvent],
    'this account is not counted',
  )
}
