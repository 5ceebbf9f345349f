import type { Replay, WaveVerdict } from '../../models/index.js'
import { coloursFor, count, name, rounded, several, table } from '../table.js'
import { objectiveWords, valued } from './headline.js'

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

/** Waves for people: the words first, then a row for each with running totals, then what the book could not follow. */
export function replayReport(waves: readonly WaveVerdict[], totals: Replay['totals']): string {
  const colours = coloursFor(process.stdout)
  const { optimal, suboptimal, infeasible, unproved, conceded } = totals
  const isRestricted = waves.some(({ remarks }) => remarks.some(({ code }) => code === 'restricted-book'))
  const known = isRestricted ? ' (only the accounts that were closed are known)' : ''
  const verdicts = Object.entries({ optimal, suboptimal, infeasible, unproved })
    .filter(([, number]) => number > 0)
    .map(([verdict, number]) => `${count(number)} ${verdict}`)
  const paint = optimal === waves.length ? colours.green : colours.red
  const rows = waves.map((wave) => [
    name(wave.name),
    wave.verdict,
    wave.feasible ? valued(wave.objective, wave.objective.value) : '–',
    valued(wave.objective, wave.optimum),
    count(wave.accounts.touched),
    rounded(wave.closed.conceded, 6),
    rounded(wave.running.conceded, 6),
    count(wave.carriedOn),
    count(wave.drift.length),
  ])
  const objective = waves[0] === undefined ? '' : objectiveWords(waves[0].objective)
  return [
    paint(
      colours.bold(
        `${several(waves.length, 'wave')}${known}: ${verdicts.join(', ')}; ${rounded(conceded, 8)} conceded against the marks in all`,
      ),
    ),
    `  ${objective}`,
    '',
    table(COLUMNS, rows, colours),
    ...driftLines(waves),
    ...remarkLines(waves),
  ].join('\n')
}

function driftLines(waves: readonly WaveVerdict[]): string[] {
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
    rounded(equity, 6),
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
function remarkLines(waves: readonly WaveVerdict[]): string[] {
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
