import { csvPieces } from '../book/csv-write.js'
import { formOf, writeWhole } from '../book/file.js'
import { mistake } from '../book/place.js'
import type { MovesJson } from './json-forms.js'
import type { GaussianMoves, Moves, ScenarioMoves } from './moves.js'
import { WEIGHT } from './read-moves.js'

/** Writes moves, JSON or CSV by the extension; the file is whole or untouched, and reads back to the same digest. */
export async function writeMoves(path: string, moves: Moves): Promise<void> {
  await writeWhole(path, movesPieces(moves, formOf(path)))
}

/** The same as text in pieces. Throws `not-expressible` where CSV cannot say it. */
export function movesPieces(moves: Moves, form: 'json' | 'csv'): Iterable<string> {
  if (form === 'json') return moves.kind === 'scenarios' ? scenarioJsonPieces(moves) : [`${gaussianText(moves)}\n`]
  const isWeightNamed = moves.markets.includes(WEIGHT)
  if (moves.kind === 'scenarios' && !isWeightNamed) return scenarioCsvPieces(moves)
  const problem = isWeightNamed ? 'a market is called weight, as the column is' : 'normal moves are no table'
  throw mistake('not-expressible', 'moves', `CSV cannot hold this: ${problem}`, 'csv', 'Write a .json file.')
}

/** Moves in JSON form: numbers are strings only where a double would not be the decimal as written. */
export function movesJson(moves: Moves): MovesJson {
  const head: MovesJson = { format: 'spillway/moves@1', markets: [...moves.markets] }
  if (moves.kind === 'gaussian') return { ...head, gaussian: gaussianContent(moves) }
  const { count, weights } = moves
  return {
    ...head,
    moves: Array.from({ length: count }, (_, s) => rowJson(moves, s)),
    ...(weights !== undefined && { weights: Array.from({ length: count }, (_, s) => weights.json(s)) }),
  }
}

function rowJson({ markets, returns }: ScenarioMoves, s: number): (number | string)[] {
  const m = markets.length
  return Array.from({ length: m }, (_, k) => returns.json(s * m + k))
}

function gaussianContent({ markets, mean, covariance }: GaussianMoves): NonNullable<MovesJson['gaussian']> {
  const m = markets.length
  return {
    ...(mean.some((value) => value !== 0) && { mean: [...mean] }),
    covariance: markets.map((_, k) => [...covariance.subarray(k * m, k * m + m)]),
  }
}

function gaussianText(moves: GaussianMoves): string {
  return JSON.stringify(movesJson(moves))
}

/** One move per line, so that people and `diff` can read many; in pieces of some thousand. */
function* scenarioJsonPieces(moves: ScenarioMoves): Generator<string> {
  const { markets, count, weights } = moves
  yield `{ "format": "spillway/moves@1", "markets": ${JSON.stringify(markets)}, "moves": [\n  `
  yield* joined(count, ',\n  ', (s) => JSON.stringify(rowJson(moves, s)))
  yield '\n]'
  if (weights !== undefined) {
    yield ', "weights": ['
    yield* joined(count, ', ', (s) => JSON.stringify(weights.json(s)))
    yield ']'
  }
  yield ' }\n'
}

const PIECE = 1 << 12

function* joined(count: number, separator: string, entry: (s: number) => string): Generator<string> {
  for (let from = 0; from < count; from += PIECE) {
    const entries = Array.from({ length: Math.min(PIECE, count - from) }, (_, j) => entry(from + j))
    yield `${from === 0 ? '' : separator}${entries.join(separator)}`
  }
}

function scenarioCsvPieces({ markets, count, returns, weights }: ScenarioMoves): Generator<string> {
  const m = markets.length
  function* rows(): Generator<string[]> {
    for (let s = 0; s < count; s++) {
      const row = markets.map((_, k) => String(returns.json(s * m + k)))
      yield weights === undefined ? row : [...row, String(weights.json(s))]
    }
  }
  return csvPieces(weights === undefined ? markets : [...markets, WEIGHT], rows())
}
