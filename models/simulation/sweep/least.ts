import type { DifferenceRow, SummaryRow } from './merge.js'
import { measures } from './result.js'
import { short } from './words.js'

/** Which policy has least of a measure in one cell, and what the sample tells of the others. */
export interface Least {
  readonly row: SummaryRow
  /** The same on every path; not told apart from it; more, by more than noise. In the order of the plan. */
  readonly same: readonly string[]
  readonly open: readonly string[]
  readonly more: readonly string[]
}

/**
 * The least mean among the rows of one cell and measure, the first of equals, against every other policy.
 *
 * @param differences of that cell and measure
 */
export function leastOf(rows: readonly SummaryRow[], differences: readonly DifferenceRow[]): Least {
  const row = rows.reduce((least, other) => (other.mean < least.mean ? other : least))
  const found = { same: [] as string[], open: [] as string[], more: [] as string[] }
  for (const { policy, against, finding } of differences) {
    if (policy !== row.policy && against !== row.policy) continue
    const other = policy === row.policy ? against : policy
    found[finding === 'less' || finding === 'more' ? 'more' : finding].push(other)
  }
  return { row, ...found }
}

/** The same in plain sentences. */
export function leastWords({ row, same, open, more }: Least): string {
  const what = measures.find(({ name }) => name === row.measure)?.title ?? row.measure
  const size = `${short(row.mean)}${row.standardError === null ? '' : ` ± ${short(row.standardError)}`}`
  if (same.length > 0 && open.length + more.length === 0) {
    return `All policies have the same ${what} on every path: ${size}.`
  }
  const sentences = [
    `Least ${what}: ${row.policy}, ${size}${same.length > 0 ? `; the same on every path: ${same.join(', ')}` : ''}.`,
    ...(open.length > 0 ? [`Not told apart from it: ${open.join(', ')}.`] : []),
    ...(more.length > 0 ? [`More, by more than noise: ${more.join(', ')}.`] : []),
  ]
  return sentences.join(' ')
}
