import { type AdlEvent, type Allocation, parseAllocation } from '../models/index.js'
import { add, compare, smallerOf, subtract, toText, zero } from '../src/index.js'

/**
 * What many venues do today, in its plainest form: rank the positions of the reduced side by notional over equity and close them whole,
 * one after another, until the demand is met; the last one in part. For comparison only.
 */
export function queueByLeverage(event: AdlEvent): Allocation {
  const { accounts, positions, markets } = event
  const reductions = event.demand.flatMap(({ market, side, quantity }) => {
    const price = Number(toText(markets[market]!.markPrice))
    const queue: { account: number; place: number; leverage: number }[] = []
    for (let account = 0; account < accounts.count; account++) {
      for (let place = positions.starts[account]!; place < positions.starts[account + 1]!; place++) {
        const held = positions.quantity.values[place]!
        if (positions.market[place] !== market || held * side <= 0) continue
        const equity = accounts.equity.values[account]!
        queue.push({ account, place, leverage: equity > 0 ? (Math.abs(held) * price) / equity : Infinity })
      }
    }
    queue.sort((a, b) => b.leverage - a.leverage)
    let left = quantity
    return queue.flatMap(({ account, place }) => {
      if (compare(left, zero) === 0) return []
      const held = positions.quantity.exact(place)
      const closed = smallerOf(left, side > 0 ? held : subtract(zero, held))
      left = subtract(left, closed)
      return { account: accounts.names[account]!, market: markets[market]!.market, quantity: toText(add(closed, zero)) }
    })
  })
  return parseAllocation({ format: 'spillway/allocation@1', reductions })
}
