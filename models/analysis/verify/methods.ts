import { SpillwayError } from '../../../src/index.js'
import type { Bound, PreparedObjective } from '../../objectives/index.js'
import { finite } from '../../proof/finite.js'
import { relativeGap } from '../../proof/gap.js'
import {
  byClosedForm,
  byEngine,
  CLOSED_FORM,
  defaultOptions,
  type JudgeOptions,
  NO_ENGINE,
  type Travelled,
  travel,
} from '../methods.js'

/** What one road to the optimum found. */
export interface Road {
  readonly solver: string
  readonly status: string
  readonly value: number | null
  readonly bound: number | null
  readonly relativeGap: number | null
}

/** Books up to this many decisions are solved by a second road as well, so that the two can be compared. */
const SMALL = 2000
/** A check that takes longer than this is not waited for. */
const SECOND_ROAD_SECONDS = 10

/**
 * The road asked for or the fastest, and beside it a second one where a closed form and an engine can both answer: an
 * engine that was named is always held against the closed form, a closed form against the default engine on small books.
 */
export async function takeRoads(prepared: PreparedObjective, options: JudgeOptions): Promise<Travelled[]> {
  const first = await travel(prepared, options)
  if (first.solver.name === NO_ENGINE && first.stopped !== undefined) return [first]
  if (first.solver.name !== CLOSED_FORM) {
    const closed = byClosedForm(prepared, options)
    return closed === undefined ? [first] : [first, closed]
  }
  if (options.solver !== undefined || prepared.space.capacity.length > SMALL) return [first]
  try {
    const { timeLimitSeconds = defaultOptions.timeLimitSeconds } = options
    const second = await byEngine(prepared, {
      ...options,
      timeLimitSeconds: Math.min(timeLimitSeconds, SECOND_ROAD_SECONDS),
    })
    // Where nothing is left to decide no engine was asked, and none is quoted.
    return second.solver.name === NO_ENGINE ? [first] : [first, second]
  } catch (error) {
    // The second road only checks the first, which stands proved by itself: an engine that breaks down is listed, not fatal.
    if (!(error instanceof SpillwayError) || error.code === 'contradiction' || options.signal?.aborted) throw error
    const milliseconds = { build: 0, solve: 0, certify: 0 }
    return [
      first,
      {
        solver: { name: 'engine', version: '', status: error.code },
        relativeGap: null,
        isLimited: false,
        milliseconds,
      },
    ]
  }
}

function isBetter(a: Travelled, b: Travelled): boolean {
  if (a.plan === undefined || b.plan === undefined) return b.plan === undefined
  return a.value !== undefined && (b.value === undefined || a.value.compare(b.value) < 0)
}

/** The road that found the best value. */
export function bestRoad(roads: readonly Travelled[]): Travelled {
  return roads.reduce((a, b) => (isBetter(b, a) ? b : a))
}

/**
 * The road whose plan others are held against: the first whose value is as good as the best within the tolerance. Where optima are
 * many, a closed form, which comes first, has the canonical one; an engine that is better in the last digit does not change who
 * counts as cut too much.
 */
export function referenceRoad(roads: readonly Travelled[], floor: number, tolerance: number): Travelled {
  const best = bestRoad(roads)
  const isAsGood = ({ plan, value }: Travelled): boolean => {
    if (plan === undefined) return false
    const gap = relativeGap(value, best.value, floor)
    return gap !== null && gap <= tolerance
  }
  return roads.find(isAsGood) ?? best
}

/** The bound with the most to say, and its evidence. */
export function bestProof(roads: readonly Travelled[]): Bound | undefined {
  return roads
    .flatMap(({ bound }) => bound ?? [])
    .reduce<Bound | undefined>((best, next) => (best === undefined || isHigher(next, best) ? next : best), undefined)
}

function isHigher(a: Bound, b: Bound): boolean {
  if (a.bound === undefined || b.bound === undefined) return a.bound === undefined && b.bound !== undefined
  return a.bound.compare(b.bound) > 0
}

export function roadReport({ solver, value, bound, relativeGap: gap, plan, stopped }: Travelled): Road {
  return {
    solver: solver.name,
    status: stopped?.status ?? solver.status,
    value: plan === undefined ? null : finite(value),
    bound: bound === undefined ? null : finite(bound.bound),
    relativeGap: gap,
  }
}
