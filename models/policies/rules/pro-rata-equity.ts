import { marketPolicy } from '../machinery/market-policy.js'
import { shareOut } from '../machinery/shares.js'

/**
 * Who owns more gives more: x_i = min(c_i, t e_i⁺). Accounts without equity give only when all others are closed, then
 * in proportion to what they hold.
 */
export const proRataEquity = marketPolicy('pro-rata-equity', {}, () => ({
  summary: 'contracts in proportion to the equity of the account',
  formula: 'x_i = min(c_i, t e_i⁺)',
  source: 'https://github.com/pluriholonomic/autodeleveraging-analysis',
  ties: 'none arise',
  closing: 'shares',
  ranking: 'none',
  equity: 'whole account, at the mark',
  needs: [],
  rule: (market) =>
    shareOut(
      market,
      market.equity.values.map((equity) => Math.max(0, equity)),
    ),
}))
