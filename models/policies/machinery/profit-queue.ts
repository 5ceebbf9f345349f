import type { Decimal } from '../../../src/numeric/index.js'
import type { BookColumn } from './book-column.js'
import type { MarketBook } from './market-book.js'
import { closeByRank } from './queue.js'
import { rankBy, type Score } from './ranking.js'

/** What comes behind the winners: losers by r/L, by r·L, all alike with those at zero, or only to fill a gap. */
export type LoserRule = 'divided' | 'multiplied' | 'level' | 'excluded'

export interface ProfitScore {
  /** L = top/bottom, a measure of leverage. */
  readonly top: BookColumn
  readonly bottom: BookColumn
  /** What a profit is measured by; the entry value of the position unless given. */
  readonly per?: readonly BookColumn[]
  readonly losers: LoserRule
}

/**
 * The queue that most venues describe: a return times a measure of leverage,
 *
 *     s_i = r_i L_i,   r_i = u_i / (entry_i c_i),   L_i = top_i / bottom_i,
 *
 * highest first. Losers (r < 0) stand behind all winners: by r/L (`divided`: the more levered first), by r·L
 * (`multiplied`: the less levered first), at zero (`level`), or only when nobody else is left, in proportion to what they
 * hold (`excluded`). Where the bottom is not above zero L is ∞: such winners are first of all, such losers first
 * (`divided`) or last (`multiplied`) among the losers.
 */
export function closeByProfit(market: MarketBook, { top, bottom, per, losers }: ProfitScore): Decimal[] {
  const { profit } = market
  const base = per ?? [market.entryNotional]
  const product: Score = { over: [profit, top], under: [...base, bottom] }
  const quotient: Score = { over: [profit, bottom], under: [...base, top] }
  const scoreOf = (i: number): Score => {
    const gain = profit.values[i]
    const isOwned = bottom.values[i] > 0
    const isLevered = top.values[i] > 0
    if (gain === 0) return 'zero'
    if (gain > 0 && !isOwned) return isLevered ? 'first' : 'zero'
    if (gain > 0) return product
    if (losers === 'level') return 'zero'
    if (losers === 'excluded') return 'last'
    if (losers === 'multiplied') return isOwned ? product : 'last'
    if (!isLevered) return 'last'
    return isOwned ? quotient : 'zero'
  }
  return closeByRank(market, rankBy(market.count, scoreOf))
}
