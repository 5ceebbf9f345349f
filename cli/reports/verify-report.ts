import type { AccountAnswer, Verdict } from '../../models/index.js'
import type { SourceFacts } from '../../reports/import-facts.js'
import { EQUITY_ASSUMED, isEquityAssumed } from '../../reports/verdict-words.js'
import { hanging, shortened, widthOf } from '../layout.js'
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
  rounded,
  several,
  table,
} from '../table.js'
import { objectiveWords, valueBefore, valued, verdictHeadline } from './headline.js'
import { remarksReport } from './remarks-report.js'

const MOST_VIOLATIONS = 20

/** A verdict for people: the words first, then what is wrong, how far it is from the best, and who was cut too much. */
export function verifyReport(verdict: Verdict, read: number, moves?: string, source?: SourceFacts): string {
  const colours = coloursFor(process.stdout)
  const paint =
    verdict.verdict === 'optimal' ? colours.green : verdict.verdict === 'unproved' ? colours.yellow : colours.red
  const { seconds, solver, reason, factorLeverage, objective } = verdict
  const total = read + seconds.build + seconds.solve + seconds.certify
  const lines: [string, string][] = []
  if (reason !== undefined) lines.push(['reason', reason])
  if (verdict.feasible) lines.push(['gap to bound', gap(verdict.relativeGap)])
  lines.push(
    ['objective', objectiveWords(objective, moves)],
    ...(factorLeverage === undefined ? [] : [['factor', loadingsWords(factorLeverage)] as [string, string]]),
    ...(verdict.profile === undefined ? [] : [['profile', profileWords(verdict.profile)] as [string, string]]),
    ['against', `${solver.name} ${solver.version} (${solver.status}) in ${total.toPrecision(2)} s`],
  )
  return [
    // What makes the figures no findings comes before them.
    ...(isEquityAssumed(source) ? [colours.bold(hanging(EQUITY_ASSUMED, 2, widthOf(process.stdout)))] : []),
    paint(colours.bold(hanging(verdictHeadline(verdict, moves), 2, widthOf(process.stdout)))),
    facts(lines, colours),
    ...violations(verdict),
    ...remarksReport(verdict.remarks),
    '',
    ...comparison(verdict),
    ...differences(verdict),
    ...methods(verdict),
  ].join('\n')
}

function violations({ violations: all }: Verdict): string[] {
  if (all.length === 0) return []
  const colours = coloursFor(process.stdout)
  const columns = [
    { title: 'violation' },
    { title: 'account', isName: true },
    { title: 'market', isName: true },
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
      valueBefore(objective, largest.maxBefore) ?? '',
      feasible ? valued(objective, objective.value) : '–',
      isSolved || optimum !== null ? valued(objective, optimum) : '–',
      isSolved || bound !== null ? valued(objective, bound) : '–',
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

const MOST_ACCOUNTS = 10

/** Who was cut too much, and who too little, by name: those with the most money at stake first. */
function differences({ perAccount = [], accounts }: Verdict): string[] {
  const over = perAccount.filter(({ overReduced }) => overReduced !== undefined)
  const under = perAccount.filter(({ underReduced }) => underReduced !== undefined)
  return [
    ...named('Cut more than in the optimum', over, accounts.overReduced ?? over.length),
    ...named('Cut less than in the optimum', under, accounts.underReduced ?? under.length),
  ]
}

function named(title: string, accounts: readonly AccountAnswer[], all: number): string[] {
  if (accounts.length === 0) return []
  const colours = coloursFor(process.stdout)
  const atStake = ({ money = 0 }: AccountAnswer): number => Math.abs(money)
  const shown = [...accounts].sort((a, b) => atStake(b) - atStake(a)).slice(0, MOST_ACCOUNTS)
  const columns = [
    { title: 'account', isName: true },
    { title: 'contracts', isName: true },
    { title: 'at the mark', isNumber: true },
    { title: 'leverage', isNumber: true },
    { title: 'left', isNumber: true },
    { title: 'optimal', isNumber: true },
  ]
  const rows = shown.map((account) => [
    name(account.account),
    contractsOf(account),
    rounded(atStake(account), 6),
    leverage(account.leverageBefore),
    leverage(account.leverageAfter),
    leverage(account.leverageOptimal),
  ])
  const more = all > shown.length ? [`  … and ${count(all - shown.length)} more`] : []
  return ['', colours.bold(`${title}: ${several(all, 'account')}`), table(columns, rows, colours), ...more]
}

/** "1.5 BTC, 20 ETH", of at most three markets. */
function contractsOf({ overReduced, underReduced }: AccountAnswer): string {
  const all = Object.entries(overReduced ?? underReduced ?? {})
  const texts = all.slice(0, 3).map(([market, contracts]) => `${rounded(contracts, 6)} ${name(market)}`)
  return all.length > 3 ? `${texts.join(', ')}, +${all.length - 3}` : texts.join(', ')
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

function methods({ methods: taken }: Verdict): string[] {
  if (taken.length < 2) return []
  const colours = coloursFor(process.stdout)
  const columns = ['method to the optimum', 'status', 'value', 'bound', 'gap'].map((title, c) => ({
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

/** "dominated: the level of mid is 6.0890, and 0.5521 in the best profile". */
function profileWords({ verdict, firstDifference }: NonNullable<Verdict['profile']>): string {
  if (firstDifference === undefined) return verdict
  const { account, level, best } = firstDifference
  return `${verdict}: ${shortened(account, 24)} ends at ${leverage(level)}, and at ${leverage(best)} in the best profile`
}
