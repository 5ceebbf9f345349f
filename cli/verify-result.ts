import { basename } from 'node:path'
import {
  type AdlEvent,
  type Allocation,
  type ObjectiveInputs,
  type ObjectiveReport,
  type Verdict,
  version,
} from '../models/index.js'
import type { SourceFacts } from '../reports/import-facts.js'
import {
  type ClaimedRule,
  type ResultInput,
  type ResultSettings,
  type VerifyResult,
  verifyResult,
} from '../reports/verify-result.js'
import type { SolveFlags } from './flags.js'
import { describeInput } from './input-files.js'

/** What a result is made of, as the command has it. */
export interface Judged {
  readonly eventPath: string
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

/**
 * The result of a verdict: the answer, and everything that it was computed from. Digests take as long as reading does,
 * and stand in files only: for a terminal inputs have their names and no more.
 */
export async function resultOf(judged: Judged, isDescribed: boolean, signal: AbortSignal): Promise<VerifyResult> {
  const { eventPath, closed, event, allocation, inputs, verdict, read, flags } = judged
  const { moves } = inputs
  const given: readonly GivenInput[] = [
    { role: 'event', path: eventPath, digest: () => event.digest() },
    { role: 'allocation', path: closed, digest: () => allocation.digest() },
    ...inputFiles(flags, moves && (() => moves.digest())),
  ]
  return verifyResult({
    verdict,
    inputs: await describeInputs(given, isDescribed, signal),
    settings: settingsOf(flags, verdict.objective),
    source: judged.source,
    rule: ruleOf(flags),
    versions: versionsOf(verdict),
    read,
  })
}

export interface GivenInput {
  readonly role: ResultInput['role']
  readonly path: string
  readonly digest?: (() => string) | undefined
}

/** The files that an objective is given. */
export function inputFiles(flags: SolveFlags, movesDigest: (() => string) | undefined): readonly GivenInput[] {
  const { moves, loadings, objective } = flags
  return [
    ...(moves === undefined ? [] : [{ role: 'moves', path: moves, digest: movesDigest } as const]),
    ...(loadings === undefined ? [] : [{ role: 'loadings', path: loadings } as const]),
    ...(/[./\\]/.test(objective) ? [{ role: 'objective', path: objective } as const] : []),
  ]
}

export async function describeInputs(
  given: readonly GivenInput[],
  isDescribed: boolean,
  signal: AbortSignal,
): Promise<readonly ResultInput[]> {
  if (!isDescribed) return given.map(({ role, path }) => ({ role, name: basename(path), files: [] }))
  const described: ResultInput[] = []
  for (const { role, path, digest } of given) described.push(await describeInput(role, path, digest?.(), signal))
  return described
}

/** Flags of the commands that judge. */
export type JudgingFlags = Judged['flags']

export function settingsOf(flags: JudgingFlags, { name, confidence }: ObjectiveReport): ResultSettings {
  return {
    objective: name,
    confidence: confidence ?? null,
    demand: flags.demand,
    lots: flags.lots ?? false,
    keepSolvent: flags.keepSolvent ?? false,
    exact: flags.exact ?? false,
    tolerance: flags.tolerance,
    feasibility: flags.feasibility,
    solver: flags.solver ?? null,
  }
}

export const ruleOf = ({ rule, ruleSource }: JudgingFlags): ClaimedRule | undefined =>
  rule === undefined ? undefined : { says: rule, source: ruleSource ?? null }

export const versionsOf = ({ solver }: Pick<Verdict, 'solver'>): Readonly<Record<string, string>> => ({
  spillway: version,
  node: process.versions.node,
  [solver.name]: solver.version,
})
