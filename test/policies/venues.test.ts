import { bankruptcyPrice, queueBands, shareLoss } from 'spillway'
import { describe, expect, it } from 'vitest'
import { closedByAccount, shorts } from './support.js'

/** The worked examples that venues and papers print, and the orders that their texts imply. */
describe('BitMEX', () => {
  // Six longs, quantity and rank of the score, 6 the highest; a short of 20 goes bankrupt.
  const quantity = [10, 10, 20, 30, 20, 10]
  const rank = [3, 6, 1, 4, 5, 2]

  it('closes account 2 whole and account 5 by half', async () => {
    // One leverage for all, and returns in the order of the ranks: entries at 650 and below the mark of 700.
    const rows = Object.fromEntries(
      quantity.map((held, i) => [`${i + 1}`, [held, held * 10, 100 - rank[i]] as [number, number, number]]),
    )
    const book = shorts(rows, 20, { side: 'long' })
    const closed = await closedByAccount('bitmex', book)
    expect(closed).toEqual({ 1: 0, 2: 10, 3: 0, 4: 0, 5: 10, 6: 0 })
  })

  it('shows bands by contracts', () => {
    const order = quantity.map((_, i) => i).sort((i, j) => rank[j] - rank[i])
    const bands = queueBands(order.map((i) => quantity[i]))
    const byAccount = Object.fromEntries(order.map((i, place) => [i + 1, bands[place]]))
    expect(byAccount).toEqual({ 2: 0.2, 5: 0.4, 4: 0.6, 1: 0.8, 6: 0.8, 3: 1 })
  })

  it('puts losers behind all winners, the more levered loser first', async () => {
    const rows = { winner: [1, 1000, 101], low: [1, 1000, 90], high: [1, 10, 90], debtor: [1, -5, 90] } as const
    const orderOf = async (quantity: number) => await closedByAccount('bitmex', shorts(rows, quantity))
    expect(await orderOf(1)).toEqual({ winner: 1, low: 0, high: 0, debtor: 0 })
    expect(await orderOf(2)).toEqual({ winner: 1, low: 0, high: 0, debtor: 1 })
    expect(await orderOf(3)).toEqual({ winner: 1, low: 0, high: 1, debtor: 1 })
  })
})

describe('Hyperliquid', () => {
  // Longs: A gained 1 % at leverage 10, B 50 % at leverage 5. The mark is 100.
  const rows = { A: [1.01, 10.1, '99.00990099009901'], B: [1.5, 30, '66.66666666666667'] } as const
  const book = (quantity: number, side: 'long' | 'short' = 'long') => shorts(rows as never, quantity, { side })

  it('ranks A first by the printed ratio and B first by the gain of the node program', async () => {
    expect(await closedByAccount('hyperliquid', book(1))).toEqual({ A: 1, B: 0 })
    expect(await closedByAccount('hyperliquid:side=literal', book(1))).toEqual({ A: 1, B: 0 })
    expect(await closedByAccount('hyperliquid:score=gain', book(1))).toEqual({ A: 0, B: 1 })
    expect(await closedByAccount('hyperliquid:side=literal:score=gain', book(1))).toEqual({ A: 0, B: 1 })
  })

  it('puts shorts in profit last where the ratio is taken as printed', async () => {
    // Two shorts at leverage 1: one gained a fifth, the other lost as much.
    const shortRows = { winner: [1, 100, 125], loser: [1, 100, 80] } as const
    expect(await closedByAccount('hyperliquid', shorts(shortRows, 1))).toEqual({ winner: 1, loser: 0 })
    expect(await closedByAccount('hyperliquid:side=literal', shorts(shortRows, 1))).toEqual({ winner: 0, loser: 1 })
    expect(await closedByAccount('hyperliquid:score=gain', shorts(shortRows, 1))).toEqual({ winner: 1, loser: 0 })
  })

  it('floors both factors at 1e-8: losers rank by leverage behind the winners', async () => {
    const losers = { low: [1, 100, 80], high: [1, 10, 99], winner: [1, 1e6, 101] } as const
    expect(await closedByAccount('hyperliquid:score=gain', shorts(losers, 1))).toMatchObject({ winner: 1 })
    expect(await closedByAccount('hyperliquid:score=gain', shorts(losers, 2))).toMatchObject({ winner: 1, high: 1 })
  })
})

