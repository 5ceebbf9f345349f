import fc from 'fast-check'
import { type EventJson, parseEvent } from '#models/book/index.js'

/** Decimals in units of a power of ten, as text, so that products are exact in integers. */
export const units = (value: bigint, places: number): string => {
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0')
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  return value < 0n ? `-${text}` : text
}

export interface KnownPosition {
  readonly account: string
  readonly market: string
  /** In units of 0.01, > 0. */
  readonly size: bigint
  /** Closed in so many fills, units of 0.01 each; together at most the size. */
  readonly closed: readonly bigint[]
  /** Units of 0.001. */
  readonly entry: bigint
}

/** A book in which every account was closed in part at least, and what is known of it. */
export interface KnownEvent {
  readonly markets: readonly {
    readonly market: string
    readonly mark: bigint
    readonly adl: bigint
    readonly side: 1 | -1
  }[]
  readonly equities: ReadonlyMap<string, string>
  readonly positions: readonly KnownPosition[]
}

const big = (min: number, max: number) => fc.integer({ min, max }).map(BigInt)

export const knownEvents: fc.Arbitrary<KnownEvent> = fc
  .record({
    markets: fc.uniqueArray(
      fc.record({
        market: fc.constantFrom('BTC', 'kPEPE', 'xyz:MSFT', 'AVAX'),
        mark: big(1, 1e8),
        adl: big(1, 1e8),
        side: fc.constantFrom(1 as const, -1 as const),
      }),
      { minLength: 1, maxLength: 3, selector: ({ market }) => market },
    ),
    holdings: fc.uniqueArray(
      fc.record({
        account: fc.constantFrom('0xa1', '0xb2', '0xc3', '0xd4', '0xe5'),
        which: fc.nat(2),
        left: big(0, 1e6),
        closed: fc.array(big(1, 1e6), { minLength: 1, maxLength: 3 }),
        entry: big(1, 1e8),
      }),
      { minLength: 1, maxLength: 8, selector: ({ account, which }) => `${account} ${which}` },
    ),
    equities: fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ markets, holdings, equities }) => {
    const positions = new Map<string, KnownPosition>()
    for (const { account, which, left, closed, entry } of holdings) {
      const { market } = markets[which % markets.length]
      const size = closed.reduce((a, b) => a + b, left)
      positions.set(`${account} ${market}`, { account, market, size, closed, entry })
    }
    const accounts = [...new Set([...positions.values()].map(({ account }) => account))]
    return {
      markets: markets.filter(({ market }) => [...positions.values()].some((one) => one.market === market)),
      equities: new Map(accounts.map((account, i) => [account, units(BigInt(equities[i]), 6)])),
      positions: [...positions.values()],
    }
  })

const sideOf = ({ markets }: KnownEvent, market: string): bigint =>
  BigInt(markets.find((one) => one.market === market)?.side ?? 1)

/** The event that an import must give back. */
export function eventOf(known: KnownEvent): ReturnType<typeof parseEvent> {
  const json: EventJson = {
    format: 'spillway/event@1',
    markets: known.markets.map(({ market, mark, adl }) => {
      return { market, markPrice: units(mark, 3), adlPrice: units(adl, 3) }
    }),
    accounts: [...known.equities].map(([account, equity]) => ({
      account,
      equity,
      positions: known.positions
        .filter((one) => one.account === account)
        .map(({ market, size, entry }) => {
          return { market, quantity: units(sideOf(known, market) * size, 2), entryPrice: units(entry, 3) }
        }),
    })),
    demand: known.markets.map(({ market, side }) => ({
      market,
      side: side === 1 ? 'long' : 'short',
      quantity: units(
        known.positions
          .filter((one) => one.market === market)
          .flatMap(({ closed }) => closed)
          .reduce((a, b) => a + b, 0n),
        2,
      ),
    })),
  }
  return parseEvent(json)
}

export interface ApiFill {
  readonly user: string
  readonly coin: string
  readonly px: string
  readonly sz: string
  readonly side: 'A' | 'B'
  readonly time: number
  readonly startPosition: string
  readonly dir: string
  readonly closedPnl: string
  readonly tid: number
  readonly liquidation: { readonly liquidatedUser: string; readonly markPx: string; readonly method: string }
}

/** The fills of an event as Hyperliquid's API has them, all of one moment, with the user in each. */
export function fillsOf(known: KnownEvent, time = 1760130964831): ApiFill[] {
  let tid = 0
  return known.positions.flatMap(({ account, market, size, closed, entry }) => {
    const found = known.markets.find((one) => one.market === market)
    const [mark, adl, side] = [found?.mark ?? 1n, found?.adl ?? 1n, BigInt(found?.side ?? 1)]
    let left = size
    return closed.map((sz): ApiFill => {
      const startPosition = units(side * left, 2)
      left -= sz
      return {
        ...{ user: account, coin: market, px: units(adl, 3), sz: units(sz, 2), side: side > 0n ? 'A' : 'B', time },
        ...{ startPosition, dir: 'Auto-Deleveraging', closedPnl: units(side * sz * (adl - entry), 5), tid: tid++ },
        liquidation: { liquidatedUser: '0xbbb', markPx: units(mark, 3), method: 'backstop' },
      }
    })
  })
}
