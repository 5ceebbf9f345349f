import type { GaussianMoves } from 'spillway'
import { type PlainEvent, randomFrom, written } from '../../books.js'
import { gaussian } from './support.js'

export interface Hedges {
  readonly book: PlainEvent
  readonly moves: GaussianMoves
}

/**
 * Books with accounts of no equity, or next to none, that closing can hedge perfectly under a law of one or two factors:
 * longs of some markets are asked for, and such accounts hold more of them than the shorts they hold besides.
 */
export function randomHedges(seed: number): Hedges {
  const random = randomFrom(seed * 104729)
  const size = random.whole(2, 4)
  const names = Array.from({ length: size }, (_, k) => `M${k}`)
  const isPlain = random.chance(0.4)
  const prices = names.map(() => (isPlain ? '1' : written(10 ** random.between(-1, 3))))
  const asked = names.map((_, k) => k === 0 || random.chance(0.4))
  const factors = random.pick([1, 1, 2])
  // Equal loadings and short decimals make laws that are singular exactly, others are so up to rounding only.
  const kind = random.pick(['equal', 'short', 'long'] as const)
  const root = Array.from({ length: factors }, () => {
    const shared = random.whole(5, 20) / 100
    return names.map(() =>
      kind === 'equal'
        ? shared * random.pick([1, 1, 2])
        : kind === 'short'
          ? random.whole(1, 20) / 100
          : random.between(0.02, 0.2),
    )
  })
  const covariance = names.map((_, a) => names.map((__, b) => root.reduce((sum, l) => sum + l[a] * l[b], 0)))
  const poor = random.whole(1, 3)
  const count = poor + random.whole(1, 4)
  const accounts = Array.from({ length: count }, (_, i) => {
    const scale = 10 ** random.between(1.5, 3)
    const isPoor = i < poor
    const equity = isPoor
      ? random.pick([0, 0, 0, scale * 10 ** random.between(-12, -2)])
      : scale * random.between(0.05, 1)
    const positions = names.flatMap((market, k) => {
      if (isPoor || k === 0 || random.chance(0.5)) {
        const notional = scale * random.between(0.3, 1) * (asked[k] || (!isPoor && random.chance(0.6)) ? 1 : -0.5)
        const quantity = notional / Number(prices[k])
        return [{ market, quantity: isPlain ? String(Math.round(quantity)) : written(quantity) }]
      }
      return []
    })
    return { account: `a${i}`, equity: written(equity), positions }
  })
  const demand = names.flatMap((market, k) => {
    const held = accounts.flatMap(({ positions }) =>
      positions.filter((p) => p.market === market).map((p) => Number(p.quantity)),
    )
    const open = held.filter((q) => q > 0).reduce((a, b) => a + b, 0)
    if (!asked[k] || open === 0) return []
    const quantity = open * random.between(0.2, 0.8)
    return [{ market, side: 'long' as const, quantity: isPlain ? String(Math.floor(quantity)) : written(quantity) }]
  })
  const markets = names.map((market, k) => ({ market, markPrice: prices[k] }))
  return { book: { format: 'spillway/event@1', markets, accounts, demand }, moves: gaussian(names, covariance) }
}
