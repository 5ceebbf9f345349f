import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { shareOut } from '../machinery/shares.js'

const options = { gains: choice(['position', 'account'], 'whose unrealized profit counts as a gain') }

/**
 * Socialised gains haircut: every gain is cut by one fraction, G_i (1 − D/ΣG). The source decides dollars: of a loss D,
 * account i pays D G_i/ΣG (Crypto.com by profit of the session, Deribit of the day). A cut of profits by one fraction
 * is, in contracts, one fraction of every position in profit:
 *
 *     x_i = h c_i  where G_i > 0,   h = min(1, Q / Σ_{G_j > 0} c_j).
 *
 * What the gainers cannot give, the others do in proportion to what they hold. The dollars are `shareLoss`.
 */
export const gainsHaircut = marketPolicy('gains-haircut', options, ({ gains }) => ({
  summary: 'one fraction of every position in profit, the others last (socialised loss)',
  formula: 'x_i = h c_i where G_i > 0; dollars: D G_i/ΣG',
  source: 'https://help.crypto.com/en/articles/4894442',
  ties: 'none arise',
  closing: 'shares',
  ranking: 'none',
  equity: 'none',
  space: 'wealth',
  needs: ['entryPrice'],
  rule: (market) => {
    const { values } = gainsOf(market, gains)
    return shareOut(
      market,
      market.capacity.values.map((contracts, i) => (values[i] > 0 ? contracts : 0)),
    )
  },
}))

const gainsOf = (market: MarketBook, gains: 'position' | 'account') =>
  gains === 'position' ? market.profit : market.accountProfit

/**
 * A loss D shared among gainers: everybody pays D G_i⁺/ΣG⁺, nobody more than the gain; quote currency.
 *
 * @returns what each pays, in all min(D, ΣG⁺)
 */
export function shareLoss(gains: readonly number[], loss: number): number[] {
  const total = gains.reduce((sum, gain) => sum + Math.max(0, gain), 0)
  const fraction = total > 0 ? Math.min(1, loss / total) : 0
  return gains.map((gain) => fraction * Math.max(0, gain))
}
