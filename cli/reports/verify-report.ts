import type { Verdict } from '../../models/index.js'
import {
  coloursFor,
  count,
  facts,
  gap,
  leverage,
  leverages,
  loadingsWords,
  name,
  number,
  several,
  table,
} from '../table.js'

const MOST_VIOLATIONS = 20

export const WORDS: Readonly<Record<Verdict['verdict'], string>> = {
  optimal: 'optimal: feasible, and nothing can be better by more than the tolerance',
  suboptimal: 'suboptimal: feasible, but not the best',
  infeasible: 'infeasible: it breaks rules of the event',
  unproved: 'unproved: feasible, and neither shown best nor beaten',
}

/** A verdict for people: the words first, then what is wrong, how far it is from the best, and who was cut too much. */
export function verifyReport(verdict: Verdict, read: number): string {
  const colours = coloursFor(process.stdout)
  const paint =
    verdict.verdict === 'optimal' ? colours.green : verdict.verdict === 'unproved' ? colours.yellow : colours.red
  const { seconds, solver, reason, factorLeverage } = verdict
  const total = read + seconds.build + seconds.solve + seconds.certify
  const lines: [string, string][] = []
  if (reason !== undefined) lines.push(['reason', reason])
  if (verdict.feasible) lines.push(['relative gap', gap(verdict.relativeGap)])
  lines.push(
    ['objective', verdict.objective.name],
    ...(factorLeverage === undefined ? [] : [['factor', loadingsWords(factorLeverage)] as [string, string]]),
    ['against', `${solver.name} ${solver.version} (${solver.status}) in ${total.toPrecision(2)} s`],
  )
  return [
    paint(colours.bold(WORDS[verdict.verdict])),
    facts(lines, colours),
    ...violations(verdict),
    '',
    ...comparison(verdict),
    ...roads(verdict),
  ].join('\n')
}

function violations({ violations: all }: Verdict): string[] {
  if (all.length === 0) return []
  const colours = coloursFor(process.stdout)
  const columns = [
    { title: 'violation' },
    { title: 'account' },
    { title: 'market' },
    { title: 'by (contracts)', isNumber: true },
  ]
  const rows = all
    .slice(0, MOST_VIOLATIONS)
    .map(({ code, account = '', market = '', by }) => [code, name(account), name(market), number(by)])
  const more = all.length > rows.length ? [`  … and ${count(all.length - rows.length)} more`] : []
  return ['', colours.bold(several(all.length, 'violation')), table(columns, rows, colours), ...more]
}

/** The event before the ADL, the allocation, the optimum and the bound, side by side. */
function comparison(verdict: Verdict): string[] {
  const colours = coloursFor(process.stdout)
  const { feasible, objective, optimum, bound, leverage: largest, accounts } = verdict
  const isSolved = accounts.optimal !== null
  const columns = ['', 'before', 'allocated', 'optimal', 'bound'].map((title, c) => ({ title, isNumber: c > 0 }))
  const whole = (value: number | null | undefined) => (value === null || value === undefined ? '–' : count(value))
  const rows = [
    [
      objective.name,
      '',
      feasible ? number(objective.value) : '–',
      isSolved || optimum !== null ? number(optimum) : '–',
      isSolved || bound !== null ? number(bound) : '–',
    ],
    [
      'largest leverage',
      leverage(largest.maxBefore),
      feasible ? leverage(largest.maxAfter) : '–',
      isSolved ? leverage(largest.maxOptimal) : '–',
      '',
    ],
    ...factorRows(verdict, isSolved),
    ['accounts reduced', '', whole(accounts.touched), whole(accounts.optimal?.touched), ''],
    ['accounts closed whole', '', whole(accounts.closed), whole(accounts.optimal?.closed), ''],
    ['cut more than optimal', '', whole(accounts.overReduced), '', ''],
    ['cut less than optimal', '', whole(accounts.underReduced), '', ''],
  ]
  return [table(columns, rows, colours), `  ${colours.dim(`of ${several(accounts.eligible, 'eligible account')}`)}`]
}

function factorRows({ factorLeverage, feasible }: Verdict, isSolved: boolean): string[][] {
  if (factorLeverage === undefined) return []
  const { minBefore, maxBefore, minAfter, maxAfter, minOptimal, maxOptimal } = factorLeverage
  return [
    [
      'leverage in the factor',
      leverages(minBefore, maxBefore),
      feasible ? leverages(minAfter, maxAfter) : '–',
      isSolved ? leverages(minOptimal, maxOptimal) : '–',
      '',
    ],
  ]
}

function roads({ roads: taken }: Verdict): string[] {
  if (taken.length < 2) return []
  const colours = coloursFor(process.stdout)
  const columns = ['road to the optimum', 'status', 'value', 'bound', 'gap'].map((title, c) => ({
    title,
    isNumber: c > 1,
  }))
  const rows = taken.map(({ solver, status, value, bound, relativeGap }) => [
    solver,
    status,
    number(value),
    number(bound),
    gap(relativeGap),
  ])
  return ['', table(columns, rows, colours)]
}
