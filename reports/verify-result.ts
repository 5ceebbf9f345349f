import type { Verdict } from '../models/index.js'
import { type Figures, verdictFigures } from './figures.js'
import type { SourceFacts } from './import-facts.js'
import { verdictSentences } from './verdict-words.js'

/** The format of `verify --result`; fields are added to it, never renamed. docs/result.md has each. */
export const RESULT_FORMAT = 'spillway/result@1'

/** A file, or a folder of files, that an answer was computed from. */
export interface ResultInput {
  readonly role: 'event' | 'allocation' | 'moves' | 'loadings' | 'objective'
  /** As it was named on the command line, without folders. */
  readonly name: string
  /** Of the content in exact decimals, whatever the form of the file; where there is one. */
  readonly digest?: string
  /** The bytes of each file; none of what came on standard input. */
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[]
}

/** What an allocation was judged by; with the inputs it gives the same figures again. */
export interface ResultSettings {
  readonly objective: string
  readonly confidence: number | null
  readonly demand: 'event' | 'filled'
  readonly lots: boolean
  readonly keepSolvent: boolean
  readonly exact: boolean
  readonly tolerance: number
  readonly feasibility: number
  /** `null`: the fastest method that can. */
  readonly solver: string | null
}

/** What a result was computed from, and by. */
export interface ResultSources {
  readonly inputs: readonly ResultInput[]
  readonly settings: ResultSettings
  readonly source?: SourceFacts | undefined
  readonly rule?: ClaimedRule | undefined
  readonly versions: Readonly<Record<string, string>>
}

export interface VerifyResultInput extends ResultSources {
  readonly verdict: Verdict
  /** Seconds that reading took. */
  readonly read: number
}

/** The rule that the venue says it followed, and where it says so. */
export interface ClaimedRule {
  readonly says: string
  readonly source: string | null
}

export type VerifyResult = ReturnType<typeof verifyResult>

/**
 * Everything that a report of a verdict shows, as data: reports are renderings of it and of nothing else. The same inputs give the
 * same bytes, but for `timings`.
 */
export function verifyResult({ verdict, inputs, settings, source, rule, versions, read }: VerifyResultInput) {
  const { solver, methods, seconds, details, factorLeverage } = verdict
  const figures: Figures = verdictFigures(verdict)
  return {
    format: RESULT_FORMAT,
    command: 'verify' as const,
    verdict: verdict.verdict,
    says: verdictSentences(verdict, source),
    reason: verdict.reason ?? null,
    feasible: verdict.feasible,
    figures,
    objective: verdict.objective,
    profile: verdict.profile ?? null,
    /** Where the loadings come from, for objectives with a factor. */
    factor:
      factorLeverage === undefined
        ? null
        : {
            loadings: factorLeverage.loadings,
            ...(factorLeverage.explained !== undefined && { explained: factorLeverage.explained }),
          },
    remarks: verdict.remarks,
    violations: verdict.violations,
    accounts: verdict.perAccount ?? [],
    charts: details ?? null,
    /** Against what the allocation was held, and every method that was run for it. */
    proof: {
      solver: { name: solver.name, version: solver.version, status: solver.status },
      methods,
    },
    ...computedFrom({ inputs, settings, source, rule, versions }),
    timings: { unit: 'seconds' as const, ...seconds, read },
  }
}

/** The fields of a result that say what it was computed from. */
export function computedFrom({ inputs, settings, source, rule, versions }: ResultSources) {
  return {
    inputs,
    source: source ?? null,
    unknown: source?.unknown ?? [],
    defaulted: source?.defaulted ?? [],
    rule: rule ?? null,
    settings,
    /** Nothing of a verdict is drawn at random. */
    seeds: [] as readonly number[],
    versions,
  }
}
