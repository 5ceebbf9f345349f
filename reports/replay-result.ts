import type { Replay, WaveVerdict } from '../models/index.js'
import { scopeNote, scopeSentences } from './book-scope.js'
import type { SourceFacts } from './import-facts.js'
import { count, rounded, several } from './number-words.js'
import { equityAssumed } from './verdict-words.js'
import { computedFrom, RESULT_FORMAT, type ResultSources, verifyResult } from './verify-result.js'

export interface ReplayResultInput extends ResultSources {
  /** As the folder was named on the command line. */
  readonly folder: string
  readonly waves: readonly WaveVerdict[]
  readonly totals: Replay['totals']
}

export type ReplayResult = ReturnType<typeof replayResult>
export type WaveResult = ReplayResult['waves'][number]

/** The worst of several verdicts, the worst first. */
const WORST = ['infeasible', 'suboptimal', 'unproved', 'optimal'] as const

/**
 * Everything that a report of a replay shows, as data: the result of each wave with the fields and the ids of figures
 * of `verify --result`, what its book could not follow, and the running totals. The same inputs give the same bytes,
 * but for `timings`.
 */
export function replayResult(given: ReplayResultInput) {
  const { folder, waves, totals, source } = given
  const verdict = WORST.find((word) => totals[word] > 0) ?? 'optimal'
  return {
    format: RESULT_FORMAT,
    command: 'replay' as const,
    folder,
    verdict,
    says: [...caveats(waves, source), headline(waves, totals)],
    totals,
    waves: waves.map((wave) => waveResult(wave, given)),
    ...computedFrom(given),
    timings: {
      unit: 'seconds' as const,
      build: sum(waves, 'build'),
      solve: sum(waves, 'solve'),
      certify: sum(waves, 'certify'),
    },
  }
}

function waveResult(wave: WaveVerdict, { settings, source }: ReplayResultInput) {
  const { name, drift, carriedOn, closed, running } = wave
  const own = verifyResult({ verdict: wave, inputs: [], settings, source, versions: {}, read: 0 })
  const { verdict, says, reason, feasible, figures, objective, factor, profile, remarks, violations, accounts, proof } =
    own
  return {
    ...{
      name,
      verdict,
      says,
      reason,
      feasible,
      figures,
      objective,
      factor,
      profile,
      remarks,
      violations,
      accounts,
      proof,
    },
    ...{ drift, carriedOn, closed, running },
  }
}

const sum = (waves: readonly WaveVerdict[], phase: 'build' | 'solve' | 'certify'): number =>
  waves.reduce((total, { seconds }) => total + seconds[phase], 0)

/** "12 waves: 3 optimal, 9 suboptimal; 1,204.5 conceded against the marks in all". */
function headline(waves: readonly WaveVerdict[], totals: Replay['totals']): string {
  const known = scopeNote(waves.flatMap(({ remarks }) => remarks))
  const verdicts = (['optimal', 'suboptimal', 'infeasible', 'unproved'] as const)
    .filter((word) => totals[word] > 0)
    .map((word) => `${count(totals[word])} ${word}`)
  return `${several(waves.length, 'wave')}${known}: ${verdicts.join(', ')}; ${rounded(totals.conceded, 8)} conceded against the marks in all`
}

function caveats(waves: readonly WaveVerdict[], source: SourceFacts | undefined): string[] {
  const scope = scopeSentences(waves.flatMap(({ remarks }) => remarks))
  return [...equityAssumed(source), ...scope]
}
