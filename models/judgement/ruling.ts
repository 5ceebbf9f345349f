import type { Ratio } from '../../src/index.js'
import { relativeGap } from '../objectives/gap.js'
import type { Violation } from './place.js'
import type { Verdict } from './verify.js'

/** The smaller of an allocation's value and ours; undefined stands for infinity. */
export function smaller(value: Ratio | undefined, ours: Ratio | undefined | 'unknown'): Ratio | undefined {
  if (ours === 'unknown' || ours === undefined) return value
  return value === undefined || ours.compare(value) < 0 ? ours : value
}

/** What a ruling goes by. */
interface Case {
  readonly feasible: boolean
  readonly violations: readonly Violation[]
  readonly broken: string | undefined
  readonly gap: number | null
  readonly value: Ratio | undefined
  readonly ours: Ratio | undefined | 'unknown'
  readonly tolerance: number
  readonly floor: number
}

/** The verdict, and why it is not `optimal`. */
export function ruling({
  feasible,
  violations,
  broken,
  gap,
  value,
  ours,
  tolerance,
  floor,
}: Case): Pick<Verdict, 'verdict' | 'reason'> {
  if (!feasible) return { verdict: 'infeasible', reason: `the allocation breaks ${violations.length} rule(s)` }
  if (broken !== undefined) return { verdict: 'suboptimal', reason: broken }
  if (gap !== null && gap <= tolerance) return { verdict: 'optimal' }
  if (ours === 'unknown') return { verdict: 'unproved', reason: 'no road to the optimum gave an answer' }
  const improvement = value === undefined && ours !== undefined ? null : relativeGap(value, ours, floor)
  if (improvement === null || improvement > tolerance)
    return { verdict: 'suboptimal', reason: 'a better allocation is known' }
  return { verdict: 'unproved', reason: 'no better allocation is known, and no bound is close enough to prove it best' }
}
