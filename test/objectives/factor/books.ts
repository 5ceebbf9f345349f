import { randomFrom, written } from '../../books.js'

/** Small books with one factor, full of what is hard: seeded, as a person would write them. */
export interface FactorEvent {
  readonly format: 'spillway/event@1'
  readonly markets: { market: string; markPrice: string; adlPrice?: string; factorLoading?: string }[]
  readonly accounts: { account: string; equity: string; positions: { market: string; quantity: string }[] }[]
  readonly demand: { market: string; side: 'long' | 'short'; quantity: string }[]
}

export interface FactorBookOptions {
  readonly accounts: number
  readonly markets: number
  /** Equities from 1e-6 to 1e12. */
  readonly wild?: boolean
  /** Few distinct numbers, so that levels meet. */
  readonly ties?: boolean
  readonly insolvents?: boolean
  readonly offMark?: boolean
  /** All loadings above zero, all sides short: no flow is turned. */
  readonly plain?: boolean
}

export function factorBook(seed: number, options: FactorBookOptions): FactorEvent {
  const random = randomFrom(seed)
  const { ties, wild, plain } = options
  const markets = Array.from({ length: options.markets }, (_, k) => {
    const mark = ties ? random.pick(['1', '2', '5', '10']) : written(10 ** random.between(-2, 4))
    const loading = random.chance(0.1)
      ? '0'
      : ties
        ? random.pick(['1', '1', '-1', '2'])
        : written(random.between(-1.5, 2))
    const adl = options.offMark && random.chance(0.6) ? written(Number(mark) * (1 + random.between(-0.04, 0.04))) : mark
    return {
      market: `M${k}`,
      markPrice: mark,
      ...(adl !== mark && { adlPrice: adl }),
      factorLoading: plain ? String(Math.abs(Number(loading)) || 1) : loading,
    }
  })
  const accounts = Array.from({ length: options.accounts }, (_, i) => {
    const scale = wild ? 10 ** random.between(-6, 12) : ties ? random.pick([10, 20, 100]) : 10 ** random.between(2, 5)
    let equity = scale
    if (options.insolvents && random.chance(0.3)) equity = random.pick([0, -scale / 10, -scale * 2])
    const positions = markets.flatMap(({ market, markPrice }) => {
      if (!random.chance(0.7)) return []
      if (random.chance(0.05)) return [{ market, quantity: '0' }]
      const leverage = ties ? random.pick([1, 2, 5]) : 10 ** random.between(-1, 1.3)
      const sign = random.chance(plain ? 0.2 : 0.5) ? 1 : -1
      return [{ market, quantity: written((sign * scale * leverage) / Number(markPrice)) }]
    })
    return { account: `a${i}`, equity: written(equity), positions }
  })
  const demand = markets.flatMap(({ market }, k) => {
    const side = plain || random.chance(0.5) ? ('short' as const) : ('long' as const)
    const open = accounts.flatMap(({ positions }) =>
      positions
        .filter((p) => p.market === market && Number(p.quantity) * (side === 'long' ? 1 : -1) > 0)
        .map((p) => p.quantity.replace(/^-/, '')),
    )
    if (open.length === 0 || (k > 0 && random.chance(0.15))) return []
    const whole = open.reduce((a, b) => a + Number(b), 0)
    // A whole side exactly: one holding is all there is, or the sum of decimals that a double holds.
    if (random.chance(0.12) && (open.length === 1 || exactSum(open) !== undefined)) {
      return [{ market, side, quantity: open.length === 1 ? open[0] : exactSum(open)! }]
    }
    const share = random.pick([0.001, 0.1, 0.5, 0.9, 0.999, random.unit()])
    return [{ market, side, quantity: written(whole * share * (1 - 1e-9)) }]
  })
  return { format: 'spillway/event@1', markets, accounts, demand }
}

/** Everybody holds about the same of every market, and about half of it must go: one level for all, and plenty to choose. */
export function denseBook(seed: number, accountsAtMost = 9): FactorEvent {
  const random = randomFrom(seed)
  const markets = Array.from({ length: random.whole(2, 4) }, (_, k) => ({
    market: `M${k}`,
    markPrice: '1',
    factorLoading: written(random.between(0.8, 1.2) * (seed % 3 === 0 && k === 0 ? -1 : 1)),
  }))
  const accounts = Array.from({ length: random.whole(3, accountsAtMost) }, (_, i) => ({
    account: `a${i}`,
    equity: written(random.between(10, 12)),
    positions: markets.map(({ market }) => ({ market, quantity: written(random.between(6, 9)) })),
  }))
  const demand = markets.map(({ market }) => ({
    market,
    side: 'long' as const,
    quantity: written(random.between(0.4, 0.6) * 7 * accounts.length),
  }))
  return { format: 'spillway/event@1', markets, accounts, demand }
}

/** The exact sum of decimals without exponents; undefined where one has an exponent. */
function exactSum(texts: readonly string[]): string | undefined {
  if (texts.some((text) => text.includes('e'))) return undefined
  const places = Math.max(...texts.map((text) => (text.split('.')[1] ?? '').length))
  const sum = texts.reduce((total, text) => {
    const [whole, rest = ''] = text.split('.')
    return total + BigInt(`${whole}${rest.padEnd(places, '0')}`)
  }, 0n)
  const digits = String(sum).padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}
