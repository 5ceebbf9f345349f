import type { AdlEvent } from '../book/index.js'
import { mistake, suggest } from '../book/place.js'
import type { Moves } from './moves.js'

/**
 * For every market of an event, in its order, the column (or row of the covariance) of that market in the moves: the
 * return of market k of the event in move s is `moves.returns.values[s * moves.markets.length + column[k]]`. Markets of
 * the moves that the event does not have are passed over.
 *
 * @throws SpillwayError `missing-market` where moves lack a market of the event.
 */
export function alignMoves(moves: Moves, event: AdlEvent): Int32Array {
  const columnOf = new Map(moves.markets.map((market, column) => [market, column]))
  return Int32Array.from(event.markets, ({ market }) => {
    const column = columnOf.get(market)
    if (column !== undefined) return column
    const cure = `${suggest(market, moves.markets)} Moves must name every market of the event.`
    throw mistake('missing-market', 'moves', `the moves lack the market ${JSON.stringify(market)}`, market, cure)
  })
}
