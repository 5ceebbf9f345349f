import type { AdlEvent, ComparedRow, Comparison, FailedRow, ObjectiveInputs, Payer } from '../../models/index.js'
import { bestCells, type CompareColumn, objectiveColumns, orderedRows, payColumns } from '../reports/compare-columns.js'
import { loadingsWords, policiesWords } from '../reports/compare-report.js'
import { valued } from '../reports/headline.js'
import { count, gap, leverage, number, percent, rounded, several } from '../table.js'
import { compareCharts, groupedRows } from './compare-charts.js'
import { columnMeanings } from './compare-words.js'
import { type Content, html, type Markup } from './markup.js'
import { type Cell, dataTable, definitions, renderPage, type Section } from './page.js'

export interface ComparePageInput {
  /** As it was named on the command line. */
  readonly place: string
  readonly event: AdlEvent
  /** With charts. */
  readonly comparison: Comparison
  readonly tolerance: number
  readonly inputs: ObjectiveInputs
}

/** A comparison as a page that stands alone: tables, charts with their numbers, who pays, and what every word means. */
export async function comparePage(input: ComparePageInput): Promise<string> {
  const { comparison } = input
  const { ran, failed } = orderedRows(comparison)
  const sections: Section[] = [
    { title: 'The book', body: bookFacts(input) },
    { title: 'What each policy leaves', body: [optima(comparison), figures(objectiveColumns(comparison), ran)] },
    { title: 'Who pays', body: figures(payColumns(ran), ran) },
    ...remarks(comparison, ran, failed),
    ...(await compareCharts(comparison, ran)),
    { title: 'The ten who pay most', body: payers(ran) },
    { title: 'What the words mean', body: definitions(columnMeanings(comparison, payColumns(ran))) },
  ]
  const policies = policiesWords(ran.length, failed.length)
  const says = `${policies}; judged by ${Object.keys(comparison.optimum).join(', ')}`
  return renderPage({ title: `Auto-deleveraging policies compared: ${input.place}`, says, sections })
}

function bookFacts({ place, event, comparison, tolerance, inputs }: ComparePageInput): Markup {
  const { book, seed } = comparison
  const { demand: stated, markets } = event.given ?? event
  const demand = stated.map(({ market, side, quantity }) => {
    const { market: title, markPrice, adlPrice } = markets[market]
    const cells = [plain(markPrice), plain(adlPrice), side > 0 ? 'long' : 'short', plain(quantity)]
    return [{ text: title }, ...cells.map((text, c): Cell => ({ text, isNumber: c !== 2 }))]
  })
  const derived = event.demandSource === 'derived'
  const pairs: [Content, Content][] = [
    ['event', place],
    ['digest', html`<code>${comparison.event}</code>`],
    ['accounts', `${count(book.accounts)}, of which ${count(book.eligible)} hold something demanded`],
    ['to close', `${number(book.demandedNotional)} at the mark, of ${number(book.heldNotional)} held`],
    ['largest leverage', `${leverage(book.maxLeverage)} before the ADL`],
    [
      'held',
      `Gini ${book.gini?.toFixed(3) ?? '–'}, the ten largest hold ${book.topTenShare === null ? '–' : percent(book.topTenShare)}`,
    ],
    ...(book.neededBudget > 0
      ? [
          [
            'concession',
            `${number(book.concession)} in all, the same for every policy (needed budget ${number(book.neededBudget)})`,
          ] as [Content, Content],
        ]
      : []),
    ...(derived
      ? [
          [
            'demand',
            `derived: ${several(event.takenOver.length, 'account')} with negative equity taken over, who owe ${number(book.deficit)}`,
          ] as [Content, Content],
        ]
      : []),
    ['seed', seed],
    ['tolerance', tolerance.toExponential()],
    ['moves', inputs.moves === undefined ? 'not given' : html`<code>${inputs.moves.digest()}</code>`],
    ...(inputs.confidence === undefined ? [] : [['confidence', inputs.confidence] as [Content, Content]]),
    ['loadings', loadingsWords(comparison.loadings)],
  ]
  const titles = ['market', 'mark', 'ADL price', 'side', 'to close']
  const shown = demand.slice(0, MOST_MARKETS)
  const more = demand.length - shown.length
  const caption = `Demand${more > 0 ? ` (the first ${MOST_MARKETS} of ${count(demand.length)} markets)` : ''}`
  return html`${definitions(pairs)}${dataTable(caption, titles, shown)}`
}

