import { type Moves, type MovesJson, parseEvent, type ScenarioMoves } from 'spillway'

export { folderWith, mistakeOf } from '../book/support.js'

/** The good base of every broken one. */
export const goodMoves = {
  format: 'spillway/moves@1',
  markets: ['BTC', 'ETH', 'SOL'],
  moves: [
    [-0.1, '-0.20000000000000000001', -1],
    [0.05, '3e-2', 0],
    ['0', 1.5, 2],
  ],
  weights: [1, '0.5', 0],
} satisfies MovesJson

export const goodGaussian = {
  format: 'spillway/moves@1',
  markets: ['BTC', 'ETH'],
  gaussian: {
    mean: [0, '-0.001'],
    covariance: [
      [0.01, 0.009],
      [0.009, 0.0144],
    ],
  },
} satisfies MovesJson

/** An event with these markets and nothing to do. */
export const eventWith = (markets: readonly string[]) =>
  parseEvent({
    format: 'spillway/event@1',
    markets: markets.map((market) => ({ market, markPrice: 1 })),
    accounts: [],
    demand: [],
  })

export function scenariosOf(moves: Moves): ScenarioMoves {
  if (moves.kind !== 'scenarios') throw new Error('these are no scenarios')
  return moves
}

/** The returns of one market. */
export function columnOf(moves: ScenarioMoves, market: string): number[] {
  const k = moves.markets.indexOf(market)
  return Array.from({ length: moves.count }, (_, s) => moves.returns.values[s * moves.markets.length + k])
}
