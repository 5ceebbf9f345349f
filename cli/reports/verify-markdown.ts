import type { VerifyResult } from '../../reports/verify-result.js'
import { violationWords } from '../../reports/violation-words.js'
import { checkAgain, proofWords, subjectWords } from '../html/verify-words.js'
import { count, number, several } from '../table.js'
import { figureText } from './figure-text.js'
import { markdownOf, markdownTable, plain } from './markdown.js'
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
  return markdownOf([
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
  ])
}

function figures(result: VerifyResult): string {
  const { figures: all } = result
  const rows = figureRows(result).map(([title = '', ...texts]) => [plain(title), ...texts])
  const eligible = several(all['accounts.eligible'].value ?? 0, 'eligible account')
  return `${markdownTable(FIGURE_TITLES, rows)}\n\nOf ${eligible}. Gap of the allocation to the proved bound: ${figureText(all['objective.gap'])}.`
}

function broken({ violations }: VerifyResult): string {
  const rows = violations
    .slice(0, MOST_VIOLATIONS)
    .map(({ code, account = '', market = '', by }) => [violationWords(code), plain(account), plain(market), number(by)])
  const more = violations.length - rows.length
  return `${markdownTable(['what is wrong', 'account', 'market', 'by, contracts'], rows)}${more > 0 ? `\n\nAnd ${count(more)} more.` : ''}`
}

function cuts(result: VerifyResult): string[] {
  return cutLists(result).flatMap(({ title, summary, accounts }) => {
    if (summary === undefined) return [`## ${title}`, 'Nobody.']
    const rows = accounts.map((one) => [plain(one.account), ...cutCells(one).map(plain)])
    return [`## ${title}`, `${summary}.`, markdownTable(CUT_TITLES, rows)]
  })
}

function remarks({ remarks: all }: VerifyResult, caveats: readonly string[]): string[] {
  const shown = all.filter(({ says }) => !caveats.includes(says))
  if (shown.length === 0) return []
  return ['## To be known beside it', shown.map(({ says }) => `- ${plain(says)}`).join('\n')]
}

/** The inputs with their digests, what is not known, and the settings. */
export function computedFrom({
  inputs,
  source,
  unknown,
  settings,
  versions,
}: Pick<VerifyResult, 'inputs' | 'source' | 'unknown' | 'settings' | 'versions'>): string[] {
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
  return [
    ...(files.length === 0 ? [] : [markdownTable(['input', 'file', 'bytes', 'SHA-256'], files)]),
    facts.join('\n'),
  ]
}
