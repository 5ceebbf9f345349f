import { parseRatio, type Ratio, ratioText, SpillwayError, smallerOf } from '../../src/index.js'
import { type AdlEvent, type Allocation, type Certificate, isSealed, seal } from '../book/index.js'
import { relativeGap } from '../objectives/gap.js'
import {
  type Bound,
  type Objective,
  objectives,
  type PreparedObjective,
  type PrepareOptions,
} from '../objectives/index.js'
import { inputsFromJson, inputsJson } from './certificate-inputs.js'
import { finite } from './measure.js'
import { placeAllocation, toleranceOf } from './place.js'
import { defaultOptions, prepare } from './roads.js'

/** What a certificate turned out to prove. */
export interface Check {
  /** Whether the allocation is feasible and both value and bound hold as stated. */
  readonly proved: boolean
  /** The value and the bound as computed anew; `null` for infinity, or where they could not be computed. */
  readonly value: number | null
  readonly bound: number | null
  readonly relativeGap: number | null
  readonly objective: string
  /** Why not, where it is not proved. */
  readonly reason?: string
}

/** What a proof is about. */
export interface Subject {
  readonly event: AdlEvent
  readonly allocation: Allocation
  readonly objective: Objective
  readonly lots: boolean
  readonly exact: boolean
  readonly feasibility: number
}

/** The certificate of a value and a bound. Throws `no-evidence` for an objective that gives none. */
export function certify(subject: Subject, value: Ratio | undefined, { bound, evidence }: Bound): Certificate {
  const { event, allocation, objective, lots, exact, feasibility } = subject
  if (evidence === undefined) {
    throw new SpillwayError({
      code: 'no-evidence',
      path: 'objective',
      value: objective.name,
      problem: 'this objective gives no evidence of its bounds',
      cure: 'Ask for a certificate of another objective.',
    })
  }
  return seal({
    format: 'spillway/certificate@1',
    objective: objective.name,
    inputs: inputsJson(objective.inputs ?? {}),
    lots,
    ...(exact && { exact }),
    feasibility: String(feasibility),
    event: event.digest(),
    allocation: allocation.digest(),
    value: value === undefined ? null : ratioText(value),
    bound: bound === undefined ? null : ratioText(bound),
    evidence: { ...evidence() },
  })
}

/** How a certificate is checked. */
export interface CheckOptions extends Pick<PrepareOptions, 'exact'> {
  /** The most that may be forgiven of a demand or a holding, whatever the certificate says; default 1e-9. */
  readonly feasibility?: number
}

/**
 * Re-checks a certificate against an event and an allocation: the three digests, feasibility in exact decimals, the value
 * from the event, the bound from the evidence. No solver takes part, and nothing that the certificate says is believed.
 *
 * `custom` are objectives of the caller's own, by name. With `exact` value and bound are in
 * exact arithmetic at any size, as they are for a certificate that was made so. Throws `SpillwayError` only where the certificate cannot be read:
 * an objective that is not known, evidence of the wrong shape.
 */
export function checkCertificate(
  event: AdlEvent,
  allocation: Allocation,
  certificate: Certificate,
  custom: readonly Objective[] = [],
  { exact = false, feasibility = defaultOptions.feasibility }: CheckOptions = {},
): Check {
  const refused = (reason: string): Check => ({
    proved: false,
    value: null,
    bound: null,
    relativeGap: null,
    objective: certificate.objective,
    reason,
  })
  if (!isSealed(certificate)) return refused('the certificate was changed after it was made: its digest does not fit')
  if (certificate.event !== event.digest()) return refused('the certificate is about another event')
  if (certificate.allocation !== allocation.digest()) return refused('the certificate is about another allocation')
  const objective = objectiveOf(certificate, custom)
  const prepared = prepare(objective, event, {
    lots: certificate.lots,
    exact: exact || certificate.exact === true,
  })
  // Whoever checks says how much may be forgiven: a certificate could forgive itself anything.
  const own = toleranceOf(Number(certificate.feasibility), 'certificate.feasibility')
  const forgiven = smallerOf(own, toleranceOf(feasibility, 'options.feasibility'))
  const { reductions, violations } = placeAllocation(prepared.space, allocation, forgiven)
  if (violations.length > 0) {
    const { code, market, account } = violations[0]!
    const first = [code, account, market].filter((part) => part !== undefined).join(' ')
    return refused(`the allocation breaks ${violations.length} rule(s), the first: ${first}`)
  }
  const broken = prepared.breaks(reductions, forgiven)
  if (broken !== undefined) return refused(broken)
  const value = prepared.value(reductions)
  const { bound } = recheck(prepared, certificate)
  const stated = { value: statedRatio(certificate.value), bound: statedRatio(certificate.bound) }
  const isValue = stated.value === undefined || (value !== undefined && value.compare(stated.value) <= 0)
  const isBound = bound === undefined || (stated.bound !== undefined && bound.compare(stated.bound) >= 0)
  const reason = !isValue
    ? 'the value is higher than stated'
    : !isBound
      ? 'the evidence does not prove the stated bound'
      : undefined
  return {
    proved: reason === undefined,
    value: finite(value),
    bound: finite(bound),
    relativeGap: relativeGap(value, bound, prepared.gapFloor),
    objective: objective.name,
    ...(reason !== undefined && { reason }),
  }
}

function statedRatio(text: string | null): Ratio | undefined {
  return text === null ? undefined : parseRatio(text)
}

function objectiveOf({ objective: name, inputs }: Certificate, custom: readonly Objective[]): Objective {
  const own = custom.find((objective) => objective.name === name)
  if (own !== undefined) return own
  const kind = objectives.get(name)
  if (kind !== undefined) return kind.make(inputsFromJson(inputs))
  throw new SpillwayError({
    code: 'unknown-objective',
    path: 'certificate.objective',
    value: name,
    problem: 'no objective has this name',
    cure: `There are: ${[...objectives.keys()].join(', ')}. Pass an objective of your own, or one that only the library has, as the fourth argument.`,
  })
}

function recheck(prepared: PreparedObjective, { objective, evidence }: Certificate): Bound {
  if (prepared.recheck !== undefined) return prepared.recheck(evidence)
  throw new SpillwayError({
    code: 'no-evidence',
    path: 'certificate.objective',
    value: objective,
    problem: 'bounds of this objective cannot be re-checked',
    cure: 'Use a certificate of another objective.',
  })
}
