import type { GivenSupply } from '#src/closed-forms/index.js'
import { randomFrom } from '../../books.js'

export interface NetworkOptions {
  readonly columns: number
  readonly markets: number
  /** Whole numbers, few of them: levels tie within and across components. */
  readonly ties?: boolean
  /** Sizes from 1e-6 to 1e12. */
  readonly wild?: boolean
}

/** Seeded networks with every hard thing in small: isolated columns and markets, pairs of no capacity, supplies of nothing and of all. */
export function randomNetwork(
  seed: number,
  { columns, markets, ties = false, wild = false }: NetworkOptions,
): GivenSupply {
  const random = randomFrom(seed)
  const size = (): number => (ties ? random.whole(1, 4) : 10 ** (wild ? random.between(-6, 12) : random.between(-1, 2)))
  const density = random.pick([0.3, 0.6, 1])
  const column: number[] = []
  const market: number[] = []
  const capacity: number[] = []
  for (let i = 0; i < columns; i++) {
    for (let k = 0; k < markets; k++) {
      if (!random.chance(density)) continue
      column.push(i)
      market.push(k)
      capacity.push(random.chance(0.1) ? 0 : size())
    }
  }
  const weight = Float64Array.from({ length: columns }, () => (random.chance(0.3) ? 2 : size()))
  const start = Float64Array.from({ length: columns }, (_, i) => {
    const own = capacity.reduce((sum, u, p) => (column[p] === i ? sum + u : sum), 0)
    return random.pick([own, own + size(), -size(), size(), 0, own - size()])
  })
  const supply = new Float64Array(markets)
  capacity.forEach((u, p) => {
    supply[market[p]] += u
  })
  return {
    column: Int32Array.from(column),
    market: Int32Array.from(market),
    capacity: Float64Array.from(capacity),
    weight,
    start,
    supply: supply.map((total) => {
      const share = total * random.pick([0, 0.01, 0.3, 0.5, 0.9, 1])
      return ties ? Math.floor(share) : share
    }),
  }
}

/** Networks of every kind in turn. */
export function networkNumber(n: number, seed: number, most = { columns: 14, markets: 6 }): GivenSupply {
  return randomNetwork(seed + n, {
    columns: 1 + (n % most.columns),
    markets: 1 + (Math.floor(n / 3) % most.markets),
    ties: n % 3 === 0,
    wild: n % 7 === 2,
  })
}