const MOST_MARKETS = 30

const plain = (decimal: { readonly digits: bigint; readonly scale: number }): string =>
  number(Number(`${decimal.digits}e-${decimal.scale}`))

function optima({ optimum }: Comparison): Markup {
  const rows = Object.entries(optimum).map(([name, best]): Cell[] => [
    { text: best.unit === 'quote currency' ? `${name}, in quote currency` : name },
    { text: best.value === null && !best.proved ? 'unknown' : valued(best, best.value) },
    { text: best.bound === null && !best.proved ? 'unknown' : valued(best, best.bound) },
    { text: gap(best.relativeGap) },
    { text: best.proved ? `proved, by ${best.by}` : `not proved: ${best.reason}`, isNumber: false },
  ])
  return dataTable('The best there is', ['objective', 'best value known', 'proved bound', 'relative gap', 'by'], rows)
}

function figures(columns: readonly CompareColumn[], rows: readonly ComparedRow[]): Markup {
  const best = columns.map((column) => bestCells(column, rows))
  const cells = rows.map((row, r): Cell[] => [
    { text: row.policy },
    ...columns.map((column, c): Cell => ({ text: column.show(row), isBest: best[c][r] })),
  ])
  const marked = best.some((marks) => marks.some(Boolean)) ? 'Bold and underlined: the least of its column.' : ''
  return dataTable(marked, ['policy', ...columns.map(({ title }) => title)], cells)
}

function remarks(
  { remarks: onBook }: Comparison,
  ran: readonly ComparedRow[],
  failed: readonly FailedRow[],
): Section[] {
  const pairs: [Content, Content][] = [
    ...onBook.map(({ code, says }): [Content, Content] => [html`<code>${code}</code>`, says]),
    ...ran.flatMap(({ policy, feasible, violations = [], notes = {}, remarks = [] }): [Content, Content][] => [
      ...(feasible
        ? []
        : [
            [
              policy,
              `infeasible: ${violations
                .slice(0, 3)
                .map(
                  ({ code, account, market, by }) =>
                    `${[code, account, market].filter(Boolean).join(' ')} by ${number(by)} contracts`,
                )
                .join('; ')}${violations.length > 3 ? `; and ${count(violations.length - 3)} more` : ''}`,
            ] as [Content, Content],
          ]),
      ...Object.entries(notes).map(([objective, says]): [Content, Content] => [policy, `${objective}: ${says}`]),
      ...remarks.map(({ says }): [Content, Content] => [policy, says]),
    ]),
    ...failed.map(({ policy, error }): [Content, Content] => [policy, `could not run: ${error.message}`]),
  ]
  return pairs.length === 0 ? [] : [{ title: 'Remarks', body: definitions(pairs) }]
}

function payers(rows: readonly ComparedRow[]): Markup {
  const titles = ['account', 'closed notional', 'of all closed', 'of its holding', 'leverage before', 'after']
  const cells = ({ account, notional, share, ofHolding, leverageBefore, leverageAfter }: Payer): Cell[] => [
    { text: account },
    { text: rounded(notional, 6) },
    { text: percent(share) },
    { text: percent(ofHolding) },
    { text: leverage(leverageBefore) },
    { text: leverage(leverageAfter) },
  ]
  const tables = groupedRows(rows).map(({ names, charts }) => {
    return html`<div>${dataTable(names.join(', '), titles, charts.payers.map(cells))}</div>\n`
  })
  return html`<div class="grid">${tables}</div>`
}
