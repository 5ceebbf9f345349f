import type { Decimal } from '../../../src/numeric/index.js'
import { aFlag, aFunction, aNumber, aText, expectOptions } from '../../../src/validation.js'
import { allocationOf, eventOf } from '../../book/given.js'
import type { AdlEvent, Allocation, AllocationJson, Certificate, EventJson } from '../../book/index.js'
import type { Objective, PreparedObjective, Reductions } from '../../objectives/index.js'
import { certify } from '../../proof/certificate.js'
import { type DemandChoice, withFilledDemand } from '../../proof/filled-demand.js'
import { finite } from '../../proof/finite.js'
import { relativeGap } from '../../proof/gap.js'
import { type Profile, profileOf } from '../../proof/leverage/profile.js'
import { forgivingFeasibility, matchAllocation, toleranceOf } from '../../proof/match-allocation.js'
import { type AccountTable, accountTable } from '../account-rows.js'
import {
  countAccounts,
  countGaps,
  type ExposureSizes,
  exposureGap,
  factorBefore,
  maxLeverage,
  seconds,
} from '../counts.js'
import { judging, objectiveOf, optionsOf } from '../given.js'
import { defaultOptions, type JudgeOptions, prepare } from '../methods.js'
import { objectiveReport } from '../objective-report.js'
import { perAccount } from '../per-account.js'
import { remarksOn } from '../remarks/index.js'
import { verdictDetails } from './details.js'
import { bestMethod, bestProof, methodResult, referenceMethod, runMethods } from './methods.js'
import { profileVerdict } from './profile-verdict.js'
import type { Verdict } from './verdict.js'
import { smaller, verdictOf } from './verdict-of.js'

export type { MethodResult } from './methods.js'
export type { FeasibleVerdict, InfeasibleVerdict, OptimalVerdict, Verdict } from './verdict.js'

/** Options of `verify`. */
export interface VerifyOptions extends JudgeOptions {
  /** Largest distance, relative to the demand or the holding, that still counts as feasible; default 1e-9. */
  readonly feasibility?: number
  /** What had to be closed: the demand of the event (default), or what the allocation filled of it. */
  readonly demand?: DemandChoice
  /** Whether the verdict carries what a report shows of it; default no. */
  readonly details?: boolean
}

const expectVerifyOptions = expectOptions<VerifyOptions>({
  ...judging,
  onProgress: aFunction,
  feasibility: aNumber,
  details: aFlag,
  demand: aText,
})

/**
 * Judges an allocation, whoever made it: is it feasible, how far is it from optimal, and who was cut too much.
 *
 * Value and bound come from exact arithmetic on the event and nothing else; no solver's word counts. `optimal` says that
 * the value is within `tolerance` of a proved bound; `suboptimal` that a better allocation is in hand; `unproved` neither.
 * Throws as `solve` does.
 */
export async function verify(
  event: AdlEvent | EventJson,
  allocation: Allocation | AllocationJson,
  objective: Objective | string,
  options: VerifyOptions = {},
): Promise<Verdict> {
  return (await verifyWithProof(event, allocation, objective, options)).verdict
}

/** What `verify` finds, and a certificate of it. */
export interface ProvedVerdict {
  readonly verdict: Verdict
  /** Undefined where there is nothing to certify: an infeasible allocation, insolvent accounts spared, no bound. */
  certificate(): Certificate | undefined
  /** Every account that the allocation concerns, where `perAccount` stops at a thousand; undefined for an infeasible allocation. */
  accounts(): AccountTable | undefined
}

