import { marketPolicy } from '../machinery/market-policy.js'
import { shareOut } from '../machinery/shares.js'

/** Everybody gives the same share of what they hold: x_ik = Q_k c_ik / Σ_j c_jk. */
export const proRata = marketPolicy('pro-rata', {}, () => ({
  summary: 'the same share of every position',
  formula: 'x_ik = Q_k c_ik / Σ_j c_jk',
  source: 'common baseline',
  ties: 'none arise',
  closing: 'shares',
  ranking: 'none',
  equity: 'none',
  needs: [],
  rule: (market) => shareOut(market, market.capacity.values),
}))
