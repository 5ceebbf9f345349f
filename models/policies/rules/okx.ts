import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByProfit } from '../machinery/profit-queue.js'

const options = {
  score: choice(['leverage', 'margin-ratio'], 'the current text, or the older one: return ÷ margin ratio'),
  losers: choice(['multiplied', 'divided', 'excluded'], 'how positions at a loss queue behind the winners'),
}

/**
 * OKX: leverage PnL %, the return of the position on its entry value × effective leverage (notional over equity), highest
 * first. Older texts divide by the margin ratio, equity over maintenance margin (`score=margin-ratio`). How losers
 * stand is not said.
 */
export const okx = marketPolicy('okx', options, ({ score, losers }) => ({
  summary: score === 'leverage' ? 'highest return × effective leverage first' : 'highest return ÷ margin ratio first',
  formula: score === 'leverage' ? 'by r N/e; r = profit/entry value' : 'by r · maintenance margin/e',
  source: 'https://www.okx.com/help/iv-introduction-to-auto-deleveraging-adl',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: score === 'leverage' ? ['entryPrice'] : ['entryPrice', 'maintenanceMargin'],
  rule: (market) =>
    closeByProfit(market, {
      top: score === 'leverage' ? market.notional : market.maintenanceMargin,
      bottom: market.equity,
      losers,
    }),
}))
