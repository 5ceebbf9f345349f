import { type AdlEvent, type Allocation, type ObjectiveInputs, type Verdict, version } from '../models/index.js'
import type { SourceFacts } from '../reports/import-facts.js'
import { type ResultInput, type VerifyResult, verifyResult } from '../reports/verify-result.js'
import type { SolveFlags } from './flags.js'
import { describeInput } from './input-files.js'

/** What a result is made of, as the command has it. */
export interface Judged {
  readonly place: string
  readonly closed: string
  readonly event: AdlEvent
  readonly allocation: Allocation
  readonly inputs: ObjectiveInputs
  readonly verdict: Verdict
  readonly source: SourceFacts | undefined
  readonly read: number
  readonly flags: SolveFlags & {
    readonly feasibility: number
    readonly demand: 'event' | 'filled'
    readonly rule?: string
    readonly ruleSource?: string
  }
}

/** The result of a verdict: the answer, and everything that it was computed from. */
export async function resultOf(judged: Judged, signal: AbortSignal): Promise<VerifyResult> {
  const { place, closed, event, allocation, inputs, verdict, read, flags } = judged
  const { moves, loadings, rule } = flags
  const given: [ResultInput['role'], string | undefined, string | undefined][] = [
    ['event', place, event.digest()],
    ['allocation', closed, allocation.digest()],
    ['moves', moves, inputs.moves?.digest()],
    ['loadings', loadings, undefined],
    ['objective', /[./\\]/.test(flags.objective) ? flags.objective : undefined, undefined],
  ]
  const described = given.flatMap(([role, path, digest]) =>
    path === undefined ? [] : [describeInput(role, path, digest, signal)],
  )
  const { solver } = verdict
  return verifyResult({
    verdict,
    inputs: await Promise.all(described),
    settings: {
      objective: verdict.objective.name,
      confidence: verdict.objective.confidence ?? null,
      demand: flags.demand,
      lots: flags.lots ?? false,
      keepSolvent: flags.keepSolvent ?? false,
      exact: flags.exact ?? false,
      tolerance: flags.tolerance,
      feasibility: flags.feasibility,
      solver: flags.solver ?? null,
    },
    source: judged.source,
    rule: rule === undefined ? undefined : { says: rule, source: flags.ruleSource ?? null },
    versions: { spillway: version, node: process.versions.node, [solver.name]: solver.version },
    read,
  })
}
