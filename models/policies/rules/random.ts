import { drawLots } from '../machinery/lots-drawn.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { closeInSequence } from '../machinery/queue.js'

/** Accounts in an order drawn by lot, every order equally likely (Fisher and Yates), closed whole one after the other. */
export const random = marketPolicy('random', {}, () => ({
  summary: 'in an order drawn by lot; another for every seed',
  formula: 'a random permutation',
  source: 'common baseline',
  ties: 'none: every account has a place of its own',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'none',
  needs: [],
  rule: (market, { seed }) => {
    const draw = drawLots(seed)
    const order = Int32Array.from({ length: market.count }, (_, i) => i)
    for (let i = order.length - 1; i > 0; i--) {
      const j = draw(i)
      const kept = order[i]
      order[i] = order[j]
      order[j] = kept
    }
    return closeInSequence(market, order)
  },
}))
