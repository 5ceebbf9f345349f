import {
  add,
  compare,
  type Decimal,
  multiply,
  negate,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../src/numeric/index.js'
import type { Ledger } from './ledger.js'

/** Who is below maintenance at new marks, and what becomes of them before any ADL. */
export interface Liquidation {
  /** Accounts in liquidation, in the order of the book. */
  readonly accounts: readonly number[]
  /** Those that are taken over whole: what their market closing would leave uncovered is more than the fund has. */
  readonly takenOver: readonly number[]
  /** What the fund paid for the others. */
  readonly drawn: Decimal
}

/**
 * Accounts that are not exempt with e_i < Σ_k μ_k |n_ik| p_k. Doubles decide where they can: a sum of t products is off
 * by at most (t + 2) 2⁻⁵² of the sum of their sizes, and eight times that is granted; only accounts nearer than that
 * are counted in decimals.
 */
export function accountsInLiquidation(ledger: Ledger, prices: readonly Decimal[]): number[] {
  const { book, maintenance, maintenanceValues } = ledger.crisis
  const { starts, market } = book.positions
  const { cashValues, quantityValues } = ledger
  const marks = Float64Array.from(prices, toNumber)
  const found: number[] = []
  const { exempt } = book.accounts
  for (let i = 0; i < cashValues.length; i++) {
    if (exempt?.[i] === 1) continue
    let margin = cashValues[i]
    let size = Math.abs(margin)
    const to = starts[i + 1]
    for (let j = starts[i]; j < to; j++) {
      const k = market[j]
      const value = quantityValues[j] * marks[k]
      const notional = Math.abs(value)
      margin += value - maintenanceValues[k] * notional
      size += 2 * notional
    }
    const granted = size * (to - starts[i] + 2) * ROUNDING
    if (margin < -granted) found.push(i)
    else if (margin < granted && compare(ledger.equity(i, prices), ledger.notional(i, prices, maintenance)) < 0) {
      found.push(i)
    }
  }
  return found
}

const ROUNDING = 8 * 2 ** -52

/**
 * Closes accounts in liquidation in the market, whole, at the mark less impact, and lets them pay the fee:
 *
 *     b_i = e_i − (impact + fee) Σ_k |n_ik| p_k.
 *
 * First those that are left with b_i ≥ 0; then the others by rising deficit −b_i, equals in the order of the book, as
 * long as the fund, the fee of the account included, pays the deficit and stays at or above zero. From the first one
 * that it cannot pay on, they are taken over, and nothing of them is closed here.
 */
export function liquidate(ledger: Ledger, prices: readonly Decimal[], accounts: readonly number[]): Liquidation {
  const { impact, fee, feeTo } = ledger.crisis.venue
  const cost = add(impact, fee)
  const notionals = accounts.map((i) => ledger.notional(i, prices))
  const left = accounts.map((i, a) => subtract(ledger.equity(i, prices), multiply(cost, notionals[a])))
  const isSolvent = (a: number): boolean => signOf(left[a]) >= 0
  const order = [...accounts.keys()]
  const solvent = order.filter(isSolvent)
  const deficient = order.filter((a) => !isSolvent(a)).sort((a, b) => compare(left[b], left[a]) || a - b)
  const close = (a: number): void => {
    const i = accounts[a]
    closePositions(ledger, i, (k) => prices[k], 'outside')
    ledger.pay(i, 'outside', multiply(impact, notionals[a]))
    ledger.pay(i, feeTo, multiply(fee, notionals[a]))
  }
  solvent.forEach(close)
  const before = deficient.findIndex((a) => {
    const gain = feeTo === 'fund' ? multiply(fee, notionals[a]) : undefined
    const after = add(ledger.money.fund, gain === undefined ? left[a] : add(left[a], gain))
    if (signOf(after) < 0) return true
    close(a)
    ledger.pay(accounts[a], 'fund', ledger.cash.exact(accounts[a]))
    return false
  })
  const paid = before < 0 ? deficient : deficient.slice(0, before)
  return {
    accounts,
    takenOver:
      before < 0
        ? []
        : deficient
            .slice(before)
            .map((a) => accounts[a])
            .sort((i, j) => i - j),
    drawn: paid.reduce((sum, a) => subtract(sum, left[a]), zero),
  }
}

/** Closes all that an account holds, each market at a price, against a party. */
export function closePositions(
  ledger: Ledger,
  account: number,
  priceOf: (market: number) => Decimal,
  party: 'outside' | 'clearing',
): void {
  const { starts, market } = ledger.crisis.book.positions
  let cost = zero
  for (let j = starts[account]; j < starts[account + 1]; j++) {
    const held = ledger.quantity.exact(j)
    if (signOf(held) === 0) continue
    const contracts = negate(held)
    ledger.deliver(j, contracts, party)
    cost = add(cost, multiply(contracts, priceOf(market[j])))
  }
  ledger.pay(account, party, cost)
}
