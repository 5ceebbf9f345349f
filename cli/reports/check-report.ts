import type { Check } from '../../models/proof/index.js'
import { countedWords } from '../../reports/verdict-words.js'
import { coloursFor, count, facts, gap, leverage, number, percent } from '../table.js'

/** How the value of an objective is called in a sentence. */
const VALUES: Readonly<Record<string, string>> = {
  'min-max-leverage': 'the largest leverage',
  'squared-leverage': 'the sum of squared leverage',
  'factor-leverage': 'the sum of squared factor leverage',
  'expected-loss': 'the expected loss',
  cvar: 'the CVaR of the loss',
  evar: 'the entropic value at risk of the loss',
  'worst-case-loss': 'the largest loss',
  'ellipsoid-loss': 'the total of worst losses',
}

/** Digests are whole in JSON; a line on a terminal shows where they begin. */
const short = (text: string): string => text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…')

/** What a certificate proved, in words first, and under what. */
export function checkReport(check: Check): string {
  const colours = coloursFor(process.stdout)
  const { proved, objective, value, bound, relativeGap, reason, verdict, under } = check
  const word = proved ? colours.green(colours.bold('proved')) : colours.red(colours.bold('not proved'))
  const lines: [string, string][] = []
  if (reason !== undefined) lines.push(['reason', short(reason)])
  if (verdict !== undefined || value !== null || bound !== null) {
    lines.push(['value', number(value)], ['bound', number(bound)], ['relative gap', gap(relativeGap)])
  }
  if (under !== undefined) {
    const { moves, confidence, loadings, lots, keepSolvent, demand, filled, feasibility } = under
    lines.push(['objective', under.objective])
    if (confidence !== undefined) lines.push(['confidence', String(confidence)])
    if (moves !== undefined)
      lines.push(['moves', `${moves.count === null ? 'normal' : count(moves.count)}, ${short(moves.digest)}`])
    if (loadings !== undefined) lines.push(['loadings', short(loadings.digest)])
    lines.push(['lots', lots ? 'whole lots only' : 'any fraction of a lot'])
    if (keepSolvent) lines.push(['solvency', 'nothing is closed of an account that would end below zero'])
    if (demand === 'filled')
      lines.push([
        'demand',
        `what was filled${(filled ?? []).map((one, i) => `${i === 0 ? ': ' : ', '}${wordsOf(one)}`).join('')}`,
      ])
    lines.push(['forgiven', `${feasibility} of a demand or a position`])
  }
  const head = `${word}  ${verdict === undefined ? objective : says(check)}`
  return lines.length === 0 ? head : [head, facts(lines, colours)].join('\n')
}

const wordsOf = ({ market, side, quantity }: Filled): string => `${quantity} ${side} ${market}`

type Filled = NonNullable<NonNullable<Check['under']>['filled']>[number]

/** "optimal: the largest leverage is 4.67, and no allocation is below 4.67". */
function says(check: Check): string {
  const { objective, value, bound } = check
  const shown = objective === 'min-max-leverage' ? leverage : number
  const what = `${VALUES[objective] ?? objective}${countedWords(check.notCounted)}`
  return `${wordOf(check)}: ${what} is ${shown(value)}, and no allocation is below ${shown(bound)}`
}

/** The bound may lie below the least value, so a gap says how much at most could be better. */
function wordOf({ value, bound, verdict }: Check): string {
  if (verdict === 'optimal') return 'optimal'
  if (value === null || bound === null || bound <= 0) return 'suboptimal'
  return `suboptimal by at most ${percent((value - bound) / bound)}`
}
