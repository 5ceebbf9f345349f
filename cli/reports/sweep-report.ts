import { differenceWords, type Merged, type SummaryRow } from '../../models/simulation/index.js'
import { coloursFor, name, rounded, several, table } from '../table.js'

/** Cells that a terminal shows; the tables have all. */
const MOST_CELLS = 6

/** A sweep for people: of each cell what each policy left uncovered, and which differences are more than noise. */
export function sweepReport({ policies, cells, summary, differences }: Merged): string {
  const colours = coloursFor(process.stdout)
  const parts: string[] = []
  for (const { cell, jobs } of cells.slice(0, MOST_CELLS)) {
    const isHere = (row: SummaryRow | Merged['differences'][number]): boolean =>
      row.book === cell.book && row.venue === cell.venue && row.fund === cell.fund && row.paths === cell.paths
    const own = summary.filter(isHere)
    const of = (policy: string, measure: string): SummaryRow =>
      own.find((row) => row.policy === policy && row.measure === measure)!
    const rows = policies.map((policy) => {
      const uncovered = of(policy, 'uncovered')
      return [
        name(policy),
        rounded(uncovered.mean, 6),
        uncovered.standardError === null ? '–' : `± ${rounded(uncovered.standardError, 3)}`,
        rounded(uncovered.q95, 6),
        rounded(uncovered.cvar95, 6),
        rounded(of(policy, 'adlNotional').mean, 6),
        rounded(of(policy, 'closed').mean, 4),
        rounded(of(policy, 'profitForgone').mean, 6),
      ]
    })
    const head = [
      { title: 'policy' },
      ...['uncovered', 'std error', '95 %', 'CVaR 95 %', 'ADL notional', 'closed whole', 'profit forgone'].map(
        (title) => ({ title, isNumber: true }),
      ),
    ]
    const where = `${name(cell.book)}, ${name(cell.venue)}, fund ${rounded(Number(cell.fund), 8)}, ${name(cell.paths)}`
    parts.push(colours.bold(`${where}: means over ${several(jobs.length, 'path')}`), table(head, rows, colours), '')
    for (const row of differences.filter((one) => isHere(one) && one.measure === 'uncovered')) {
      parts.push(`  ${differenceWords(row)}`)
    }
    parts.push('')
  }
  if (cells.length > MOST_CELLS) parts.push(`  ${cells.length - MOST_CELLS} more stand in the tables.`, '')
  return parts.join('\n').trimEnd()
}
