import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByProfit } from '../machinery/profit-queue.js'

const options = {
  losers: choice(['multiplied', 'divided', 'excluded'], 'how positions at a loss queue behind the winners'),
}

/**
 * Bybit: highest leveraged return first, return on entry value × effective leverage (notional of the position over the
 * account's equity). The score in full is not published, nor how losers stand. The delta-neutral mode, which ranks hedged
 * positions lower, needs a flag by account that a book does not have.
 */
export const bybit = marketPolicy('bybit', options, ({ losers }) => ({
  summary: 'highest leveraged return first',
  formula: losers === 'divided' ? 'by r N/e (r > 0), r e/N (r < 0)' : 'by r N/e; r = profit/entry value',
  source: 'https://help.bybit.com/hc/en-us/articles/900000031623',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: ['entryPrice'],
  rule: (market) => closeByProfit(market, { top: market.notional, bottom: market.equity, losers }),
}))
