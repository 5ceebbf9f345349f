import { objectiveTitle } from '../../reports/plain-names.js'
import type { ReplayResult, WaveResult } from '../../reports/replay-result.js'
import { isEquityAssumed } from '../../reports/verdict-words.js'
import { violationWords } from '../../reports/violation-words.js'
import { figureText } from '../reports/figure-text.js'
import { waveTitles } from '../reports/wave-titles.js'
import { count, leverage, number, rounded, several } from '../table.js'
import { waveComparison } from './comparison-charts.js'
import { type Content, html } from './markup.js'
import { CARDS, type Cell, dataTable, definitions, renderPage, type Section } from './page.js'
import { shortName } from './short-name.js'
import { checkWaves, VERIFY_MEANINGS } from './verify-words.js'

const MOST_ACCOUNTS = 15
const MOST_LISTED = 50
/** What two columns of the table say already. */
const KNOWN = 'a better allocation is known'

/** A replay as one page that stands alone, drawn from the result and nothing else: wave by wave, with running totals. */
export async function replayPage(result: ReplayResult): Promise<string> {
  const { says, waves, source, verdict, folder, rule } = result
  const caveats = says.slice(0, -1)
  const claimed =
    rule === null ? '' : ` The rule that was claimed: ${rule.says}${rule.source === null ? '' : ` (${rule.source})`}.`
  const sections: Section[] = [
    { title: 'In short', body: tiles(result) },
    { title: 'The largest leverage, wave by wave', body: await levels(waves) },
    { title: 'Wave by wave', body: rows(waves) },
    ...broken(waves),
    ...cutTooMuch(waves),
    ...drift(waves),
    ...remarks(waves, caveats),
    { title: 'How to check it', body: again(result) },
    { title: 'What it was computed from', body: inputs(result) },
    { title: 'What the words mean', body: definitions([...MEANINGS, ...VERIFY_MEANINGS]) },
  ]
  const isOpen = verdict === 'unproved' || (isEquityAssumed(source ?? undefined) && verdict !== 'infeasible')
  return renderPage({
    title: says.at(-1)!,
    says: `The waves of ${folder}, each on the book that the one before left.${claimed}`,
    sections,
    tone: isOpen ? 'open' : verdict === 'optimal' ? 'good' : 'bad',
    ...(caveats.length > 0 && {
      before: html`<div class="caveat" role="note">${caveats.map((caveat) => html`<p><strong>${caveat}</strong></p>\n`)}</div>`,
    }),
  })
}

function tiles({ waves, totals }: ReplayResult): Content {
  const tile = (title: string, value: string, small: Content): Content =>
    html`<div><dt>${title}</dt><dd>${value}<small>${small}</small></dd></div>\n`
  const cut = waves.reduce((sum, { figures }) => sum + (figures['accounts.reduced.allocated']?.value ?? 0), 0)
  const over = waves.reduce((sum, { figures }) => sum + (figures['money.overcut']?.value ?? 0), 0)
  const isWhole = waves.every(({ figures, feasible }) => !feasible || figures['money.overcut'] !== undefined)
  const words = (['optimal', 'suboptimal', 'infeasible', 'unproved'] as const)
    .filter((word) => totals[word] > 0)
    .map((word) => `${count(totals[word])} ${word}`)
  return html`<dl class="tiles">${[
    tile('waves', count(waves.length), words.join(', ')),
    tile('cuts of accounts', count(cut), 'an account counts once a wave'),
    tile('conceded against the marks', rounded(totals.conceded, 6), 'quote currency'),
    tile('cut beyond the optimum', isWhole ? rounded(over, 6) : '–', 'quote currency, over all waves'),
  ]}</dl>${dataTable(
    '',
    ['market', 'contracts closed'],
    Object.entries(totals.contracts)
      .slice(0, MOST_LISTED)
      .map(([market, closed]): Cell[] => [{ text: shortName(market) }, { text: number(closed) }]),
  )}`
}

function levels(waves: readonly WaveResult[]) {
  const of = (moment: string) =>
    waves.map(({ figures }) => {
      const figure = figures[`leverage.largest.${moment}`]
      return { value: figure?.value ?? null, isInfinite: figure?.state === 'infinite' }
    })
  const [before, after, optimal] = [of('before'), of('allocated'), of('optimal')]
  const isInfinite = [...before, ...after, ...optimal].some((one) => one.isInfinite)
  const values = (list: typeof before) => list.map(({ value }) => value)
  return waveComparison(
    { before: values(before), after: values(after), optimal: values(optimal) },
    waves.map(({ name }) => name),
    isInfinite,
  )
}

function rows(waves: readonly WaveResult[]): Content {
  const cells = waves.map(({ name, verdict, figures, closed, running, carriedOn, drift: moved }): Cell[] => [
    { text: shortName(name) },
    { text: verdict, isNumber: false },
    { text: figureText(figures['objective.allocated']) },
    { text: figureText(figures['objective.optimal']) },
    { text: figureText(figures['accounts.reduced.allocated']) },
    { text: figureText(figures['accounts.overcut']) },
    { text: rounded(closed.conceded, 6) },
    { text: rounded(running.conceded, 6) },
    { text: count(carriedOn) },
    { text: count(moved.length) },
  ])
  const reasons = waves.flatMap(({ name, verdict, reason }): [Content, Content][] =>
    reason === null || verdict === 'optimal' || reason === KNOWN ? [] : [[shortName(name), reason]],
  )
  const objective = objectiveTitle(waves[0]?.objective.name ?? '')
  return html`${dataTable(`Left and optimal: the ${objective}; money in quote currency`, waveTitles, cells, CARDS)}${reasons.length > 0 ? definitions(reasons.slice(0, MOST_LISTED)) : undefined}`
}

