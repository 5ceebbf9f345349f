import type { AdlEvent } from '../models/index.js'
import { suggest } from '../src/names.js'
import { numberOf } from './arguments.js'
import { mistake } from './usage.js'

/** A number for every market of an event, from one for all (`0.6`) or one for each (`BTC=0.6,ETH=0.75`). */
export function marketValues(flag: string, text: string, event: AdlEvent, least = -Infinity): Float64Array {
  const read = (number: string): number => {
    const value = numberOf(flag, number)
    if (value >= least) return value
    throw mistake('bad-number', flag, number, `is below ${least}`, `Give a number that is not below ${least}.`)
  }
  const names = event.markets.map(({ market }) => market)
  if (!text.includes('=')) return new Float64Array(names.length).fill(read(text))
  const values = new Map<string, number>()
  for (const entry of text.split(',')) {
    const at = entry.lastIndexOf('=')
    const market = entry.slice(0, Math.max(0, at))
    const cure = `Write ${flag} ${names[0]}=0.6, one entry per market, or one number for all.`
    if (at <= 0) throw mistake('bad-pair', flag, entry, 'not a market and a number', cure)
    if (values.has(market)) throw mistake('duplicate-market', flag, market, 'this market stands twice', 'Keep one.')
    if (!names.includes(market)) {
      throw mistake('unknown-market', flag, market, 'the event has no such market', suggest(market, names))
    }
    values.set(market, read(entry.slice(at + 1)))
  }
  return Float64Array.from(names, (market) => {
    const value = values.get(market)
    if (value !== undefined) return value
    throw mistake('missing-market', flag, market, 'this market of the event is missing', `Add ${market}=NUMBER.`)
  })
}
