import type { ComparedRow, Comparison, FailedRow } from '../../models/index.js'
import {
  coloursFor,
  count,
  facts,
  gap,
  leverage,
  name,
  number,
  percent,
  roundedContracts,
  several,
  table,
} from '../table.js'
import { bestCells, type CompareColumn, objectiveColumns, orderedRows, payColumns } from './compare-columns.js'
import { valued } from './headline.js'
import { remarksReport } from './remarks-report.js'

/** A comparison for people: what each policy leaves beside the optimum, then who pays. */
export function compareReport(comparison: Comparison): string {
  const colours = coloursFor(process.stdout)
  const { ran, failed } = orderedRows(comparison)
  const { book } = comparison
  const lines: [string, string][] = [
    [
      'book',
      `${several(book.eligible, 'eligible account')} of ${count(book.accounts)}, largest leverage ${leverage(book.maxLeverage)}`,
    ],
    [
      'to close',
      `${number(book.demandedNotional)} of ${number(book.heldNotional)} at the mark (${percent(share(book))})`,
    ],
    ...(comparison.loadings.source === 'none'
      ? []
      : [['loadings', loadingsWords(comparison.loadings)] as [string, string]]),
    ...Object.entries(comparison.optimum).map(
      ([objective, { unit, value, relativeGap, by, proved, reason }]): [string, string] => [
        objective,
        proved
          ? `least ${valued({ ...(unit && { unit }) }, value)}${unit === 'quote currency' ? ' in quote currency' : ''} by ${by}, proved (gap ${gap(relativeGap)})`
          : colours.red(`not proved: ${roundedContracts(reason ?? '')}`),
      ],
    ),
  ]
  return [
    colours.bold(policiesWords(ran.length, failed.length)),
    facts(lines, colours),
    ...part('What they leave', objectiveColumns(comparison), ran),
    ...part('Who pays', payColumns(ran), ran),
    ...remarks(comparison, ran, failed),
  ].join('\n')
}

/** "12 policies on one book, 14 more could not run": those that have a row, and those that only have a reason. */
export const policiesWords = (ran: number, failed: number): string =>
  `${several(ran, 'policy', 'policies')} on one book${failed === 0 ? '' : `, ${count(failed)} more could not run`}`

/** Where the loadings come from, for people. */
export function loadingsWords({ source, explained }: Comparison['loadings']): string {
  const words = { none: 'none', given: 'as given', event: 'of the event', moves: 'estimated from the moves' }[source]
  return explained === undefined ? words : `${words}: one factor explains ${percent(explained)} of their variance`
}

const share = ({ demandedNotional, heldNotional }: Comparison['book']): number =>
  heldNotional > 0 ? demandedNotional / heldNotional : 0

/** Leaves room for three columns of numbers beside it. */
const LONGEST_POLICY = 36

function part(title: string, columns: readonly CompareColumn[], rows: readonly ComparedRow[]): string[] {
  if (rows.length === 0) return []
  const colours = coloursFor(process.stdout)
  const best = columns.map((column) => bestCells(column, rows))
  const cells = rows.map((row, r) => [
    name(row.policy, LONGEST_POLICY),
    ...columns.map(({ show, isMarked }, c) => {
      const text = show(row)
      if (!isMarked) return text
      return best[c][r] ? `${colours.bold(text)}*` : `${text} `
    }),
  ])
  const head = [
    { title: 'policy' },
    ...columns.map(({ short, isMarked }) => ({ title: short + (isMarked ? ' ' : ''), isNumber: true })),
  ]
  return [
    '',
    `${colours.bold(title)}${best.some((marks) => marks.some(Boolean)) ? colours.dim('   * least of its column') : ''}`,
    table(head, cells, colours),
  ]
}

/** What the numbers do not say: allocations that are not one, orders that are broken, policies that could not run. */
function remarks({ remarks: onBook }: Comparison, ran: readonly ComparedRow[], failed: readonly FailedRow[]): string[] {
  const colours = coloursFor(process.stdout)
  const lines: [string, string][] = []
  for (const { policy, feasible, violations = [], notes = {}, remarks: [debtor, ...others] = [] } of ran) {
    if (!feasible) {
      const [{ code, market = '', by } = { code: 'nothing', by: 0 }] = violations
      const more = violations.length > 1 ? ` and ${count(violations.length - 1)} more` : ''
      lines.push([name(policy), colours.red(`infeasible: ${code} ${name(market)} by ${number(by)} contracts${more}`)])
    }
    for (const [objective, note] of Object.entries(notes))
      lines.push([name(policy), roundedContracts(`${objective}: ${note}`)])
    if (debtor)
      lines.push([
        name(policy),
        `${roundedContracts(debtor.says)}${others.length > 0 ? ` (and ${others.length} more in --json)` : ''}`,
      ])
  }
  for (const { policy, error } of failed)
    lines.push([name(policy), colours.red(`could not run: ${name(roundedContracts(error.message), 300)}`)])
  const head = remarksReport(onBook)
  return lines.length === 0
    ? head
    : [...(head.length === 0 ? ['', colours.bold('Remarks')] : head), facts(lines, colours)]
}
