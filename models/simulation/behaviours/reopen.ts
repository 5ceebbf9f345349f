import { compare, multiply, negate } from '../../../src/numeric/index.js'
import type { BehaviourKind } from './behaviour.js'

/**
 * Whom the ADL reduced opens a share of it again, at the mark, against the outside, without cost; the entry price stays that of the
 * position. An account that would be below maintenance afterwards does not.
 */
export const reopen: BehaviourKind = {
  name: 'reopen',
  summary: 'whom the ADL reduced opens a share of it again at the mark',
  option: { name: 'share', default: 0.5, summary: 'of what was closed, above 0 up to 1' },
  make:
    (share) =>
    (ledger, { prices, fills }) => {
      const { book, maintenance } = ledger.crisis
      const { starts, market } = book.positions
      for (const { account, market: k, side, quantity } of fills) {
        for (let j = starts[account]; j < starts[account + 1]; j++) {
          // With both legs in one market the demanded one was closed; an empty one keeps the sign that it had.
          if (market[j] !== k || Math.sign(book.positions.quantity.values[j]) !== side) continue
          const contracts = multiply(share, side > 0 ? quantity : negate(quantity))
          ledger.trade(j, contracts, prices[k], 'outside')
          const isSafe = compare(ledger.equity(account, prices), ledger.notional(account, prices, maintenance)) >= 0
          if (!isSafe) ledger.trade(j, negate(contracts), prices[k], 'outside')
        }
      }
    },
}
