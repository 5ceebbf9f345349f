import { marketPolicy } from '../machinery/market-policy.js'
import { closeByProfit } from '../machinery/profit-queue.js'

/**
 * BitMEX: PnL percent × effective leverage where in profit, ÷ where at a loss, highest first; longs and shorts by
 * themselves. PnL percent is (mark value − entry value)/|entry value|. Effective leverage is |mark value|/(mark value −
 * bankrupt value); what stands below the line is what the position can lose, the account's equity. The same rule
 * is found at MEXC, Deepcoin, BTEX, MUFEX and Satori.
 */
export const bitmex = marketPolicy('bitmex', {}, () => ({
  summary: 'highest return × effective leverage first, losers behind by return ÷ leverage',
  formula: 'by r N/e (r > 0), r e/N (r < 0); r = profit/entry value',
  source: 'https://support.bitmex.com/hc/en-gb/articles/18589621443357-What-is-Auto-Deleveraging',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: ['entryPrice'],
  rule: (market) => closeByProfit(market, { top: market.notional, bottom: market.equity, losers: 'divided' }),
}))

/**
 * The lights that BitMEX shows: which band of a queue each position is in, as the share of all contracts up to and with its
 * own, rounded up to the next band. They weigh contracts, not accounts.
 *
 * @param quantities contracts, in the order of the queue, the first to be closed first
 * @param bands 5: 0.2, 0.4, … 1
 */
export function queueBands(quantities: readonly number[], bands = 5): number[] {
  const total = quantities.reduce((sum, quantity) => sum + quantity, 0)
  let sum = 0
  return quantities.map((quantity) => {
    sum += quantity
    // A sum that is a whole band but for rounding belongs to that band.
    return Math.ceil((sum / total) * bands * (1 - 1e-12)) / bands
  })
}
