import { basename } from 'node:path'
import type { AdlEvent, ComparedRow, Comparison, FailedRow, ObjectiveInputs, Payer } from '../../models/index.js'
import { objectiveTitle, policyTitle } from '../../reports/plain-names.js'
import { bestCells, type CompareColumn, objectiveColumns, orderedRows, payColumns } from '../reports/compare-columns.js'
import { loadingsWords, policiesWords } from '../reports/compare-report.js'
import { valued } from '../reports/headline.js'
import { count, gap, leverage, number, percent, rounded, several } from '../table.js'
import { commandNames } from './command-names.js'
import { compareCharts, groupedRows } from './compare-charts.js'
import { columnMeanings } from './compare-words.js'
import { type Content, html, type Markup } from './markup.js'
import { CARDS, type Cell, dataTable, definitions, renderPage, type Section } from './page.js'
import { shortName } from './short-name.js'
import { tradeOff, tradeOffFigure, tradeOffSentence } from './trade-off.js'

export interface ComparePageInput {
  /** As it was named on the command line. */
  readonly eventPath: string
  readonly event: AdlEvent
  /** With charts. */
  readonly comparison: Comparison
  readonly tolerance: number
  readonly inputs: ObjectiveInputs
}

/**
 * A comparison as a page that stands alone: the trade-off as one picture first, then charts with their numbers, tables,
 * who pays, and what every word means.
 */
export async function comparePage(input: ComparePageInput): Promise<string> {
  const { comparison } = input
  const { ran, failed } = orderedRows(comparison)
  const trade = tradeOff(comparison, ran)
  const isDrawn = trade !== undefined && comparison.book.eligible > 0
  const sections: Section[] = [
    ...(isDrawn ? [{ title: 'Risk left, and how many are cut', body: await tradeOffFigure(trade) }] : []),
    ...remarks(comparison, ran),
    ...(await compareCharts(comparison, ran)),
    { title: 'What each policy leaves', body: [figures(objectiveColumns(comparison), ran), optima(comparison)] },
    { title: 'Who pays', body: figures(payColumns(ran), ran) },
    ...(isDrawn ? [{ title: 'The ten who pay most', body: payers(ran) }] : []),
    ...leftOut(failed),
    { title: 'The book', body: bookFacts(input) },
    { title: 'What the words mean', body: definitions(columnMeanings(comparison, payColumns(ran))) },
    ...commandNames([...ran, ...failed].map(({ policy }) => policy)),
  ]
  const policies = policiesWords(ran.length, failed.length)
  const judges = Object.keys(comparison.optimum).map(objectiveTitle).join(', ')
  return renderPage({
    title: isDrawn ? tradeOffSentence(trade) : `Auto-deleveraging policies compared: ${basename(input.eventPath)}`,
    says: `${policies}, ${basename(input.eventPath)}; judged by ${judges}.`,
    sections,
  })
}

function bookFacts({ eventPath, event, comparison, tolerance, inputs }: ComparePageInput): Markup {
  const { book, seed } = comparison
  const { demand: stated, markets } = event.given ?? event
  const demand = stated.map(({ market, side, quantity }) => {
    const { market: title, markPrice, adlPrice } = markets[market]
    const cells = [plain(markPrice), plain(adlPrice), side > 0 ? 'long' : 'short', plain(quantity)]
    return [{ text: title }, ...cells.map((text, c): Cell => ({ text, isNumber: c !== 2 }))]
  })
  const derived = event.demandSource === 'derived'
  const pairs: [Content, Content][] = [
    ['event', eventPath],
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
    { text: `${objectiveTitle(name)}${best.unit === 'quote currency' ? ', in quote currency' : ''}` },
    { text: best.value === null && !best.proved ? 'unknown' : valued(best, best.value) },
    { text: best.bound === null && !best.proved ? 'unknown' : valued(best, best.bound) },
    { text: gap(best.relativeGap) },
    { text: best.proved ? `proved, by ${policyTitle(best.by)}` : `not proved: ${best.reason}`, isNumber: false },
  ])
  return dataTable('The best there is', ['objective', 'best value known', 'proved bound', 'relative gap', 'by'], rows)
}

function figures(columns: readonly CompareColumn[], rows: readonly ComparedRow[]): Markup {
  const best = columns.map((column) => bestCells(column, rows))
  const cells = rows.map((row, r): Cell[] => [
    { text: policyTitle(row.policy) },
    ...columns.map((column, c): Cell => ({ text: column.show(row), isBest: best[c][r] })),
  ])
  const marked = best.some((marks) => marks.some(Boolean)) ? 'Bold and underlined: the least of its column.' : ''
  return dataTable(marked, ['policy', ...columns.map(({ title }) => title)], cells, CARDS)
}

function remarks({ remarks: onBook }: Comparison, ran: readonly ComparedRow[]): Section[] {
  const pairs: [Content, Content][] = [
    ...onBook.map(({ says }): [Content, Content] => ['the book', says]),
    ...ran.flatMap(({ policy, feasible, violations = [], notes = {}, remarks = [] }): [Content, Content][] => [
      ...(feasible
        ? []
        : [
            [
              policyTitle(policy),
              `infeasible: ${violations
                .slice(0, 3)
                .map(
                  ({ code, account, market, by }) =>
                    `${[code, account, market].filter(Boolean).join(' ')} by ${number(by)} contracts`,
                )
                .join('; ')}${violations.length > 3 ? `; and ${count(violations.length - 3)} more` : ''}`,
            ] as [Content, Content],
          ]),
      ...Object.entries(notes).map(([objective, note]): [Content, Content] => [
        policyTitle(policy),
        `${objectiveTitle(objective)}: ${note}`,
      ]),
      ...remarks.map(({ says }): [Content, Content] => [policyTitle(policy), says]),
    ]),
  ]
  return pairs.length === 0 ? [] : [{ title: 'Remarks', body: definitions(pairs) }]
}

/** Policies that could not run, those with one reason together. */
function leftOut(failed: readonly FailedRow[]): Section[] {
  if (failed.length === 0) return []
  const byReason = new Map<string, string[]>()
  for (const { policy, error } of failed) {
    const reason = inWords(error)
    byReason.set(reason, [...(byReason.get(reason) ?? []), policyTitle(policy)])
  }
  const pairs = [...byReason].map(([reason, names]): [Content, Content] => [
    names.join(', '),
    `could not run: ${reason}`,
  ])
  return [{ title: 'What could not run', body: definitions(pairs) }]
}

/** The message of an error without its code, its path and the name that stands beside it already. */
function inWords({ message, path, code }: FailedRow['error']): string {
  return message
    .replace(` [${code}]`, '')
    .replace(`${path}: `, '')
    .replace(/^policy "[^"]*" needs/, 'it needs')
    .replace(' (got nothing)', '')
}

function payers(rows: readonly ComparedRow[]): Markup {
  const titles = ['account', 'closed notional', 'of all closed', 'of its holding', 'leverage before', 'after']
  const cells = ({ account, notional, share, ofHolding, leverageBefore, leverageAfter }: Payer): Cell[] => [
    { text: shortName(account) },
    { text: rounded(notional, 6) },
    { text: percent(share) },
    { text: percent(ofHolding) },
    { text: leverage(leverageBefore) },
    { text: leverage(leverageAfter) },
  ]
  // Closed until somebody opens them: with twenty policies they are most of the page, and their sums stand above.
  const tables = groupedRows(rows).map(({ names, charts }) => {
    return html`<details><summary>${names.join(', ')}</summary>${dataTable('', titles, charts.payers.map(cells), CARDS)}</details>\n`
  })
  return html`${tables}`
}
