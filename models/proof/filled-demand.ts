import { add, type Decimal, multiply, smallerOf, zero } from '../../src/numeric/index.js'
import { decisionSpace } from '../book/decision-space.js'
import { exactHolding, wholeLots } from '../book/exact-amounts.js'
import type { AdlEvent, Allocation, Demand } from '../book/index.js'
import { pairFinder } from './match-allocation.js'

/** What must be closed: the demand of the event, or as much of it as an allocation filled. */
export type DemandChoice = 'event' | 'filled'

/**
 * The event whose demand is what an allocation filled of it: of every demanded market the sum of its entries that close an eligible
 * holding, none counted beyond the holding and the sum not beyond the demand, so that everything else that is wrong with the allocation
 * stays wrong. With `lots` in whole lots. The digest stays that of the event as given.
 */
export function withFilledDemand(event: AdlEvent, allocation: Allocation, lots: boolean): AdlEvent {
  const space = decisionSpace(event)
  const find = pairFinder(space)
  const filled = new Map<number, Decimal>()
  for (let entry = 0; entry < allocation.count; entry++) {
    const pair = find(allocation.accounts[entry], allocation.markets[entry])
    if (typeof pair === 'string') continue
    const { index } = space.markets[space.pairMarket[pair]]
    const closed = smallerOf(allocation.quantity.exact(entry), exactHolding(space, pair))
    filled.set(index, add(filled.get(index) ?? zero, closed))
  }
  const quantityOf = ({ market, quantity }: Demand): Decimal => {
    const sum = smallerOf(filled.get(market) ?? zero, quantity)
    const lot = lots ? event.markets[market].lotSize : undefined
    return lot === undefined ? sum : multiply(wholeLots(sum, lot), lot)
  }
  const asked = (demand: readonly Demand[]): Demand[] =>
    demand.map((entry) => ({ ...entry, quantity: quantityOf(entry) }))
  const { demand, given } = event
  return { ...event, demand: asked(demand), ...(given && { given: { ...given, demand: asked(given.demand) } }) }
}
