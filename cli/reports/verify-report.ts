import { equityAssumed } from '../../reports/verdict-words.js'
import type { VerifyResult } from '../../reports/verify-result.js'
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
  roundedContracts,
  several,
  table,
} from '../table.js'
import { figureText } from './figure-text.js'
import { notCountedFacts, objectiveWords, resultHeadline } from './headline.js'
import { remarksReport } from './remarks-report.js'
import { atStake, contractsOf, cutAccounts, mostAtStake } from './verify-rows.js'

type Account = VerifyResult['accounts'][number]

const MOST_VIOLATIONS = 20

/**
 * A result for people, and nothing else than the result: the words first, then what is wrong, how far it is from the
 * best, and who was cut too much.
 */
export function verifyReport(result: VerifyResult): string {
  const colours = coloursFor(process.stdout)
  const { verdict, reason, feasible, figures, objective, factor, profile, proof, timings, source } = result
  const paint = verdict === 'optimal' ? colours.green : verdict === 'unproved' ? colours.yellow : colours.red
  const { solver } = proof
  const total = timings.read + timings.build + timings.solve + timings.certify
  const lines: [string, string][] = []
  if (reason !== null) lines.push(['reason', roundedContracts(reason)])
  if (feasible) lines.push(['gap to bound', gap(figures['objective.gap']?.value)])
  lines.push(
    ['objective', objectiveWords(objective, movesOf(result))],
    ...notCountedFacts(objective),
    ...(factor === null ? [] : [['factor', loadingsWords(factor)] as [string, string]]),
    ...(profile === null ? [] : [['profile', profileWords(profile)] as [string, string]]),
    ['against', `${solver.name} ${solver.version} (${solver.status}) in ${total.toPrecision(2)} s`],
  )
  return [
    // What makes the figures no findings comes before them.
    ...equityAssumed(source ?? undefined).map((sentence) =>
      colours.bold(hanging(sentence, 2, widthOf(process.stdout))),
    ),
    paint(colours.bold(hanging(resultHeadline(result, movesOf(result)), 2, widthOf(process.stdout)))),
    facts(lines, colours),
    ...violations(result),
    ...remarksReport(result.remarks),
    '',
    ...comparison(result),
    ...differences(result),
    ...methods(result),
  ].join('\n')
}

const movesOf = ({ inputs }: VerifyResult): string | undefined => inputs.find(({ role }) => role === 'moves')?.name

function violations({ violations: all }: VerifyResult): string[] {
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
function comparison({ figures, objective }: VerifyResult): string[] {
  const colours = coloursFor(process.stdout)
  const columns = ['', 'before', 'allocated', 'optimal', 'bound'].map((title, c) => ({ title, isNumber: c > 0 }))
  const row = (title: string, ids: readonly string[], digits?: number): string[] => [
    title,
    ...ids.map((id) => (id === '' ? '' : figureText(figures[id], digits))),
  ]
  const before = objective.unit === 'leverage' ? 'leverage.largest.before' : 'objective.before'
  const rows = [
    row(
      objective.name,
      [figures[before] === undefined ? '' : before, 'objective.allocated', 'objective.optimal', 'objective.bound'],
      8,
    ),
    row('largest leverage', ['leverage.largest.before', 'leverage.largest.allocated', 'leverage.largest.optimal', '']),
    ...factorRow(figures),
    row('accounts reduced', ['', 'accounts.reduced.allocated', 'accounts.reduced.optimal', '']),
    row('accounts closed whole', ['', 'accounts.closed.allocated', 'accounts.closed.optimal', '']),
    row('cut more than optimal', ['', 'accounts.overcut', '', '']),
    row('cut less than optimal', ['', 'accounts.undercut', '', '']),
  ]
  const eligible = several(figures['accounts.eligible'].value ?? 0, 'eligible account')
  return [table(columns, rows, colours), `  ${colours.dim(`of ${eligible}`)}`]
}

function factorRow(figures: VerifyResult['figures']): string[][] {
  if (figures['leverage.factor.largest.before'] === undefined) return []
  const range = (moment: string): string => {
    const [least, largest] = ['least', 'largest'].map((end) => figures[`leverage.factor.${end}.${moment}`])
    return least === undefined || largest === undefined ? '–' : leverages(least.value, largest.value)
  }
  return [['leverage in the factor', range('before'), range('allocated'), range('optimal'), '']]
}

/** Who was cut too much, and who too little, by name: those with the most money at stake first. */
function differences({ accounts, figures }: VerifyResult): string[] {
  const [over, under] = cutAccounts(accounts)
  return [
    ...named('Cut more than in the optimum', over, figures['accounts.overcut']?.value ?? over.length),
    ...named('Cut less than in the optimum', under, figures['accounts.undercut']?.value ?? under.length),
  ]
}

function named(title: string, accounts: readonly Account[], all: number): string[] {
  if (accounts.length === 0) return []
  const colours = coloursFor(process.stdout)
  const shown = mostAtStake(accounts)
  const columns = [
    { title: 'account', isName: true },
    { title: 'contracts', isName: true },
    { title: 'net at mark', isNumber: true },
    { title: 'leverage', isNumber: true },
    { title: 'left', isNumber: true },
    { title: 'optimal', isNumber: true },
  ]
  const rows = shown.map((account) => [
    name(account.account),
    contractsOf(account, name),
    rounded(atStake(account), 6),
    leverage(account.leverageBefore),
    leverage(account.leverageAfter),
    leverage(account.leverageOptimal),
  ])
  const more = all > shown.length ? [`  … and ${count(all - shown.length)} more`] : []
  return ['', colours.bold(`${title}: ${several(all, 'account')}`), table(columns, rows, colours), ...more]
}

function methods({ proof: { methods: taken } }: VerifyResult): string[] {
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
function profileWords({ verdict, firstDifference }: NonNullable<VerifyResult['profile']>): string {
  if (firstDifference === undefined) return verdict
  const { account, level, best } = firstDifference
  return `${verdict}: ${shortened(account, 24)} ends at ${leverage(level)}, and at ${leverage(best)} in the best profile`
}
