import { loadQuantiles } from '../../moves/index.js'
import type { Cell, Job } from './jobs.js'
import { type JobResult, type MeasureName, measures } from './result.js'
import { type PairedDifference, pairedDifference, type Summary, summarise } from './statistics.js'

/** A number of a policy over the paths of a cell. */
export interface SummaryRow extends Cell, Summary {
  readonly policy: string
  readonly measure: MeasureName
}

/**
 * `less`, `more`: the sample tells the mean of the policy apart from that of the other; `same`: no path differs;
 * `open`: it does not tell.
 */
export type Finding = 'less' | 'more' | 'same' | 'open'

/** A number of a policy less that of another, path by path. */
export interface DifferenceRow extends Cell, PairedDifference {
  readonly policy: string
  readonly against: string
  readonly measure: MeasureName
  readonly finding: Finding
}

/** The numbers of one cell: by policy and measure, a number per path. */
export interface CellValues {
  readonly cell: Cell
  /** Jobs, ascending. */
  readonly jobs: readonly Job[]
  readonly values: readonly (readonly Float64Array[])[]
}

export interface Merged {
  readonly policies: readonly string[]
  readonly cells: readonly CellValues[]
  readonly summary: readonly SummaryRow[]
  readonly differences: readonly DifferenceRow[]
  /** z: how many standard errors a difference must exceed to be told apart; 0 for one policy. */
  readonly threshold: number
}

/** A cell with its rows, for whoever shows one after the other. */
export interface MergedCell extends CellValues {
  /** By policy and measure. */
  summaryOf(policy: string, measure: MeasureName): SummaryRow
  /** Of a measure, in the order of the pairs. */
  differencesOf(measure: MeasureName): readonly DifferenceRow[]
}

export function cellsWithRows({ cells, summary, differences }: Merged): MergedCell[] {
  const keyOf = ({ book, venue, fund, paths }: Cell): string => JSON.stringify([book, venue, fund, paths])
  const byCell = <Row extends Cell>(rows: readonly Row[]): Map<string, Row[]> => {
    const groups = new Map(cells.map(({ cell }) => [keyOf(cell), [] as Row[]]))
    for (const row of rows) groups.get(keyOf(row))?.push(row)
    return groups
  }
  const summaries = byCell(summary)
  const pairs = byCell(differences)
  return cells.map((values) => {
    const key = keyOf(values.cell)
    return {
      ...values,
      summaryOf: (policy, measure) =>
        summaries.get(key)!.find((row) => row.policy === policy && row.measure === measure)!,
      differencesOf: (measure) => pairs.get(key)!.filter((row) => row.measure === measure),
    }
  })
}

/** Of the differences of a cell and measure that are all nothing, one in twenty samples tells any apart. */
const FALSE_FINDINGS = 0.05
/** Fewer paths, or fewer that differ, and a mean of skewed numbers is too far from normal. */
export const LEAST_PATHS = 30
export const LEAST_DIFFERENT = 10

/**
 * Tables of a sweep. A difference is told apart from nothing where it exceeds z standard errors, with z the normal
 * quantile of 1 − 0.05/(2 · pairs), so that all pairs of a cell together are wrong in one sample of twenty at most
 * (Bonferroni); where there are 30 paths at least, and ten on which the two differ.
 */
export async function mergeResults(
  jobs: readonly Job[],
  policies: readonly string[],
  resultOf: (digest: string) => JobResult,
): Promise<Merged> {
  const { normal } = await loadQuantiles()
  const pairs = (policies.length * (policies.length - 1)) / 2
  const threshold = pairs === 0 ? 0 : normal(1 - FALSE_FINDINGS / (2 * pairs))
  const cells = cellsOf(jobs).map((own) => cellValues(own, policies.length, resultOf))
  const summary = cells.flatMap(({ cell, values }) =>
    policies.flatMap((policy, p) =>
      measures.map(({ name }, m): SummaryRow => ({ ...cell, policy, measure: name, ...summarise(values[p][m]) })),
    ),
  )
  const differences = cells.flatMap(({ cell, values }) =>
    measures.flatMap(({ name }, m) =>
      pairsOf(policies.length).map(([p, q]): DifferenceRow => {
        const difference = pairedDifference(values[p][m], values[q][m])
        const finding = findingOf(difference, threshold)
        return { ...cell, policy: policies[p], against: policies[q], measure: name, ...difference, finding }
      }),
    ),
  )
  return { policies, cells, summary, differences, threshold }
}

function findingOf(difference: PairedDifference, threshold: number): Finding {
  const { count, mean, standardError, lower, higher } = difference
  if (lower + higher === 0) return 'same'
  if (standardError === null || count < LEAST_PATHS || lower + higher < LEAST_DIFFERENT) return 'open'
  if (Math.abs(mean) <= threshold * standardError) return 'open'
  return mean < 0 ? 'less' : 'more'
}

const pairsOf = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, p) => p).flatMap((p) =>
    Array.from({ length: count - p - 1 }, (_, k): [number, number] => [p, p + 1 + k]),
  )

/** Jobs of one cell stand together, except that its seeds may be several. */
function cellsOf(jobs: readonly Job[]): Job[][] {
  const found = new Map<string, Job[]>()
  for (const job of jobs) {
    const key = JSON.stringify([job.book, job.venue, job.fund, job.paths])
    const own = found.get(key)
    if (own === undefined) found.set(key, [job])
    else own.push(job)
  }
  return [...found.values()]
}

function cellValues(jobs: readonly Job[], policies: number, resultOf: (digest: string) => JobResult): CellValues {
  const [{ book, venue, fund, paths }] = jobs
  const values = Array.from({ length: policies }, () => measures.map(() => new Float64Array(jobs.length)))
  jobs.forEach(({ digest }, j) => {
    resultOf(digest).values.forEach((row, p) => {
      row.forEach((value, m) => {
        values[p][m][j] = value
      })
    })
  })
  return { cell: { book, venue, fund, paths }, jobs, values }
}
