import { type Merged, measures } from '../../models/simulation/index.js'
import { version } from '../../models/version.js'

/** Rows whose columns are written together; a reader that wants some of them need not read the others. */
const ROWS_PER_GROUP = 100_000

/**
 * The rows of `results.csv` as Parquet, with types instead of text: `job` INT32, `seed` INT64, measures and `fund`
 * DOUBLE, all others UTF-8, none of them missing, Snappy. Jobs ascend, so that the same results give the same bytes.
 */
export async function resultsParquet({ cells, policies }: Merged): Promise<Uint8Array> {
  // Loaded here: it is needed once, at the end of a sweep.
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const jobs = cells.flatMap(({ jobs: own, values }) => own.map((job, j) => ({ job, values, j })))
  jobs.sort((a, b) => a.job.number - b.job.number)
  const rows = jobs.flatMap((one) => policies.map((policy, p) => ({ ...one, policy, p })))
  const text = (name: string, of: (row: (typeof rows)[number]) => string) =>
    ({ name, type: 'STRING', nullable: false, data: rows.map(of) }) as const
  const double = (name: string, of: (row: (typeof rows)[number]) => number) =>
    ({ name, type: 'DOUBLE', nullable: false, data: Float64Array.from(rows, of) }) as const
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'job', type: 'INT32', nullable: false, data: Int32Array.from(rows, ({ job }) => job.number) },
      text('digest', ({ job }) => job.digest),
      text('book', ({ job }) => job.book),
      text('venue', ({ job }) => job.venue),
      double('fund', ({ job }) => Number(job.fund)),
      text('paths', ({ job }) => job.paths),
      text('path', ({ job }) => job.path),
      { name: 'seed', type: 'INT64', nullable: false, data: BigInt64Array.from(rows, ({ job }) => BigInt(job.seed)) },
      text('policy', ({ policy }) => policy),
      ...measures.map(({ name }, m) => double(name, ({ values, p, j }) => values[p][m][j])),
    ],
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: `spillway ${version}`,
    kvMetadata: [{ key: 'format', value: 'spillway/results@1' }],
  })
  return new Uint8Array(buffer)
}
