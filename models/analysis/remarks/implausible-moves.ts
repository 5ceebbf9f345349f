import { toNumber } from '../../../src/numeric/index.js'
import type { GaussianMoves, ScenarioMoves } from '../../moves/index.js'
import { bounded, type Remark, type RemarkCode, type Remarker } from './remark.js'
import { amount, counted, quoted } from './words.js'

/** Standard deviations above this, 1,000 %, are per cent or amounts, not shares of a price. */
export const HIGHEST_VOLATILITY = 10

/** Moves that the objective uses and that no price makes: a wrong unit, or prices where changes of prices are wanted. */
export const implausibleMoves: Remarker<'space' | 'objective'> = ({ space: { event }, objective: { inputs } }) => {
  const moves = inputs?.moves
  if (moves === undefined) return []
  const found = (event.given ?? event).markets.flatMap(({ market, markPrice }): Remark[] => {
    const k = moves.markets.indexOf(market)
    if (k < 0) return []
    return moves.kind === 'gaussian' ? gaussian(moves, k) : scenarios(moves, k, toNumber(markPrice))
  })
  return CODES.flatMap((code) =>
    bounded(
      found.filter((remark) => remark.code === code),
      (remark) => remark,
      (rest): Remark => ({ code, says: `The same is to be said of ${counted(rest.length, 'more market')}.` }),
    ),
  )
}

const CODES: readonly RemarkCode[] = ['moves-look-like-prices', 'implausible-volatility', 'move-below-zero']

function gaussian({ markets, covariance }: GaussianMoves, k: number): Remark[] {
  const deviation = Math.sqrt(covariance[k * markets.length + k])
  return deviation > HIGHEST_VOLATILITY ? [tooVolatile(markets[k], deviation)] : []
}

function scenarios({ markets, count, returns }: ScenarioMoves, k: number, mark: number): Remark[] {
  const market = markets[k]
  const values = new Float64Array(count)
  for (let s = 0; s < count; s++) values[s] = returns.values[s * markets.length + k]
  values.sort()
  const [least, most, median] = [values[0], values[count - 1], values[count >> 1]]
  if (look(least, median, most, count, mark)) {
    return [
      {
        code: 'moves-look-like-prices',
        says: `The moves of ${quoted(market)} go from ${amount(least)} to ${amount(most)} and look like prices or ratios of prices. A move is a relative change from the mark: −0.1 is −10 %.`,
        market,
      },
    ]
  }
  const below = values.findIndex((value) => value >= -1)
  const tooLow = below < 0 ? count : below
  const remarks: Remark[] = []
  if (tooLow > 0) {
    remarks.push({
      code: 'move-below-zero',
      says: `${counted(tooLow, 'move')} of ${amount(count)} of ${quoted(market)} ${tooLow === 1 ? 'is' : 'are'} below −1 (the least is ${amount(least)}): the price would be negative. Are they in per cent?`,
      market,
    })
  }
  const deviation = deviationOf(values)
  if (deviation > HIGHEST_VOLATILITY) remarks.push(tooVolatile(market, deviation))
  return remarks
}

/**
 * Prices: no move is down, and all more than double the price, or at least three stand around the mark. Ratios p'/p: at least two,
 * around 1 on both sides.
 */
function look(least: number, median: number, most: number, count: number, mark: number): boolean {
  if (!(least > 0)) return false
  if (least > 1) return true
  if (count >= 3 && least > mark / 3 && most < 3 * mark && Math.abs(median - mark) < mark / 5) return true
  return count >= 2 && least > 0.5 && least < 1 && most > 1 && most < 2
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

function tooVolatile(market: string, deviation: number): Remark {
  return {
    code: 'implausible-volatility',
    says: `The standard deviation of the moves of ${quoted(market)} is ${amount(deviation)}, that is ${amount(100 * deviation)} %. Moves are shares of the mark, not per cent and not amounts.`,
    market,
  }
}
