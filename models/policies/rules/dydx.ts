import { drawLots } from '../machinery/lots-drawn.js'
import { marketPolicy } from '../machinery/market-policy.js'
import { closeInSequence } from '../machinery/queue.js'

/**
 * dYdX v4: from a random place in the list of subaccounts with a position on the other side, one after the other and
 * round again; each gives min(what is left, its size), without a test of profit, leverage or margin. The list is that
 * of the book. Accounts that are below water at the closing price, g_i < 0, are skipped, as the venue skips pairs whose
 * bankruptcy prices do not overlap: they come last, and only where the others cannot meet the demand. Its limits by
 * block are left out. The price is that of `bankruptcyPrice`.
 */
export const dydx = marketPolicy('dydx', {}, () => ({
  summary: 'from a random place in the book, one after the other and round again',
  formula: 'x_i = min(what is left, c_i), i = s, s + 1, …, n, 1, …; s drawn by lot',
  source: 'https://github.com/dydxprotocol/v4-chain, protocol/x/clob/keeper/deleveraging.go',
  ties: 'none: the order of the book decides',
  closing: 'queue',
  ranking: 'none',
  equity: 'whole account, re-marked at ADL prices',
  needs: [],
  rule: (market, { seed }) => {
    const start = drawLots(seed)(Math.max(0, market.count - 1))
    const order = Array.from({ length: market.count }, (_, i) => (start + i) % market.count)
    // Doubles that are the nearest have the sign of the number.
    const isUnder = (i: number): boolean => market.remarkedEquity.values[i] < 0
    const [above, below] = [order.filter((i) => !isUnder(i)), order.filter(isUnder)]
    return closeInSequence(market, Int32Array.from([...above, ...below]))
  },
}))
