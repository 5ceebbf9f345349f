import { type Decimal, type Ratio, SpillwayError } from '../../src/index.js'
import type { AdlEvent, Allocation, Certificate } from '../book/index.js'
import { relativeGap } from '../objectives/gap.js'
import type { Bound, Objective, PreparedObjective, Reductions } from '../objectives/index.js'
import { type Profile, profileOf } from '../objectives/leverage/leverage-profile.js'
import { certify } from './certificate.js'
import {
  compareExposures,
  countAccounts,
  type ExposureSizes,
  type FactorLeverage,
  factorBefore,
  finite,
  maxLeverage,
  seconds,
} from './measure.js'
import { placeAllocation, toleranceOf, type Violation } from './place.js'
import {
  byClosedForm,
  byEngine,
  CLOSED_FORM,
  defaultOptions,
  type JudgeOptions,
  NO_ENGINE,
  prepare,
  type Travelled,
  travel,
} from './roads.js'
import { type VerdictDetails, verdictDetails } from './verify-details.js'

export interface Verdict {
  readonly feasible: boolean
  readonly violations: readonly Violation[]
  /** The objective of the allocation; `value` is absent where it is infeasible and `null` where it is infinite. */
  readonly objective: { readonly name: string; readonly value?: number | null }
  /** The best value known, ours or the allocation's own; `null` where it is infinite or unknown. */
  readonly optimum: number | null
  /** The best proved lower bound; `null` where it is infinite or unknown. */
  readonly bound: number | null
  /** (value − bound)/max(|value|, floor); `null` where it is unknown. */
  readonly relativeGap: number | null
  readonly verdict: 'optimal' | 'suboptimal' | 'infeasible' | 'unproved'
  /** Why the verdict is not `optimal`. */
  readonly reason?: string
  readonly leverage: {
    readonly maxBefore: number | null
    readonly maxAfter: number | null
    readonly maxOptimal: number | null
  }
  /** Range of signed leverage in the factor, for objectives that have one. */
  readonly factorLeverage?: FactorLeverage & {
    readonly minAfter: number | null
    readonly maxAfter: number | null
    readonly minOptimal: number | null
    readonly maxOptimal: number | null
  }
  readonly accounts: {
    readonly eligible: number
    readonly touched: number
    readonly closed: number
    /** Left with less, or more, exposure than in the optimum; `null` without one. */
    readonly overReduced: number | null
    readonly underReduced: number | null
    /** The same counts in the optimum. */
    readonly optimal: { readonly touched: number; readonly closed: number } | null
  }
  /** Every road that was taken to the optimum, so that they can be held against each other. */
  readonly roads: readonly Road[]
  readonly solver: Travelled['solver']
  /** With the option `details`, of a feasible allocation. */
  readonly details?: VerdictDetails
  readonly seconds: { readonly read: number; readonly build: number; readonly solve: number; readonly certify: number }
}

export interface Road {
  readonly solver: string
  readonly status: string
  readonly value: number | null
  readonly bound: number | null
  readonly relativeGap: number | null
}

export interface VerifyOptions extends JudgeOptions {
  /** Largest distance, relative to the demand or the holding, that still counts as feasible; default 1e-9. */
  readonly feasibility?: number
  /** Whether the verdict carries what a report shows of it; default no. */
  readonly details?: boolean
}

/** Books up to this many decisions are solved by a second road as well, so that the two can be compared. */
const SMALL = 2000
/** A check that takes longer than this is not waited for. */
const SECOND_ROAD_SECONDS = 10

/**
 * Judges an allocation, whoever made it: is it feasible, how far is it from optimal, and who was cut too much.
 *
 * Value and bound come from exact arithmetic on the event and nothing else; no engine's word counts. `optimal` says that
 * the value is within `tolerance` of a proved bound; `suboptimal` that a better allocation is in hand; `unproved` neither.
 * Throws as `solve` does.
 */
export async function verify(
  event: AdlEvent,
  allocation: Allocation,
  objective: Objective,
  options: VerifyOptions = {},
): Promise<Verdict> {
  return (await verifyWithProof(event, allocation, objective, options)).verdict
}

/** What `verify` finds, and a certificate of it. */
export interface ProvedVerdict {
  readonly verdict: Verdict
  /** Undefined where there is nothing to certify: an infeasible allocation, insolvent accounts spared, no bound. */
  certificate(): Certificate | undefined
}

