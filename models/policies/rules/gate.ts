import { constantColumn } from '../machinery/book-column.js'
import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByProfit, type ProfitScore } from '../machinery/profit-queue.js'

const options = {
  score: choice(['margin-ratio', 'leverage', 'profit'], 'the current text, that of November 2022, or the one before'),
}

const formulas = {
  'margin-ratio': 'by r m/e; r = profit/entry value, m = maintenance margin',
  leverage: 'by u N/e',
  profit: 'by r = profit/entry value',
} as const

/**
 * Gate: by return rate and maintenance margin ratio (maintenance margin over equity), taken as their product; the source
 * names both and no formula. From November 2022 it was profit × leverage (`score=leverage`), before that the profit on
 * the entry price alone (`score=profit`). A position that was reduced in part is ranked again: within one demand only the last
 * position is, so it shows between demands. Losers are ranked by the same product.
 */
export const gate = marketPolicy('gate', options, ({ score }) => ({
  summary: 'highest return × maintenance margin ratio first, the remainder ranked again',
  formula: formulas[score],
  source: 'https://www.gate.ac/help/futures/futures-logic/22082/auto-deleveraging-adl',
  ties: 'not stated; exact equals share in proportion to their positions',
  closing: 'queue',
  ranking: 're-ranked',
  equity: score === 'profit' ? 'none' : 'whole account, at the mark',
  needs: score === 'margin-ratio' ? ['entryPrice', 'maintenanceMargin'] : ['entryPrice'],
  rule: (market) => closeByProfit(market, { ...scoreOf(market, score), losers: 'multiplied' }),
}))

function scoreOf(market: MarketBook, score: keyof typeof formulas): Pick<ProfitScore, 'top' | 'bottom' | 'per'> {
  if (score === 'margin-ratio') return { top: market.maintenanceMargin, bottom: market.equity }
  if (score === 'leverage') return { top: market.notional, bottom: market.equity, per: [] }
  const one = constantColumn(market.count, 1)
  return { top: one, bottom: one }
}