/** `verify` with the proof in hand: value and bound as anybody can re-check them, see `checkCertificate`. */
export async function verifyWithProof(
  givenEvent: AdlEvent | EventJson,
  givenAllocation: Allocation | AllocationJson,
  givenObjective: Objective | string,
  given: VerifyOptions = {},
): Promise<ProvedVerdict> {
  const options = optionsOf(given, expectVerifyOptions)
  const stated = eventOf(givenEvent)
  const allocation = allocationOf(givenAllocation)
  const { demand = 'event' } = options
  const event = demand === 'filled' ? withFilledDemand(stated, allocation, options.lots ?? false) : stated
  const objective = objectiveOf(givenObjective, 'objective', options.inputs)
  const { tolerance = defaultOptions.tolerance, feasibility = defaultOptions.feasibility } = options
  const slack = toleranceOf(tolerance, 'options.tolerance')
  const forgiven = toleranceOf(feasibility, 'options.feasibility')
  const start = performance.now()
  const prepared = prepare(objective, event, options)
  const { space } = prepared
  const { reductions, violations } = matchAllocation(space, allocation, forgiven)
  const prepareTime = performance.now() - start
  const methods = await runMethods(prepared, options)
  const best = bestMethod(methods)
  const reference = referenceMethod(methods, prepared.gapFloor, tolerance)
  const judged = performance.now()

  const feasible = violations.length === 0
  const forgiving = feasible ? undefined : forgivingFeasibility(space, allocation)
  const value = feasible ? prepared.value(reductions) : undefined
  const broken = feasible ? prepared.breaks(reductions, forgiven) : undefined
  const proof = bestProof(methods)
  const bound = proof === undefined ? 'unknown' : proof.bound
  const gap =
    feasible && broken === undefined && bound !== 'unknown' ? relativeGap(value, bound, prepared.gapFloor) : null
  const ours = best.plan === undefined ? 'unknown' : best.value
  const sizes = reference.plan && sizesOf(prepared, reductions, reference.plan.reductions)
  const spent = (phase: 'build' | 'solve' | 'certify'): number =>
    methods.reduce((sum, method) => sum + method.milliseconds[phase], 0)
  const counts = countAccounts(space, reductions)
  const optimal = reference.plan && countAccounts(space, reference.plan.reductions)
  const exposures = sizes && countGaps(exposureGap(sizes, slack))
  const standard = reference.plan && sizes && { reductions: reference.plan.reductions, sizes, tolerance: slack }
  const isBestProved =
    bound !== 'unknown' && ours !== 'unknown' && (relativeGap(ours, bound, prepared.gapFloor) ?? 1) <= tolerance
  const profile = feasible
    ? profileVerdict({
        event,
        objective,
        prepared,
        reductions,
        reference: reference.plan?.reductions,
        isProved: isBestProved,
        tolerance,
        slack,
        options,
      })
    : undefined
  const asked = objectiveReport(objective, prepared, feasible ? reductions : undefined)
  const word = verdictOf({
    feasible,
    violations,
    forgiving,
    broken,
    gap,
    value,
    ours,
    tolerance,
    floor: prepared.gapFloor,
  })
  const common = {
    violations,
    optimum: finite(feasible && broken === undefined ? smaller(value, ours) : ours === 'unknown' ? undefined : ours),
    bound: bound === 'unknown' ? null : finite(bound),
    leverage: {
      maxBefore: maxLeverage(space),
      maxAfter: feasible ? maxLeverage(space, reductions) : null,
      maxOptimal: reference.plan === undefined ? null : maxLeverage(space, reference.plan.reductions),
    },
    ...factorRanges(prepared, feasible ? reductions : undefined, reference.plan?.reductions),
    accounts: {
      ...counts,
      overReduced: exposures?.overReduced ?? null,
      underReduced: exposures?.underReduced ?? null,
      optimal: optimal ? { touched: optimal.touched, closed: optimal.closed } : null,
    },
    remarks: remarksOn({
      space,
      objective,
      prepared,
      reductions,
      allocation,
      given: options.inputs ?? {},
      lots: options.lots ?? false,
      exact: options.exact ?? false,
    }),
    methods: methods.map(methodResult),
    solver: reference.solver,
    seconds: {
      read: 0,
      build: seconds(prepareTime + spent('build')),
      solve: seconds(spent('solve')),
      certify: seconds(spent('certify') + performance.now() - judged),
    },
  }
  const verdict: Verdict =
    word.verdict === 'infeasible'
      ? { feasible: false, ...common, ...word, objective: asked }
      : {
          feasible: true,
          ...common,
          ...word,
          objective: { ...asked, value: finite(value) },
          perAccount: perAccount(space, reductions, standard),
          ...(profile && { profile }),
          ...(options.details && { details: verdictDetails(space, reductions, reference.plan?.reductions) }),
        }
  const isCertain = feasible && broken === undefined && proof !== undefined
  const subject = {
    event,
    allocation,
    objective,
    lots: options.lots ?? false,
    keepSolvent: options.keepSolvent ?? false,
    demand,
    exact: options.exact ?? false,
    feasibility,
  }
  return {
    verdict,
    certificate: () => (isCertain ? certify(subject, value, proof, prepared.valueEvidence?.(reductions)) : undefined),
    accounts: () => (feasible ? accountTable(space, reductions, standard) : undefined),
  }
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
