import type { PathResult, PathTotals, Simulation } from '../../models/index.js'
import { coloursFor, count, leverage, name, rounded, several, table } from '../table.js'

/** Columns of totals, in one place for tables and pages. */
export const TOTALS: readonly {
  readonly title: string
  readonly of: (totals: PathTotals) => number
  readonly isCount?: boolean
}[] = [
  { title: 'uncovered', of: ({ uncovered }) => uncovered },
  { title: 'fund paid', of: ({ drawn }) => drawn },
  { title: 'ADL notional', of: ({ adlNotional }) => adlNotional },
  { title: 'reduced', of: ({ touched }) => touched, isCount: true },
  { title: 'closed whole', of: ({ closed }) => closed, isCount: true },
  { title: 'profit forgone', of: ({ profitForgone }) => profitForgone },
]

/** A total of one path, or the mean of several. */
export const shownTotal = (values: readonly number[]): string =>
  rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 8)

/** A simulation for people: one path step by step, of several the means. */
export function simulateReport({ paths }: Simulation): string {
  const colours = coloursFor(process.stdout)
  const policies = Object.keys(paths[0].policies)
  const head = [{ title: 'policy' }, ...TOTALS.map(({ title }) => ({ title, isNumber: true }))]
  const rows = policies.map((policy) => [
    name(policy),
    ...TOTALS.map(({ of }) => shownTotal(paths.map((one) => of(one.policies[policy].totals)))),
  ])
  const scope = paths.length === 1 ? `Path ${name(paths[0].name)}` : `Means over ${several(paths.length, 'path')}`
  const parts = [colours.bold(scope), table(head, rows, colours)]
  if (paths.length > 1) return [...parts, '', '  --out FILE has the steps of every path.'].join('\n')
  for (const [policy, result] of Object.entries(paths[0].policies)) {
    parts.push('', colours.bold(name(policy)), stepTable(result))
  }
  return parts.join('\n')
}

function stepTable({ steps }: PathResult): string {
  const titles = ['liquidated', 'taken over', 'fund', 'uncovered', 'ADL notional', 'reduced', 'largest leverage']
  const rows = steps.map((step) => [
    String(step.step),
    count(step.liquidated),
    count(step.takenOver),
    rounded(step.fund, 8),
    rounded(step.uncovered, 8),
    rounded(step.adlNotional, 8),
    count(step.touched),
    step.leverage.max === null ? '–' : leverage(step.leverage.max),
  ])
  const head = [{ title: 'step' }, ...titles.map((title) => ({ title, isNumber: true }))]
  return table(head, rows, coloursFor(process.stdout))
}