describe('Binance', () => {
  const margin = { maintenanceMargin: '5' }

  it('takes one unit of currency for a smaller wallet', async () => {
    // Equal profits of 10 and equities; wallets of 0.01 and 1 count alike, one of 2 halves the score.
    const rows = {
      tiny: [1, 20, 110, { ...margin, walletBalance: '0.01' }],
      one: [1, 20, 110, { ...margin, walletBalance: '1' }],
      two: [1, 20, 110, { ...margin, walletBalance: '2' }],
    } as const
    expect(await closedByAccount('binance', shorts(rows, 1))).toEqual({ tiny: 0.5, one: 0.5, two: 0 })
    expect(await closedByAccount('aevo', shorts(rows, 1))).toEqual({ tiny: 0.5, one: 0.5, two: 0 })
  })

  it('scores losers and accounts without equity zero; Aevo leaves the latter open, and they come first', async () => {
    const rows = { loser: [2, 20, 90, margin], debtor: [2, -1, 110, margin], winner: [1, 500, 101, margin] } as const
    expect(await closedByAccount('binance', shorts(rows, 3))).toEqual({ winner: 1, loser: 1, debtor: 1 })
    expect(await closedByAccount('aevo', shorts(rows, 3))).toEqual({ winner: 1, loser: 0, debtor: 2 })
  })

  it('takes equity less unrealized profit for a wallet that is not given', async () => {
    // Wallets: 20 − 10 = 10, and 110 − 10 = 100 with eleven times the margin: 10/10 · 5/20 against 10/100 · 55/110.
    const rows = { a: [1, 20, 110, margin], b: [1, 110, 110, { maintenanceMargin: '55' }] } as const
    expect(await closedByAccount('binance', shorts(rows, 1))).toEqual({ a: 1, b: 0 })
  })
})

describe('dYdX', () => {
  it('spreads a deficit over positions by maintenance margin: closed at these prices they leave nothing', () => {
    const positions = [
      { markPrice: 100, side: 1, contracts: 3, maintenanceFraction: 0.05 },
      { markPrice: 2000, side: -1, contracts: 0.5, maintenanceFraction: 0.1 },
    ] as const
    const equity = -40
    const maintenanceMargin = 3 * 100 * 0.05 + 0.5 * 2000 * 0.1
    const prices = positions.map((position) => bankruptcyPrice({ ...position, equity, maintenanceMargin }))
    // The long is sold dearer and the short bought back cheaper than at the mark.
    expect(prices[0]).toBeCloseTo(100 * (1 + (0.05 * 40) / 115), 12)
    expect(prices[1]).toBeCloseTo(2000 * (1 - (0.1 * 40) / 115), 12)
    const left = positions.reduce(
      (sum, { side, contracts, markPrice }, i) => sum + side * contracts * (prices[i] - markPrice),
      equity,
    )
    expect(left).toBeCloseTo(0, 12)
  })

  it('starts at random and walks round, whole positions and the last in part', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const book = shorts(Object.fromEntries(names.map((name) => [name, [2, 10] as [number, number]])), 5)
    const starts = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const closed = await closedByAccount('dydx', book, seed)
      const start = names.findIndex((name, i) => closed[name] === 2 && closed[names[(i + 1) % 5]] === 2)
      expect(closed[names[(start + 2) % 5]]).toBe(1)
      expect(Object.values(closed).filter((amount) => amount === 0)).toHaveLength(2)
      starts.add(names[start])
    }
    expect([...starts].sort()).toEqual(names)
  })
})

it('random draws every order', async () => {
  const book = shorts({ a: [1, 1], b: [1, 1], c: [1, 1] }, 1.5)
  const orders = new Set<string>()
  for (let seed = 1; seed <= 100; seed++) orders.add(JSON.stringify(await closedByAccount('random', book, seed)))
  expect(orders.size).toBe(6)
})

