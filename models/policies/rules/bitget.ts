import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByProfit } from '../machinery/profit-queue.js'

const options = { text: choice(['current', 'earlier'], 'which version of the rule') }

/**
 * Bitget, cross margin: ROI × the account's maintenance margin rate (maintenance margin over equity) where in profit, ROI
 * ÷ that rate where at a loss; profitable positions first. ROI is the profit over the value at the average entry. The
 * earlier text takes ROI × leverage and scores losses 0.
 */
export const bitget = marketPolicy('bitget', options, ({ text }) => ({
  summary: `highest ROI × ${text === 'current' ? 'maintenance margin rate' : 'leverage'} first`,
  formula: text === 'current' ? 'by r m/e (r > 0), r e/m (r < 0); m = maintenance margin' : 'by max(0, r) N/e',
  source: 'https://www.bitget.cloud/support/articles/12560603800805',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: text === 'current' ? ['entryPrice', 'maintenanceMargin'] : ['entryPrice'],
  rule: (market) =>
    text === 'current'
      ? closeByProfit(market, { top: market.maintenanceMargin, bottom: market.equity, losers: 'divided' })
      : closeByProfit(market, { top: market.notional, bottom: market.equity, losers: 'level' }),
}))
