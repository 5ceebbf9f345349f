import type { ScenarioMoves } from '../../models/index.js'
import { coloursFor, name, number, table } from '../table.js'

export interface MarketStatistics {
  readonly market: string
  readonly mean: number
  /** Standard deviation. */
  readonly deviation: number
  readonly least: number
  readonly most: number
}

/** Mean, standard deviation and extremes of each market, for moves of equal weight. */
export function statisticsOf({ markets, count, returns }: ScenarioMoves): readonly MarketStatistics[] {
  const m = markets.length
  return markets.map((market, k) => {
    let sum = 0
    let squares = 0
    let least = Infinity
    let most = -Infinity
    for (let s = 0; s < count; s++) sum += returns.values[s * m + k]
    const mean = sum / count
    for (let s = 0; s < count; s++) {
      const value = returns.values[s * m + k]
      squares += (value - mean) ** 2
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
    return { market, mean, deviation: Math.sqrt(squares / count), least, most }
  })
}

/** What was drawn, for people: a wrong unit shows at a glance. */
export function movesReport(moves: ScenarioMoves): string {
  const titles = ['mean', 'standard deviation', 'least', 'most'].map((title) => ({ title, isNumber: true }))
  const rows = statisticsOf(moves).map(({ market, mean, deviation, least, most }) => [
    name(market),
    ...[mean, deviation, least, most].map((value) => number(Number(value.toPrecision(4)))),
  ])
  return table([{ title: 'market', isName: true }, ...titles], rows, coloursFor(process.stdout))
}
