import { type Decimal, toNumber } from '../../src/numeric/index.js'
import type { Ledger } from './ledger.js'

/** Gross leverage over accounts that hold something and have equity; `null` where there is none. */
export interface LeverageRecord {
  readonly median: number | null
  /** Nine in ten are below it. */
  readonly high: number | null
  readonly max: number | null
}

/** Σ_k |n_ik| p_k / e_i of the accounts of a ledger, in doubles. */
export function leverageOf(ledger: Ledger, prices: readonly Decimal[]): LeverageRecord {
  const { starts, market } = ledger.crisis.book.positions
  const { cashValues, quantityValues } = ledger
  const marks = Float64Array.from(prices, toNumber)
  const levels = new Float64Array(cashValues.length)
  let count = 0
  for (let i = 0; i < cashValues.length; i++) {
    let gross = 0
    let equity = cashValues[i]
    const end = starts[i + 1]
    for (let j = starts[i]; j < end; j++) {
      const value = quantityValues[j] * marks[market[j]]
      gross += Math.abs(value)
      equity += value
    }
    if (gross > 0 && equity > 0) levels[count++] = gross / equity
  }
  const sorted = levels.subarray(0, count).sort()
  const at = (share: number): number | null =>
    count === 0 ? null : sorted[Math.min(count - 1, Math.floor(share * count))]
  return { median: at(0.5), high: at(0.9), max: at(1) }
}
