import { decimalOf, toText } from '../../src/numeric/index.js'
import type { DecimalColumn } from '../book/decimal-column.js'
import { LineDigest, sortedIndices } from '../book/digest.js'
import { asLoadings } from './loadings.js'
import type { GaussianMoves, LoadingsInput, Moves } from './moves.js'

/**
 * Digest of scenario moves: markets in the order of their names, moves in their own order, numbers as plain exact
 * decimals, weights as given. One content has one digest, in JSON and CSV and however its columns are ordered.
 */
export function scenarioDigest(
  markets: readonly string[],
  count: number,
  returns: DecimalColumn,
  weights: DecimalColumn | undefined,
): string {
  const digest = new LineDigest()
  const order = sortedIndices(markets)
  const m = markets.length
  digest.line(`spillway/moves@1 ${m} ${count} ${weights === undefined ? 'equal' : 'weighted'}`)
  digest.line(order.map((k) => JSON.stringify(markets[k])).join())
  for (let s = 0; s < count; s++) {
    const weight = weights === undefined ? '' : `${weights.text(s)};`
    digest.line(weight + order.map((k) => returns.text(s * m + k)).join())
  }
  return digest.finish()
}

/** Digest of normal moves: mean and covariance, the doubles that are computed with, by the names of the markets. */
export function gaussianDigest({ markets, mean, covariance }: Omit<GaussianMoves, 'digest'>): string {
  const digest = new LineDigest()
  const order = sortedIndices(markets)
  const m = markets.length
  const text = (value: number): string => toText(decimalOf(value))
  digest.line(`spillway/moves@1 ${m} gaussian`)
  digest.line(order.map((k) => JSON.stringify(markets[k])).join())
  digest.line(order.map((k) => text(mean[k])).join())
  for (const k of order) digest.line(order.map((l) => text(covariance[k * m + l])).join())
  return digest.finish()
}

/** Digest of moves from their content, whoever made the object. */
export function movesDigest(moves: Moves): string {
  if (moves.kind === 'gaussian') return gaussianDigest(moves)
  return scenarioDigest(moves.markets, moves.count, moves.returns, moves.weights)
}

/** Digest of loadings by market, in the order of their names; numbers as plain decimals. */
export function loadingsDigest(given: LoadingsInput): string {
  const entries = [...asLoadings(given)]
  const digest = new LineDigest()
  digest.line(`spillway/loadings ${entries.length}`)
  for (const i of sortedIndices(entries.map(([market]) => market))) {
    const [market, loading] = entries[i]
    digest.line(`${JSON.stringify(market)},${toText(decimalOf(loading))}`)
  }
  return digest.finish()
}
