import { bounded, type Remark, type Remarker } from './remark.js'
import { counted, quoted } from './words.js'

/** Inverse markets: in which currency figures are, and what a factor loading of one means. */
export const inverseMarkets: Remarker<'space' | 'prepared'> = ({ space: { event }, prepared: { factor } }) => {
  const inverse = event.markets.filter((market) => market.inverse)
  const loading =
    factor === undefined
      ? ''
      : ' Its factor loading is turned over to first order: the profile is best for factor moves of the reciprocal price, and for moves of its price in one market only.'
  return bounded(
    inverse,
    ({ market, settles }): Remark => ({
      code: 'inverse-market',
      says: `Market ${quoted(market)} is inverse: equity, losses, squares and shadow prices are in ${settles ?? 'the coin'}, in which it settles.${loading}`,
      market,
    }),
    (rest): Remark => ({ code: 'inverse-market', says: `${counted(rest.length, 'more market')} are inverse.` }),
  )
}
