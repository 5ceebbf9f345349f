import { type Decimal, doublesOf, PairSum, splitInto, toNumber } from '../../src/numeric/index.js'
import { equityOf, type Holdings } from './holdings.js'

/** The doubles nearest to the equities of accounts, e_i = b_i + Σ_k n_ik p_k; decimals are added only where doubles do not decide. */
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
  return doublesOf(accounts.length, (a) => {
    const i = accounts[a]
    sum.start(cashValues[i], cashRests[i])
    for (let j = starts[i]; j < starts[i + 1]; j++) {
      const n = quantityValues[j]
      if (n === 0) continue
      const k = market[j]
      sum.addProduct(n, quantityRests[j], marks[k], markRests[k])
    }
    return sum.nearest() ?? toNumber(equityOf(holdings, i, prices))
  })
}