describe('Ethereal', () => {
  const first = async (rows: Parameters<typeof shorts>[0]): Promise<string | undefined> =>
    Object.entries(await closedByAccount('ethereal', shorts(rows, 1))).find(([, amount]) => amount === 1)?.[0]

  it('takes leverage, then profit, then the lowest balance, then the newest account', async () => {
    expect(await first({ 1: [1, 50, 101], 2: [1, 40, 90], 3: [1, 60, 150] })).toBe('2')
    expect(await first({ 1: [1, 50, 101], 2: [1, 50, 102], 3: [1, 50, 99] })).toBe('2')
    const balance = (walletBalance: string) => ({ walletBalance })
    expect(
      await first({ 1: [1, 50, 101, balance('3')], 2: [1, 50, 101, balance('2')], 30: [1, 50, 101, balance('4')] }),
    ).toBe('2')
    expect(await first({ 9: [1, 50, 101], 10: [1, 50, 101], 8: [1, 50, 101] })).toBe('10')
    expect(await first({ b: [1, 50, 101], a: [1, 50, 101], 8: [1, 50, 101] })).toBe('8')
    expect(await first({ a: [1, 50, 101], b: [1, 50, 101] })).toBe('b')
  })
})

describe('socialised losses', () => {
  // A loss of 10,000 over the session profits of six accounts, as Crypto.com prints it.
  const profits = [50_000, 45_000, 30_000, 30_000, 15_000, 1_000]
  const shares = [2_923.98, 2_631.58, 1_754.39, 1_754.39, 877.19, 58.48]

  it('are shared by profit', () => {
    const paid = shareLoss([...profits, -70], 10_000)
    shares.forEach((share, i) => {
      expect(paid[i]).toBeCloseTo(share, 2)
    })
    expect(paid[6]).toBe(0)
    expect(shareLoss([1, 2], 10)).toEqual([1, 2])
    expect(shareLoss([-1], 10)).toEqual([0])
  })

  it('as contracts, cut every profit by one fraction', async () => {
    // One unit of profit per contract: the contracts closed are the dollars of the table.
    const rows = Object.fromEntries(profits.map((gain, i) => [`${i}`, [gain, 1e6, 101] as [number, number, number]]))
    const closed = await closedByAccount('gains-haircut', shorts({ ...rows, loser: [500, 1e6, 99] }, 10_000))
    shares.forEach((share, i) => {
      expect(closed[i]).toBeCloseTo(share, 2)
    })
    expect(closed.loser).toBe(0)
  })
})

describe('risk-aware pro rata', () => {
  it('removes 5/3 of risk where the greedy queue removes 2', async () => {
    // Two accounts with e = w = 1, risk (2, 1) per dollar as their leverage, and a budget of 1.
    const book = {
      format: 'spillway/event@1' as const,
      markets: [
        { market: 'M', markPrice: '1' },
        { market: 'other', markPrice: '1' },
      ],
      accounts: [
        {
          account: 'a',
          equity: '1',
          positions: [
            { market: 'M', quantity: '-1' },
            { market: 'other', quantity: '1' },
          ],
        },
        { account: 'b', equity: '1', positions: [{ market: 'M', quantity: '-1' }] },
      ],
      demand: [{ market: 'M', side: 'short' as const, quantity: '1' }],
    }
    const risk = ({ a, b }: Record<string, number>): number => 2 * a! + b!
    const shares = await closedByAccount('risk-aware-pro-rata:weight=constant', book)
    expect(shares.a).toBeCloseTo(2 / 3, 14)
    expect(risk(shares)).toBeCloseTo(5 / 3, 14)
    const queue = await closedByAccount('queue-leverage', book)
    expect(queue).toEqual({ a: 1, b: 0 })
    expect(risk(queue)).toBe(2)
    // With the source's linear g the weight is the square of the leverage.
    expect((await closedByAccount('risk-aware-pro-rata', book)).a).toBeCloseTo(4 / 5, 14)
  })
})
