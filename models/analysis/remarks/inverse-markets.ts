import { bounded, type Remark, type Remarker } from './remark.js'
import { counted, quoted } from './words.js'

/**
 * Inverse markets: in which currency figures are, what a factor loading of one means, and which markets beside them say
 * nothing of their currency.
 */
export const inverseMarkets: Remarker<'space' | 'prepared'> = ({ space: { event }, prepared: { factor } }) => {
  const inverse = event.markets.filter((market) => market.inverse)
  const loading =
    factor === undefined
      ? ''
      : ' Its factor loading is turned over to first order: the profile is best for factor moves of the reciprocal price, and for moves of its price in one market only.'
  const own = bounded(
    inverse,
    ({ market, settles }): Remark => ({
      code: 'inverse-market',
      says: `Market ${quoted(market)} is inverse: equity, losses, squares and shadow prices are in ${settles ?? 'the coin'}, in which it settles.${loading}`,
      market,
    }),
    (rest): Remark => ({ code: 'inverse-market', says: `${counted(rest.length, 'more market')} are inverse.` }),
  )
  const held = new Set(event.positions.market)
  const silent =
    inverse.length === 0
      ? []
      : event.markets.filter(({ inverse: isInverse, settles }, k) => !isInverse && settles === undefined && held.has(k))
  const coin = inverse[0]?.settles ?? 'the coin'
  return [
    ...own,
    ...bounded(
      silent,
      ({ market }): Remark => ({
        code: 'inverse-market',
        says: `Market ${quoted(market)} does not say what it settles in, beside inverse markets: its prices are taken to be in ${coin}. If they are in another currency, its notional is wrong by the price of the coin; give settles.`,
        market,
      }),
      (rest): Remark => ({
        code: 'inverse-market',
        says: `${counted(rest.length, 'more market')} do not say what they settle in, and are taken to be priced in ${coin}.`,
      }),
    ),
  ]
}
