import { parseEvent } from '#models/book/index.js'

function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const wholeLots = (quantity: number, lot: number, lots: boolean): number =>
  lots ? Math.floor((quantity * 0.9) / lot) * lot : quantity

/** None at all of some accounts, and a balance that is not what equity and profit say of others. */
const margins = (next: () => number) => ({
  maintenanceMargin: next() < 0.2 ? 0 : Math.round(next() * 4000) / 16,
  ...(next() < 0.5 && { walletBalance: Math.round((next() - 0.2) * 1000) / 8 }),
})

/** Two markets of both sides, some accounts insolvent; closing away from the mark, or accounts in both markets, where asked for. */
export function randomBook(seed: number, isOff: boolean, isLinked: boolean, lots: boolean) {
  const next = uniform(seed)
  const markets = [
    { market: 'A', markPrice: 100, adlPrice: isOff ? 99 : 100, lotSize: 0.25, factorLoading: 1.5 },
    { market: '7', markPrice: '2.5', adlPrice: isOff ? '2.55' : '2.5', lotSize: '0.5', factorLoading: -1 },
  ]
  const accounts = Array.from({ length: 3 + Math.floor(next() * 9) }, (_, i) => {
    const isFirst = next() < 0.5
    const positions = [
      ...(isFirst || isLinked
        ? [{ market: 'A', quantity: Math.round(1 + next() * 400) / 8, entryPrice: 60 + 10 * Math.floor(next() * 8) }]
        : []),
      ...(!isFirst || isLinked
        ? [{ market: '7', quantity: -Math.round(1 + next() * 9000) / 16, entryPrice: '3.125' }]
        : []),
    ]
    // Equals, so that scores and levels tie.
    if (next() < 0.2)
      return {
        account: `é"${i}`,
        equity: 500,
        maintenanceMargin: 20,
        positions: positions.map((own) => ({ ...own, quantity: Math.sign(own.quantity) * 10 })),
      }
    return { account: `é"${i}`, equity: Math.round((next() - 0.08) * 200000) / 100, positions, ...margins(next) }
  })
  const held = (market: string): number =>
    accounts
      .flatMap(({ positions }) => positions)
      .reduce((sum, one) => sum + (one.market === market ? Math.abs(one.quantity) : 0), 0)
  const demand = [
    { market: 'A', side: 'long' as const, quantity: wholeLots(held('A') * Math.round(next() * 8) * 0.125, 0.25, lots) },
    { market: '7', side: 'short' as const, quantity: wholeLots(held('7') * Math.round(next() * 7) * 0.125, 0.5, lots) },
  ].filter(({ quantity }) => quantity > 0)
  return parseEvent({ format: 'spillway/event@1', markets, accounts, demand })
}
