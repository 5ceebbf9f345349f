import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { GivenSupply } from '../src/closed-forms/index.js'

/**
 * A book under one factor as a network: loadings of both signs, three markets in ten demand longs, holders with lognormal weights and
 * up to eight positions on either side, popular markets first, up to six tenths of what can be closed demanded. Markets
 * with a reversed flow send what is not closed, so that starts, and levels, have both signs.
 */
export function factorNetwork(columns: number, markets: number, seed = 7): GivenSupply {
  const generator = xoroshiro128plus(seed)
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const loading = Array.from({ length: markets }, () => (0.3 + 1.5 * unit()) * (unit() < 0.15 ? -1 : 1))
  const side = Array.from({ length: markets }, () => (unit() < 0.3 ? 1 : -1))
  const column: number[] = []
  const market: number[] = []
  const capacity: number[] = []
  const start = new Float64Array(columns)
  const total = new Float64Array(markets)
  const weight = Float64Array.from({ length: columns }, (_, i) => {
    const own = Math.exp(7 + 2 * normal())
    const held = 1 + Math.floor(7.8 * unit())
    for (const k of new Set(Array.from({ length: held }, () => Math.floor(markets * unit() * unit())))) {
      const sign = unit() < 0.5 ? 1 : -1
      const exposure = ((sign * own * Math.exp(0.7 + normal())) / held) * loading[k]
      start[i] += exposure
      if (sign !== side[k]) continue
      const size = Math.abs(exposure)
      column.push(i)
      market.push(k)
      capacity.push(size)
      total[k] += size
      if (exposure < 0) start[i] += size
    }
    return own
  })
  const supply = total.map((size, k) => {
    const closed = 0.6 * unit() * size
    return side[k] * loading[k] > 0 ? closed : size - closed
  })
  return {
    column: Int32Array.from(column),
    market: Int32Array.from(market),
    capacity: Float64Array.from(capacity),
    weight,
    start,
    supply,
  }
}
