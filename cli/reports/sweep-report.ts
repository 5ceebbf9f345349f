import { cellsWithRows, differenceWords, leastOf, leastWords, type Merged } from '../../models/simulation/index.js'
import { coloursFor, name, rounded, several, table } from '../table.js'

/** Cells that a terminal shows; the tables have all. */
const MOST_CELLS = 6

/** A sweep for people: of each cell what each policy left uncovered, and which differences are more than noise. */
export function sweepReport(merged: Merged): string {
  const { policies } = merged
  const colours = coloursFor(process.stdout)
  const parts: string[] = []
  const cells = cellsWithRows(merged)
  for (const { cell, jobs, summaryOf, differencesOf } of cells.slice(0, MOST_CELLS)) {
    const rows = policies.map((policy) => {
      const uncovered = summaryOf(policy, 'uncovered')
      return [
        name(policy),
        rounded(uncovered.mean, 6),
        uncovered.standardError === null ? '–' : `± ${rounded(uncovered.standardError, 3)}`,
        rounded(uncovered.q95, 6),
        rounded(uncovered.cvar95, 6),
        rounded(summaryOf(policy, 'adlNotional').mean, 6),
        rounded(summaryOf(policy, 'closed').mean, 4),
        rounded(summaryOf(policy, 'profitForgone').mean, 6),
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
    const differences = differencesOf('uncovered')
    const least = leastOf(
      policies.map((policy) => summaryOf(policy, 'uncovered')),
      differences,
    )
    if (policies.length > 1) parts.push(`  ${leastWords(least)}`)
    // The others stand in the tables: what is asked first is how the least one differs.
    const shown = differences.filter(({ policy, against }) => [policy, against].includes(least.row.policy))
    for (const row of shown) if (row.finding !== 'same') parts.push(`  ${differenceWords(row)}`)
    parts.push('')
  }
  if (cells.length > MOST_CELLS) parts.push(`  ${cells.length - MOST_CELLS} more stand in the tables.`, '')
  return parts.join('\n').trimEnd()
}
