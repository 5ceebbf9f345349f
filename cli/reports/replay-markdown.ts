import { objectiveTitle } from '../../reports/plain-names.js'
import type { ReplayResult, WaveResult } from '../../reports/replay-result.js'
import { violationWords } from '../../reports/violation-words.js'
import { checkWaves } from '../html/verify-words.js'
import { count, leverage, number, rounded, several } from '../table.js'
import { figureText } from './figure-text.js'
import { markdownOf, markdownTable, plain } from './markdown.js'
import { computedFrom } from './verify-markdown.js'
import { waveTitles } from './wave-titles.js'

const MOST = 50
const MOST_ACCOUNTS = 15

/** A replay as Markdown, for tickets and repositories: a rendering of the result and of nothing else. */
export function replayMarkdown(result: ReplayResult): string {
  const { says, waves, totals, folder, rule } = result
  const caveats = says.slice(0, -1)
  const claimed =
    rule === null ? '' : ` The rule that was claimed: ${rule.says}${rule.source === null ? '' : ` (${rule.source})`}.`
  const closed = Object.entries(totals.contracts).map(([market, quantity]) => `${number(quantity)} ${market}`)
  return markdownOf([
    `# ${plain(says.at(-1)!)}`,
    plain(`The waves of ${folder}, each on the book that the one before left.${claimed}`),
    ...caveats.map((caveat) => `> **${plain(caveat)}**`),
    '## Wave by wave',
    levels(waves),
    plain(
      `Left and optimal: the ${objectiveTitle(waves[0]?.objective.name ?? '')}; money in quote currency. Closed in all: ${closed.slice(0, MOST).join(', ')}${closed.length > MOST ? `, and of ${count(closed.length - MOST)} more markets` : ''}.`,
    ),
    ...broken(waves),
    ...cutTooMuch(waves),
    ...drift(waves),
    ...remarks(waves, caveats),
    '## How to check it',
    'Each verdict is computed from the event alone, in exact arithmetic, and no solver is believed for it. The same files give the same figures:',
    ['```sh', ...checkWaves(result), '```'].join('\n'),
    '## What it was computed from',
    ...computedFrom(result),
  ])
}

function levels(waves: readonly WaveResult[]): string {
  const rows = waves.map(({ name, verdict, figures, closed, running, carriedOn, drift: moved }) => [
    plain(name),
    verdict,
    figureText(figures['objective.allocated']),
    figureText(figures['objective.optimal']),
    figureText(figures['accounts.reduced.allocated']),
    figureText(figures['accounts.overcut']),
    rounded(closed.conceded, 6),
    rounded(running.conceded, 6),
    count(carriedOn),
    count(moved.length),
  ])
  return markdownTable(waveTitles, rows)
}

function broken(waves: readonly WaveResult[]): string[] {
  const all = waves.flatMap(({ name, violations }) => violations.map((one) => ({ wave: name, ...one })))
  if (all.length === 0) return []
  const rows = all
    .slice(0, MOST)
    .map(({ wave, code, account = '', market = '', by }) => [
      plain(wave),
      violationWords(code),
      plain(account),
      plain(market),
      number(by),
    ])
  const titles = ['wave', 'what is wrong', 'account', 'market', 'by, contracts']
  return [
    `## What it breaks: ${several(all.length, 'rule')}`,
    markdownTable(titles, rows),
    more(all.length - rows.length),
  ]
}

function cutTooMuch(waves: readonly WaveResult[]): string[] {
  const all = waves
    .flatMap(({ name, accounts }) => accounts.map((one) => ({ wave: name, ...one })))
    .filter(({ overReduced }) => overReduced !== undefined)
    .sort((a, b) => Math.abs(b.money ?? 0) - Math.abs(a.money ?? 0))
  if (all.length === 0) return []
  const rows = all
    .slice(0, MOST_ACCOUNTS)
    .map((one) => [
      plain(one.account),
      plain(one.wave),
      rounded(Math.abs(one.money ?? 0), 6),
      leverage(one.leverageBefore),
      leverage(one.leverageAfter),
      leverage(one.leverageOptimal),
    ])
  const titles = ['account', 'wave', 'money, quote currency', 'leverage before', 'left', 'optimal']
  return ['## Who was cut too much', markdownTable(titles, rows), more(all.length - rows.length)]
}

function drift(waves: readonly WaveResult[]): string[] {
  const all = waves.flatMap(({ name, drift: own }) => own.map((one) => ({ wave: name, ...one })))
  if (all.length === 0) return []
  const rows = all.slice(0, MOST_ACCOUNTS).map(({ wave, account, equity, contracts }) => [
    plain(account),
    plain(wave),
    rounded(equity ?? undefined, 6),
    Object.entries(contracts)
      .slice(0, 3)
      .map(([market, change]) => `${rounded(change, 6)} ${plain(market)}`)
      .join(', '),
  ])
  return [
    '## What the book could not follow',
    'What a wave lists, less what was carried there: deposits, other trades, or a mistake of the source.',
    markdownTable(['account', 'wave', 'equity, quote currency', 'contracts'], rows),
    more(all.length - rows.length),
  ]
}

/** Each sentence once, however many waves say it. */
function remarks(waves: readonly WaveResult[], caveats: readonly string[]): string[] {
  const said = new Set(waves.flatMap(({ remarks: own }) => own.map(({ says }) => says)))
  const shown = [...said].filter((remark) => !caveats.includes(remark))
  if (shown.length === 0) return []
  const list = shown.slice(0, MOST).map((remark) => `- ${plain(remark)}`)
  return ['## To be known beside it', list.join('\n'), more(shown.length - list.length)]
}

const more = (left: number): string => (left > 0 ? `And ${count(left)} more, in the result.` : '')
