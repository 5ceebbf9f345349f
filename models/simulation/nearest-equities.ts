import { type Decimal, PairSum, splitInto, toNumber } from '../../src/numeric/index.js'
import { equityOf, type Holdings } from './holdings.js'

/**
 * The doubles nearest to the equities of accounts, e_i = b_i + Σ_k n_ik p_k; decimals are added only where doubles do
 * not decide.
 */
export function nearestEquities(
  holdings: Holdings,
  prices: readonly Decimal[],
  accounts: ArrayLike<number>,
): Float64Array {
  const { starts, market } = holdings.crisis.book.positions
  const { cashValues, cashRests, quantityValues, quantityRests } = holdings
  const marks = new Float64Array(prices.length)
  const markRests = new Float64Array(prices.length)
  prices.forEach((price, k) => {
    splitInto(price, k, marks, markRests)
  })
  const sum = new PairSum()
  const nearest = new Float64Array(accounts.length)
  for (let a = 0; a < nearest.length; a++) {
    const i = accounts[a]
    sum.start(cashValues[i], cashRests[i])
    const end = starts[i + 1]
    for (let j = starts[i]; j < end; j++) {
      const n = quantityValues[j]
      if (n === 0) continue
      const k = market[j]
      sum.addProduct(n, quantityRests[j], marks[k], markRests[k])
    }
    const value = sum.nearest()
    nearest[a] = Number.isNaN(value) ? toNumber(equityOf(holdings, i, prices)) : value
  }
  return nearest
}
