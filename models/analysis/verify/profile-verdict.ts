import { type Decimal, toNumber } from '../../../src/numeric/index.js'
import type { AdlEvent } from '../../book/index.js'
import {
  minMaxLeverage,
  type Objective,
  type PreparedObjective,
  type Reductions,
  squaredLeverage,
} from '../../objectives/index.js'
import { relativeGap } from '../../proof/gap.js'
import { leverageProblem } from '../../proof/leverage/problem.js'
import { profileOf } from '../../proof/leverage/profile.js'
import { exposureGap } from '../counts.js'
import { type JudgeOptions, prepare } from '../methods.js'

/**
 * Whether the whole profile of levels is the best one, where the objective may only see its top: `min-max-leverage`
 * calls everything optimal below an account that ADL cannot help.
 */
export interface ProfileVerdict {
  /**
   * `least-majorized`: every account ends at the level that it has in the one profile that is best for every convex
   * function of the levels at once; with whole lots `leximin`: the levels in descending order are the least ones.
   * `dominated`: they are not. `unknown`: the best profile was not found and proved.
   */
  readonly verdict: 'least-majorized' | 'leximin' | 'dominated' | 'unknown'
  /** Of the accounts at another level than the best profile has, the one where the higher of its two levels is highest. */
  readonly firstDifference?: {
    readonly account: string
    /** Exposure after the ADL over equity re-marked at ADL prices; `null` is ∞. */
    readonly level: number | null
    readonly best: number | null
  }
}

interface Subject {
  readonly event: AdlEvent
  readonly objective: Objective
  readonly prepared: PreparedObjective
  readonly reductions: Reductions
  /** The reductions of the best plan known, and whether they are proved optimal. */
  readonly reference: Reductions | undefined
  readonly isProved: boolean
  readonly tolerance: number
  readonly slack: Decimal
  readonly options: JudgeOptions
}

const LEVERAGE = ['min-max-leverage', 'squared-leverage', 'factor-leverage']

/** The verdict on the profile of feasible reductions; undefined for objectives that have none. */
export function profileVerdict(subject: Subject): ProfileVerdict | undefined {
  const { objective, prepared, reductions, slack } = subject
  if (!LEVERAGE.includes(objective.name)) return undefined
  if (prepared.breaks(reductions, slack) !== undefined) return { verdict: 'dominated' }
  const best = bestProfile(subject)
  if (best === undefined) return { verdict: 'unknown' }
  const { space, factor } = prepared
  const inLots = space.lots !== undefined
  const { isInsolvent, remarked } = leverageProblem(space)
  const owners = Array.from(space.owners.keys()).filter((owner) => !isInsolvent[owner])
  const exposure = (of: Reductions | undefined) => {
    const { exposure: own } = profileOf(space, of)
    return factor === undefined || of === undefined
      ? Array.from(space.owners, (_, owner) => own(owner))
      : [...factor.size(of)]
  }
  const scale = factor === undefined ? exposure(undefined) : factor.unhedged()
  const [after, reference] = [exposure(reductions), exposure(best)]
  const level = (amounts: readonly Decimal[], owner: number): number => toNumber(amounts[owner]) / remarked[owner]
  const gaps = exposureGap({ after, reference, scale }, slack)
  const differing = inLots
    ? unequalLevels(
        owners,
        (owner) => level(after, owner),
        (owner) => level(reference, owner),
        subject.tolerance,
      )
    : owners.filter((owner) => gaps[owner] !== 0)
  if (differing.length === 0) return { verdict: inLots ? 'leximin' : 'least-majorized' }
  const higher = (owner: number): number => Math.max(level(after, owner), level(reference, owner))
  const first = differing.reduce((a, b) => (higher(b) > higher(a) ? b : a))
  return {
    verdict: 'dominated',
    firstDifference: {
      account: space.event.accounts.names[space.owners[first]],
      level: finite(level(after, first)),
      best: finite(level(reference, first)),
    },
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** In whole lots equals may change places, so levels are compared in order; none differ where the orders agree. */
function unequalLevels(
  owners: readonly number[],
  own: (owner: number) => number,
  best: (owner: number) => number,
  tolerance: number,
): number[] {
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= tolerance * Math.max(a, b)
  const descending = (of: (owner: number) => number): number[] => owners.map(of).sort((a, b) => b - a)
  const [mine, theirs] = [descending(own), descending(best)]
  if (mine.every((value, rank) => isNear(value, theirs[rank]))) return []
  return owners.filter((owner) => !isNear(own(owner), best(owner)))
}

/** Reductions of the best profile, where they are found and proved. */
function bestProfile(subject: Subject): Reductions | undefined {
  const { event, objective, prepared, reference, isProved, options, tolerance } = subject
  if (objective.name === 'factor-leverage') return isProved ? reference : undefined
  const inLots = prepared.space.lots !== undefined
  // The squares have the least-majorized profile as their one optimum; the lots of the highest level first are the leximin.
  const other = prepare(inLots ? minMaxLeverage() : squaredLeverage(), event, options)
  const plan = other.closedForm()
  if (plan === undefined) return !inLots && objective.name === 'squared-leverage' && isProved ? reference : undefined
  const gap = relativeGap(other.value(plan.reductions), plan.bound().bound, other.gapFloor)
  return gap !== null && gap <= tolerance ? plan.reductions : undefined
}
