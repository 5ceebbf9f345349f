import { isEquityAssumed } from '../../reports/verdict-words.js'
import type { VerifyResult } from '../../reports/verify-result.js'
import { violationWords } from '../../reports/violation-words.js'
import { figureText } from '../reports/figure-text.js'
import {
  CUT_TITLES,
  cutCells,
  cutLists,
  FIGURE_TITLES,
  figureRows,
  settingsWords,
  versionsWords,
} from '../reports/verify-rows.js'
import { count, gap, leverage, number, several } from '../table.js'
import { leverageComparison, lossComparison } from './comparison-charts.js'
import { type Content, html } from './markup.js'
import { CARDS, type Cell, dataTable, definitions, renderPage, type Section } from './page.js'
import { shortName } from './short-name.js'
import { checkAgain, proofWords, subjectWords, VERIFY_MEANINGS } from './verify-words.js'

const MOST_VIOLATIONS = 100

const TONES = { optimal: 'good', suboptimal: 'bad', infeasible: 'bad', unproved: 'open' } as const

type Account = VerifyResult['accounts'][number]

/** A verdict as a page that stands alone, drawn from the result and nothing else: what was wrong, for whom, and how it is known. */
export async function verifyPage(result: VerifyResult): Promise<string> {
  const { says, verdict, charts, violations, remarks, source } = result
  const title = says.at(-1)!
  const caveats = says.slice(0, -1)
  const shownRemarks = remarks.filter(({ says: remark }) => !caveats.includes(remark))
  const sections: Section[] = [
    ...(result.feasible ? [{ title: 'In short', body: [tiles(result), figures(result)] }] : []),
    ...(violations.length === 0
      ? []
      : [{ title: `What it breaks: ${several(violations.length, 'rule')}`, body: broken(result) }]),
    ...cuts(result),
    ...(shownRemarks.length === 0
      ? []
      : [
          {
            title: 'To be known beside it',
            body: html`<ul>${shownRemarks.map(({ says: remark }) => html`<li>${remark}</li>\n`)}</ul>`,
          },
        ]),
  ]
  if (charts !== null && charts.leverage.sizes.length > 0) {
    const { leverage: levels, losses } = charts
    sections.push(
      {
        title: 'Leverage before, as allocated, and optimal',
        body: await leverageComparison(levels, levels.sizes, levels.accounts),
      },
      { title: 'Losses if prices move on', body: await lossComparison(losses, losses.moves, losses.factor) },
    )
  }
  sections.push(
    { title: 'Why this is so, and how to check it', body: proof(result) },
    { title: 'What it was computed from', body: inputs(result) },
    { title: 'What the words mean', body: definitions(VERIFY_MEANINGS) },
  )
  return renderPage({
    title,
    says: subjectWords(result),
    sections,
    tone: isEquityAssumed(source ?? undefined) && verdict !== 'infeasible' ? 'open' : TONES[verdict],
    ...(caveats.length > 0 && {
      before: html`<div class="caveat" role="note">${caveats.map((caveat) => html`<p><strong>${caveat}</strong></p>\n`)}</div>`,
    }),
  })
}

/** The four figures that everybody asks for. */
function tiles({ figures: all }: VerifyResult): Content {
  const tile = (title: string, id: string, small: Content): Content =>
    html`<div><dt>${title}</dt><dd>${figureText(all[id])}<small>${small}</small></dd></div>\n`
  const optimal = (id: string): string => `in the optimum ${figureText(all[id])}`
  return html`<dl class="tiles">${[
    tile('largest leverage left', 'leverage.largest.allocated', optimal('leverage.largest.optimal')),
    tile('accounts cut', 'accounts.reduced.allocated', optimal('accounts.reduced.optimal')),
    tile('accounts closed whole', 'accounts.closed.allocated', optimal('accounts.closed.optimal')),
    tile(
      'cut beyond the optimum',
      'money.overcut',
      `quote currency; accounts cut too much: ${figureText(all['accounts.overcut'])}`,
    ),
  ]}</dl>`
}

function figures(result: VerifyResult): Content {
  const { figures: all } = result
  const rows = figureRows(result).map((texts) => texts.map((text): Cell => ({ text })))
  const caption = `Of ${several(all['accounts.eligible'].value ?? 0, 'eligible account')}`
  return html`${dataTable(caption, FIGURE_TITLES, rows)}<p>Gap of the allocation to the proved bound: ${figureText(all['objective.gap'])}.</p>`
}

