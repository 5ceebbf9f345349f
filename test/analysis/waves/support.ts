import Fraction from 'fraction.js'

/** Whole numbers from 0 up to, not including, `most`; the same for the same seed (Numerical Recipes' generator). */
export function dice(seed: number): (most: number) => number {
  let state = seed >>> 0
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

export interface PlainPosition {
  readonly market: string
  readonly quantity: string
  readonly entryPrice?: string
}

export interface PlainAccount {
  readonly account: string
  readonly equity: string
  readonly walletBalance?: string
  readonly exempt?: boolean
  readonly positions: readonly PlainPosition[]
}

export interface PlainMarket {
  readonly market: string
  readonly markPrice: string
  readonly adlPrice: string
  readonly contractSize?: string
  readonly inverse?: boolean
  readonly settles?: string
}

export interface PlainEvent {
  readonly format: 'spillway/event@1'
  readonly markets: readonly PlainMarket[]
  readonly accounts: readonly PlainAccount[]
  readonly demand: readonly { readonly market: string; readonly side: 'long' | 'short'; readonly quantity: string }[]
}

export interface PlainReduction {
  readonly account: string
  readonly market: string
  readonly quantity: string
}

/** Exact sums for people who write events by hand: fractions, and nothing of the program. */
export const fraction = (text: string | number): Fraction => new Fraction(text)
export const plain = (value: Fraction): string => {
  const places = 60
  const scaled = value.mul(new Fraction(10n ** BigInt(places)))
  if (scaled.d !== 1n) throw new Error(`${value.toFraction()} is no decimal of ${places} places`)
  const digits = String(scaled.n).padStart(places + 1, '0')
  const text = `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '')
  return scaled.s < 0n ? `-${text}` : text
}

/** A random event with both sides, hedges, odd contract sizes, prices off the mark, and an allocation that meets its demand. */
export function randomCase(seed: number): {
  readonly event: PlainEvent
  readonly reductions: readonly PlainReduction[]
} {
  const roll = dice(seed)
  const isCoin = roll(4) === 0
  const markets = Array.from({ length: 1 + roll(3) }, (_, k): PlainMarket => {
    // Prices whose reciprocals end, so that coins add up exactly.
    const [markPrice, adlPrice] = isCoin
      ? [String(2 ** (3 + roll(4))), String(2 ** (3 + roll(4)))]
      : [`${20 + roll(90)}.${roll(100)}`, `${20 + roll(90)}.${roll(100)}`]
    return {
      market: `M${k}`,
      markPrice,
      adlPrice,
      ...(roll(2) === 0 && { contractSize: ['0.001', '10', '100'][roll(3)]! }),
      ...(isCoin && { inverse: true, settles: 'COIN' }),
    }
  })
  const accounts = Array.from({ length: 2 + roll(8) }, (_, i): PlainAccount => {
    const positions = markets.flatMap(({ market }): PlainPosition[] =>
      ['', '-'].flatMap((sign): PlainPosition[] => {
        if (roll(3) === 0) return []
        const entry =
          roll(4) === 0 ? {} : { entryPrice: isCoin ? String(2 ** (2 + roll(5))) : `${10 + roll(90)}.${roll(10)}` }
        return [{ market, quantity: `${sign}${1 + roll(20)}.${roll(1000)}`, ...entry }]
      }),
    )
    return {
      account: `a${i}`,
      equity: `${roll(5) === 0 ? '-' : ''}${1 + roll(500)}.${roll(10000)}`,
      ...(roll(2) === 0 && { walletBalance: `${roll(400)}.${roll(100)}` }),
      positions,
    }
  })
  const reductions: PlainReduction[] = []
  const demand = markets.flatMap(({ market }) => {
    if (roll(5) === 0) return []
    const side = roll(2) === 0 ? ('long' as const) : ('short' as const)
    let total = fraction(0)
    for (const { account, positions } of accounts) {
      for (const { market: held, quantity } of positions) {
        if (held !== market || quantity.startsWith('-') !== (side === 'short') || roll(3) === 0) continue
        const size = fraction(quantity).abs()
        const closed = roll(2) === 0 ? size : size.mul(fraction(1 + roll(99))).div(fraction(100))
        total = total.add(closed)
        reductions.push({ account, market, quantity: plain(closed) })
      }
    }
    return [{ market, side, quantity: plain(total) }]
  })
  return { event: { format: 'spillway/event@1', markets, accounts, demand }, reductions }
}

/** Worth of one contract at a price, in what the market settles in, up to a constant: s q, or −s/q of an inverse one. */
export function worth({ contractSize = '1', inverse }: PlainMarket, price: string): Fraction {
  const size = fraction(contractSize)
  return inverse ? size.div(fraction(price)).neg() : size.mul(fraction(price))
}

/** The book after an allocation, by hand. */
export function afterByHand(event: PlainEvent, reductions: readonly PlainReduction[]): PlainEvent {
  const accounts = event.accounts.map(({ account, equity, walletBalance, positions, ...rest }): PlainAccount => {
    let left = fraction(equity)
    let wallet: Fraction | undefined = walletBalance === undefined ? undefined : fraction(walletBalance)
    const kept = positions.flatMap((position): PlainPosition[] => {
      const { market: name, quantity, entryPrice } = position
      const market = event.markets.find((one) => one.market === name)!
      const side = quantity.startsWith('-') ? 'short' : 'long'
      const isDemanded = event.demand.some((one) => one.market === name && one.side === side)
      const closing = reductions.find((one) => one.account === account && one.market === name)
      if (!isDemanded || closing === undefined) return [position]
      const sign = side === 'long' ? 1 : -1
      const closed = fraction(closing.quantity)
      const gained = worth(market, market.adlPrice).sub(worth(market, market.markPrice)).mul(closed).mul(sign)
      left = left.add(gained)
      if (wallet !== undefined && !closed.equals(0)) {
        wallet =
          entryPrice === undefined
            ? undefined
            : wallet.add(worth(market, market.adlPrice).sub(worth(market, entryPrice)).mul(closed).mul(sign))
      }
      const rest = fraction(quantity).sub(closed.mul(sign))
      return rest.equals(0) ? [] : [{ ...position, quantity: plain(rest) }]
    })
    return {
      account,
      equity: plain(left),
      ...(wallet !== undefined && { walletBalance: plain(wallet) }),
      ...rest,
      positions: kept,
    }
  })
  return { ...event, accounts, demand: [] }
}
