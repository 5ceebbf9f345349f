import { SpillwayError } from '../../../src/errors.js'
import type { Bound, PreparedObjective } from '../../objectives/index.js'
import { finite } from '../../proof/finite.js'
import { relativeGap } from '../../proof/gap.js'
import {
  byClosedForm,
  bySolver,
  CLOSED_FORM,
  defaultOptions,
  type JudgeOptions,
  type MethodRun,
  NO_SOLVER,
  runMethod,
} from '../methods.js'

/** What one method found of the optimum. */
export interface MethodResult {
  readonly solver: string
  readonly status: string
  readonly value: number | null
  readonly bound: number | null
  readonly relativeGap: number | null
}

/** Books up to this many decisions are solved by a second method as well, so that the two can be compared. */
const SMALL = 2000
/** A check that takes longer than this is not waited for. */
const SECOND_METHOD_SECONDS = 10

/**
 * The method asked for or the fastest, and beside it a second one where a closed form and a solver can both answer: a
 * solver that was named is always held against the closed form, a closed form against the default solver on small books.
 */
export async function runMethods(prepared: PreparedObjective, options: JudgeOptions): Promise<MethodRun[]> {
  const first = await runMethod(prepared, options)
  if (first.solver.name === NO_SOLVER && first.stopped !== undefined) return [first]
  if (first.solver.name !== CLOSED_FORM) {
    const closed = byClosedForm(prepared, options)
    return closed === undefined ? [first] : [first, closed]
  }
  if (options.solver !== undefined || prepared.space.capacity.length > SMALL) return [first]
  try {
    const { timeLimitSeconds = defaultOptions.timeLimitSeconds } = options
    const second = await bySolver(prepared, {
      ...options,
      timeLimitSeconds: Math.min(timeLimitSeconds, SECOND_METHOD_SECONDS),
    })
    // Where nothing is left to decide no solver was asked, and none is quoted.
    return second.solver.name === NO_SOLVER ? [first] : [first, second]
  } catch (error) {
    // The second method only checks the first, which stands proved by itself: a solver that breaks down is listed, not fatal.
    if (!(error instanceof SpillwayError) || error.code === 'contradiction' || options.signal?.aborted) throw error
    const milliseconds = { build: 0, solve: 0, certify: 0 }
    return [
      first,
      {
        solver: { name: 'solver', version: '', status: error.code },
        relativeGap: null,
        isLimited: false,
        milliseconds,
      },
    ]
  }
}

function isBetter(a: MethodRun, b: MethodRun): boolean {
  if (a.plan === undefined || b.plan === undefined) return b.plan === undefined
  return a.value !== undefined && (b.value === undefined || a.value.compare(b.value) < 0)
}

/** The method that found the best value. */
export function bestMethod(methods: readonly MethodRun[]): MethodRun {
  return methods.reduce((a, b) => (isBetter(b, a) ? b : a))
}

/**
 * The method whose plan others are held against: the first whose value is as good as the best within the tolerance.
 * Where optima are many, a closed form, which comes first, has the canonical one; a solver that is better in the last
 * digit does not change who counts as cut too much.
 */
export function referenceMethod(methods: readonly MethodRun[], floor: number, tolerance: number): MethodRun {
  const best = bestMethod(methods)
  const isAsGood = ({ plan, value }: MethodRun): boolean => {
    if (plan === undefined) return false
    const gap = relativeGap(value, best.value, floor)
    return gap !== null && gap <= tolerance
  }
  return methods.find(isAsGood) ?? best
}

/** The bound with the most to say, and its evidence. */
export function bestProof(methods: readonly MethodRun[]): Bound | undefined {
  return methods
    .flatMap(({ bound }) => bound ?? [])
    .reduce<Bound | undefined>((best, next) => (best === undefined || isHigher(next, best) ? next : best), undefined)
}

function isHigher(a: Bound, b: Bound): boolean {
  if (a.bound === undefined || b.bound === undefined) return a.bound === undefined && b.bound !== undefined
  return a.bound.compare(b.bound) > 0
}

export function methodResult({ solver, value, bound, relativeGap: gap, plan, stopped }: MethodRun): MethodResult {
  return {
    solver: solver.name,
    status: stopped?.status ?? solver.status,
    value: plan === undefined ? null : finite(value),
    bound: bound === undefined ? null : finite(bound.bound),
    relativeGap: gap,
  }
}
