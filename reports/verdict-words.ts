import type { ObjectiveReport, Verdict } from '../models/index.js'
import { scopeSentences, scopeWords } from './book-scope.js'
import type { SourceFacts } from './import-facts.js'
import { gap, leverage, rounded, several } from './number-words.js'

/** What an objective minimises, as people say it. */
const PHRASES: Readonly<Record<string, string>> = {
  'min-max-leverage': 'the largest leverage',
  'squared-leverage': 'the squared leverage, weighted by equity,',
  'factor-leverage': 'the squared leverage in the factor, weighted by equity,',
  'expected-loss': 'the expected loss',
  cvar: 'the mean loss in the worst outcomes',
  evar: 'the entropic value at risk',
  'worst-case-loss': 'the worst loss',
  'ellipsoid-loss': 'the total of worst losses over the ellipsoid',
}

const objectivePhrase = ({ name, notCounted }: ObjectiveReport): string =>
  `${PHRASES[name] ?? name}${countedWords(notCounted)}`

/** Whom a value looks at, where it leaves accounts out. */
export const countedWords = (notCounted: number | undefined): string =>
  notCounted === undefined ? '' : ' of accounts that are solvent at the ADL prices'

/** "4.67×", "1,204.5 in quote currency". */
export function amount({ unit }: Pick<ObjectiveReport, 'unit'>, value: number | null | undefined): string {
  if (unit === 'leverage') return leverage(value)
  return `${rounded(value, 6)}${unit === 'quote currency' ? ' in quote currency' : ''}`
}

const WORDS: Readonly<Record<Verdict['verdict'], string>> = {
  optimal: 'Optimal',
  suboptimal: 'Suboptimal',
  infeasible: 'Infeasible',
  unproved: 'Unproved',
}

/**
 * The first sentences of a report: what makes its figures no findings, or findings about a part of the book only, comes first;
 * then the verdict.
 */
export function verdictSentences(verdict: Verdict, source: SourceFacts | undefined): readonly string[] {
  return [...caveats(verdict, source), headline(verdict, source)]
}

/** "Suboptimal: the largest leverage could have been 4.67×; this allocation left 9.33×". */
export function headline(verdict: Verdict, source: SourceFacts | undefined): string {
  const scope = [
    ...(isEquityAssumed(source) ? [`on assumed equity${assumedOf(source)}`] : []),
    ...scopeWords(verdict.remarks, 'within'),
  ]
  const about = scope.length === 0 ? '' : ` (${scope.join('; ')})`
  return `${WORDS[verdict.verdict]}${about}: ${because(verdict)}`
}

function because(verdict: Verdict): string {
  const { objective, optimum, violations, reason = '', relativeGap } = verdict
  const phrase = objectivePhrase(objective)
  const left = amount(objective, objective.value)
  switch (verdict.verdict) {
    case 'optimal':
      return `${phrase} is ${left} after this allocation, and no other leaves less (proved to ${gap(relativeGap)})`
    case 'infeasible':
      return `this allocation breaks the rules of the event in ${several(violations.length, 'way')}`
    case 'unproved':
      return `${phrase} is ${left} after this allocation; ${reason}`
    case 'suboptimal':
      return isBelow(optimum, objective.value)
        ? `${phrase} could have been ${amount(objective, optimum)}; this allocation left ${left}`
        : `${reason}; ${phrase} is ${left} after this allocation`
  }
}

/** Infinities are `null`. */
function isBelow(optimum: number | null, value: number | null | undefined): boolean {
  return optimum !== null && (value === null || value === undefined || optimum < value)
}

const EQUITY_ASSUMED =
  'Equity is assumed, not known: the source gives none, so accounts have their notional as equity (leverage 1). What follows from leverage is not a finding.'

function caveats(verdict: Verdict, source: SourceFacts | undefined): string[] {
  return [...equityAssumed(source), ...scopeSentences(verdict.remarks)]
}

/** " of 2 of 3 accounts", where others have one that is known. */
function assumedOf(source: SourceFacts | undefined): string {
  const share = source?.unknown.find(({ reason }) => reason === 'equity')?.accounts
  return share === undefined ? '' : ` of ${share.count} of ${share.of} accounts`
}

/** What is to be said first where equities were made up. */
export function equityAssumed(source: SourceFacts | undefined): readonly string[] {
  if (!isEquityAssumed(source)) return []
  const some = source?.unknown.find(({ reason, accounts }) => reason === 'equity' && accounts !== undefined)
  return [some === undefined ? EQUITY_ASSUMED : `Equity is assumed, not known, of some accounts. ${some.says}`]
}

/** Whether equities were made up from notional: then what follows from leverage is no finding. */
export const isEquityAssumed = (source: SourceFacts | undefined): boolean =>
  source !== undefined &&
  (source.unknown.some(({ reason }) => reason === 'equity') ||
    source.defaulted.some(({ reason }) => reason === 'equity-from-notional'))
