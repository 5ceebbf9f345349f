import { type Decimal, parseRatio, type Ratio, ratioText } from '../../../../src/numeric/index.js'
import { type SharedEvent, shareEvent } from '../../../book/shared-event.js'
import type { ObjectiveInputs } from '../../../objectives/index.js'
import type { PolicyContext } from '../../../policies/index.js'
import type { Court, Judged, PolicyRun } from '../policy-run.js'

/** What a thread runs policies with: names, since what computes does not cross. */
export interface PolicyTask {
  readonly event: SharedEvent
  readonly policies: readonly string[]
  /** How many of the policies somebody has taken, in shared memory. */
  readonly taken: Int32Array
  /** The objectives that have a column. */
  readonly objectives: readonly string[]
  readonly inputs: ObjectiveInputs
  readonly context: PolicyContext
  readonly forgiven: Decimal
  readonly deficit: number | undefined
  readonly charts: boolean
}

/** A run as it crosses to another thread: exact values as text. */
export type CarriedRun =
  | Extract<PolicyRun, { readonly failed: unknown }>
  | {
      readonly judged: Omit<Judged, 'values'> & { readonly values?: CarriedValues }
      readonly seconds: number
    }

/** What a thread says of each policy. */
export interface PolicyAnswer {
  readonly index: number
  readonly run: CarriedRun
}

/** What other threads need to run policies as this one does with its court. */
export function policyTask(
  { space, forgiven, deficit, charts, context: { signal: _, ...context } }: Court,
  named: Pick<PolicyTask, 'policies' | 'objectives' | 'inputs'>,
): PolicyTask {
  const taken = new Int32Array(new SharedArrayBuffer(4))
  const event = shareEvent(space.event)
  return { ...named, event, taken, context, forgiven, deficit, charts: charts !== undefined }
}

/** The next policy that nobody has taken; undefined where there is none. */
export function takePolicy({ policies, taken }: PolicyTask): number | undefined {
  const index = Atomics.add(taken, 0, 1)
  return index < policies.length ? index : undefined
}

export function runOfCarried(run: CarriedRun): PolicyRun {
  if ('failed' in run) return run
  const { values, ...judged } = run.judged
  return { ...run, judged: { ...judged, ...(values && { values: valuesOfCarried(values) }) } }
}

export function carriedRun(run: PolicyRun): CarriedRun {
  if ('failed' in run) return run
  const { values, ...judged } = run.judged
  return { ...run, judged: { ...judged, ...(values && { values: carriedValues(values) }) } }
}

type CarriedValues = readonly (string | undefined)[]

export const carriedValues = (values: readonly (Ratio | undefined)[]): CarriedValues =>
  values.map((value) => value && ratioText(value))

export const valuesOfCarried = (values: CarriedValues): (Ratio | undefined)[] =>
  values.map((value) => (value === undefined ? undefined : parseRatio(value)))
