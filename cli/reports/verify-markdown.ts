import type { VerifyResult } from '../../reports/verify-result.js'
import { violationWords } from '../../reports/violation-words.js'
import { visible } from '../html/markup.js'
import { checkAgain, proofWords, subjectWords } from '../html/verify-words.js'
import { count, number, several } from '../table.js'
import { figureText } from './figure-text.js'
import {
  CUT_TITLES,
  cutCells,
  cutLists,
  FIGURE_TITLES,
  figureRows,
  settingsWords,
  versionsWords,
} from './verify-rows.js'

const MOST_VIOLATIONS = 100

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

function figures(result: VerifyResult): string {
  const { figures: all } = result
  const rows = figureRows(result).map(([title = '', ...texts]) => [plain(title), ...texts])
  const eligible = several(all['accounts.eligible'].value ?? 0, 'eligible account')
  return `${table(FIGURE_TITLES, rows)}\n\nOf ${eligible}. Gap of the allocation to the proved bound: ${figureText(all['objective.gap'])}.`
}

function broken({ violations }: VerifyResult): string {
  const rows = violations
    .slice(0, MOST_VIOLATIONS)
    .map(({ code, account = '', market = '', by }) => [violationWords(code), plain(account), plain(market), number(by)])
  const more = violations.length - rows.length
  return `${table(['what is wrong', 'account', 'market', 'by, contracts'], rows)}${more > 0 ? `\n\nAnd ${count(more)} more.` : ''}`
}

function cuts(result: VerifyResult): string[] {
  return cutLists(result).flatMap(({ title, summary, accounts }) => {
    if (summary === undefined) return [`## ${title}`, 'Nobody.']
    const rows = accounts.map((one) => [plain(one.account), ...cutCells(one).map(plain)])
    return [`## ${title}`, `${summary}.`, table(CUT_TITLES, rows)]
  })
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
  const facts = [
    ...digests,
    ...(source === null
      ? []
      : [`- imported from: ${plain(source.source ?? 'unknown')}, moment ${source.moment ?? 'not known'}`]),
    ...unknown.map(({ says }) => `- not known: ${plain(says)}`),
    `- settings: ${plain(settingsWords(settings))}`,
    `- versions: ${versionsWords(versions)}`,
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
