import { basename } from 'node:path'
import { checkShape } from '../book/check-shape.js'
import { readRows } from '../book/csv-rows.js'
import { emptyCell, wrongWidth } from '../book/csv-table.js'
import { formOf, inspect, type ReadOptions } from '../book/file.js'
import { readJsonAs } from '../book/json-file.js'
import { refuseOthers } from '../book/looks-like.js'
import { mistake } from '../book/place.js'
import { checkLength, gaussianMoves } from './gaussian.js'
import type { MovesJson } from './json-forms.js'
import type { Moves, ScenarioMoves } from './moves.js'
import { checkMarkets, ScenarioBuilder } from './scenario-builder.js'
import { movesSchema } from './schema.js'

const EXPECTED_MOVES =
  'Price moves are expected here: JSON with "format": "spillway/moves@1", or CSV with one column per market (docs/moves.md).'

/** The column of a CSV file that is no market. */
export const WEIGHT = 'weight'

/**
 * Reads moves from a parsed JSON value (docs/moves.md).
 *
 * @throws SpillwayError with the code of the first mistake and its place, such as `moves[3][1]`.
 * @example parseMoves({ format: 'spillway/moves@1', markets: ['BTC'], moves: [[-0.1], ['0.05']], weights: [1, 3] })
 */
export function parseMoves(json: unknown): Moves {
  refuseOthers(json, 'moves', EXPECTED_MOVES)
  const content = checkShape(movesSchema, json, 'moves file')
  const { markets, moves, gaussian } = content
  checkMarkets(markets, (k) => `markets[${k}]`, 'markets')
  if ((moves === undefined) === (gaussian === undefined)) {
    const problem = moves === undefined ? 'there are no moves' : 'moves and gaussian are both given'
    const cure = 'Give either moves, one row each, or gaussian.'
    throw mistake('one-of', 'moves', problem, Object.keys(content).join(), cure)
  }
  return gaussian === undefined ? scenarios(content) : parametric(content)
}

function scenarios({ markets, moves = [], weights }: MovesJson): ScenarioMoves {
  const builder = new ScenarioBuilder(markets)
  if (weights !== undefined) checkLength(weights, moves.length, 'weights', 'move')
  moves.forEach((row, s) => {
    checkLength(row, markets.length, `moves[${s}]`)
    builder.add(row, weights?.[s], (k) => (k === markets.length ? `weights[${s}]` : `moves[${s}][${k}]`))
  })
  return builder.finish({ moves: 'moves', weights: 'weights' })
}

function parametric({ markets, gaussian, weights }: MovesJson): Moves {
  if (weights === undefined) return gaussianMoves(markets, gaussian!)
  const cure = 'Leave out weights; they belong to a list of moves.'
  throw mistake('one-of', 'weights', 'normal moves have no weights', `a list of ${weights.length}`, cure)
}

/**
 * Reads a file of moves: JSON or CSV by its extension. CSV has one column per market and an optional column `weight`, and
 * is read as a stream.
 */
export async function readMoves(path: string, options: ReadOptions = {}): Promise<Moves> {
  options.signal?.throwIfAborted()
  await inspect(path, path)
  if (formOf(path) === 'json') return readJsonAs(path, 'moves file', parseMoves, options)
  return readMovesCsv(path, options)
}

async function readMovesCsv(path: string, options: ReadOptions): Promise<ScenarioMoves> {
  const name = basename(path)
  let builder: ScenarioBuilder | undefined
  let header: readonly string[] = []
  let weightAt = -1
  await readRows(
    path,
    name,
    (row, line) => {
      if (builder === undefined) {
        header = [...row]
        weightAt = header.indexOf(WEIGHT)
        builder = new ScenarioBuilder(readHeader(header, weightAt, `${name}:${line}`))
        return
      }
      if (row.length !== header.length) {
        builder.mistakes.add(wrongWidth(name, line, row, header.length))
        return
      }
      row.forEach((cell, at) => {
        if (cell === '') builder!.mistakes.add(emptyCell(name, line, header[at]))
      })
      const columnOf = (k: number): number => (weightAt >= 0 && k >= weightAt ? k + 1 : k)
      const isWeight = (k: number): boolean => k === header.length - (weightAt >= 0 ? 1 : 0)
      builder.add(weightAt < 0 ? row : row.toSpliced(weightAt, 1), row[weightAt], (k) => {
        return `${name}:${line} ${isWeight(k) ? WEIGHT : header[columnOf(k)]}`
      })
    },
    options,
  )
  if (builder === undefined) throw emptyFile(name)
  return builder.finish({ moves: name, weights: `${name} ${WEIGHT}` })
}

/** The markets of a header. */
function readHeader(header: readonly string[], weightAt: number, place: string): readonly string[] {
  if (header.lastIndexOf(WEIGHT) !== weightAt) {
    throw mistake('duplicate-column', `${place} ${WEIGHT}`, 'this column stands twice', WEIGHT, 'Keep one.')
  }
  const markets = header.filter((_, at) => at !== weightAt)
  checkMarkets(markets, (k) => `${place} ${markets[k]}`, place)
  return markets
}

function emptyFile(name: string): Error {
  const cure = 'Begin it with a header: one column per market.'
  return mistake('missing-column', `${name}:1`, 'the file is empty', '', cure)
}
