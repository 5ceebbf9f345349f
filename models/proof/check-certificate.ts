import { SpillwayError } from '../../src/errors.js'
import { parseRatio, type Ratio } from '../../src/numeric/index.js'
import { aFlag, aNumber, aText, expectOptions, isObject, typed, wrongType } from '../../src/validation.js'
import { allocationOf, certificateOf, eventOf } from '../book/given.js'
import {
  type AdlEvent,
  type Allocation,
  type AllocationJson,
  type Certificate,
  certificateKeys,
  type EventJson,
  isSealed,
} from '../book/index.js'
import { inputsFromJson } from './certificate-inputs.js'
import { filledTerms, inputBreak, isUnknownKey, type Pins, pinBreak, type Terms, termsOf } from './certificate-terms.js'
import type { Bound, Claim, Claimant, PrepareOptions, Reductions } from './claim.js'
import { claimOf, defaultOptions } from './claim-of.js'
import { claimants } from './claims/index.js'
import { withFilledDemand } from './filled-demand.js'
import { finite } from './finite.js'
import { relativeGap } from './gap.js'
import { claimantOf } from './given-claimants.js'
import type { ObjectiveInputs } from './inputs.js'
import { matchAllocation, toleranceOf } from './match-allocation.js'

/** What a certificate turned out to prove. */
export interface Check {
  /** Whether the allocation is feasible, the value is the one stated and the bound holds, all under `under`. */
  readonly proved: boolean
  /** Of a proof: `optimal` where value and bound meet within 1e-6, else `suboptimal`: by at most the gap. */
  readonly verdict?: 'optimal' | 'suboptimal'
  /** The value and the bound as computed anew; `null` for infinity, or where they could not be computed. */
  readonly value: number | null
  readonly bound: number | null
  readonly relativeGap: number | null
  readonly objective: string
  /** Accounts that keep something and that the value leaves out: those without equity at the ADL prices. Absent where there are none. */
  readonly notCounted?: number
  /** What the certificate is about besides event and allocation; absent where its inputs cannot be read. */
  readonly under?: Terms
  /** Why not, where it is not proved. */
  readonly reason?: string
}

/** How a certificate is checked. Whatever is given of objective, inputs and lots is pinned: another one is not proved. */
export interface CheckOptions extends Partial<Pins>, Pick<PrepareOptions, 'exact'> {
  /** What may be forgiven of a demand or a holding; pinned also where it is not given, to 1e-9. */
  readonly feasibility?: number
}

const someInputs = typed('inputs by name', isObject)
/** Throws `unknown-option` with the nearest name there is, and `option-value`. */
const expectCheckOptions = expectOptions<CheckOptions>({
  objective: aText,
  confidence: aNumber,
  moves: someInputs,
  loadings: someInputs,
  lots: aFlag,
  keepSolvent: aFlag,
  demand: aText,
  exact: aFlag,
  feasibility: aNumber,
})

/**
 * Re-checks a certificate against an event and an allocation: the three digests, what it was proved under, feasibility in exact
 * decimals, the value from the event, the bound from the evidence. No solver takes part, and nothing that the certificate says
 * is believed.
 *
 * `custom` are objectives of the caller's own, by name. With `exact` value and bound are in
 * exact arithmetic at any size, as they are for a certificate that was made so. Throws `SpillwayError` only where the certificate cannot be read:
 * an objective that is not known, evidence of the wrong shape.
 */
