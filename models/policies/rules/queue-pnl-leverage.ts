import { levelScores, type Standing } from '../machinery/level-scores.js'
import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByProfit } from '../machinery/profit-queue.js'

const options = {
  losers: choice(['included', 'excluded'], 'whether positions at a loss queue behind the winners, or only fill a gap'),
  ranking: choice(['frozen', 're-ranked'], 'ranks once, or again after every contract'),
}

/**
 * Return times leverage, highest first: s_i = r_i ℓ_i where r_i > 0 and r_i/ℓ_i where r_i < 0, r_i = u_i/(entry_i c_i) the
 * return of the position on its entry value, ℓ_i = G_i/e_i the gross leverage of the account; ∞ where e_i ≤ 0. `bitmex`
 * takes the position's own notional instead of G_i.
 *
 * `ranking=re-ranked` takes ranks again after every contract, in the limit of small contracts, with e_i as it is at the
 * mark: winners come down to one common score, then positions without profit give in proportion, then losers come down.
 */
export const queuePnlLeverage = marketPolicy('queue-pnl-leverage', options, ({ losers, ranking }) => ({
  summary: 'highest return × leverage first',
  formula: 'by r_i ℓ_i (r_i > 0), r_i/ℓ_i (r_i < 0); r = profit/entry value',
  source: 'common baseline, after https://www.bitmex.com/app/autoDeleveragingExamples',
  ties: 'exact equals share in proportion to their positions',
  closing: ranking === 'frozen' ? 'queue' : 'shares',
  ranking,
  equity: 'whole account, at the mark',
  needs: ['entryPrice'],
  rule: (market) => {
    if (ranking === 're-ranked') return levelScores(market, (i) => standing(market, losers === 'included', i))
    return closeByProfit(market, {
      top: market.grossNotional,
      bottom: market.equity,
      losers: losers === 'included' ? 'divided' : 'excluded',
    })
  },
}))

/** Score s = r (G − p x)/e of a winner is a level with weight e/r; r e/(G − p x) of a loser falls with weight |r| e. */
function standing({ profit, entryNotional, equity }: MarketBook, withLosers: boolean, i: number): Standing {
  const gain = profit.values[i]
  const owned = Math.max(0, equity.values[i])
  const rate = Math.abs(gain) / entryNotional.values[i]
  if (gain > 0) return owned > 0 ? { tier: 1, weight: owned / rate } : { tier: 0, weight: Infinity }
  if (gain === 0) return { tier: 2, weight: Infinity }
  if (!withLosers) return { tier: 4, weight: Infinity }
  return owned > 0 ? { tier: 3, weight: owned * rate } : { tier: 2, weight: Infinity }
}
