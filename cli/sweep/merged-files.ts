import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { csvPieces, writeWhole } from '../../models/book/index.js'
import {
  type Cell,
  type DifferenceRow,
  differenceWords,
  type Merged,
  measures,
  type SummaryRow,
} from '../../models/simulation/index.js'
import { sweepPage } from '../html/sweep-page.js'
import { jsonPieces } from '../json-output.js'
import { resultsParquet } from './results-parquet.js'
import { folderFiles, unusable } from './sweep-folder.js'

type Value = string | number | undefined

/** A table: its columns, and its rows one by one. */
interface MergedTable {
  readonly name: string
  readonly columns: readonly string[]
  rows(): Iterable<readonly Value[]>
}

const CELL = ['book', 'venue', 'fund', 'paths'] as const
const cellOf = ({ book, venue, fund, paths }: Cell): Value[] => [book, venue, fund, paths]

/** A row per job and policy. */
function resultsTable({ cells, policies }: Merged): MergedTable {
  return {
    name: 'results',
    columns: ['job', 'digest', ...CELL, 'path', 'seed', 'policy', ...measures.map(({ name }) => name)],
    *rows() {
      const flat = cells.flatMap(({ jobs, values }) => jobs.map((job, j) => ({ job, values, j })))
      flat.sort((a, b) => a.job.number - b.job.number)
      for (const { job, values, j } of flat) {
        for (const [p, policy] of policies.entries()) {
          const numbers = values[p].map((column) => column[j])
          yield [job.number, job.digest, ...cellOf(job), job.path, job.seed, policy, ...numbers]
        }
      }
    },
  }
}

const STATISTICS = ['count', 'mean', 'standardError', 'median', 'q90', 'q95', 'q99', 'max', 'cvar95', 'cvar99'] as const

function summaryTable({ summary }: Merged): MergedTable {
  return {
    name: 'summary',
    columns: [...CELL, 'policy', 'measure', ...STATISTICS],
    *rows() {
      for (const row of summary) {
        yield [...cellOf(row), row.policy, row.measure, ...STATISTICS.map((field) => row[field] ?? undefined)]
      }
    },
  }
}

const PAIRED = ['count', 'mean', 'standardError', 'lower', 'higher', 'equal', 'largestShare', 'finding'] as const

function differencesTable({ differences }: Merged): MergedTable {
  return {
    name: 'differences',
    columns: [...CELL, 'measure', 'policy', 'against', ...PAIRED, 'says'],
    *rows() {
      for (const row of differences) {
        const numbers = PAIRED.map((field) => row[field] ?? undefined)
        yield [...cellOf(row), row.measure, row.policy, row.against, ...numbers, differenceWords(row)]
      }
    },
  }
}

export const mergedTables = (merged: Merged): MergedTable[] =>
  [resultsTable, summaryTable, differencesTable].map((make) => make(merged))

/** Tables as JSON, without the rows of single jobs. */
export function mergedJson({ policies, cells, summary, differences }: Merged): {
  readonly policies: readonly string[]
  readonly cells: readonly object[]
  readonly summary: readonly SummaryRow[]
  readonly differences: readonly (DifferenceRow & { readonly says: string })[]
} {
  return {
    policies,
    cells: cells.map(({ cell, jobs }) => ({ ...cell, count: jobs.length })),
    summary,
    differences: differences.map((row) => ({ ...row, says: differenceWords(row) })),
  }
}

/** Writes `merged/`; the same results give the same bytes. */
export async function writeMerged(folder: string, merged: Merged): Promise<string[]> {
  const target = join(folder, folderFiles.merged)
  const names: string[] = []
  try {
    await mkdir(target, { recursive: true })
  } catch (error) {
    throw unusable(target, error)
  }
  for (const { name, columns, rows } of mergedTables(merged)) {
    names.push(`${name}.csv`)
    await writeWhole(join(target, `${name}.csv`), csvPieces(columns, rows()))
  }
  await writeWhole(join(target, 'results.parquet'), [await resultsParquet(merged)])
  await writeWhole(join(target, 'summary.json'), jsonPieces({ format: 'spillway/sweep@1', ...mergedJson(merged) }))
  await writeWhole(join(target, 'index.html'), [await sweepPage(merged)])
  return [...names, 'results.parquet', 'summary.json', 'index.html']
}
