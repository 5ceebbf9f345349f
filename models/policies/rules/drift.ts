import { marketPolicy } from '../machinery/market-policy.js'
import { shareOut } from '../machinery/shares.js'

/**
 * Drift closes nobody: a loss S left by a bankrupt account is charged to every open position on both sides through the
 * funding index, S |q_i| / (ΣL + Σ|S|) (math/liquidation.rs, commit 0ae3e3b). Profit, leverage and equity play no
 * role. Its weights in contracts are those of pro rata, on the side that is demanded: x_i = Q c_i/Σ c_j.
 */
export const drift = marketPolicy('drift', {}, () => ({
  summary: 'by size of position, as Drift socialises losses; in contracts the same as pro-rata',
  formula: 'x_i = Q c_i / Σ_j c_j; dollars: S |q_i|/(ΣL + ΣS), both sides',
  source: 'https://github.com/drift-labs/protocol-v2, programs/drift/src/math/liquidation.rs',
  ties: 'none arise',
  closing: 'shares',
  ranking: 'none',
  equity: 'none',
  space: 'wealth',
  needs: [],
  rule: (market) => shareOut(market, market.capacity.values),
}))