export function checkCertificate(
  givenEvent: AdlEvent | EventJson,
  givenAllocation: Allocation | AllocationJson,
  givenCertificate: Certificate,
  custom: readonly Claimant[] = [],
  options: CheckOptions = {},
): Check {
  if (!Array.isArray(custom))
    throw wrongType('wrong-type', 'custom', custom, 'a list of objectives; options come after it')
  for (const [k, objective] of custom.entries()) claimantOf(objective, `custom[${k}]`)
  expectCheckOptions('options', options)
  const event = eventOf(givenEvent)
  const allocation = allocationOf(givenAllocation)
  const certificate = certificateOf(givenCertificate)
  const { exact = false, keepSolvent = false, demand = 'event', ...others } = options
  const { feasibility = defaultOptions.feasibility } = options
  const forgiven = toleranceOf(feasibility, 'options.feasibility')
  let under: Terms | undefined
  const refused = (reason: string): Check => ({
    proved: false,
    value: null,
    bound: null,
    relativeGap: null,
    objective: certificate.objective,
    ...(under && { under }),
    reason,
  })
  const { objective: pinned } = others
  const isKnown = claimants.has(certificate.objective) || custom.some(({ name }) => name === certificate.objective)
  if (!isKnown && pinned !== undefined && pinned !== certificate.objective) {
    return refused(`objective is pinned to ${pinned}, the certificate has ${certificate.objective}`)
  }
  try {
    const { objective, stated } = objectiveOf(certificate, custom)
    under = termsOf(certificate, stated)
    if (!isSealed(certificate)) return refused('the certificate was changed after it was made: its digest does not fit')
    const extra = Object.keys(certificate).find((key) => !certificateKeys.includes(key))
    if (extra !== undefined) return refused(`the certificate has a field that nobody knows: ${extra}`)
    if (certificate.event !== event.digest()) return refused('the certificate is about another event')
    if (certificate.allocation !== allocation.digest()) return refused('the certificate is about another allocation')
    const other =
      pinBreak(under, { ...others, keepSolvent, demand, feasibility }) ?? inputBreak(stated, objective.inputs ?? {})
    if (other !== undefined) return refused(other)

    const stating = {
      lots: certificate.lots,
      keepSolvent: certificate.keepSolvent === true,
      exact: certificate.exact === true,
    }
    const isFilled = certificate.demand === 'filled'
    const asked = isFilled ? withFilledDemand(event, allocation, stating.lots) : event
    if (isFilled) under = { ...under, filled: filledTerms(asked) }
    const prepared = claimOf(objective, asked, stating)
    const { reductions, violations } = matchAllocation(prepared.space, allocation, forgiven)
    if (violations.length > 0) {
      const { code, market, account } = violations[0]
      const first = [code, account, market].filter((part) => part !== undefined).join(' ')
      return refused(`the allocation breaks ${violations.length} rule(s), the first: ${first}`)
    }
    const broken = prepared.breaks(reductions, forgiven)
    if (broken !== undefined) return refused(broken)
    const found = foundBy(prepared, reductions, certificate)
    const reason = lie(certificate, found)
    // What was rounded away from the optimum is what it says; exact arithmetic shows it nearer.
    const isRounded = exact && !stating.exact
    const own = isRounded ? claimOf(objective, asked, { ...stating, exact }) : prepared
    const shown = isRounded ? foundBy(own, reductions, certificate) : found
    const gap = relativeGap(shown.value, shown.bound, prepared.gapFloor)
    const notCounted = prepared.notCounted?.(reductions) ?? 0
    return {
      proved: reason === undefined,
      ...(reason === undefined && {
        verdict: gap !== null && gap <= defaultOptions.tolerance ? 'optimal' : 'suboptimal',
      }),
      value: finite(shown.value),
      bound: finite(shown.bound),
      relativeGap: gap,
      objective: objective.name,
      ...(notCounted > 0 && { notCounted }),
      under,
      ...(reason !== undefined && { reason }),
    }
  } catch (error) {
    if (error instanceof SpillwayError && error.code === 'evidence-range')
      return refused(`what the certificate states proves nothing: ${error.path}`)
    if (isUnknownKey(error)) return refused(`the certificate states what nobody knows: ${error.path}`)
    throw error
  }
}

interface Found {
  readonly value: Ratio | undefined
  readonly bound: Ratio | undefined
}

function foundBy(prepared: Claim, reductions: Reductions, certificate: Certificate): Found {
  const { bound } = recheck(prepared, certificate)
  return { value: prepared.value(reductions, certificate.evidence), bound }
}

/** What a certificate states that does not follow; undefined where everything does. Infinity is `undefined`, in files `null`. */
function lie({ value, bound }: Certificate, found: Found): string | undefined {
  const ratio = (text: string | null): Ratio | undefined => (text === null ? undefined : parseRatio(text))
  const stated = { value: ratio(value), bound: ratio(bound) }
  const isValue =
    found.value === undefined || stated.value === undefined
      ? found.value === stated.value
      : found.value.compare(stated.value) === 0
  if (!isValue) return 'the value is not the one stated'
  const isBound = found.bound === undefined || (stated.bound !== undefined && found.bound.compare(stated.bound) >= 0)
  return isBound ? undefined : 'the evidence does not prove the stated bound'
}

/** The objective of a certificate and the inputs that it states. Throws `unknown-objective`. */
export function objectiveOf(
  { objective: name, inputs }: Certificate,
  custom: readonly Claimant[],
): { readonly objective: Claimant; readonly stated: ObjectiveInputs } {
  const own = custom.find((objective) => objective.name === name)
  const made = claimants.get(name)
  if (own === undefined && made === undefined) throw unknownObjective(name)
  const stated = inputsFromJson(inputs)
  return { objective: own ?? made!(stated), stated }
}

function unknownObjective(name: string): SpillwayError {
  return new SpillwayError({
    code: 'unknown-objective',
    path: 'certificate.objective',
    value: name,
    problem: 'no objective has this name',
    cure: `There are: ${[...claimants.keys()].join(', ')}. Pass an objective of your own, or one that only the library has, as the fourth argument; on the command line, its module as --objective FILE.`,
  })
}

function recheck(prepared: Claim, { objective, evidence }: Certificate): Bound {
  if (prepared.recheck !== undefined) return prepared.recheck(evidence)
  throw new SpillwayError({
    code: 'no-evidence',
    path: 'certificate.objective',
    value: objective,
    problem: 'bounds of this objective cannot be re-checked',
    cure: 'Use a certificate of another objective.',
  })
}
