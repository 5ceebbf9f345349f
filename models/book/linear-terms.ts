import { compare, type Decimal, decimalOf, multiply, negate, roundedQuotient, signOf } from '../../src/numeric/index.js'
import type { DecimalColumn } from './decimal-column.js'
import type { AdlEvent, Book, Demand, Market } from './event.js'

/**
 * An event to compute with: linear contracts of one unit. This is the one place that knows of others; what was given stands beside
 * in `given`, and quantities are contracts in both.
 *
 * - One contract of market k stands for s_k units of its price: s_k p_k, s_k a_k and s_k entry_ik take the places of p_k, a_k, entry_ik.
 * - An inverse contract is worth s_k of the quote currency, s_k/p_k of the coin that it settles in. There a long of n contracts is a short
 *   of n at the price s_k/p_k: the side is turned, s_k/a_k and s_k/entry_ik are the other prices, and a loading β_k becomes −β_k, since
 *   a move r of p_k is a move −r/(1 + r) of its reciprocal (`models/moves/turned.ts`). What is closed, conceded and lost is the same coin.
 *
 * Reciprocals have fifty digits behind the leading one, and are exact where they end before.
 */
export function inLinearTerms(event: AdlEvent): AdlEvent {
  const { markets, accounts, demand, positions } = event
  if (markets.every(({ contractSize, inverse }) => contractSize === undefined && inverse === undefined)) return event
  return {
    ...event,
    markets: markets.map(linearMarket),
    positions: { ...positions, quantity: quantities(event), ...entryPrices(event) },
    demand: demand.map(({ market, side, quantity }): Demand => {
      return { market, side: isInverse(markets, market) ? (-side as 1 | -1) : side, quantity }
    }),
    given: event.given ?? { markets, accounts, positions, demand },
  }
}

const DIGITS = 50
const one = decimalOf(1)

const isInverse = (markets: readonly Market[], k: number): boolean => markets[k].inverse === true

/** Of an inverse market `inverse` stays, for what the venue says of it later: moves and loadings. */
function linearMarket({ contractSize = one, ...market }: Market): Market {
  const price = (given: Decimal): Decimal => linearPrice(market, contractSize, given)
  const { markPrice, adlPrice, factorLoading } = market
  return {
    ...market,
    markPrice: price(markPrice),
    adlPrice: price(adlPrice),
    ...(market.inverse && factorLoading && { factorLoading: negate(factorLoading) }),
  }
}

/** s p, or s/p of an inverse market; a price of zero, which nobody holds, stays. */
function linearPrice({ inverse }: { readonly inverse?: boolean | undefined }, size: Decimal, price: Decimal): Decimal {
  if (inverse !== true) return compare(size, one) === 0 ? price : multiply(price, size)
  if (signOf(price) === 0) return price
  // Decimal places before the first digit of the quotient are not counted.
  const lead = String(size.digits).length - size.scale - (String(price.digits).length - price.scale)
  return shortened(roundedQuotient(size, price, Math.max(0, DIGITS - lead), 'down'))
}

/** Without zeros at its end: a reciprocal that ends is as short as it can be. */
function shortened({ digits, scale }: Decimal): Decimal {
  let [rest, left] = [digits, scale]
  for (; left > 0 && rest % 10n === 0n; left--) rest /= 10n
  return { digits: rest, scale: left }
}

function quantities({ markets, positions }: Book): DecimalColumn {
  return positions.quantity.mapped((p, value) =>
    isInverse(markets, positions.market[p]) ? negate(value()) : undefined,
  )
}

function entryPrices({ markets, positions }: Book): Pick<Book['positions'], 'entryPrice'> {
  const { entryPrice, market } = positions
  if (entryPrice === undefined) return {}
  return {
    entryPrice: entryPrice.mapped((p, value) => {
      const { contractSize, inverse } = markets[market[p]]
      if (contractSize === undefined && inverse === undefined) return undefined
      return linearPrice({ inverse }, contractSize ?? one, value())
    }),
  }
}