/** `verify` with the proof in hand: value and bound as anybody can re-check them, see `checkCertificate`. */
export async function verifyWithProof(
  event: AdlEvent,
  allocation: Allocation,
  objective: Objective,
  options: VerifyOptions = {},
): Promise<ProvedVerdict> {
  const { tolerance = defaultOptions.tolerance, feasibility = defaultOptions.feasibility } = options
  const slack = toleranceOf(tolerance, 'options.tolerance')
  const forgiven = toleranceOf(feasibility, 'options.feasibility')
  const start = performance.now()
  const prepared = prepare(objective, event, options)
  const { space } = prepared
  const { reductions, violations } = placeAllocation(space, allocation, forgiven)
  const prepareTime = performance.now() - start
  const roads = await takeRoads(prepared, options)
  const best = roads.reduce((a, b) => (isBetter(b, a) ? b : a))
  const judged = performance.now()

  const feasible = violations.length === 0
  const value = feasible ? prepared.value(reductions) : undefined
  const broken = feasible ? prepared.breaks(reductions, forgiven) : undefined
  const proof = bestProof(roads)
  const bound = proof === undefined ? 'unknown' : proof.bound
  const gap =
    feasible && broken === undefined && bound !== 'unknown' ? relativeGap(value, bound, prepared.gapFloor) : null
  const ours = best.plan === undefined ? 'unknown' : best.value
  const sizes = best.plan && sizesOf(prepared, reductions, best.plan.reductions)
  const spent = (phase: 'build' | 'solve' | 'certify'): number =>
    roads.reduce((sum, road) => sum + road.milliseconds[phase], 0)
  const counts = countAccounts(space, reductions)
  const optimal = best.plan && countAccounts(space, best.plan.reductions)
  const exposures = sizes && compareExposures(sizes, slack)
  const verdict: Verdict = {
    feasible,
    violations,
    objective: { name: objective.name, ...(feasible && { value: finite(value) }) },
    optimum: finite(feasible && broken === undefined ? smaller(value, ours) : ours === 'unknown' ? undefined : ours),
    bound: bound === 'unknown' ? null : finite(bound),
    relativeGap: gap,
    ...ruling({ feasible, violations, broken, gap, value, ours, tolerance, floor: prepared.gapFloor }),
    leverage: {
      maxBefore: maxLeverage(space),
      maxAfter: feasible ? maxLeverage(space, reductions) : null,
      maxOptimal: best.plan === undefined ? null : maxLeverage(space, best.plan.reductions),
    },
    ...factorRanges(prepared, feasible ? reductions : undefined, best.plan?.reductions),
    accounts: {
      ...counts,
      overReduced: exposures?.overReduced ?? null,
      underReduced: exposures?.underReduced ?? null,
      optimal: optimal ? { touched: optimal.touched, closed: optimal.closed } : null,
    },
    roads: roads.map(roadReport),
    solver: best.solver,
    ...(options.details && feasible && { details: verdictDetails(space, reductions, best.plan?.reductions) }),
    seconds: {
      read: 0,
      build: seconds(prepareTime + spent('build')),
      solve: seconds(spent('solve')),
      certify: seconds(spent('certify') + performance.now() - judged),
    },
  }
  const isCertain = feasible && broken === undefined && proof !== undefined
  const subject = { event, allocation, objective, lots: options.lots ?? false, feasibility }
  return { verdict, certificate: () => (isCertain ? certify(subject, value, proof) : undefined) }
}

/** The bound with the most to say, and its evidence. */
function bestProof(roads: readonly Travelled[]): Bound | undefined {
  return roads
    .flatMap(({ bound }) => bound ?? [])
    .reduce<Bound | undefined>((best, next) => (best === undefined || isHigher(next, best) ? next : best), undefined)
}

function isHigher(a: Bound, b: Bound): boolean {
  if (a.bound === undefined || b.bound === undefined) return a.bound === undefined && b.bound !== undefined
  return a.bound.compare(b.bound) > 0
}

/** Exposures as the objective counts them: gross notional unless it looks at a factor. */
function sizesOf({ space, factor }: PreparedObjective, reductions: Reductions, reference: Reductions): ExposureSizes {
  if (factor !== undefined) {
    return { after: factor.size(reductions), reference: factor.size(reference), scale: factor.unhedged() }
  }
  const [after, best] = [profileOf(space, reductions), profileOf(space, reference)]
  const listed = ({ exposure }: Profile): Decimal[] => Array.from(space.owners, (_, owner) => exposure(owner))
  return { after: listed(after), reference: listed(best), scale: listed(profileOf(space)) }
}

function factorRanges(
  { factor }: PreparedObjective,
  reductions: Reductions | undefined,
  reference: Reductions | undefined,
): Pick<Verdict, 'factorLeverage'> {
  const before = factorBefore(factor)
  if (before === undefined) return {}
  const after = reductions && factor?.leverage(reductions)
  const optimal = reference && factor?.leverage(reference)
  return {
    factorLeverage: {
      ...before,
      minAfter: after?.min ?? null,
      maxAfter: after?.max ?? null,
      minOptimal: optimal?.min ?? null,
      maxOptimal: optimal?.max ?? null,
    },
  }
}

/**
 * The road asked for or the fastest, and beside it a second one where a closed form and an engine can both answer: an
 * engine that was named is always held against the closed form, a closed form against the default engine on small books.
 */
async function takeRoads(prepared: PreparedObjective, options: VerifyOptions): Promise<Travelled[]> {
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

function smaller(value: Ratio | undefined, ours: Ratio | undefined | 'unknown'): Ratio | undefined {
  if (ours === 'unknown' || ours === undefined) return value
  return value === undefined || ours.compare(value) < 0 ? ours : value
}

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

function ruling({
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

function roadReport({ solver, value, bound, relativeGap: gap, plan, stopped }: Travelled): Road {
  return {
    solver: solver.name,
    status: stopped?.status ?? solver.status,
    value: plan === undefined ? null : finite(value),
    bound: bound === undefined ? null : finite(bound.bound),
    relativeGap: gap,
  }
}
