import type { AdlEvent, Paths, Venue } from 'spillway'
import { parseEvent, parsePaths, parseVenue } from 'spillway'
import { randomFrom, written } from '../books.js'

export interface CrisisOptions {
  readonly accounts?: number
  readonly markets?: number
  readonly rows?: number
  /** Largest relative move of a step. */
  readonly move?: number
  /** Some accounts hold a long and a short position of one market. */
  readonly hedged?: boolean
}

export interface PlainCrisis {
  readonly event: ReturnType<typeof plainEvent>
  readonly paths: { format: string; markets: string[]; paths: { name: string; prices: string[][] }[] }
  readonly venue: Record<string, unknown>
}

/** A book, a path and a venue as people write them: both sides in every market, thin and thick margins, everything that policies ask for. */
export function randomCrisis(seed: number, options: CrisisOptions = {}): PlainCrisis {
  const random = randomFrom(seed)
  const { accounts = 12, markets = 2, rows = 5, move = 0.25, hedged = false } = options
  const event = plainEvent(random, accounts, markets, hedged)
  const prices = [event.markets.map(({ markPrice }) => markPrice)]
  for (let t = 1; t < rows; t++) {
    prices.push(prices[t - 1].map((before) => written(Number(before) * (1 + random.between(-move, move)))))
  }
  const rate = (): string => written(random.between(0, 0.05))
  return {
    event,
    paths: {
      format: 'spillway/paths@1',
      markets: event.markets.map(({ market }) => market),
      paths: [{ name: 'p', prices }],
    },
    venue: {
      format: 'spillway/venue@1',
      insuranceFund: written(random.pick([0, 10, 200, 3000]) * random.unit()),
      maintenance: random.chance(0.2) ? { default: 0 } : { default: rate(), M0: rate() },
      liquidation: { impact: random.chance(0.3) ? 0 : rate(), fee: random.chance(0.3) ? 0 : rate() },
      feeTo: random.pick(['fund', 'outside']),
      adlPrice: random.pick(['bankruptcy', 'mark']),
      surplusTo: random.pick(['account', 'fund']),
      response: random.pick(['none', 'none', 'reopen', 'reopen:share=1', 'add-margin:share=0.3']),
    },
  }
}

function plainEvent(random: ReturnType<typeof randomFrom>, accounts: number, markets: number, hedged: boolean) {
  const listed = Array.from({ length: markets }, (_, k) => ({
    market: `M${k}`,
    markPrice: written(10 ** random.between(-1, 3)),
    factorLoading: written(random.between(0.5, 1.5)),
  }))
  return {
    format: 'spillway/event@1' as const,
    markets: listed,
    accounts: Array.from({ length: accounts }, (_, i) => {
      const held = listed.filter(() => random.chance(0.7))
      const positions = (held.length === 0 ? [listed[0]] : held).flatMap(({ market, markPrice }) => {
        const leg = (side: 1 | -1) => ({
          market,
          quantity: written((side * random.between(10, 1000)) / Number(markPrice)),
          entryPrice: written(Number(markPrice) * random.between(0.8, 1.2)),
          openedAt: random.whole(0, 1e9),
        })
        const size = leg(1)
        const first = random.chance(0.5) ? size : { ...size, quantity: `-${size.quantity}` }
        if (!hedged || !random.chance(0.5)) return [first]
        return [first, leg(first === size ? -1 : 1)]
      })
      const gross = positions.reduce(
        (sum, { market, quantity }) =>
          sum + Math.abs(Number(quantity)) * Number(listed.find((one) => one.market === market)!.markPrice),
        0,
      )
      const leverage = random.pick([2, 5, 10, 20, 40])
      return { account: `a${i}`, equity: written((gross / leverage) * random.between(0.5, 1.5)), positions }
    }),
    demand: [],
  }
}

export interface Crisis {
  readonly event: AdlEvent
  readonly paths: Paths
  readonly venue: Venue
}

export const read = ({ event, paths, venue }: PlainCrisis): Crisis => ({
  event: parseEvent(event),
  paths: parsePaths(paths),
  venue: parseVenue(venue),
})
