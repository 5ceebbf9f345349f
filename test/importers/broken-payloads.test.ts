import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { importers } from '#models/importers/index.js'
import { folderWith } from './support.js'

/**
 * Every value of a payload of every venue in turn becomes something that it cannot be. Either the import names it, or the book is what it was
 * but for what the record counts: no row goes without a line, no negative price and no position without a side is passed over, nothing is a crash.
 */
const state = (coin: string, szi: string, value: string) => ({
  assetPositions: [
    {
      type: 'oneWay',
      position: { coin, szi, entryPx: '100', positionValue: value, leverage: { type: 'cross', value: 10 } },
    },
  ],
  crossMarginSummary: { accountValue: '500' },
  marginSummary: { accountValue: '500' },
  time: 1708622398623,
})
const fill = (user: string, sz: string, startPosition: string, tid: number) => ({
  ...{ user, coin: 'BTC', px: '100.5', sz, side: 'A', time: 1760130964831, startPosition, dir: 'Auto-Deleveraging' },
  ...{ closedPnl: '1', tid, liquidation: { liquidatedUser: '0xb', markPx: '100', method: 'backstop' } },
})
const payloads: Readonly<Record<string, readonly object[]>> = {
  binance: [
    {
      positions: ['ETCUSDT', 'BTCUSDT'].map((symbol) => ({
        ...{
          symbol,
          positionSide: 'BOTH',
          positionAmt: '-2.5',
          entryPrice: '20',
          markPrice: '20.5',
          notional: '-51.25',
        },
        ...{ marginAsset: 'USDT', maintMargin: '0.38' },
      })),
      totalMarginBalance: '1000.5',
      totalWalletBalance: '500.5',
      assets: [{ asset: 'USDT', marginBalance: '1000.5', walletBalance: '500.5' }],
    },
  ],
  bybit: [
    {
      retCode: 0,
      result: {
        category: 'linear',
        list: ['Sell', 'Buy'].map((side, i) => ({
          ...{ positionIdx: 2 - i, symbol: 'BTCUSDT', side, size: '0.003', avgPrice: '37416.5', markPrice: '37414.4' },
        })),
      },
      time: 1708622398623,
    },
    {
      result: { list: [{ accountType: 'UNIFIED', totalEquity: '500.25', coin: [{ coin: 'USDT', equity: '500.25' }] }] },
    },
  ],
  okx: [
    {
      data: ['short', 'long'].map((posSide) => ({
        ...{ instId: 'BTC-USDT-SWAP', instType: 'SWAP', mgnMode: 'cross', posSide, pos: '50', avgPx: '23436.6' },
        ...{ markPx: '23436.3', upl: posSide === 'short' ? '0.15' : '-0.15', ccy: 'USDT' },
      })),
    },
    { data: [{ details: [{ ccy: 'USDT', eq: '300' }], totalEq: '300' }] },
  ],
  ccxt: [
    ['short', 'long'].map((side) => ({
      ...{ info: {}, symbol: 'BTC/USDT:USDT', contracts: 0.003, contractSize: 1, side, notional: 112.2 },
      ...{ entryPrice: 37416.5, markPrice: 37414.4 },
    })),
    { free: { USDT: 100 }, used: { USDT: 5 }, total: { USDT: 105 } },
  ],
  'hyperliquid-state': [{ '0xa': state('BTC', '-0.5', '50500'), '0xb': state('ETH', '2', '5000') }],
  'hyperliquid-fills': [
    [fill('0x1', '1.5', '3', 1), fill('0x2', '0.5', '2', 2)],
    [
      { user: '0x1', account_value: '100' },
      { user: '0x2', account_value: '50' },
    ],
  ],
}
/** A quarter of them at each place in turn; all with ALL=1 npx vitest run test/importers/broken-payloads.test.ts */
const BROKEN = [null, 'abc', -1, [], {}, [1], true, '1e309', 1e21, '1,000']

/** Where every value stands. */
function* places(value: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield [...at, key]
    yield* places(inner, [...at, key])
  }
}

const valueAt = (root: object, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], root)

function withValue(root: object, path: readonly string[], value: unknown): object {
  const copy = structuredClone(root) as Record<string, never>
  const holder = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy)
  holder[path.at(-1)!] = value
  return copy
}

it.each(Object.keys(payloads))('%s: what is broken is named or counted', async (source) => {
  const folder = await folderWith({})
  const read = async (parts: readonly object[]) => {
    const files = parts.map((_, i) => join(folder, `${i}.json`))
    await Promise.all(parts.map((part, i) => writeFile(files[i], JSON.stringify(part))))
    return importers[source as keyof typeof importers].read(files, {})
  }
  const whole = await read(payloads[source])
  const held = ({ event }: Awaited<ReturnType<typeof read>>): number => (event.given ?? event).positions.count
  let turn = 0
  for (const [i, part] of payloads[source].entries()) {
    for (const path of places(part)) {
      turn++
      for (const value of BROKEN.filter((_, b) => process.env.ALL !== undefined || (b + turn) % 4 === 0)) {
        const what = `${i}: ${path.join('.')} = ${JSON.stringify(value)}`
        const changed = payloads[source].map((one, j) => (j === i ? withValue(one, path, value) : one))
        const got = await read(changed).catch((error: unknown) => {
          expect(error, what).toMatchObject({ code: expect.stringMatching(/^(?!internal)/), name: 'SpillwayError' })
          return undefined
        })
        if (got === undefined) continue
        const { rows, kept, dropped } = got.record
        const lost = dropped.reduce((sum, { count }) => sum + count, 0)
        expect([what, rows]).toEqual([what, kept + lost])
        // A smaller book has a line that says so, unless a list that was there is empty.
        const isEmptied =
          Array.isArray(valueAt(part, path)) && (value === null || (Array.isArray(value) && value.length === 0))
        if (!isEmptied && held(got) < held(whole)) expect([what, lost > 0]).toEqual([what, true])
        const field = path.at(-1)!
        const isPrice = /price|px$/i.test(field) && !/^liq/.test(field)
        if (isPrice && value === -1) expect.unreachable(`${what} is passed over`)
        const isName =
          /^(coin|symbol|instId)$/.test(field) &&
          !path.slice(0, -1).includes('coin') &&
          typeof valueAt(part, path) === 'string'
        if (isName && typeof value === 'object' && value !== null) expect.unreachable(`${what} is a name`)
      }
    }
  }
})

it('ccxt: a long of a negative size, and a position without a side, are refused', async () => {
  const [list, balance] = payloads.ccxt as [Record<string, unknown>[], object]
  const folder = await folderWith({ 'balance.json': JSON.stringify(balance) })
  for (const [changes, code] of [
    [{ side: 'long', contracts: -2 }, 'wrong-side'],
    [{ side: null, contracts: 2 }, 'unknown-side'],
  ] as const) {
    await writeFile(join(folder, 'positions.json'), JSON.stringify([{ ...list[0], ...changes }]))
    const files = [join(folder, 'positions.json'), join(folder, 'balance.json')]
    await expect(importers.ccxt.read(files, {})).rejects.toMatchObject({ code })
  }
})
