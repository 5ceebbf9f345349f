import type { ReplayResult } from '../../reports/replay-result.js'
import { coloursFor, count, name, rounded, table } from '../table.js'
import { figureText } from './figure-text.js'
import { objectiveWords } from './headline.js'

const COLUMNS = [
  { title: 'wave', isName: true },
  { title: 'verdict' },
  { title: 'left', isNumber: true },
  { title: 'optimal', isNumber: true },
  { title: 'accounts cut', isNumber: true },
  { title: 'conceded', isNumber: true },
  { title: 'in all', isNumber: true },
  { title: 'carried on', isNumber: true },
  { title: 'drift', isNumber: true },
]

/** How many drifts are named. */
const MOST_DRIFTS = 10

/**
 * The result of a replay for people: the words first, then a row for each wave with running totals, then what the book
 * could not follow.
 */
export function replayReport({ waves, says, verdict }: ReplayResult): string {
  const colours = coloursFor(process.stdout)
  const paint = verdict === 'optimal' ? colours.green : colours.red
  const rows = waves.map(({ name: wave, verdict: word, figures, closed, running, carriedOn, drift }) => [
    name(wave),
    word,
    figureText(figures['objective.allocated'], 8),
    figureText(figures['objective.optimal'], 8),
    figureText(figures['accounts.reduced.allocated']),
    rounded(closed.conceded, 6),
    rounded(running.conceded, 6),
    count(carriedOn),
    count(drift.length),
  ])
  const objective = waves[0] === undefined ? '' : objectiveWords(waves[0].objective)
  return [
    paint(colours.bold(says.at(-1)!)),
    `  ${objective}`,
    '',
    table(COLUMNS, rows, colours),
    ...driftLines(waves),
    ...remarkLines(waves),
  ].join('\n')
}

function driftLines(waves: ReplayResult['waves']): string[] {
  const all = waves.flatMap(({ name: wave, drift }) => drift.map((one) => ({ wave, ...one })))
  if (all.length === 0) return []
  const colours = coloursFor(process.stdout)
  const columns = [
    { title: 'wave', isName: true },
    { title: 'account', isName: true },
    { title: 'equity', isNumber: true },
    { title: 'contracts', isName: true },
  ]
  const rows = all.slice(0, MOST_DRIFTS).map(({ wave, account, equity, contracts }) => [
    name(wave),
    name(account),
    rounded(equity ?? undefined, 6),
    Object.entries(contracts)
      .slice(0, 3)
      .map(([market, change]) => `${rounded(change, 6)} ${name(market)}`)
      .join(', '),
  ])
  const more = all.length > rows.length ? [`  … and ${count(all.length - rows.length)} more`] : []
  return [
    '',
    colours.bold('Drift: what a wave lists, less what was carried there'),
    table(columns, rows, colours),
    ...more,
  ]
}

/** Each sentence once, however many waves say it. */
function remarkLines(waves: ReplayResult['waves']): string[] {
  const said = new Map<string, { readonly code: string; readonly says: string; first: string; times: number }>()
  for (const { name: wave, remarks } of waves) {
    for (const { code, says } of remarks) {
      const before = said.get(says)
      if (before === undefined) said.set(says, { code, says, first: wave, times: 1 })
      else before.times++
    }
  }
  const lines = [...said.values()].slice(0, 2 * MOST_DRIFTS)
  return lines.length === 0
    ? []
    : ['', ...lines.map(({ code, says, first, times }) => `${times === 1 ? `${first}: ` : ''}${says} [${code}]`)]
}
