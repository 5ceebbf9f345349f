import type { Market } from './event.js'
import { mistake, type Place } from './place.js'

/**
 * Throws `mixed-settlement` where markets of an event settle in two currencies, or may: equities would then add up
 * amounts of both. An inverse market settles in its coin, so beside any other market it must say which.
 */
export function refuseMixedSettlement(markets: readonly Market[], place: (k: number) => Place): void {
  const first = markets.findIndex(({ settles }) => settles !== undefined)
  const other = markets.findIndex(({ settles }) => settles !== undefined && settles !== markets[first].settles)
  if (other >= 0) {
    const problem = `${JSON.stringify(markets[first].market)} settles in ${markets[first].settles}, this market in another currency`
    const cure = 'Make an event for each settlement currency, with the equity that accounts hold in it.'
    throw mistake('mixed-settlement', place(other)('settles'), problem, markets[other].settles, cure)
  }
  const silent = markets.findIndex(({ inverse, settles }) => inverse === true && settles === undefined)
  if (silent < 0 || markets.length === 1) return
  const problem = 'an inverse market settles in its coin, and beside other markets it must say in which'
  const cure = 'Give settles, such as BTC, and only markets that are priced in that coin or settle in it.'
  throw mistake('mixed-settlement', place(silent)('settles'), problem, undefined, cure)
}
