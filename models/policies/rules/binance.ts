import { atLeast } from '../machinery/book-column.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByRank } from '../machinery/queue.js'
import { rankBy, type Score } from '../machinery/ranking.js'

const options = { profit: choice(['position', 'account'], 'whose unrealized profit is meant') }

/**
 * Binance USD-M: PnL percent × margin ratio, highest first,
 *
 *     [max(0, u)/max(1, wallet balance)] · [maintenance margin/(wallet balance + unrealized profit)],
 *
 * the second factor 0 where its denominator is not above zero, which is the account's equity. So the source puts accounts
 * without equity, and losers, last; they share in proportion. The floor of one unit of currency makes the score depend
 * on the currency for tiny wallets. The text does not say whether u is that of the position or of a cross-margin account.
 */
export const binance = marketPolicy('binance', options, ({ profit }) => ({
  summary: 'highest profit/wallet × maintenance margin/equity first',
  formula: 'by u⁺/max(1, wallet) · margin/e, 0 where e ≤ 0',
  source: 'https://www.binance.com/en/support/faq/360033525471',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: ['entryPrice', 'maintenanceMargin'],
  rule: (market) => {
    const { equity, maintenanceMargin } = market
    const gain = profit === 'position' ? market.profit : market.accountProfit
    const score: Score = { over: [gain, maintenanceMargin], under: [atLeast(1, market.walletBalance), equity] }
    return closeByRank(
      market,
      rankBy(market.count, (i) => (gain.values[i] > 0 && equity.values[i] > 0 ? score : 'zero')),
    )
  },
}))
