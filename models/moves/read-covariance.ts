import { basename } from 'node:path'
import { readRows } from '../book/csv-rows.js'
import { emptyCell, wrongWidth } from '../book/csv-table.js'
import { formOf, inspect, type ReadOptions } from '../book/file.js'
import { readNumber } from '../book/number.js'
import { mistake, suggest } from '../book/place.js'
import { checkCovariance } from './gaussian.js'
import { readMoves } from './read-moves.js'
import { checkMarkets } from './scenario-builder.js'

/** What a file says of normal moves. */
export interface CovarianceFile {
  /** m × m, row by row, in the order of the markets that were asked for. */
  readonly covariance: Float64Array
  /** Where the file is a file of normal moves that gives one. */
  readonly mean?: Float64Array
}

/**
 * Reads the covariance of some markets: a square CSV, its header the markets and its rows in the same order, or a JSON
 * file of normal moves. Other markets in it are ignored.
 */
export async function readCovariance(
  path: string,
  markets: readonly string[],
  options: ReadOptions = {},
): Promise<CovarianceFile> {
  await inspect(path, path)
  const name = basename(path)
  const whole = formOf(path) === 'csv' ? await readSquare(path, name, options) : await readGaussian(path, options)
  const size = whole.markets.length
  const at = markets.map((market) => {
    const row = whole.markets.indexOf(market)
    if (row >= 0) return row
    const cure = `${suggest(market, whole.markets)} Every market of the event needs a row and a column.`
    throw mistake('missing-market', name, `the covariance lacks the market ${JSON.stringify(market)}`, market, cure)
  })
  const covariance = Float64Array.from(at.flatMap((i) => at.map((j) => whole.covariance[i * size + j])))
  const mean = whole.mean?.some((value) => value !== 0) ? Float64Array.from(at, (i) => whole.mean![i]) : undefined
  return { covariance, ...(mean !== undefined && { mean }) }
}

type Whole = CovarianceFile & { readonly markets: readonly string[] }

async function readGaussian(path: string, options: ReadOptions): Promise<Whole> {
  const moves = await readMoves(path, options)
  if (moves.kind === 'gaussian') return moves
  const cure = 'Give a CSV file of the covariance, or moves with "gaussian".'
  throw mistake('not-a-covariance', path, 'this file lists moves', `${moves.count} moves`, cure)
}

async function readSquare(path: string, name: string, options: ReadOptions): Promise<Whole> {
  const rows: Float64Array[] = []
  const lines: number[] = []
  let markets: readonly string[] = []
  await readRows(
    path,
    name,
    (row, line) => {
      lines.push(line)
      if (lines.length === 1) {
        markets = [...row]
        checkMarkets(markets, (k) => `${name}:${line} ${markets[k]}`, `${name}:${line}`)
        return
      }
      if (row.length !== markets.length) throw wrongWidth(name, line, row, markets.length)
      const empty = row.indexOf('')
      if (empty >= 0) throw emptyCell(name, line, markets[empty])
      rows.push(
        Float64Array.from(row, (cell, k) => readNumber(cell, () => `${name}:${line} ${markets[k]}`, 'the entry')),
      )
    },
    options,
  )
  if (rows.length !== markets.length || rows.length === 0) {
    const problem = `there are ${rows.length} rows and ${markets.length} columns`
    const cure = 'Give a header of markets, then one row per market in the same order.'
    throw mistake('not-square', name, problem, rows.length, cure)
  }
  const m = markets.length
  const matrix = new Float64Array(m * m)
  rows.forEach((row, i) => {
    matrix.set(row, i * m)
  })
  const place = (i: number, j: number): string => `${name}:${lines[i + 1]} ${markets[j]}`
  return { markets, covariance: checkCovariance(matrix, m, place, name) }
}
