import { toNumber } from '../../../src/numeric/index.js'
import { bounded, type Remark, type Remarker } from './remark.js'
import { amount, counted, quoted } from './words.js'

/** No venue lends as much: beyond it an equity is in another unit, or lacks a part. */
const HIGHEST_LEVERAGE = 1000

/** Solvent accounts of the whole book whose gross leverage Σ_k |n_ik| p_k / e_i before the ADL is above 1,000. In doubles. */
export const implausibleLeverage: Remarker<'space'> = ({ space: { event } }) => {
  const { accounts, positions, markets } = event
  const price = Float64Array.from(markets, ({ markPrice }) => toNumber(markPrice))
  const found: { readonly account: number; readonly notional: number; readonly equity: number }[] = []
  for (let account = 0; account < accounts.count; account++) {
    const equity = accounts.equity.values[account]
    if (!(equity > 0)) continue
    let notional = 0
    for (let p = positions.starts[account]; p < positions.starts[account + 1]; p++) {
      notional += Math.abs(positions.quantity.values[p]) * price[positions.market[p]]
    }
    if (notional > HIGHEST_LEVERAGE * equity) found.push({ account, notional, equity })
  }
  found.sort((a, b) => b.notional / b.equity - a.notional / a.equity || a.account - b.account)
  return bounded(
    found,
    ({ account, notional, equity }): Remark => ({
      code: 'implausible-leverage',
      says: `Account ${quoted(accounts.names[account])} holds ${amount(notional)} on an equity of ${amount(equity)}, a leverage of ${amount(notional / equity)}, before the ADL. Are equity, prices and quantities in the units of the event?`,
      account: accounts.names[account],
    }),
    (rest): Remark => ({
      code: 'implausible-leverage',
      says: `${counted(rest.length, 'more account')} have a leverage above ${amount(HIGHEST_LEVERAGE)}.`,
    }),
  )
}
