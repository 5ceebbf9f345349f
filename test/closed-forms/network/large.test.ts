import { describe, expect, it } from 'vitest'
import { fairBound } from '#src/certificates/index.js'
import { type NetworkFillInput, networkFill } from '#src/closed-forms/index.js'
import type { Decimal } from '#src/index.js'
import { add, decimalOf, multiply, roundedQuotient, subtract, toNumber, zero } from '#src/numeric/index.js'
import { randomNetwork } from './networks.js'

const SEED = 20261127

/** (Σ z²/w − bound)/Σ z²/w, in exact decimals. */
function relativeGap(input: NetworkFillInput, flow: Float64Array, levels: Float64Array): number {
  const [low, high] = 'supply' in input ? [input.supply, input.supply] : [input.least, input.most]
  const pairs = Array.from(input.weight, (): (readonly [number, Decimal])[] => [])
  const left = Array.from(input.start, decimalOf)
  input.column.forEach((i, p) => {
    pairs[i].push([input.market[p], decimalOf(input.capacity[p])])
    left[i] = subtract(left[i], decimalOf(flow[p]))
  })
  const columns = pairs.map((list, i) => ({
    start: decimalOf(input.start[i]),
    weight: decimalOf(input.weight[i]),
    pairs: list,
  }))
  const markets = Array.from(levels, (level, k) => ({
    least: decimalOf(low[k]),
    most: decimalOf(high[k]),
    level: decimalOf(level),
  }))
  const value = left.reduce((sum, z, i) => add(sum, roundedQuotient(multiply(z, z), columns[i].weight, 40, 'up')), zero)
  return toNumber(subtract(value, fairBound(columns, markets))) / toNumber(value)
}

describe(`networks of some hundred columns (seed ${SEED})`, () => {
  it('are proved to 1e-12 from their market levels: ties, twelve orders of magnitude, supplies given and free', () => {
    let cuts = 0
    for (let n = 0; n < Number(process.env.NETWORK_TRIALS ?? 90); n++) {
      const given = randomNetwork(SEED + n, {
        columns: 50 + ((n * 7) % 300),
        markets: 5 + (n % 40),
        ties: n % 3 === 0,
        wild: n % 3 === 1,
      })
      const { supply, ...network } = given
      const input = n % 2 === 0 ? given : { ...network, least: supply.map((s) => s * 0.5), most: supply }
      const { flow, marketLevel, isExact, parts } = networkFill(input)
      expect(isExact, `network ${n}`).toBe(true)
      expect(Math.abs(relativeGap(input, flow, marketLevel)), `network ${n}`).toBeLessThanOrEqual(1e-12)
      cuts += Number(parts > 1)
    }
    expect(cuts).toBeGreaterThan(60)
  })

  it('markets whose levels grow threefold from one to the next are not peeled off one by one at full cost', () => {
    const [columns, markets] = [6000, 60]
    const market = Int32Array.from({ length: columns }, (_, i) => i % markets)
    const size = Float64Array.from({ length: columns }, (_, i) => 3 ** (i % markets) * (1 + ((i * 0.618) % 1)))
    const supply = new Float64Array(markets)
    size.forEach((u, i) => {
      supply[market[i]] += 0.3 * u
    })
    const input = {
      column: Int32Array.from({ length: columns }, (_, i) => i),
      market,
      capacity: size,
      weight: new Float64Array(columns).fill(1),
      start: size,
      supply,
    }
    const { marketLevel, isExact, parts, flow } = networkFill(input)
    expect(isExact).toBe(true)
    expect(parts).toBe(2 * markets - 1)
    expect(new Set(marketLevel).size).toBe(markets)
    expect(Math.abs(relativeGap(input, flow, marketLevel))).toBeLessThanOrEqual(1e-12)
  })
})
