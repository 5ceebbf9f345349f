import { compare, signOf } from '../../../src/numeric/index.js'
import { exactHolding } from '../../book/exact-amounts.js'
import { bounded, type Remark, type Remarker } from './remark.js'
import { counted, quoted } from './words.js'

/**
 * Isolated positions that are closed in part: their equity is taken to stay in the account, and a venue that pays
 * margin out as the position closes leaves the leverage where it was. Known by the names that `spillway import` gives
 * such accounts, `account:market`.
 */
export const marginStays: Remarker = ({ space, reductions }) => {
  if (reductions === undefined) return []
  const { event, owners, starts, pairMarket, markets } = space
  const { names } = event.accounts
  const isolated = Array.from(owners.keys()).filter((owner) => {
    const [first, end] = [starts[owner], starts[owner + 1]]
    if (end - first !== 1) return false
    const isPart = signOf(reductions[first]) > 0 && compare(reductions[first], exactHolding(space, first)) < 0
    const own = `:${markets[pairMarket[first]].market.market}`
    return isPart && ['', ':long', ':short'].some((leg) => names[owners[owner]].endsWith(`${own}${leg}`))
  })
  return bounded(
    isolated,
    (owner): Remark => {
      const [account, { market }] = [names[owners[owner]], markets[pairMarket[starts[owner]]].market]
      return {
        code: 'margin-stays',
        says: `Account ${quoted(account)} is an isolated position in ${quoted(market)} that is closed in part, and its margin is taken to stay in it. Where the venue pays margin out as the position closes, its leverage stays what it was.`,
        account,
        market,
      }
    },
    (rest): Remark => ({
      code: 'margin-stays',
      says: `The same is to be said of ${counted(rest.length, 'more isolated position')}.`,
    }),
  )
}
