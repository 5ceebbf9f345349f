import { isEquityAssumed } from '../../reports/verdict-words.js'
import type { VerifyResult } from '../../reports/verify-result.js'
import { violationWords } from '../../reports/violation-words.js'
import { figureText } from '../reports/figure-text.js'
import { count, gap, leverage, number, percent, rounded, several } from '../table.js'
import { leverageComparison, lossComparison } from './comparison-charts.js'
import { type Content, html } from './markup.js'
import { CARDS, type Cell, dataTable, definitions, renderPage, type Section } from './page.js'
import { shortName } from './short-name.js'
import { checkAgain, proofWords, subjectWords, VERIFY_MEANINGS } from './verify-words.js'

const MOST_VIOLATIONS = 100
const MOST_ACCOUNTS = 10

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

function figures({ figures: all, objective }: VerifyResult): Content {
  const unit = objective.unit === 'quote currency' ? ', in quote currency' : ''
  const under = [
    ...(objective.confidence === undefined ? [] : [` at confidence ${objective.confidence}`]),
    ...(objective.moves === undefined
      ? []
      : [
          objective.moves.count === undefined
            ? ' under normal moves'
            : ` over ${several(objective.moves.count, 'move')}`,
        ]),
  ].join('')
  const row = (title: string, ...ids: string[]): Cell[] => [
    { text: title },
    ...ids.map((id): Cell => ({ text: id === '' ? '' : figureText(all[id]) })),
  ]
  const of = (id: string): string[] => [`${id}.before`, `${id}.allocated`, `${id}.optimal`]
  const isFactor = all['leverage.factor.largest.before'] !== undefined
  const isLargest = objective.name === 'min-max-leverage'
  return html`${dataTable(
    `Of ${several(all['accounts.eligible'].value ?? 0, 'eligible account')}`,
    ['', 'before', 'as allocated', 'optimal', 'proved bound'],
    [
      ...(isLargest ? [] : [row(`${objective.name}${under}${unit}`, ...of('objective'), 'objective.bound')]),
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
    ],
  )}<p>Gap of the allocation to the proved bound: ${figureText(all['objective.gap'])}.</p>`
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

/** Who was cut too much, and who too little: those with the most money at stake first. */
function cuts({ accounts, figures: all, feasible }: VerifyResult): Section[] {
  if (!feasible) return []
  const section = (title: string, chosen: readonly Account[], id: string): Section[] => {
    const total = all[`accounts.${id}`]?.value
    if (total == null) return []
    if (total === 0) return [{ title, body: html`<p>Nobody.</p>` }]
    const money = all[`money.${id}`]?.value
    const sum = money == null ? '' : `, ${rounded(money, 6)} in quote currency in all`
    const listed = [...chosen].sort((a, b) => Math.abs(b.money ?? 0) - Math.abs(a.money ?? 0)).slice(0, MOST_ACCOUNTS)
    const caption = `${several(total, 'account')}${sum}${total > listed.length ? `; the ${listed.length} with the most at stake` : ''}`
    return [{ title, body: cutTable(caption, listed) }]
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

function cutTable(caption: string, accounts: readonly Account[]): Content {
  const titles = ['account', 'money, quote currency', 'contracts', 'leverage before', 'left', 'optimal']
  const rows = accounts.map((one): Cell[] => [
    { text: shortName(one.account) },
    { text: rounded(Math.abs(one.money ?? 0), 6) },
    { text: contracts(one) },
    { text: leverage(one.leverageBefore) },
    { text: leverage(one.leverageAfter) },
    { text: leverage(one.leverageOptimal) },
  ])
  return dataTable(caption, titles, rows, CARDS)
}

/** "1.5 BTC, 20 ETH", of at most three markets. */
function contracts({ overReduced, underReduced }: Account): string {
  const all = Object.entries(overReduced ?? underReduced ?? {})
  const texts = all.slice(0, 3).map(([market, size]) => `${rounded(size, 6)} ${market}`)
  return all.length > 3 ? `${texts.join(', ')}, +${all.length - 3}` : texts.join(', ')
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
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ]
  return html`${files.length > 0 ? dataTable('Files', ['input', 'file', 'bytes', 'SHA-256'], files) : undefined}${definitions(pairs)}`
}

function settingsWords(settings: VerifyResult['settings']): string {
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
