import type { MarketBook } from '../machinery/market-book.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { closeByRank } from '../machinery/queue.js'
import { backwards, inTurn, type Ranking, rankBy } from '../machinery/ranking.js'

/**
 * Ethereal: the highest effective leverage first; equals by the highest unrealized profit, then the lowest balance, then
 * the newest account number. The only venue found with complete rules for ties. The account number is taken from the name
 * where it is a whole number, the largest being the newest; other names come after numbers, the last by code point first.
 */
export const ethereal = marketPolicy('ethereal', {}, () => ({
  summary: 'the most levered account first, with complete rules for ties',
  formula: 'by ℓ_i, then u_i, then the lowest balance, then the newest account',
  source: 'https://docs.ethereal.trade/trading/perpetual-futures/auto-deleveraging',
  ties: 'highest profit, then lowest balance, then newest account number',
  closing: 'queue',
  ranking: 'frozen',
  equity: 'whole account, at the mark',
  needs: ['entryPrice'],
  rule: (market) => {
    const { count, equity, grossNotional, profit, walletBalance } = market
    const leverage = { over: [grossNotional], under: [equity] }
    return closeByRank(
      market,
      inTurn(
        rankBy(count, (i) => (equity.values[i] > 0 ? leverage : 'first')),
        rankBy(count, () => ({ over: [profit], under: [] })),
        backwards(rankBy(count, () => ({ over: [walletBalance], under: [] }))),
        newestFirst(market),
      ),
    )
  },
}))

const NUMBER = /^\d+$/

function newestFirst(market: MarketBook): Ranking {
  return {
    against(other) {
      const theirs = market.accounts[other]
      return (i) => {
        const ours = market.accounts[i]
        const isNumber = NUMBER.test(ours)
        if (isNumber !== NUMBER.test(theirs)) return isNumber ? -1 : 1
        if (isNumber && BigInt(ours) !== BigInt(theirs)) return BigInt(ours) > BigInt(theirs) ? -1 : 1
        if (ours === theirs) return 0
        return ours > theirs ? -1 : 1
      }
    },
  }
}
