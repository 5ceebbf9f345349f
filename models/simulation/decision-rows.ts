import { type Decimal, signOf, toText } from '../../src/numeric/index.js'
import { decisionSpace } from '../book/decision-space.js'
import type { AdlEvent, ReductionJson } from '../book/index.js'

/** What a policy answered to an event, as an allocation lists it; pairs that close nothing are left out. */
export function decisionRows(event: AdlEvent, reductions: readonly Decimal[]): ReductionJson[] {
  const { owners, pairOwner, pairMarket, markets } = decisionSpace(event)
  return reductions.flatMap((quantity, pair): ReductionJson[] => {
    if (signOf(quantity) === 0) return []
    const account = event.accounts.names[owners[pairOwner[pair]]]
    return [{ account, market: markets[pairMarket[pair]].market.market, quantity: toText(quantity) }]
  })
}
