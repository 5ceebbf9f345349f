import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Seeded books for tests: every hard thing that a real book can hold, in small. */
export interface BookOptions {
  readonly accounts: number
  readonly markets?: number
  /** Markets that each account holds at most; default 1. */
  readonly holdings?: number
  /** ADL prices off the mark in some markets, by up to 5 %, or by up to this share. */
  readonly offMark?: boolean | number
  /** Equities that are zero, negative or just positive. */
  readonly insolvents?: boolean
  /** Many accounts at one leverage. */
  readonly ties?: boolean
  /** Sizes from 1e-6 to 1e12. */
  readonly wild?: boolean
  /** Both sides in one market. */
  readonly twoSided?: boolean
  /** Longs, not shorts, are closed in some markets; of use with `twoSided`. */
  readonly longsDemanded?: boolean
  /** Accounts without positions, positions of zero contracts, demands of zero. */
  readonly blanks?: boolean
}

export interface PlainEvent {
  readonly format: 'spillway/event@1'
  readonly markets: { market: string; markPrice: string; adlPrice?: string }[]
  readonly accounts: { account: string; equity: string; positions: { market: string; quantity: string }[] }[]
  readonly demand: { market: string; side: 'long' | 'short'; quantity: string }[]
}

export function randomFrom(seed: number) {
  const generator = xoroshiro128plus(seed)
  // Neighbouring seeds start alike; a few draws part them.
  for (let draw = 0; draw < 32; draw++) generator.next()
  const unit = (): number => uniformFloat64(generator)
  return {
    unit,
    between: (low: number, high: number): number => low + unit() * (high - low),
    whole: (low: number, high: number): number => uniformInt(generator, low, high),
    chance: (probability: number): boolean => unit() < probability,
    pick: <T>(list: readonly T[]): T => list[uniformInt(generator, 0, list.length - 1)],
  }
}

/** A decimal of at most twelve significant digits, as a person would write it. */
export const written = (value: number): string => {
  const text = value.toPrecision(12)
  return text.includes('e') ? text : text.replace(/\.?0+$/, '')
}

export function randomBook(seed: number, options: BookOptions): PlainEvent {
  const random = randomFrom(seed)
  const markets = Array.from({ length: options.markets ?? 1 }, (_, k) => {
    const mark = written(10 ** random.between(-2, 4))
    const reach = typeof options.offMark === 'number' ? options.offMark : 0.05
    const shift = options.offMark && random.chance(0.7) ? 1 + random.between(-reach, reach) : 1
    return { market: `M${k}`, markPrice: mark, ...(shift !== 1 && { adlPrice: written(Number(mark) * shift) }) }
  })
  const accounts = Array.from({ length: options.accounts }, (_, i) => {
    const scale = options.wild ? 10 ** random.between(-6, 12) : 10 ** random.between(2, 5)
    const leverage = options.ties ? random.pick([1, 2, 5, 10]) : 10 ** random.between(-1, 1.5)
    const count = random.whole(1, Math.min(options.holdings ?? 1, markets.length))
    const first = random.whole(0, markets.length - 1)
    const positions = Array.from({ length: count }, (_, h) => {
      const market = markets[(first + h) % markets.length]
      const side = options.twoSided && random.chance(0.3) ? 1 : -1
      const notional = (scale * leverage) / count
      return { market: market.market, quantity: written((side * notional) / Number(market.markPrice)) }
    })
    let equity = scale
    if (options.insolvents && random.chance(0.15)) equity = random.pick([0, -scale / 10, scale / 1000])
    if (options.blanks && random.chance(0.2)) {
      if (random.chance(0.5)) positions.length = 0
      else positions[0] = { market: positions[0].market, quantity: '0' }
    }
    return { account: `a${i}`, equity: written(equity), positions }
  })
  const demand = markets.flatMap(({ market }) => {
    const held = accounts.flatMap(({ positions }) =>
      positions.filter((p) => p.market === market).map((p) => Number(p.quantity)),
    )
    const side = options.longsDemanded && random.chance(0.5) ? ('long' as const) : ('short' as const)
    const sign = side === 'long' ? 1 : -1
    const open = held.filter((q) => q * sign > 0).reduce((a, b) => a + Math.abs(b), 0)
    if (options.blanks && random.chance(0.1)) return { market, side, quantity: '0' }
    if (open === 0 || (markets.length > 1 && random.chance(0.3))) return []
    const share = random.pick([0.001, 0.1, 0.5, 0.9, 0.999, random.unit()])
    return { market, side, quantity: written(open * share * (1 - 1e-9)) }
  })
  return { format: 'spillway/event@1', markets, accounts, demand }
}
