import { constantColumn } from '../machinery/book-column.js'
import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByRank } from '../machinery/queue.js'
import { rankBy, type Score } from '../machinery/ranking.js'

const options = {
  side: choice(['side-adjusted', 'literal'], 'mark/entry turned over for shorts, or as printed for everybody'),
  score: choice(['ratio', 'gain'], 'the printed index, or the one found in the node program'),
}

/** Both factors of the gain score are floored at this. */
const FLOOR = 1e-8

/**
 * Hyperliquid. The documents print the index (mark/entry) · (notional/account value), highest first (`score=ratio`). For
 * a short in profit mark/entry is below one, so the index as printed (`side=literal`) puts such shorts last; others turn
 * it over for shorts (`side=side-adjusted`). Reverse engineering of the node program in June 2026 reports
 *
 *     max(notional/account value, 1e-8) · max(u⁺/entry notional, 1e-8)        (`score=gain`),
 *
 * where the side has no effect. The two differ in order: 1 % gain at leverage 10 against 50 % at leverage 5 ranks first by
 * ratio (10.10 against 7.50), last by gain (0.10 against 2.50). Notional is that of the position. Without account value
 * the index is ∞. Fully closed, the last in part.
 */
export const hyperliquid = marketPolicy('hyperliquid', options, ({ side, score }) => ({
  summary: score === 'gain' ? 'highest leverage × gain first' : 'highest leverage × price ratio first',
  formula:
    score === 'gain'
      ? 'by max(N/e, 1e-8) · max(u⁺/entry notional, 1e-8)'
      : `by (mark/entry)${side === 'literal' ? '' : '^σ'} · N/e`,
  source:
    score === 'gain'
      ? 'https://osec.io/blog/2026-06-22-hyperliquid-risk-engine'
      : 'https://hyperliquid.gitbook.io/hyperliquid-docs/trading/auto-deleveraging',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: ['entryPrice'],
  rule: (market) =>
    closeByRank(market, rankBy(market.count, score === 'gain' ? byGain(market) : byRatio(market, side))),
}))

function byRatio(market: MarketBook, side: 'side-adjusted' | 'literal'): (i: number) => Score {
  const { notional, entryPrice, equity } = market
  // The mark is one number for all and changes no order.
  const upright: Score = { over: [notional], under: [entryPrice, equity] }
  const turned: Score = { over: [entryPrice, notional], under: [equity] }
  const index = market.side < 0 && side === 'side-adjusted' ? turned : upright
  return (i) => (equity.values[i] > 0 ? index : 'first')
}

function byGain({ count, notional, equity, profit, entryNotional }: MarketBook): (i: number) => Score {
  const floor = constantColumn(count, FLOOR)
  const scores = [
    { over: [floor, floor], under: [] },
    { over: [floor, profit], under: [entryNotional] },
    { over: [notional, floor], under: [equity] },
    { over: [notional, profit], under: [equity, entryNotional] },
  ]
  return (i) => {
    if (!(equity.values[i] > 0)) return 'first'
    const isLevered = notional.values[i] / equity.values[i] > FLOOR
    const isGain = profit.values[i] / entryNotional.values[i] > FLOOR
    return scores[2 * Number(isLevered) + Number(isGain)]
  }
}
