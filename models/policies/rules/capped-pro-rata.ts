import { toNumber } from '../../../src/numeric/index.js'
import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice, numberFrom } from '../machinery/options.js'
import { shareOut } from '../machinery/shares.js'

const options = {
  cap: choice(['profit', 'equity', 'none'], 'what closing away from the mark may cost at most'),
  most: numberFrom(1e-9, 1, 1, 'largest fraction of any position, β̄'),
}

/**
 * Capped pro rata, h_i = min(η, β_i). The source decides fractions of dollars, Σ w_i h_i = B. Here h_i is the fraction of
 * position i that is closed: all positions of a market are closed at one price, so the dollars given up are in
 * proportion to contracts, w_i is c_i, B is Q, and
 *
 *     x_i = c_i min(η, β_i),   Σ x_i = Q,   β_i = min(β̄, v_i / (d c_i))  where d > 0,  else β̄.
 *
 * d = σ (p − a) is what closing costs per contract, v_i what it may cost account i: its profit in the position u_i⁺
 * (`cap=profit`: principal is protected), or e_i⁺ (`cap=equity`). At the mark closing costs nothing, and without β̄ < 1
 * this is pro rata. Where all caps bind, the rest is shared in proportion to what they left open.
 */
export const cappedProRata = marketPolicy('capped-pro-rata', options, ({ cap, most }) => ({
  summary: 'one fraction of every position, less where closing would cost more than the profit',
  formula: 'x_i = c_i min(η, β_i), β_i = min(β̄, v_i/(d c_i))',
  source: 'https://github.com/pluriholonomic/autodeleveraging-analysis, paper/corrected/capped-pro-rata.tex',
  ties: 'none arise',
  closing: 'shares',
  ranking: 'none',
  equity: cap === 'equity' ? 'whole account, at the mark' : 'none',
  space: 'wealth',
  needs: cap === 'profit' ? ['entryPrice'] : [],
  rule: (market) => {
    const { values } = market.capacity
    const cost = toNumber(market.demanded.concession)
    const bearable = affordable(market, cap)
    const limits = values.map((contracts, i) => {
      const least = most * contracts
      return cost > 0 && bearable !== undefined ? Math.min(least, bearable[i] / cost) : least
    })
    return shareOut(market, values, limits)
  },
}))

function affordable(market: MarketBook, cap: 'profit' | 'equity' | 'none'): Float64Array | undefined {
  if (cap === 'none') return undefined
  const column = cap === 'profit' ? market.profit : market.equity
  return column.values.map((value) => Math.max(0, value))
}
