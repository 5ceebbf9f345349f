import type { VerifyResult } from '../../reports/verify-result.js'
import { leverage, percent, rounded, several } from '../table.js'
import { figureText } from './figure-text.js'

/** What the page and the Markdown of a verdict both show, as plain text: each writes it in its own way. */

type Account = VerifyResult['accounts'][number]

export const FIGURE_TITLES = ['', 'before', 'as allocated', 'optimal', 'proved bound'] as const

/** The figures of a verdict, a row each under `FIGURE_TITLES`. */
export function figureRows({ figures: all, objective }: VerifyResult): string[][] {
  const row = (title: string, ...ids: string[]): string[] => [
    title,
    ...ids.map((id) => (id === '' ? '' : figureText(all[id]))),
  ]
  const of = (id: string): string[] => [`${id}.before`, `${id}.allocated`, `${id}.optimal`]
  const isLargest = objective.name === 'min-max-leverage'
  const isFactor = all['leverage.factor.largest.before'] !== undefined
  return [
    ...(isLargest ? [] : [row(objectiveTitle(objective), ...of('objective'), 'objective.bound')]),
    row('largest leverage', ...of('leverage.largest'), isLargest ? 'objective.bound' : ''),
    ...(isFactor
      ? [
          row('least leverage in the factor', ...of('leverage.factor.least'), ''),
          row('largest leverage in the factor', ...of('leverage.factor.largest'), ''),
        ]
      : []),
    row('accounts cut', '', 'accounts.reduced.allocated', 'accounts.reduced.optimal', ''),
    row('accounts closed whole', '', 'accounts.closed.allocated', 'accounts.closed.optimal', ''),
    row('accounts cut too much', '', 'accounts.overcut', '', ''),
    row('accounts cut too little', '', 'accounts.undercut', '', ''),
    row('conceded against the mark, quote currency', '', 'money.conceded', '', ''),
    row('profit made final, quote currency', '', 'money.realised', '', ''),
  ]
}

/** "cvar at confidence 0.95 over 500 moves, in quote currency". */
function objectiveTitle({ name, confidence, moves, unit }: VerifyResult['objective']): string {
  const under =
    moves === undefined
      ? ''
      : moves.count === undefined
        ? ' under normal moves'
        : ` over ${several(moves.count, 'move')}`
  const at = confidence === undefined ? '' : ` at confidence ${confidence}`
  return `${name}${at}${under}${unit === 'quote currency' ? ', in quote currency' : ''}`
}

export const CUT_TITLES = [
  'account',
  'money, quote currency',
  'contracts',
  'leverage before',
  'left',
  'optimal',
] as const

export interface Cuts {
  readonly title: string
  /** "12 accounts, 3,400 in quote currency in all; the 10 with the most at stake"; undefined where nobody was cut so. */
  readonly summary: string | undefined
  /** Those with the most money at stake, the first ten. */
  readonly accounts: readonly Account[]
}

/** Who was cut too much, and who too little; what the result does not know is left out. */
export function cutLists({ accounts, figures: all }: VerifyResult): Cuts[] {
  const list = (title: string, id: string, chosen: readonly Account[]): Cuts[] => {
    const total = all[`accounts.${id}`]?.value
    if (total == null) return []
    if (total === 0) return [{ title, summary: undefined, accounts: [] }]
    const listed = mostAtStake(chosen)
    const money = all[`money.${id}`]?.value
    const sum = money == null ? '' : `, ${rounded(money, 6)} in quote currency in all`
    const first = total > listed.length ? `; the ${listed.length} with the most at stake` : ''
    return [{ title, summary: `${several(total, 'account')}${sum}${first}`, accounts: listed }]
  }
  const [over, under] = cutAccounts(accounts)
  return [...list('Who was cut too much', 'overcut', over), ...list('Who was cut too little', 'undercut', under)]
}

export const cutAccounts = (accounts: VerifyResult['accounts']): readonly [over: Account[], under: Account[]] => [
  accounts.filter(({ overReduced }) => overReduced !== undefined),
  accounts.filter(({ underReduced }) => underReduced !== undefined),
]

const MOST_ACCOUNTS = 10

/** Contracts cut too much or too little, at the mark. */
export const atStake = ({ money }: Account): number => Math.abs(money ?? 0)

export const mostAtStake = (accounts: readonly Account[]): Account[] =>
  [...accounts].sort((a, b) => atStake(b) - atStake(a)).slice(0, MOST_ACCOUNTS)

/** The cells under `CUT_TITLES` that follow the account. */
export const cutCells = (account: Account): string[] => [
  rounded(atStake(account), 6),
  contractsOf(account),
  leverage(account.leverageBefore),
  leverage(account.leverageAfter),
  leverage(account.leverageOptimal),
]

/** "1.5 BTC, 20 ETH", of at most three markets. */
export function contractsOf({ overReduced, underReduced }: Account, name = (market: string): string => market): string {
  const all = Object.entries(overReduced ?? underReduced ?? {})
  const texts = all.slice(0, 3).map(([market, contracts]) => `${rounded(contracts, 6)} ${name(market)}`)
  return all.length > 3 ? `${texts.join(', ')}, +${all.length - 3}` : texts.join(', ')
}

export function settingsWords(settings: VerifyResult['settings']): string {
  const { objective, confidence, demand, lots, keepSolvent, exact, tolerance, feasibility } = settings
  return [
    `objective ${objective}`,
    ...(confidence === null ? [] : [`confidence ${percent(confidence)}`]),
    demand === 'filled' ? 'demand as filled' : 'demand of the event',
    ...(lots ? ['whole lots'] : []),
    ...(keepSolvent ? ['nobody below zero'] : []),
    ...(exact ? ['exact throughout'] : []),
    `tolerance ${tolerance}`,
    `feasibility ${feasibility}`,
  ].join(', ')
}

export const versionsWords = (versions: VerifyResult['versions']): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
