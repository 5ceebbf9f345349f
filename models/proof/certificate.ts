import { SpillwayError } from '../../src/errors.js'
import { type Ratio, ratioText } from '../../src/numeric/index.js'
import { type AdlEvent, type Allocation, type Certificate, seal } from '../book/index.js'
import { inputsJson } from './certificate-inputs.js'
import type { Bound, Claimant } from './claim.js'
import type { DemandChoice } from './filled-demand.js'

/** What a proof is about. */
export interface Subject {
  readonly event: AdlEvent
  readonly allocation: Allocation
  readonly objective: Claimant
  readonly lots: boolean
  readonly keepSolvent: boolean
  readonly demand: DemandChoice
  readonly exact: boolean
  readonly feasibility: number
}

/** The certificate of a value and a bound; `valueEvidence` is what the value follows from besides event and allocation. Throws `no-evidence` for an objective that gives none. */
export function certify(
  subject: Subject,
  value: Ratio | undefined,
  { bound, evidence }: Bound,
  valueEvidence: object = {},
): Certificate {
  const { event, allocation, objective, lots, keepSolvent, demand, exact, feasibility } = subject
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
    ...(keepSolvent && { keepSolvent }),
    ...(demand === 'filled' && { demand }),
    ...(exact && { exact }),
    feasibility: String(feasibility),
    event: event.digest(),
    allocation: allocation.digest(),
    value: value === undefined ? null : ratioText(value),
    bound: bound === undefined ? null : ratioText(bound),
    evidence: { ...evidence(), ...valueEvidence },
  })
}
