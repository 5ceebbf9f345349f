import { basename } from 'node:path'
import { readRows } from '../book/csv-rows.js'
import { csvPlace, emptyCell, wrongWidth } from '../book/csv-table.js'
import type { ReadOptions } from '../book/file.js'
import { readNumber } from '../book/number.js'
import { mistake, suggest } from '../book/place.js'
import { readTime } from '../book/time.js'

/** Prices of markets, row after row in time. */
export interface History {
  readonly markets: readonly string[]
  /** Rows. */
  readonly count: number
  /** Above zero; row by row, that of market k in row t at t·m + k. */
  readonly prices: Float64Array
}

/** The column that says when; it must ascend. */
const TIME = 'time'

/**
 * Reads a price history of some markets: CSV with one column per market, others ignored, and an optional column `time`
 * (milliseconds since 1970, or ISO-8601), which must ascend.
 */
export async function readHistory(
  path: string,
  markets: readonly string[],
  options: ReadOptions = {},
): Promise<History> {
  const name = basename(path)
  const prices: number[] = []
  let header: readonly string[] | undefined
  let columns: readonly number[] = []
  let timeAt = -1
  let before = -Infinity
  await readRows(
    path,
    name,
    (row, line) => {
      const place = csvPlace(name, line)
      if (header === undefined) {
        header = [...row]
        columns = markets.map((market) => columnOf(row, market, place))
        timeAt = markets.includes(TIME) ? -1 : header.indexOf(TIME)
        return
      }
      if (row.length !== header.length) throw wrongWidth(name, line, row, header.length)
      for (const [k, at] of columns.entries()) {
        if (row[at] === '') throw emptyCell(name, line, markets[k])
        prices.push(readNumber(row[at], () => place(markets[k]), 'the price', 'positive'))
      }
      if (timeAt < 0) return
      const time = readTime(row[timeAt], place, TIME)
      if (!(time > before)) {
        const cure = 'Sort the rows by time, the oldest first, each time once.'
        throw mistake('not-ascending', place(TIME), 'this row is not later than the one before', row[timeAt], cure)
      }
      before = time
    },
    options,
  )
  if (header === undefined) columnOf([], markets[0] ?? '', csvPlace(name, 1))
  return {
    markets,
    count: markets.length === 0 ? 0 : prices.length / markets.length,
    prices: Float64Array.from(prices),
  }
}

function columnOf(header: readonly string[], market: string, place: (field: string) => string): number {
  const at = header.indexOf(market)
  if (at !== header.lastIndexOf(market)) {
    throw mistake('duplicate-column', place(market), 'this column stands twice', market, 'Keep one.')
  }
  if (at >= 0) return at
  const cure = `${suggest(market, header)} Every market of the event needs a column.`
  throw mistake('missing-market', place(market), 'the header has no column of this market', market, cure)
}
