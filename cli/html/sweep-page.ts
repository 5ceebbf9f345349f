import {
  cellsWithRows,
  type Least,
  leastOf,
  leastWords,
  type Merged,
  type MergedCell,
  type Cell as SweepCell,
} from '../../models/simulation/index.js'
import { policyTitle } from '../../reports/plain-names.js'
import { count, rounded, several } from '../table.js'
import { commandNames } from './command-names.js'
import { type Content, html, type Markup } from './markup.js'
import { type Cell, dataTable, definitions, renderPage, type Section } from './page.js'
import { differenceFigure, fundFigure, lossFigure } from './sweep-charts.js'

/** Cells that have pictures; the tables beside the page have all. */
const MOST_CELLS = 6

/**
 * A sweep as a page that stands alone: which policy leaves least uncovered, how far the sample can tell, and what a larger fund
 * changes. It is made of the merged tables alone, so that the same results give the same bytes.
 */
export async function sweepPage(named: Merged): Promise<string> {
  const merged = titled(named)
  const { policies, threshold } = merged
  const cells = cellsWithRows(merged)
  const paths = cells.reduce((sum, { jobs }) => sum + jobs.length, 0)
  const sections: Section[] = [{ title: 'What was run', body: facts(merged) }]
  for (const [at, cell] of cells.slice(0, MOST_CELLS).entries()) {
    const title = cells.length === 1 ? 'Uncovered loss' : cellName(cell.cell)
    sections.push({ title, body: await cellBody(`cell${at}`, policies, cell, threshold) })
  }
  const groups = byFund(cells)
  for (const [at, group] of groups.slice(0, MOST_CELLS).entries()) {
    const { book, venue, paths: source } = group[0].cell
    const where = groups.length === 1 ? '' : `: ${book}, ${venue}, ${source}`
    sections.push({
      title: `Cost against the size of the fund${where}`,
      body: await fundFigure(`fund${at}`, policies, group),
    })
  }
  if (cells.length > MOST_CELLS) {
    const body = html`<p>${several(cells.length - MOST_CELLS, 'more cell')} stand in <code>summary.csv</code> and <code>differences.csv</code>.</p>`
    sections.push({ title: 'Not shown here', body })
  }
  sections.push({ title: 'What the words mean', body: definitions(MEANINGS) }, ...commandNames(named.policies))
  const [first] = cells
  const title = policies.length === 1 ? 'A sweep of one policy' : titleOf(leastIn(policies, first))
  const where = cells.length === 1 ? '' : ` In the first of ${several(cells.length, 'cell')}: ${cellName(first.cell)}.`
  const says = `${several(policies.length, 'policy', 'policies')} on the same ${several(paths, 'path')} of prices, mean ± standard error.${where}`
  return renderPage({ title, says, sections })
}

/** The same results, their policies called as people call them; a policy whose title another one has keeps its name. */
function titled(merged: Merged): Merged {
  const titles = merged.policies.map(policyTitle)
  const isShared = (title: string): boolean => titles.indexOf(title) !== titles.lastIndexOf(title)
  const names = new Map(merged.policies.map((policy, p) => [policy, isShared(titles[p]) ? policy : titles[p]]))
  const title = (policy: string): string => names.get(policy) ?? policy
  return {
    ...merged,
    policies: merged.policies.map(title),
    summary: merged.summary.map((row) => ({ ...row, policy: title(row.policy) })),
    differences: merged.differences.map((row) => ({ ...row, policy: title(row.policy), against: title(row.against) })),
  }
}

/** The policy with the least mean, and whether that is more than luck. */
function titleOf(least: Least): string {
  const [sentence] = leastWords(least).split('. ')
  const open = least.open.length === 0 ? '' : `, not told apart from ${several(least.open.length, 'other')}`
  return `${sentence.replace(/\.$/, '')}${open}`
}

const leastIn = (policies: readonly string[], cell: MergedCell) =>
  leastOf(
    policies.map((policy) => cell.summaryOf(policy, 'uncovered')),
    cell.differencesOf('uncovered'),
  )

const cellName = ({ book, venue, fund, paths }: SweepCell): string =>
  `${book}, ${venue}, fund ${rounded(Number(fund), 8)}, ${paths}`

