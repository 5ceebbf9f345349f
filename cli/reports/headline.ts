import type { ObjectiveReport, Solution } from '../../models/index.js'
import { scopeNote } from '../../reports/book-scope.js'
import type { VerifyResult } from '../../reports/verify-result.js'
import { gap, leverage, rounded, several } from '../table.js'

/** A value of an objective with what it is in. */
export function valued({ unit }: Pick<ObjectiveReport, 'unit'>, value: number | null | undefined, digits = 8): string {
  return unit === 'leverage' ? leverage(value, digits) : rounded(value, digits)
}

/** The row of facts on accounts that the value leaves out; none where it looks at all. */
export const notCountedFacts = ({ notCounted }: ObjectiveReport): [string, string][] =>
  notCounted === undefined
    ? []
    : [['not counted', `${several(notCounted, 'account')} without equity at the ADL prices`]]

const currencyOf = ({ unit }: ObjectiveReport): string => (unit === 'quote currency' ? ' in quote currency' : '')

/** "cvar at confidence 0.99 over 500 moves of moves.csv": what a value needs to be understood. */
export function objectiveWords(objective: ObjectiveReport, file?: string): string {
  return [objective.name, ...conditions(objective, file)].join(' ')
}

function conditions({ confidence, moves }: ObjectiveReport, file: string | undefined): string[] {
  const of = file === undefined ? '' : ` of ${file}`
  return [
    ...(confidence === undefined ? [] : [`at confidence ${confidence}`]),
    ...(moves === undefined
      ? []
      : [moves.count === undefined ? `under the normal moves${of}` : `over ${several(moves.count, 'move')}${of}`]),
  ]
}

/** The first line of a solution: status, what is minimised and its value, under what, and what it was before. */
export function solutionHeadline(
  { status, objective, leverage: largest, reductions }: Solution,
  file?: string,
): string {
  if (reductions === undefined) return `${status}  ${objectiveWords(objective, file)}`
  const value = `${objective.name} ${valued(objective, objective.value)}${currencyOf(objective)}`
  const under = conditions(objective, file).join(' ')
  const before = wasBefore(objective, largest.maxBefore)
  return `${status}  ${value}${under === '' ? '' : `, ${under}`}${before}`
}

/** The value before anything is closed, where that says something. */
function valueBefore(objective: ObjectiveReport, maxLeverage: number | null): string | undefined {
  if (objective.unit === 'leverage') return valued(objective, maxLeverage)
  return objective.before === undefined ? undefined : valued(objective, objective.before)
}

function wasBefore(objective: ObjectiveReport, maxLeverage: number | null): string {
  const before = valueBefore(objective, maxLeverage)
  return before === undefined ? '' : ` (${before} before the ADL)`
}

/** The first line of a verdict: the word, and the figures behind it. */
export function resultHeadline(result: VerifyResult, file?: string): string {
  return `${result.verdict}${scopeNote(result.remarks)}: ${because(result, file)}`
}

function because(result: VerifyResult, file: string | undefined): string {
  const { objective, violations, reason, figures } = result
  const words = objectiveWords(objective, file)
  const largest = figures['leverage.largest.before']?.value ?? null
  const value = `${valued(objective, objective.value)}${currencyOf(objective)}${wasBefore(objective, largest)}`
  const optimum = figures['objective.optimal']?.value ?? null
  switch (result.verdict) {
    case 'optimal':
      return `${words} is ${value}, and no allocation leaves less (proved gap ${gap(figures['objective.gap']?.value)})`
    case 'infeasible':
      return `this allocation breaks the rules of the event in ${several(violations.length, 'way')}`
    case 'unproved':
      return `${words} is ${value}; ${reason ?? ''}`
    case 'suboptimal':
      return isBetter(optimum, objective.value)
        ? `${words} could have been ${valued(objective, optimum)}; this allocation leaves ${value}`
        : `${reason ?? ''}; ${words} is ${value}`
  }
}

/** Whether the optimum in hand is below the value; infinities are `null`. */
function isBetter(optimum: number | null, value: number | null | undefined): boolean {
  return optimum !== null && (value === null || value === undefined || optimum < value)
}
