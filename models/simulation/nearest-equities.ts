import { type Decimal, doublesOf, productError, restOf, toNumber } from '../../src/numeric/index.js'
import { equityOf, type Holdings } from './holdings.js'

/**
 * The doubles nearest to the equities of accounts, e_i = b_i + Σ_k n_ik p_k, without their decimals.
 *
 * Each factor is a pair of doubles, high + low, right to 2⁻⁹⁸ of itself. Of a sum of t products the high parts are added with what each
 * addition rounds off, and the low parts collect that; they lose at most (t + 2)² 2⁻⁹⁸ of S = |b_i| + Σ_k |n_ik| p_k, and sixteen times that is
 * granted. Rounding is monotone: where both ends of what is granted round to one double, that is the nearest, and where they do not, or
 * a part is out of range, the decimals are added.
 */
export function nearestEquities(
  holdings: Holdings,
  prices: readonly Decimal[],
  accounts: ArrayLike<number>,
): Float64Array {
  const { starts, market } = holdings.crisis.book.positions
  const { cashValues, cashRests, quantityValues, quantityRests } = holdings
  const marks = Float64Array.from(prices, toNumber)
  const markRests = marks.map((mark, k) => restOf(prices[k], mark))
  return doublesOf(accounts.length, (a) => {
    const i = accounts[a]
    const end = starts[i + 1]
    let high = cashValues[i]
    let low = cashRests[i]
    let size = Math.abs(high)
    for (let j = starts[i]; j < end; j++) {
      const n = quantityValues[j]
      if (n === 0) continue
      const k = market[j]
      const p = marks[k]
      const product = n * p
      const sum = high + product
      const shadow = sum - high
      low += high - (sum - shadow) + (product - shadow)
      low += productError(n, p, product) + (n * markRests[k] + quantityRests[j] * p)
      high = sum
      size += Math.abs(product)
    }
    const granted = size * (end - starts[i] + 2) ** 2 * GRANTED
    const value = high + (low - granted)
    return value === high + (low + granted) ? value : toNumber(equityOf(holdings, i, prices))
  })
}

const GRANTED = 2 ** -94
