import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventJson } from '#models/book/index.js'
import { importBinance, importBybit, importHyperliquidFills, importTable } from '#models/importers/index.js'
import { folderWith, mistakeOf } from './support.js'

/** What an import must not guess: each of these once became a wrong number in silence. */

const map = {
  accounts: { uid: 'account', eq: 'equity', free: 'exempt' },
  positions: { uid: 'account', symbol: 'market', qty: 'quantity' },
  marks: { symbol: 'market', mark: 'markPrice', coinm: 'inverse' },
  allocation: { uid: 'account', symbol: 'market', closed: 'quantity', side: 'side' },
}
interface Line {
  readonly uid: string
  readonly qty: string
  readonly closed: string
  readonly side?: string
  readonly free?: string
  readonly coinm?: string
}

async function table(lines: readonly Line[], own: object = map) {
  const columns = ['uid', 'symbol', 'qty', 'eq', 'mark', 'closed', 'side', 'free', 'coinm'] as const
  const rows = lines.map((line) => {
    const cells = { symbol: 'BTC', eq: '100', mark: '50', side: '', free: '', coinm: '', ...line }
    return columns.map((column) => cells[column]).join()
  })
  const folder = await folderWith({
    't.csv': `${[columns.join(), ...rows].join('\n')}\n`,
    'map.json': JSON.stringify(own),
  })
  return importTable([join(folder, 't.csv')], { map: join(folder, 'map.json') })
}

describe('the side of a closing in a table', () => {
  const short: Line = { uid: 'a', qty: '-10', closed: '4' }
  const long: Line = { uid: 'b', qty: '5', closed: '1' }

  test('is that of the position in its row, whatever else the account holds', async () => {
    const { event } = await table([short, { uid: 'a', qty: '3', closed: '0' }])
    expect(eventJson(event).demand).toEqual([{ market: 'BTC', side: 'short', quantity: 4 }])
    const other = await table([
      { ...short, closed: '0' },
      { uid: 'a', qty: '3', closed: '2' },
    ])
    expect(eventJson(other.event).demand).toEqual([{ market: 'BTC', side: 'long', quantity: 2 }])
  })

  test('both sides of one market are not one demand', async () => {
    expect((await mistakeOf(() => table([short, long]))).code).toBe('both-sides')
    expect(
      (
        await mistakeOf(() =>
          table([
            { ...short, side: 'short' },
            { ...long, side: 'long' },
          ]),
        )
      ).code,
    ).toBe('both-sides')
  })

  test('a word on whose side nothing is held is that of the trade, and refused', async () => {
    const error = await mistakeOf(() => table([{ ...short, side: 'buy' }]))
    expect([error.code, error.value]).toEqual(['wrong-side', 'buy'])
    expect((await table([{ ...short, side: 'sell' }])).event.demand[0]?.side).toBe(-1)
  })

  test('a flag is a word of yes or no', async () => {
    for (const word of ['nope', '2', 'BTC']) {
      expect((await mistakeOf(() => table([{ ...short, free: word }]))).code, word).toBe('bad-flag')
      expect((await mistakeOf(() => table([{ ...short, coinm: word }]))).code, word).toBe('bad-flag')
    }
    const { event } = await table([
      { ...short, free: 'No', coinm: 'F' },
      { uid: 'c', qty: '-2', closed: '0', free: 'YES' },
    ])
    expect(eventJson(event).accounts.map(({ exempt }) => exempt ?? false)).toEqual([false, true])
  })
})

const fill = {
  ...{ user: 'u', coin: 'H', px: '5', sz: '0.5', side: 'B', time: 1760130964831, startPosition: '-2', tid: 7 },
  ...{ dir: 'Auto-Deleveraging', closedPnl: '0.0' },
}
const fills = async (...list: readonly object[]) => {
  const folder = await folderWith({ 'f.json': JSON.stringify(list) })
  return importHyperliquidFills([join(folder, 'f.json')], { gapMs: 1000 })
}

