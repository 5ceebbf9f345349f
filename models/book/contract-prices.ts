import { type Decimal, multiply } from '../../src/numeric/index.js'
import type { AdlEvent, Book, Market } from './event.js'

/**
 * An event to compute with. One contract of market k stands for s_k units of its price, so that with s_k p_k, s_k a_k and
 * s_k entry_ik for p_k, a_k and entry_ik everything is about contracts of one unit. This is the one place that knows of
 * contract sizes: what was given stands beside in `given`, and quantities are contracts in both.
 */
export function inContractPrices(event: AdlEvent): AdlEvent {
  if (event.markets.every(({ contractSize }) => contractSize === undefined)) return event
  const { markets, accounts, demand, positions } = event
  return {
    ...event,
    markets: markets.map(pricedPerContract),
    positions: { ...positions, ...entryPrices(event) },
    given: event.given ?? { markets, accounts, positions, demand },
  }
}

function pricedPerContract({ contractSize, ...market }: Market): Market {
  if (contractSize === undefined) return market
  const { markPrice, adlPrice } = market
  return { ...market, markPrice: multiply(markPrice, contractSize), adlPrice: multiply(adlPrice, contractSize) }
}

function entryPrices({ markets, positions }: Book): Pick<Book['positions'], 'entryPrice'> {
  if (positions.entryPrice === undefined) return {}
  const sizeOf = (p: number): Decimal | undefined => markets[positions.market[p]].contractSize
  return { entryPrice: positions.entryPrice.timesEach(sizeOf) }
}
