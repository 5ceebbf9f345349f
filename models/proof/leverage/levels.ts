import type { Ratio } from '../../../src/numeric/index.js'
import type { Bound, Reductions } from '../claim.js'
import { badEvidence, onlyFields, ownerFinder, textList } from '../evidence.js'
import type { LeverageProblem } from './problem.js'
import { boundOfGroup, largestLeverage, profileOf } from './profile.js'

/** The largest leverage among solvent owners; undefined for ∞. */
export function largestLevel(problem: LeverageProblem, reductions: Reductions): Ratio | undefined {
  return largestLeverage(profileOf(problem.space, reductions), (owner) => !problem.isInsolvent[owner])
}

/** Owners that the largest leverage leaves out, g_i ≤ 0, and that keep something. */
export function notCounted(problem: LeverageProblem, reductions: Reductions): number {
  const { notional } = profileOf(problem.space, reductions)
  return problem.isInsolvent.reduce(
    (count, isInsolvent, owner) => count + (isInsolvent && notional[owner] > 0 ? 1 : 0),
    0,
  )
}

/** The bound of a group in a certificate; `beside` are names of other evidence. */
export function recheckGroup(problem: LeverageProblem, evidence: unknown, beside: readonly string[] = []): Bound {
  return boundOfGroup(problem, readGroup(problem, evidence, beside))
}

/** The owners of a group in a certificate. */
export function readGroup(problem: LeverageProblem, evidence: unknown, beside: readonly string[] = []): number[] {
  onlyFields(evidence, 'evidence', ['group', ...beside])
  const find = ownerFinder(problem.space)
  const group = textList(evidence, 'group').map((account, i) => find(account, `group[${i}]`))
  if (new Set(group).size < group.length)
    throw badEvidence('evidence.group', group.length, 'an account stands twice in the group')
  const insolvent = group.findIndex((owner) => problem.isInsolvent[owner])
  if (insolvent < 0) return group
  throw badEvidence(
    `evidence.group[${insolvent}]`,
    textList(evidence, 'group')[insolvent],
    'this account is not counted',
  )
}
