import { compare, decimalOf, multiply, negate, signOf, toNumber } from '../../../src/numeric/index.js'
import type { BehaviourKind } from './behaviour.js'

const CLOSE = decimalOf(2)

/**
 * Whoever has less than twice its maintenance margin after a step brings a share of the equity that it had before the
 * crisis, from the outside, once on a path.
 */
export const addMargin: BehaviourKind = {
  name: 'add-margin',
  summary: 'who has less than twice the maintenance margin brings a share of its first equity, once',
  option: { name: 'share', default: 0.5, summary: 'of the equity before the crisis, above 0 up to 1' },
  make:
    (share) =>
    (ledger, { prices, opening, helped }) => {
      const { book, maintenance, maintenanceValues } = ledger.crisis
      const { starts, market } = book.positions
      const marks = prices.map(toNumber)
      for (let i = 0; i < book.accounts.count; i++) {
        if (helped.has(i)) continue
        let margin = ledger.cashValues[i]
        let needed = 0
        for (let j = starts[i]; j < starts[i + 1]; j++) {
          const value = ledger.quantityValues[j] * marks[market[j]]
          margin += value
          needed += maintenanceValues[market[j]] * Math.abs(value)
        }
        // Doubles pass over those who are clearly safe.
        if (needed === 0 || margin > 2.1 * needed + 1e-6 * Math.abs(ledger.cashValues[i])) continue
        const equity = ledger.equity(i, prices)
        if (compare(equity, multiply(CLOSE, ledger.notional(i, prices, maintenance))) >= 0) continue
        const first = opening.equity(
          i,
          book.markets.map(({ markPrice }) => markPrice),
        )
        if (signOf(first) <= 0) continue
        ledger.pay(i, 'outside', negate(multiply(share, first)))
        helped.add(i)
      }
    },
}