function broken(waves: readonly WaveResult[]): Section[] {
  const all = waves.flatMap(({ name, violations }) => violations.map((one) => ({ wave: name, ...one })))
  if (all.length === 0) return []
  const cells = all
    .slice(0, MOST_LISTED)
    .map(({ wave, code, account = '', market = '', by }): Cell[] => [
      { text: shortName(wave) },
      { text: violationWords(code), isNumber: false },
      { text: shortName(account), isNumber: false },
      { text: market, isNumber: false },
      { text: number(by) },
    ])
  const caption = all.length > cells.length ? `The first ${cells.length} of ${count(all.length)}` : ''
  const titles = ['wave', 'what is wrong', 'account', 'market', 'by, contracts']
  return [{ title: 'What it breaks', body: dataTable(caption, titles, cells, CARDS) }]
}

function cutTooMuch(waves: readonly WaveResult[]): Section[] {
  const all = waves
    .flatMap(({ name, accounts }) => accounts.map((one) => ({ wave: name, ...one })))
    .filter(({ overReduced }) => overReduced !== undefined)
    .sort((a, b) => Math.abs(b.money ?? 0) - Math.abs(a.money ?? 0))
  if (all.length === 0) return []
  const cells = all
    .slice(0, MOST_ACCOUNTS)
    .map((one): Cell[] => [
      { text: shortName(one.account) },
      { text: one.wave, isNumber: false },
      { text: rounded(Math.abs(one.money ?? 0), 6) },
      { text: leverage(one.leverageBefore) },
      { text: leverage(one.leverageAfter) },
      { text: leverage(one.leverageOptimal) },
    ])
  const caption = `${several(all.length, 'cut')}${all.length > cells.length ? `; the ${cells.length} with the most at stake` : ''}`
  const titles = ['account', 'wave', 'money, quote currency', 'leverage before', 'left', 'optimal']
  return [{ title: 'Who was cut too much', body: dataTable(caption, titles, cells, CARDS) }]
}

function drift(waves: readonly WaveResult[]): Section[] {
  const all = waves.flatMap(({ name, drift: own }) => own.map((one) => ({ wave: name, ...one })))
  if (all.length === 0) return []
  const cells = all.slice(0, MOST_ACCOUNTS).map(({ wave, account, equity, contracts }): Cell[] => [
    { text: shortName(account) },
    { text: wave, isNumber: false },
    { text: rounded(equity ?? undefined, 6) },
    {
      text: Object.entries(contracts)
        .slice(0, 3)
        .map(([market, change]) => `${rounded(change, 6)} ${market}`)
        .join(', '),
    },
  ])
  const caption = all.length > cells.length ? `The first ${cells.length} of ${count(all.length)}` : ''
  const titles = ['account', 'wave', 'equity, quote currency', 'contracts']
  const body = html`<p>What a wave lists, less what was carried there: deposits, other trades, or a mistake of the source.</p>${dataTable(caption, titles, cells, CARDS)}`
  return [{ title: 'What the book could not follow', body }]
}

/** Each sentence once, however many waves say it. */
function remarks(waves: readonly WaveResult[], caveats: readonly string[]): Section[] {
  const said = new Set(waves.flatMap(({ remarks: own }) => own.map(({ says }) => says)))
  const shown = [...said].filter((remark) => !caveats.includes(remark))
  if (shown.length === 0) return []
  const more = shown.length - MOST_LISTED
  const list = shown.slice(0, MOST_LISTED).map((remark) => html`<li>${remark}</li>\n`)
  return [
    {
      title: 'To be known beside it',
      body: html`<ul>${list}</ul>${more > 0 ? html`<p>And ${count(more)} more, in the result.</p>` : undefined}`,
    },
  ]
}

function again(result: ReplayResult): Content {
  return html`<div class="whole"><p>Each verdict is computed from the event alone, in exact arithmetic, and no solver is believed for it. The same files give the same figures:</p>
<pre><code>${checkWaves(result).join('\n')}</code></pre></div>`
}

function inputs({ inputs: given, source, unknown, settings, versions }: ReplayResult): Content {
  const files = given.flatMap(({ role, name, files: parts }) =>
    parts.map((part): Cell[] => [
      { text: parts.length > 1 ? `${name}/${part.name}` : name },
      { text: role, isNumber: false },
      { text: count(part.bytes) },
      { text: html`<code>${shortName(part.sha256)}</code>`, isNumber: false },
    ]),
  )
  const pairs: [Content, Content][] = [
    ...(source === null
      ? []
      : [
          ['imported from', source.source ?? 'unknown'] as [Content, Content],
          [
            'moments',
            source.until === undefined ? (source.moment ?? 'not known') : `${source.moment} … ${source.until}`,
          ] as [Content, Content],
        ]),
    ...unknown.map(({ says }): [Content, Content] => ['not known', says]),
    [
      'settings',
      `objective ${settings.objective}, ${settings.demand === 'filled' ? 'demand as filled' : 'demand of the event'}, tolerance ${settings.tolerance}, feasibility ${settings.feasibility}`,
    ],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ]
  const shown = files.slice(0, 4 * MOST_LISTED)
  const caption = files.length > shown.length ? `The first ${shown.length} of ${count(files.length)} files` : 'Files'
  return html`${files.length > 0 ? dataTable(caption, ['file', 'input', 'bytes', 'SHA-256'], shown, CARDS) : undefined}${definitions(pairs)}`
}

const MEANINGS: readonly (readonly [string, string])[] = [
  ['wave', 'Closings of one moment: a new wave begins after a pause.'],
  ['carried on', 'Accounts that a wave does not list, and that stay in the book as the wave before left them.'],
  ['drift', 'What a wave lists of an account, less what was carried there.'],
]
