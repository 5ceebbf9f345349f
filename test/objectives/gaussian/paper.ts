/** The four accounts of the paper's example: shorts positive there, negative here. */
import type { PlainBook } from './oracle.js'
import { gaussian } from './support.js'

export const V = [6653.95029, 200.55736] as const
export const PRICES = [67000, 1900] as const
const beta = V.map((v, k) => v / PRICES[k])
export const factorMoves = gaussian(
  ['BTC', 'ETH'],
  beta.map((a) => beta.map((b) => a * b)),
)

/** [equity, BTC, ETH] */
export const HOLDINGS: Readonly<Record<string, readonly [number, number, number]>> = {
  '1': [242100, -8, -323],
  '2': [143000, -10, 38.7],
  '3': [180704.8, -8, -326.2],
  '4': [116901, -7, 190],
}

export function paperEvent(quantity: number): PlainBook {
  return {
    ...{ format: 'spillway/event@1' },
    markets: [
      { market: 'BTC', markPrice: 67000 },
      { market: 'ETH', markPrice: 1900 },
    ],
    accounts: Object.entries(HOLDINGS).map(([account, [equity, btc, eth]]) => ({
      account,
      equity,
      positions: [
        { market: 'BTC', quantity: btc },
        { market: 'ETH', quantity: eth },
      ],
    })),
    demand: [{ market: 'BTC', side: 'short', quantity }],
  }
}
