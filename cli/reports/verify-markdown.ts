import type { VerifyResult } from '../../reports/verify-result.js'
import { violationWords } from '../../reports/violation-words.js'
import { visible } from '../html/markup.js'
import { checkAgain, proofWords, subjectWords } from '../html/verify-words.js'
import { count, leverage, number, rounded, several } from '../table.js'
import { figureText } from './figure-text.js'

type Account = VerifyResult['accounts'][number]

const MOST_VIOLATIONS = 100
const MOST_ACCOUNTS = 10

/** A verdict as Markdown, for tickets and repositories: a rendering of the result and of nothing else. */
export function verifyMarkdown(result: VerifyResult): string {
  const { says, feasible, violations } = result
  const caveats = says.slice(0, -1)
  return [
    `# ${plain(says.at(-1)!)}`,
    plain(subjectWords(result)),
    ...caveats.map((caveat) => `> **${plain(caveat)}**`),
    ...(feasible ? ['## In short', figures(result)] : []),
    ...(violations.length === 0 ? [] : [`## What it breaks: ${several(violations.length, 'rule')}`, broken(result)]),
    ...(feasible ? cuts(result) : []),
    ...remarks(result, caveats),
    '## Why this is so, and how to check it',
    ...proofWords(result).map(plain),
    ['```sh', ...checkAgain(result), '```'].join('\n'),
    '## What it was computed from',
    ...computedFrom(result),
  ]
    .filter((block) => block !== '')
    .map((block) => `${block}\n`)
    .join('\n')
}

function figures({ figures: all, objective }: VerifyResult): string {
  const row = (title: string, ...ids: string[]): string[] => [
    title,
    ...ids.map((id) => (id === '' ? '' : figureText(all[id]))),
  ]
  const of = (id: string): string[] => [`${id}.before`, `${id}.allocated`, `${id}.optimal`]
  const isLargest = objective.name === 'min-max-leverage'
  const unit = objective.unit === 'quote currency' ? ', in quote currency' : ''
  const isFactor = all['leverage.factor.largest.before'] !== undefined
  const rows = [
    ...(isLargest ? [] : [row(`${plain(objective.name)}${unit}`, ...of('objective'), 'objective.bound')]),
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
  const eligible = several(all['accounts.eligible'].value ?? 0, 'eligible account')
  return `${table(['', 'before', 'as allocated', 'optimal', 'proved bound'], rows)}\n\nOf ${eligible}. Gap of the allocation to the proved bound: ${figureText(all['objective.gap'])}.`
}

function broken({ violations }: VerifyResult): string {
  const rows = violations
    .slice(0, MOST_VIOLATIONS)
    .map(({ code, account = '', market = '', by }) => [violationWords(code), plain(account), plain(market), number(by)])
  const more = violations.length - rows.length
  return `${table(['what is wrong', 'account', 'market', 'by, contracts'], rows)}${more > 0 ? `\n\nAnd ${count(more)} more.` : ''}`
}

/** Who was cut too much, and who too little: those with the most money at stake first. */
function cuts({ accounts, figures: all }: VerifyResult): string[] {
  const section = (title: string, chosen: readonly Account[], id: string): string[] => {
    const total = all[`accounts.${id}`]?.value
    if (total == null) return []
    if (total === 0) return [`## ${title}`, 'Nobody.']
    const listed = [...chosen].sort((a, b) => Math.abs(b.money ?? 0) - Math.abs(a.money ?? 0)).slice(0, MOST_ACCOUNTS)
    const money = all[`money.${id}`]
    const sum = money === undefined ? '' : `, ${figureText(money)} in quote currency in all`
    const first = total > listed.length ? `; the ${listed.length} with the most at stake` : ''
    const rows = listed.map((one) => [
      plain(one.account),
      rounded(Math.abs(one.money ?? 0), 6),
      plain(contracts(one)),
      leverage(one.leverageBefore),
      leverage(one.leverageAfter),
      leverage(one.leverageOptimal),
    ])
    const titles = ['account', 'money, quote currency', 'contracts', 'leverage before', 'left', 'optimal']
    return [`## ${title}`, `${several(total, 'account')}${sum}${first}.`, table(titles, rows)]
  }
  return [
    ...section(
      'Who was cut too much',
      accounts.filter(({ overReduced }) => overReduced !== undefined),
      'overcut',
    ),
    ...section(
      'Who was cut too little',
      accounts.filter(({ underReduced }) => underReduced !== undefined),
      'undercut',
    ),
  ]
}

function contracts({ overReduced, underReduced }: Account): string {
  return Object.entries(overReduced ?? underReduced ?? {})
    .map(([market, size]) => `${rounded(size, 6)} ${market}`)
    .join(', ')
}

function remarks({ remarks: all }: VerifyResult, caveats: readonly string[]): string[] {
  const shown = all.filter(({ says }) => !caveats.includes(says))
  if (shown.length === 0) return []
  return ['## To be known beside it', shown.map(({ says }) => `- ${plain(says)}`).join('\n')]
}

function computedFrom({ inputs, source, unknown, settings, versions }: VerifyResult): string[] {
  const files = inputs.flatMap(({ role, name, files: parts }) =>
    parts.map((part) => [
      role,
      plain(parts.length > 1 ? `${name}/${part.name}` : part.name),
      count(part.bytes),
      `\`${part.sha256}\``,
    ]),
  )
  const digests = inputs.flatMap(({ role, digest }) =>
    digest === undefined ? [] : `- ${role}, its content: \`${digest}\``,
  )
  const { objective, confidence, demand, lots, keepSolvent, tolerance, feasibility } = settings
  const said = [
    `objective ${plain(objective)}`,
    ...(confidence === null ? [] : [`confidence ${confidence}`]),
    demand === 'filled' ? 'demand as filled' : 'demand of the event',
    ...(lots ? ['whole lots'] : []),
    ...(keepSolvent ? ['nobody below zero'] : []),
    `tolerance ${tolerance}`,
    `feasibility ${feasibility}`,
  ]
  const facts = [
    ...digests,
    ...(source === null
      ? []
      : [`- imported from: ${plain(source.source ?? 'unknown')}, moment ${source.moment ?? 'not known'}`]),
    ...unknown.map(({ says }) => `- not known: ${plain(says)}`),
    `- settings: ${said.join(', ')}`,
    `- versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ]
  return [...(files.length === 0 ? [] : [table(['input', 'file', 'bytes', 'SHA-256'], files)]), facts.join('\n')]
}

/** The first column is of words, the others are numbers, unless a title says that they are not. */
const WORDS = ['account', 'market', 'file', 'SHA-256', 'contracts']

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = titles.map((title, c) => (c === 0 || WORDS.includes(title) ? '---' : '--:'))
  return [line(titles), line(rule), ...rows.map(line)].join('\n')
}

/** Text that cannot be Markdown or HTML: names come from files, and may be hostile. */
const plain = (text: string): string =>
  visible(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]|#~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
