import { once } from '../book/event-builder.js'
import { GrowingDecimals } from '../book/growing-column.js'
import { Mistakes } from '../book/mistakes.js'
import { NameIndex } from '../book/name-index.js'
import type { RawNumber } from '../book/number.js'
import { mistake } from '../book/place.js'
import { scenarioDigest } from './digest.js'
import type { ScenarioMoves } from './moves.js'

/** Names of markets, each once; `path` says where the k-th stands. */
export function checkMarkets(markets: readonly string[], path: (k: number) => string, whole: string): void {
  if (markets.length === 0) {
    throw mistake('no-markets', whole, 'moves of no market', undefined, 'Name every market of the event.')
  }
  const index = new NameIndex('market')
  markets.forEach((market, k) => {
    index.add(market, () => path(k))
  })
}

/** Takes moves row by row, from either form, checks each number once, and keeps columns. `finish` throws the mistakes. */
export class ScenarioBuilder {
  readonly mistakes = new Mistakes()
  private readonly returns = new GrowingDecimals('the move', 'any', this.mistakes)
  private readonly weights = new GrowingDecimals('the weight', 'not-negative', this.mistakes)
  private hasWeight = false
  private count = 0

  /** @param markets checked names */
  constructor(private readonly markets: readonly string[]) {}

  /** @param place where the number of market k stands, where k = m is the weight */
  add(row: readonly RawNumber[], weight: RawNumber | undefined, place: (k: number) => string): void {
    const first = this.count * this.markets.length
    row.forEach((raw, k) => {
      this.returns.read(first + k, raw, () => place(k))
    })
    if (weight !== undefined) {
      const value = this.weights.read(this.count, weight, () => place(this.markets.length))
      if (value > 0) this.hasWeight = true
    }
    this.count++
  }

  /** @param whole what messages call all moves, and all weights */
  finish(whole: { readonly moves: string; readonly weights: string }): ScenarioMoves {
    this.mistakes.throwAny()
    const { markets, count } = this
    if (count === 0) throw mistake('no-moves', whole.moves, 'there is no move', undefined, 'Give at least one move.')
    const returns = this.returns.finishAll(count * markets.length)
    const weights = this.weights.finish(count)
    if (weights !== undefined && !this.hasWeight) {
      const cure = 'Give at least one weight above zero, or none at all.'
      throw mistake('no-weight', whole.weights, 'all weights are zero', 0, cure)
    }
    const digest = once(() => scenarioDigest(markets, count, returns, weights))
    return { kind: 'scenarios', markets, count, returns, ...(weights !== undefined && { weights }), digest }
  }
}
