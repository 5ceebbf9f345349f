import type { Ratio } from '../../../src/numeric/index.js'
import { relativeGap } from '../../proof/gap.js'
import type { Violation } from '../../proof/match-allocation.js'

/** How an allocation is judged. */
export type VerdictWord = 'optimal' | 'suboptimal' | 'infeasible' | 'unproved'

/** The smaller of an allocation's value and ours; undefined stands for infinity. */
export function smaller(value: Ratio | undefined, ours: Ratio | undefined | 'unknown'): Ratio | undefined {
  if (ours === 'unknown' || ours === undefined) return value
  return value === undefined || ours.compare(value) < 0 ? ours : value
}

/** What a verdict goes by. */
interface Case {
  readonly feasible: boolean
  readonly violations: readonly Violation[]
  /** The least power of ten as `feasibility` that would forgive all violations, where they are that small. */
  readonly forgiving: string | undefined
  readonly broken: string | undefined
  readonly gap: number | null
  readonly value: Ratio | undefined
  readonly ours: Ratio | undefined | 'unknown'
  readonly tolerance: number
  readonly floor: number
}

type Found =
  | { readonly verdict: 'optimal'; readonly relativeGap: number }
  | { readonly verdict: 'suboptimal' | 'unproved'; readonly relativeGap: number | null; readonly reason: string }
  | { readonly verdict: 'infeasible'; readonly relativeGap: null; readonly reason: string }

/** The verdict, with the gap, and why it is not `optimal`. */
export function verdictOf(given: Case): Found {
  const { feasible, violations, forgiving, broken, gap, value, ours, tolerance, floor } = given
  if (!feasible) return { verdict: 'infeasible', relativeGap: null, reason: brokenRules(violations, forgiving) }
  const found = (verdict: 'suboptimal' | 'unproved', reason: string): Found => ({ verdict, relativeGap: gap, reason })
  if (broken !== undefined) return found('suboptimal', broken)
  if (gap !== null && gap <= tolerance) return { verdict: 'optimal', relativeGap: gap }
  if (ours === 'unknown') return found('unproved', 'no method to the optimum gave an answer')
  const improvement = value === undefined && ours !== undefined ? null : relativeGap(value, ours, floor)
  if (improvement === null || improvement > tolerance) return found('suboptimal', 'a better allocation is known')
  return found('unproved', 'no better allocation is known, and no bound is close enough to prove it best')
}

function brokenRules(violations: readonly Violation[], forgiving: string | undefined): string {
  const [{ code, account, market } = { code: 'nothing' }] = violations
  const where = [account && `of ${account}`, market && `in ${market}`].filter(Boolean).join(' ')
  const rules = violations.length === 1 ? 'a rule' : `${violations.length} rules`
  const cure =
    forgiving === undefined ? '' : `; all of it is rounding that a feasibility of ${forgiving} (--feasibility) forgives`
  return `the allocation breaks ${rules}, ${violations.length === 1 ? '' : 'first '}${code} ${where}${cure}`
}