function facts({ policies, cells }: Merged): Markup {
  const all = (of: (cell: SweepCell) => string): string => [...new Set(cells.map(({ cell }) => of(cell)))].join(', ')
  const jobs = cells.flatMap((cell) => cell.jobs)
  const pairs: [Content, Content][] = [
    ['policies', policies.join(', ')],
    ['books', all(({ book }) => book)],
    ['venues', all(({ venue }) => venue)],
    ['insurance fund', all(({ fund }) => rounded(Number(fund), 8))],
    ['paths of prices', all(({ paths }) => paths)],
    ['seeds', [...new Set(jobs.map(({ seed }) => seed))].join(', ')],
    ['jobs', `${count(jobs.length)}, each all policies on one path`],
  ]
  return definitions(pairs)
}

async function cellBody(id: string, policies: readonly string[], cell: MergedCell, threshold: number): Promise<Markup> {
  const least = leastIn(policies, cell)
  const { policy } = least.row
  const parts: Content[] = [
    policies.length > 1 ? html`<p><strong>${leastWords(least)}</strong></p>` : undefined,
    means(policies, cell),
  ]
  if (policies.some((one) => cell.summaryOf(one, 'uncovered').max > 0)) {
    parts.push(html`<h3>How often at least so much</h3>`, await lossFigure(`${id}-loss`, policies, cell, policy))
    if (least.open.length + least.more.length > 0) {
      parts.push(html`<h3>Paired differences</h3>`, await differenceFigure(`${id}-pairs`, cell, policy, threshold))
    }
  } else parts.push(html`<p>Nothing was left uncovered on any path.</p>`)
  return html`${parts}`
}

function means(policies: readonly string[], cell: MergedCell): Markup {
  const columns = MEANS.map(({ measure, of }) => policies.map((policy) => cell.summaryOf(policy, measure)[of] ?? 0))
  const rows = policies.map((policy, p): Cell[] => {
    const { standardError } = cell.summaryOf(policy, 'uncovered')
    const cells = columns.map((column, c): Cell => {
      const least = Math.min(...column)
      const error = c === 0 && standardError !== null ? ` ± ${rounded(standardError, 3)}` : ''
      return {
        text: `${rounded(column[p], 6)}${error}`,
        isBest: column[p] === least && column.some((one) => one > least),
      }
    })
    return [{ text: policy }, ...cells]
  })
  const caption = `Means over ${several(cell.jobs.length, 'path')}; bold and underlined: the least of its column. Less closed, or less profit forgone, is no merit by itself.`
  return dataTable(caption, ['policy', ...MEANS.map(({ title }) => title)], rows)
}

const MEANS = [
  { title: 'uncovered', measure: 'uncovered', of: 'mean' },
  { title: '95 %', measure: 'uncovered', of: 'q95' },
  { title: 'CVaR 95 %', measure: 'uncovered', of: 'cvar95' },
  { title: 'fund paid', measure: 'drawn', of: 'mean' },
  { title: 'ADL notional', measure: 'adlNotional', of: 'mean' },
  { title: 'reduced', measure: 'touched', of: 'mean' },
  { title: 'closed whole', measure: 'closed', of: 'mean' },
  { title: 'profit forgone', measure: 'profitForgone', of: 'mean' },
] as const

/** Cells that differ in the fund alone, where there are two sizes at least. */
function byFund(cells: readonly MergedCell[]): MergedCell[][] {
  const groups = new Map<string, MergedCell[]>()
  for (const one of cells) {
    const { book, venue, paths } = one.cell
    const key = JSON.stringify([book, venue, paths])
    const own = groups.get(key)
    if (own === undefined) groups.set(key, [one])
    else own.push(one)
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

const MEANINGS: [Content, Content][] = [
  ['uncovered', 'Debts of accounts that were taken over, which neither their positions nor the insurance fund paid.'],
  ['fund paid', 'What the insurance fund paid for accounts in liquidation, and for accounts taken over.'],
  ['ADL notional', 'Contracts that ADLs closed, at the marks of their steps.'],
  ['reduced', 'Accounts of which an ADL closed something, each once.'],
  ['closed whole', 'Accounts that lost all that they held of what an ADL demanded, each once.'],
  ['profit forgone', 'Over all that ADLs closed: its gain from the ADL price to the last price of the path.'],
  ['95 %, CVaR 95 %', 'The least loss that nineteen paths in twenty do not exceed; the mean of the worst twentieth.'],
  [
    'standard error',
    'Of a mean over the paths, which are the same for every policy. That of a difference is taken path by path, and is usually much smaller.',
  ],
  ['cell', 'A book in a venue with a fund, on one source of paths. Nothing is averaged over cells.'],
]
