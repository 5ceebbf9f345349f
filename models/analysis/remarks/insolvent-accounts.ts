import { signOf, toNumber } from '../../../src/numeric/index.js'
import { takingsOf } from '../compare/who-pays.js'
import { bounded, type Remark, type Remarker } from './remark.js'
import { amount, counted, quoted } from './words.js'

/**
 * Accounts without positive equity at the mark that are closed. That is what the leverage objectives prescribe and no other rule
 * need do, and an equity of zero may only mean that the collateral is kept elsewhere.
 */
export const insolventTookDemand: Remarker<'space' | 'reductions'> = ({ space, reductions }) => {
  if (reductions === undefined) return []
  const { markets, owners, starts, pairMarket } = space
  const { names, equity } = space.event.accounts
  const taken = markets.map(() => 0)
  const pairs: { readonly owner: number; readonly pair: number; readonly share: number }[] = []
  for (let owner = 0; owner < owners.length; owner++) {
    if (equity.values[owners[owner]] > 0) continue
    for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
      if (signOf(reductions[pair]) <= 0) continue
      const closed = toNumber(reductions[pair])
      const k = pairMarket[pair]
      taken[k] += closed
      pairs.push({ owner, pair, share: closed / toNumber(markets[k].quantity) })
    }
  }
  pairs.sort((a, b) => b.share - a.share || a.pair - b.pair)
  return bounded(
    pairs,
    ({ owner, pair, share }): Remark => {
      const account = names[owners[owner]]
      const { market, quantity } = markets[pairMarket[pair]]
      const part = share >= 1 ? 'the whole demand' : `${amount(100 * share)} % of the demand`
      return {
        code: 'insolvent-took-demand',
        says: `Account ${quoted(account)} has no positive equity (${amount(equity.values[owners[owner]])}) and takes ${amount(toNumber(reductions[pair]))} of the ${amount(toNumber(quantity))} contracts demanded of ${quoted(market.market)}, ${part}. Is its equity complete, collateral kept elsewhere included?`,
        account,
        market: market.market,
      }
    },
    (rest): Remark => {
      const totals = markets.flatMap(({ market, quantity }, k) =>
        taken[k] > 0
          ? `${amount(taken[k])} of ${amount(toNumber(quantity))} contracts of ${quoted(market.market)}`
          : [],
      )
      const more = totals.length > 3 ? ` and in ${counted(totals.length - 3, 'more market')}` : ''
      return {
        code: 'insolvent-took-demand',
        says: `${counted(rest.length, 'more position')} of accounts without positive equity are closed; such accounts take ${totals.slice(0, 3).join(', ')}${more}.`,
      }
    },
  )
}

/** What cancels in e − Σ d x is no debt: a closing at the very bankruptcy price leaves an equity of zero. */
const ROUNDING = 1e-12

/** Accounts that are solvent at the mark and owe the venue after the ADL: e_i > 0 > e'_i = e_i − Σ_k d_k x_ik. */
export const solventMadeInsolvent: Remarker<'space' | 'reductions'> = ({ space, reductions }) => {
  if (reductions === undefined || space.markets.every(({ concession }) => signOf(concession) <= 0)) return []
  const { names, equity } = space.event.accounts
  const { concession } = takingsOf(space, reductions)
  const debtors = Array.from(space.owners, (account, owner) => {
    const before = equity.values[account]
    return { account, before, after: before - concession[owner], size: before + Math.abs(concession[owner]) }
  })
    .filter(({ before, after, size }) => before > 0 && after < -ROUNDING * size)
    .sort((a, b) => a.after - b.after || a.account - b.account)
  const total = debtors.reduce((sum, { after }) => sum + after, 0)
  return bounded(
    debtors,
    ({ account, before, after }): Remark => ({
      code: 'solvent-made-insolvent',
      says: `Account ${quoted(names[account])} is solvent at the mark (equity ${amount(before)}) and ends with ${amount(after)}: closing at the ADL price makes it a debtor.`,
      account: names[account],
    }),
    (rest): Remark => ({
      code: 'solvent-made-insolvent',
      says: `${counted(rest.length, 'more account')} that are solvent at the mark end as debtors; they all together owe ${amount(-total)}.`,
    }),
  )
}
