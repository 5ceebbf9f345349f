import type { Difference, Verdict } from '../../models/index.js'
import { objectiveWords, valueBefore, valued, verdictHeadline } from '../reports/headline.js'
import { count, gap, leverage, number, rounded, several } from '../table.js'
import { leverageFigure } from './leverage-chart.js'
import { type Content, html } from './markup.js'
import { type Cell, dataTable, definitions, renderPage, type Section } from './page.js'

export interface VerifyPageInput {
  /** As they were named on the command line. */
  readonly event: string
  readonly allocation: string
  readonly moves?: string | undefined
  readonly digests: { readonly event: string; readonly allocation: string }
  /** With details. */
  readonly verdict: Verdict
}

const MOST_VIOLATIONS = 100

/** A verdict as a page that stands alone: the words, the figures, leverage beside the optimum, and who was cut too much. */
export async function verifyPage({ event, allocation, moves, digests, verdict }: VerifyPageInput): Promise<string> {
  const { details, violations } = verdict
  const facts: [Content, Content][] = [
    ...(verdict.reason === undefined ? [] : [['reason', verdict.reason] as [Content, Content]]),
    ['objective', objectiveWords(verdict.objective, moves)],
    ['gap to the proved bound', gap(verdict.relativeGap)],
    ['against', `${verdict.solver.name} ${verdict.solver.version} (${verdict.solver.status})`],
    ['event', html`${event}<br><code>${digests.event}</code>`],
    ['allocation', html`${allocation}<br><code>${digests.allocation}</code>`],
  ]
  const sections: Section[] = [
    { title: 'Figures', body: [figures(verdict), definitions(facts)] },
    ...(verdict.remarks.length === 0 ? [] : [{ title: 'Remarks', body: remarkList(verdict) }]),
    ...(violations.length === 0 ? [] : [{ title: several(violations.length, 'violation'), body: broken(verdict) }]),
  ]
  if (details !== undefined && verdict.accounts.eligible > 0) {
    const { sizes, before, after, optimal } = details.leverage
    const body = await leverageFigure({
      sizes,
      before,
      panels: [{ title: 'all eligible accounts', row: 'as allocated', levels: after }],
      says: 'as allocated',
      ...(optimal && { reference: { name: 'optimal', levels: optimal } }),
    })
    sections.push({ title: 'Leverage before, as allocated and optimal, by account', body })
    if (optimal) {
      sections.push({ title: 'Cut more than in the optimum', body: differences(details.overReduced) })
      sections.push({ title: 'Cut less than in the optimum', body: differences(details.underReduced) })
    }
  }
  const says = `The allocation ${allocation} of the auto-deleveraging event ${event} is ${verdict.verdict} by ${verdict.objective.name}`
  return renderPage({ title: capitalised(verdictHeadline(verdict, moves)), says, sections })
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function remarkList({ remarks }: Verdict): Content {
  return html`<ul>${remarks.map(({ code, says }) => html`<li>${says} <code>${code}</code></li>\n`)}</ul>`
}

function figures({ feasible, objective, optimum, bound, leverage: largest, accounts }: Verdict): Content {
  const whole = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : count(value)
  const row = (...texts: string[]): Cell[] => texts.map((text) => ({ text }))
  const level = (value: number | null): string => (feasible ? leverage(value) : '–')
  const isSolved = accounts.optimal !== null
  return dataTable(
    `Of ${several(accounts.eligible, 'eligible account')}`,
    ['', 'before', 'allocated', 'optimal', 'bound'],
    [
      row(
        objective.unit === 'quote currency' ? `${objective.name}, in quote currency` : objective.name,
        valueBefore(objective, largest.maxBefore) ?? '',
        feasible ? valued(objective, objective.value) : '–',
        isSolved ? valued(objective, optimum) : '–',
        isSolved ? valued(objective, bound) : '–',
      ),
      row(
        'largest leverage',
        leverage(largest.maxBefore),
        level(largest.maxAfter),
        isSolved ? leverage(largest.maxOptimal) : '–',
        '',
      ),
      row('accounts reduced', '', whole(accounts.touched), whole(accounts.optimal?.touched), ''),
      row('accounts closed whole', '', whole(accounts.closed), whole(accounts.optimal?.closed), ''),
      row('cut more than optimal', '', whole(accounts.overReduced), '', ''),
      row('cut less than optimal', '', whole(accounts.underReduced), '', ''),
    ],
  )
}

function broken({ violations }: Verdict): Content {
  const rows = violations
    .slice(0, MOST_VIOLATIONS)
    .map(({ code, account = '', market = '', by }): Cell[] => [
      { text: code },
      { text: account, isNumber: false },
      { text: market, isNumber: false },
      { text: number(by) },
    ])
  const caption = violations.length > rows.length ? `The first ${rows.length}` : ''
  return dataTable(caption, ['violation', 'account', 'market', 'by (contracts)'], rows)
}

function differences(rows: readonly Difference[]): Content {
  if (rows.length === 0) return html`<p>Nobody.</p>`
  const titles = [
    'account',
    'notional before',
    'as allocated',
    'optimal',
    'difference',
    'leverage as allocated',
    'optimal',
  ]
  const cells = rows.map(({ account, before, after, optimal, leverageAfter, leverageOptimal }): Cell[] => [
    { text: account },
    ...[before, after, optimal, after - optimal].map((value): Cell => ({ text: rounded(value, 6) })),
    { text: leverage(leverageAfter) },
    { text: leverage(leverageOptimal) },
  ])
  return dataTable('The largest differences of gross notional, at most ten', titles, cells)
}
