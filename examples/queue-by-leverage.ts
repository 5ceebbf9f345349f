import { decisionSpace } from '../models/book/decision-space.js'
import { type AdlEvent, type Allocation, parseAllocation, policyNamed } from '../models/index.js'
import { signOf, toText } from '../src/numeric/index.js'

/**
 * What many venues do today, in its plainest form: the policy `queue-leverage` of the registry, which closes the most leveraged
 * account whole, then the next, until the demand is met; the last one in part.
 */
export async function queueByLeverage(event: AdlEvent): Promise<Allocation> {
  const space = decisionSpace(event)
  const closed = await policyNamed('queue-leverage').allocate(space)
  const reductions = closed.flatMap((quantity, pair) =>
    signOf(quantity) === 0
      ? []
      : {
          account: event.accounts.names[space.owners[space.pairOwner[pair]]],
          market: space.markets[space.pairMarket[pair]].market.market,
          quantity: toText(quantity),
        },
  )
  return parseAllocation({ format: 'spillway/allocation@1', reductions })
}
