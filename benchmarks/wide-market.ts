import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { type AdlEvent, parseEvent } from '../models/index.js'

/**
 * One market, every account short in it with lognormal equity and leverage, three tenths to be closed; with everything that any
 * policy asks for, if wanted.
 */
export function wideMarket(accounts: number, seed = 7, withInputs = false): AdlEvent {
  const generator = xoroshiro128plus(seed)
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  let held = 0
  const book = Array.from({ length: accounts }, (_, i) => {
    const equity = Math.exp(8 + 2 * normal())
    const quantity = Number(((equity * Math.exp(1 + normal())) / 67000).toFixed(8))
    held += quantity
    const position = { market: 'BTC', quantity: -quantity }
    const account = { account: `a${i}`, equity: equity.toFixed(6) }
    if (!withInputs) return { ...account, positions: [position] }
    const entryPrice = (67000 * Math.exp(0.1 * normal())).toFixed(1)
    return { ...account, maintenanceMargin: (quantity * 670).toFixed(2), positions: [{ ...position, entryPrice }] }
  })
  return parseEvent({
    format: 'spillway/event@1',
    markets: [{ market: 'BTC', markPrice: 67000, ...(withInputs && { factorLoading: 1 }) }],
    accounts: book,
    demand: [{ market: 'BTC', side: 'short', quantity: (0.3 * held).toFixed(5) }],
  })
}
