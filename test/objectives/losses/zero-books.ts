import { type PlainEvent, type randomFrom as Random, randomBook, randomFrom, written } from '../../books.js'
import { randomMoves } from './support.js'

/**
 * A book with a hidden allocation that leaves nobody short in any move: equities are what it takes in the worst of them, and
 * `room` of the notional beyond. Without room the edge is met to a millionth of the currency.
 */
export function hiddenBook(seed: number, markets: number, room: number) {
  const random = randomFrom(seed)
  const event = randomBook(seed, {
    accounts: random.whole(3, 14),
    markets,
    holdings: 4,
    twoSided: random.chance(0.5),
  })
  const names = event.markets.map(({ market }) => market)
  const moves = randomMoves(random, names, random.whole(2, 20))
  const priceOf = new Map(event.markets.map((m) => [m.market, Number(m.markPrice)]))
  const wanted = new Map(event.demand.map((d) => [d.market, 0]))
  const accounts = event.accounts.map((account) => {
    const after = account.positions.map(({ market, quantity }) => {
      const held = Number(quantity)
      if (!wanted.has(market) || held > 0)
        return { market, left: held, notional: Math.abs(held) * priceOf.get(market)! }
      const closed = Number((-held * random.pick([0, 1, random.unit(), random.unit()])).toPrecision(8))
      const most = Math.min(closed, -held)
      wanted.set(market, wanted.get(market)! + most)
      return { market, left: held + most, notional: -held * priceOf.get(market)! }
    })
    let worst = 0
    for (let s = 0; s < moves.count; s++) {
      const gain = after.map(
        ({ market, left }) =>
          left * priceOf.get(market)! * moves.returns.values[s * moves.markets.length + names.indexOf(market)],
      )
      worst = Math.max(worst, -gain.reduce((a, b) => a + b, 0))
    }
    const equity = worst + room * after.reduce((sum, { notional }) => sum + notional, 0)
    return { ...account, equity: (Math.ceil(equity * 1e6) / 1e6).toFixed(6) }
  })
  const demand = event.demand
    .map((d) => ({ ...d, quantity: written(wanted.get(d.market)!) }))
    .filter(({ quantity }) => Number(quantity) > 0)
  return { event: { ...event, accounts, demand } satisfies PlainEvent, moves }
}

/** Three accounts above leverage 10 and one below; the demand brings the three to 10 exactly. */
export function roundBook(random: ReturnType<typeof Random>): PlainEvent {
  const leverages = [random.between(12, 20), random.between(12, 35), 30, 9]
  const accounts = leverages.map((leverage, i) => {
    const cents = random.whole(1000, 100000)
    const millionths = Math.round(cents * 100 * leverage)
    return { name: `a${i}`, cents, millionths }
  })
  const excess = accounts.slice(0, 3).reduce((sum, { cents, millionths }) => sum + millionths - cents * 1000, 0)
  return {
    format: 'spillway/event@1',
    markets: [{ market: 'BTC', markPrice: '100' }],
    accounts: accounts.map(({ name, cents, millionths }) => ({
      account: name,
      equity: (cents / 100).toFixed(2),
      positions: [{ market: 'BTC', quantity: `-${(millionths / 1e6).toFixed(6)}` }],
    })),
    demand: [{ market: 'BTC', side: 'short', quantity: (excess / 1e6).toFixed(6) }],
  }
}
