import { stringify } from 'csv-stringify/sync'

/** Rows per call: enough that the calls cost nothing, few enough that the text of a piece is small. */
const BATCH = 2000

type Cell = string | number | undefined

/** RFC 4180 text in pieces; `undefined` is an empty cell. */
export function* csvPieces(header: readonly string[], rows: Iterable<readonly Cell[]>): Generator<string> {
  let batch: (readonly Cell[])[] = [header]
  for (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH) continue
    yield text(batch)
    batch = []
  }
  yield text(batch)
}

function text(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows as Cell[][])
}
