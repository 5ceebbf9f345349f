import { atLeast } from '../machinery/book-column.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { closeByRank } from '../machinery/queue.js'
import { rankBy, type Score } from '../machinery/ranking.js'

/**
 * Aevo: [u/max(1, balance)] · [maintenance margin/(balance + unrealized profit)], highest first; 0 without profit. The
 * denominator is the account's equity; where a winner has none, which the source leaves open, the score is ∞. Unlike
 * Binance both sides trade at the mark.
 */
export const aevo = marketPolicy('aevo', {}, () => ({
  summary: 'highest profit/balance × maintenance margin/equity first',
  formula: 'by u⁺/max(1, balance) · margin/e, ∞ where e ≤ 0 < u',
  source: 'https://docs.aevo.xyz/aevo-products/aevo-exchange/technical-architecture/auto-deleveraging-adl',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: ['entryPrice', 'maintenanceMargin'],
  rule: (market) => {
    const { equity, maintenanceMargin, profit } = market
    const score: Score = { over: [profit, maintenanceMargin], under: [atLeast(1, market.walletBalance), equity] }
    return closeByRank(
      market,
      rankBy(market.count, (i) => {
        if (profit.values[i] <= 0) return 'zero'
        return equity.values[i] > 0 ? score : 'first'
      }),
    )
  },
}))
