import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { type AdlEvent, parseEvent } from '../models/index.js'

/**
 * A made-up crisis, the same for every run of a seed: traders with lognormal equity and leverage on both sides of one
 * market, which has just fallen by a fifth. Longs that are under water are taken over; what they held, net, must be
 * bought back from the shorts: the demand is derived, as the contract says.
 */
export function crisisBook(accounts: number, seed = 20251010): AdlEvent {
  const generator = xoroshiro128plus(seed)
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const entry = 100
  const mark = 80
  const book = Array.from({ length: accounts }, (_, i) => {
    const deposit = Math.exp(8 + 1.8 * normal())
    const leverage = Math.min(40, Math.exp(0.8 + 0.8 * normal()))
    // More long than short, so that shorts can take over what the bankrupt held.
    const side = unit() < 0.5 ? 1 : -1
    const quantity = (side * deposit * leverage) / entry
    return {
      account: `trader-${i + 1}`,
      equity: (deposit + quantity * (mark - entry)).toFixed(2),
      positions: [{ market: 'PERP', quantity: quantity.toFixed(4), entryPrice: entry }],
    }
  })
  return parseEvent({ format: 'spillway/event@1', markets: [{ market: 'PERP', markPrice: mark }], accounts: book })
}