function broken({ violations }: VerifyResult): Content {
  const rows = violations
    .slice(0, MOST_VIOLATIONS)
    .map(({ code, account = '', market = '', by }): Cell[] => [
      { text: violationWords(code) },
      { text: shortName(account), isNumber: false },
      { text: market, isNumber: false },
      { text: number(by) },
    ])
  const caption = violations.length > rows.length ? `The first ${rows.length}` : ''
  return dataTable(caption, ['what is wrong', 'account', 'market', 'by, contracts'], rows, CARDS)
}

function cuts(result: VerifyResult): Section[] {
  if (!result.feasible) return []
  return cutLists(result).map(({ title, summary, accounts }) => ({
    title,
    body: summary === undefined ? html`<p>Nobody.</p>` : cutTable(summary, accounts),
  }))
}

function cutTable(caption: string, accounts: readonly Account[]): Content {
  const rows = accounts.map((one): Cell[] => [
    { text: shortName(one.account) },
    ...cutCells(one).map((text): Cell => ({ text })),
  ])
  return dataTable(caption, CUT_TITLES, rows, CARDS)
}

function proof(result: VerifyResult): Content {
  const commands = checkAgain(result)
  return html`<div class="whole">${proofWords(result).map((sentence) => html`<p>${sentence}</p>\n`)}
<p>To check it again, ${several(commands.length, 'command')}: the digests of the files against those below, the verdict${commands.length > 2 ? ', and the proof without any solver' : ''}.</p>
<pre><code>${commands.join('\n')}</code></pre></div>
${methods(result)}`
}

function methods({ proof: { methods: taken }, objective }: VerifyResult): Content {
  if (taken.length === 0) return undefined
  const value = (of: number | null): string => (objective.unit === 'leverage' ? leverage(of, 8) : number(of))
  const rows = taken.map((method): Cell[] => [
    { text: method.solver },
    { text: method.status, isNumber: false },
    { text: value(method.value) },
    { text: value(method.bound) },
    { text: gap(method.relativeGap) },
  ])
  return dataTable('Ways to the optimum', ['by', 'its own word', 'value', 'proved bound', 'gap'], rows, CARDS)
}

function inputs({ inputs: given, source, unknown, settings, versions, seeds }: VerifyResult): Content {
  const files = given.flatMap(({ role, name, files: parts }) =>
    parts.map((part): Cell[] => [
      { text: role },
      { text: parts.length > 1 ? `${name}/${part.name}` : part.name, isNumber: false },
      { text: count(part.bytes) },
      { text: html`<code>${shortName(part.sha256)}</code>`, isNumber: false },
    ]),
  )
  const counted = (list: readonly { readonly reason: string; readonly count: number }[]): string =>
    list.map(({ reason, count: times }) => `${reason.replaceAll('-', ' ')} (${count(times)})`).join(', ')
  const pairs: [Content, Content][] = [
    ...given.flatMap(({ role, digest }): [Content, Content][] =>
      digest === undefined ? [] : [[`${role}, its content`, html`<code>${shortName(digest)}</code>`]],
    ),
    ...(source === null
      ? []
      : ([
          ['imported from', [source.source, ...source.files.map(({ name }) => name)].filter(Boolean).join(', ')],
          [
            'moment of the snapshot',
            source.until === undefined ? (source.moment ?? 'not known') : `${source.moment} … ${source.until}`,
          ],
          ...(source.dropped.length > 0 ? [['left out', counted(source.dropped)]] : []),
          ...(source.repaired.length > 0 ? [['repaired', counted(source.repaired)]] : []),
          ...(source.defaulted.length > 0 ? [['completed', counted(source.defaulted)]] : []),
        ] as [Content, Content][])),
    ...unknown.map(({ says }): [Content, Content] => ['not known', says]),
    ['settings', settingsWords(settings)],
    ['seeds', seeds.length === 0 ? 'none: nothing is drawn at random' : seeds.join(', ')],
    ['versions', versionsWords(versions)],
  ]
  return html`${files.length > 0 ? dataTable('Files', ['input', 'file', 'bytes', 'SHA-256'], files) : undefined}${definitions(pairs)}`
}
