import { levelScores } from '../machinery/level-scores.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { choice } from '../machinery/options.js'
import { closeByRank } from '../machinery/queue.js'
import { rankBy } from '../machinery/ranking.js'

const options = { ranking: choice(['frozen', 're-ranked'], 'ranks once, or again after every contract') }

/**
 * The most levered account first: ℓ_i = G_i/e_i, G_i the gross notional of all that it holds; ∞ where e_i ≤ 0.
 *
 * `ranking=re-ranked` takes ranks again after every contract, in the limit of small contracts, with e_i as it is at the
 * mark: everybody above a common leverage comes down to it. At the mark, in one market, that is water-filling.
 */
export const queueLeverage = marketPolicy('queue-leverage', options, ({ ranking }) => ({
  summary: 'the most levered account first',
  formula: 'by ℓ_i = gross notional/equity, highest first',
  source: 'common baseline',
  ties: 'exact equals share in proportion to their positions',
  closing: ranking === 'frozen' ? 'queue' : 'shares',
  ranking,
  equity: 'whole account, at the mark',
  needs: [],
  rule: (market) => {
    const { equity, grossNotional } = market
    const owned = (i: number): boolean => equity.values[i] > 0
    if (ranking === 're-ranked') {
      return levelScores(market, (i) =>
        owned(i) ? { tier: 1, weight: equity.values[i] } : { tier: 0, weight: Infinity },
      )
    }
    const leverage = { over: [grossNotional], under: [equity] }
    return closeByRank(
      market,
      rankBy(market.count, (i) => (owned(i) ? leverage : 'first')),
    )
  },
}))