describe('fills', () => {
  test('one fill in two spellings is one; two records of one id that differ are a contradiction', async () => {
    const spelt = { ...fill, px: 5, sz: '0.50', startPosition: '-2.000', closedPnl: '0' }
    const { record, waves } = await fills(fill, spelt)
    expect(record.dropped).toMatchObject([{ reason: 'duplicate-fill', count: 1, contracts: { H: '0.5' } }])
    expect(waves?.[0]?.reductions).toEqual([{ account: 'u', market: 'H', quantity: '0.5' }])
    const { tid: _, ...without } = fill
    expect((await fills(without, { ...without, sz: '5e-1' })).record.kept).toBe(1)
    const error = await mistakeOf(() => fills(fill, { ...fill, sz: '0.6' }))
    expect([error.code, error.path.endsWith('[1].sz')]).toEqual(['fill-disagrees', true])
    expect((await fills(fill, { ...fill, tid: 8, startPosition: '-1.5' })).record.kept).toBe(2)
  })

  test('times in seconds, microseconds or nanoseconds are refused, alone as well as beside others', async () => {
    for (const time of [1760130964, 1760130964831000]) {
      expect((await mistakeOf(() => fills({ ...fill, time }))).code, String(time)).toBe('mixed-units')
    }
    expect((await mistakeOf(() => fills({ ...fill, time: '1760130964831000000' }))).code).toBe('bad-time')
    expect((await fills({ ...fill, time: '2025-10-10T21:16:04.831Z' })).record.moment).toBe('2025-10-10T21:16:04.831Z')
  })

  const SEED = 1210
  test(`several prices in one millisecond are in the order of execution, however the rows are shuffled, seed ${SEED}`, async () => {
    const books = fc.record({
      /** By account: what it is closed by at each price in turn, and what it keeps. */
      accounts: fc.array(
        fc.record({ sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }), left: fc.nat(5) }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      keys: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
    })
    await fc.assert(
      fc.asyncProperty(books, async ({ accounts, keys }) => {
        const prices = ['5', '6', '5.5']
        let tid = 0
        const rows = prices.flatMap((px, at) =>
          accounts.map(({ sizes, left }, i) => ({
            ...{ ...fill, user: `u${i}`, px, sz: String(sizes[at]), tid: ++tid },
            startPosition: `-${sizes.slice(at).reduce((a, b) => a + b, left)}`,
          })),
        )
        const shuffled = rows.toSorted((a, b) => keys[a.tid - 1]! - keys[b.tid - 1]! || a.tid - b.tid)
        const { waves = [], record } = await fills(...shuffled)
        expect(waves.map(({ name, event }) => [name, String(eventJson(event).markets[0]?.adlPrice)])).toEqual(
          prices.map((px, at) => [`0001-${'abc'[at]}`, px]),
        )
        expect(record.repaired.map(({ reason }) => reason)).not.toContain('position-moved')
        waves.forEach(({ event }, at) => {
          const held = Object.fromEntries(
            eventJson(event).accounts.flatMap(({ account, positions }) =>
              positions.map(({ quantity }) => [account, -Number(quantity)]),
            ),
          )
          const expected = accounts.map(({ sizes, left }, i) => [
            `u${i}`,
            sizes.slice(at).reduce((a, b) => a + b, left),
          ])
          expect(held).toEqual(Object.fromEntries(expected))
        })
      }),
      { seed: SEED, numRuns: 25 },
    )
  })
})

describe('positions of venues', () => {
  const binance = {
    symbol: 'ETHUSDT',
    positionSide: 'BOTH',
    positionAmt: '-2',
    entryPrice: '20',
    markPrice: '25',
    marginAsset: 'USDT',
  }
  const isolated = { ...binance, isolated: true, isolatedWallet: '30', unrealizedProfit: '-10' }
  const balance = [{ asset: 'USDT', balance: '100', crossWalletBalance: '100', crossUnPnl: '0' }]
  const read = async (...list: readonly object[]) => {
    const folder = await folderWith({ 'me.json': JSON.stringify({ positions: list, balances: balance }) })
    return importBinance([join(folder, 'me.json')])
  }

  test('an isolated position without its margin has wallet and profit, or is refused; two of one side are', async () => {
    const { event } = await read(isolated)
    expect(eventJson(event).accounts.map(({ account, equity }) => [account, equity])).toContainEqual(['me:ETHUSDT', 20])
    const { isolatedWallet: _, ...without } = isolated
    expect((await mistakeOf(() => read(without))).code).toBe('missing-value')
    expect((await mistakeOf(() => read(isolated, { ...isolated, positionAmt: '-3' }))).code).toBe('duplicate-position')
  })

  test('an equity in the coin moves to the mark of the event by 1/p', async () => {
    const position = (symbol: string, side: string, size: string, markPrice: string) => ({
      list: [{ symbol, side, size, markPrice, avgPrice: '100', positionIdx: 0, positionValue: '1', leverage: '1' }],
      category: 'inverse',
    })
    const wallet = { list: [{ accountType: 'UNIFIED', totalEquity: '', coin: [{ coin: 'BTC', equity: '3' }] }] }
    const folder = await folderWith({
      'a.json': JSON.stringify({ result: position('BTCUSD', 'Buy', '100', '100'), wallet }),
      'b.json': JSON.stringify({ result: position('BTCUSD', 'Sell', '100', '80'), wallet }),
    })
    const { event } = await importBybit([join(folder, 'a.json'), join(folder, 'b.json')])
    const equities = Object.fromEntries(
      eventJson(event).accounts.map(({ account, equity }) => [account, Number(equity)]),
    )
    // The short of 100 contracts of a dollar is worth 100/p in the coin: from 80 to 100 it loses 0.25 of it.
    expect(equities).toEqual({ a: 3, b: 2.75 })
  })
})
