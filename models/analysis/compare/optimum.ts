import { SpillwayError } from '../../../src/errors.js'
import type { Ratio } from '../../../src/numeric/index.js'
import type { Objective, PreparedObjective } from '../../objectives/index.js'
import { finite } from '../../proof/finite.js'
import { relativeGap } from '../../proof/gap.js'
import { seconds } from '../counts.js'
import { contradiction } from '../method-errors.js'
import { type JudgeOptions, type MethodRun, runMethod } from '../methods.js'
import type { ObjectiveReport } from '../objective-report.js'
import { failedRow } from './row.js'

/** The best value known of an objective, and what is proved of it. `null` is ∞ or unknown. */
export interface Optimum {
  /** Of value and bound: 'leverage' or 'quote currency'; absent where the objective says none. */
  readonly unit?: NonNullable<ObjectiveReport['unit']>
  readonly value: number | null
  /** No allocation is below it. */
  readonly bound: number | null
  readonly relativeGap: number | null
  /** Whether the gap is within the tolerance. */
  readonly proved: boolean
  /** Who has it: the method that was run, or the policy that came closer to the bound. */
  readonly by: string
  /** Why there is no proof, or no value. */
  readonly reason?: string
}

/** One objective in a comparison: prepared once, solved once, and the best value that anybody reached. */
export interface Contest {
  readonly objective: Objective
  /** What names it in the registry, where something does. */
  readonly text?: string
  readonly prepared: PreparedObjective
  methodRun?: MethodRun
  /** What the method threw, where it broke down. */
  thrown?: unknown
  seconds?: number
  best?: Best | undefined
}

interface Best {
  readonly value: Ratio | undefined
  readonly by: string
}

/** Solves an objective once. A method that breaks down leaves the values of policies without an optimum beside them. */
export async function solveContest(
  contest: Contest,
  options: Omit<JudgeOptions, 'onProgress'>,
  deadline: number,
): Promise<void> {
  const { solver, tolerance, signal } = options
  const start = performance.now()
  const left = Math.max(0.001, (deadline - start) / 1000)
  try {
    const methodRun = await runMethod(contest.prepared, {
      ...(solver !== undefined && { solver }),
      ...(tolerance !== undefined && { tolerance }),
      ...(signal && { signal }),
      ...(Number.isFinite(left) && { timeLimitSeconds: left }),
    })
    contest.methodRun = methodRun
    if (methodRun.plan !== undefined) contest.best = { value: methodRun.value, by: methodRun.solver.name }
  } catch (error) {
    const isSolverFault = error instanceof SpillwayError && error.fault === 'engine' && error.code !== 'contradiction'
    if (!isSolverFault || signal?.aborted) throw error
    contest.thrown = error
  }
  contest.seconds = seconds(performance.now() - start)
}

/** The better of the best so far and a value reached; throws `contradiction` where a feasible value is below the bound. */
export function bestOf(
  best: Best | undefined,
  value: Ratio | undefined,
  { methodRun }: Contest,
  by: string,
): Best | undefined {
  const bound = methodRun?.bound
  const isBelow = bound !== undefined && value !== undefined && (bound.bound?.compare(value) ?? 1) > 0
  if (isBelow) throw contradiction(by)
  if (best === undefined) return { value, by }
  if (value === undefined) return best
  return best.value === undefined || value.compare(best.value) < 0 ? { value, by } : best
}

export function optimumReport(
  { objective: { unit }, prepared, methodRun, thrown, best }: Contest,
  tolerance: number,
): Optimum {
  const bound = methodRun?.bound
  const gap = best && bound ? relativeGap(best.value, bound.bound, prepared.gapFloor) : null
  const proved = gap !== null && gap <= tolerance
  const failure = thrown === undefined ? undefined : failedRow('', thrown, 0).error.message
  return {
    ...(unit && { unit }),
    value: best === undefined ? null : finite(best.value),
    bound: bound === undefined ? null : finite(bound.bound),
    relativeGap: gap,
    proved,
    by: best?.by ?? methodRun?.solver.name ?? 'nobody',
    ...(!proved && { reason: failure ?? methodRun?.stopped?.reason ?? WIDE }),
  }
}

const WIDE = 'the bound is farther from the value than the tolerance allows'
