import { marketPolicy } from '../machinery/market-policy.js'
import { shareOut } from '../machinery/shares.js'

/**
 * Who gains more gives more: x_i = min(c_i, t u_i⁺), u_i the unrealized profit of the position. Positions without profit
 * give only when all that have one are closed, then in proportion to what they hold.
 */
export const proRataPnl = marketPolicy('pro-rata-pnl', {}, () => ({
  summary: 'contracts in proportion to the unrealized profit of the position',
  formula: 'x_i = min(c_i, t u_i⁺); u = n (p − entry)',
  source: 'https://github.com/pluriholonomic/autodeleveraging-analysis',
  ties: 'none arise',
  closing: 'shares',
  ranking: 'none',
  equity: 'none',
  needs: ['entryPrice'],
  rule: (market) =>
    shareOut(
      market,
      market.profit.values.map((profit) => Math.max(0, profit)),
    ),
}))
