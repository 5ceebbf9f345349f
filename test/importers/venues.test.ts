import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { eventJson, parseEvent } from '#models/book/index.js'
import { type ImportOptions, importerOf } from '#models/importers/index.js'
import { units } from './payloads.js'
import { folderWith, mistakeOf } from './support.js'

interface Holding {
  readonly account: string
  readonly market: string
  /** Units of 0.01, signed, not zero. */
  readonly size: bigint
  /** Units of 0.001. */
  readonly entry: bigint
}

interface Snapshot {
  /** Mark in units of 0.001; contracts of ten to this power units. */
  readonly markets: readonly { readonly market: string; readonly mark: bigint; readonly power: number }[]
  readonly equities: ReadonlyMap<string, string>
  readonly holdings: readonly Holding[]
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
const sizes = fc.oneof(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: -1e7, max: -1 })).map(BigInt)
const prices = fc.integer({ min: 1000, max: 1e9 }).map(BigInt)
const powerText = (power: number): string => (power >= 0 ? String(10 ** power) : units(1n, -power))

/** Solvent accounts, so that nothing is demanded; `both` allows both legs of a market. */
const snapshots = (both: boolean): fc.Arbitrary<Snapshot> =>
  fc
    .record({
      marks: fc.array(fc.tuple(prices, fc.integer({ min: -3, max: 2 })), { minLength: 3, maxLength: 3 }),
      holdings: fc.uniqueArray(
        fc.record({ account: fc.constantFrom('alice', 'bob', '0xc3'), which: fc.nat(2), size: sizes, entry: prices }),
        {
          minLength: 1,
          maxLength: 7,
          selector: ({ account, which, size }) => `${account} ${which} ${both && size > 0n}`,
        },
      ),
      equities: fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 3, maxLength: 3 }),
    })
    .map(({ marks, holdings, equities }) => {
      const names = ['BTC', 'ETH', 'kPEPE']
      const held = holdings.map(({ which, ...rest }) => ({ ...rest, market: names[which] }))
      return {
        markets: names
          .map((market, k) => ({ market, mark: marks[k][0], power: marks[k][1] }))
          .filter(({ market }) => held.some((one) => one.market === market)),
        equities: new Map(
          ['alice', 'bob', '0xc3']
            .filter((name) => held.some(({ account }) => account === name))
            .map((name, i) => [name, units(BigInt(equities[i]), 4)]),
        ),
        holdings: held,
      }
    })

/** The event that an import must give back, with the venue's names of markets. */
function digestOf({ markets, equities, holdings }: Snapshot, name: (market: string) => string, sized: boolean): string {
  return parseEvent({
    format: 'spillway/event@1',
    markets: markets.map(({ market, mark, power }) => ({
      ...{ market: name(market), markPrice: units(mark, 3) },
      ...(sized && { contractSize: powerText(power) }),
    })),
    accounts: [...equities].map(([account, equity]) => ({
      ...{ account, equity },
      positions: holdings
        .filter((one) => one.account === account)
        .map(({ market, size, entry }) => {
          return { market: name(market), quantity: units(size, 2), entryPrice: units(entry, 3) }
        }),
    })),
  }).digest()
}

type Write = (snapshot: Snapshot, account: string, own: readonly (Holding & { readonly mark: bigint })[]) => unknown

interface Case {
  readonly source: string
  readonly name: (market: string) => string
  readonly both: boolean
  readonly sized: boolean
  readonly write: Write
  /** What is of no account. */
  readonly shared?: (snapshot: Snapshot) => unknown
}

const cases: readonly Case[] = [
  {
    ...{ source: 'binance', both: true, sized: false, name: (market) => `${market}USDT` },
    write: ({ equities }, account, own) => ({
      positions: own.map(({ market, size, entry, mark }) => ({
        ...{ symbol: `${market}USDT`, positionSide: size > 0n ? 'LONG' : 'SHORT', positionAmt: units(size, 2) },
        ...{ entryPrice: units(entry, 3), markPrice: units(mark, 3), isolatedMargin: '0', marginAsset: 'USDT' },
      })),
      account: {
        totalMarginBalance: '-1',
        positions: [],
        assets: [
          { asset: 'USDT', crossWalletBalance: equities.get(account), crossUnPnl: '0.00' },
          { asset: 'BNB', crossWalletBalance: '5', crossUnPnl: '0' },
        ],
      },
    }),
  },
  {
    ...{ source: 'bybit', both: true, sized: false, name: (market) => `${market}USDT` },
    write: ({ equities }, account, own) => [
      {
        ...{ retCode: 0, retMsg: 'OK', time: 1760130964831 },
        result: {
          category: 'linear',
          list: [
            ...own.map(({ market, size, entry, mark }) => ({
              ...{ positionIdx: size > 0n ? 1 : 2, symbol: `${market}USDT`, side: size > 0n ? 'Buy' : 'Sell' },
              ...{ size: units(magnitude(size), 2), avgPrice: units(entry, 3), markPrice: units(mark, 3) },
              ...{ bustPrice: '', positionValue: '1' },
            })),
            { positionIdx: 0, symbol: 'XRPUSDT', side: '', size: '0', avgPrice: '', markPrice: '0.5' },
          ],
        },
      },
      {
        result: {
          list: [{ accountType: 'UNIFIED', totalMarginBalance: '', totalEquity: equities.get(account), coin: [] }],
        },
      },
    ],
  },
  {
    ...{ source: 'okx', both: true, sized: true, name: (market) => `${market}-USDT-SWAP` },
    write: ({ equities }, account, own) => [
      {
        code: '0',
        data: own.map(({ market, size, entry, mark }) => ({
          ...{
            instId: `${market}-USDT-SWAP`,
            instType: 'SWAP',
            mgnMode: 'cross',
            posSide: size > 0n ? 'long' : 'short',
          },
          ...{ pos: units(magnitude(size), 2), avgPx: units(entry, 3), markPx: units(mark, 3), ccy: 'USDT', upl: '' },
        })),
      },
      { code: '0', data: [{ totalEq: '0', details: [{ ccy: 'USDT', eq: equities.get(account) }] }] },
    ],
    shared: ({ markets }) => ({
      data: markets.map(({ market, power }) => {
        return {
          instId: `${market}-USDT-SWAP`,
          ctVal: powerText(power),
          ctMult: '1',
          ctType: 'linear',
          settleCcy: 'USDT',
        }
      }),
    }),
  },
  {
    ...{ source: 'ccxt', both: true, sized: true, name: (market) => `${market}/USDT:USDT` },
    write: ({ equities, markets }, account, own) => ({
      positions: own.map(({ market, size, entry, mark }) => ({
        ...{ info: {}, symbol: `${market}/USDT:USDT`, contracts: Number(units(magnitude(size), 2)), hedged: true },
        contractSize: Number(powerText(markets.find((one) => one.market === market)?.power ?? 0)),
        ...{
          side: size > 0n ? 'long' : 'short',
          entryPrice: Number(units(entry, 3)),
          markPrice: Number(units(mark, 3)),
        },
        ...{ collateral: null, marginMode: null, timestamp: 1760130964831 },
      })),
      balance: { info: {}, free: {}, used: {}, total: { USDT: Number(equities.get(account)) } },
    }),
  },
  {
    ...{ source: 'hyperliquid-state', both: false, sized: false, name: (market) => market },
    write: ({ equities }, account, own) => ({
      ...{ marginSummary: { accountValue: equities.get(account) }, withdrawable: '0.0', time: 1760130964831 },
      crossMarginSummary: { accountValue: equities.get(account) },
      assetPositions: own.map(({ market, size, entry, mark }) => ({
        type: 'oneWay',
        position: {
          ...{ coin: market, szi: units(size, 2), entryPx: units(entry, 3), leverage: { type: 'cross', value: 20 } },
          ...{ positionValue: units(magnitude(size) * mark, 5), liquidationPx: null },
        },
      })),
    }),
  },
]

async function importOf(source: string, payloads: readonly unknown[], options: ImportOptions = {}) {
  const names = payloads.map((_, i) => `${i}.json`)
  const folder = await folderWith(Object.fromEntries(payloads.map((one, i) => [names[i], JSON.stringify(one)])))
  return importerOf(source).read(
    names.map((name) => join(folder, name)),
    options,
  )
}

describe.each(cases)('$source', ({ source, name, both, sized, write, shared }) => {
  test('event → payload → the same event', async () => {
    await fc.assert(
      fc.asyncProperty(snapshots(both), async (snapshot) => {
        const markOf = new Map(snapshot.markets.map(({ market, mark }) => [market, mark]))
        const payload = Object.fromEntries(
          [...snapshot.equities.keys()].map((account) => {
            const own = snapshot.holdings
              .filter((one) => one.account === account)
              .map((one) => ({ ...one, mark: markOf.get(one.market) ?? 0n }))
            return [account, write(snapshot, account, own)]
          }),
        )
        const { event, record } = await importOf(source, [payload, ...(shared ? [shared(snapshot)] : [])])
        const extra = source === 'binance' ? withoutWallets(event) : event
        expect(extra.digest()).toBe(digestOf(snapshot, name, sized))
        expect(record.rows).toBe(record.kept + record.dropped.reduce((total, { count }) => total + count, 0))
        expect(record.defaulted).toEqual([])
      }),
      { numRuns: 25, seed: 20251010 },
    )
  })

  test('nothing of the source: what it looks like', async () => {
    const error = await mistakeOf(() => importOf(source, [[{ coin: 'A', px: '1', sz: '1', side: 'B' }]]))
    expect(error).toMatchObject({ code: 'looks-like' })
    expect(error.cure).toContain('spillway import hyperliquid-fills FILE')
  })
})

/** Binance gives the wallet besides, which the event of the test does not have. */
function withoutWallets(event: ReturnType<typeof parseEvent>) {
  const json = eventJson(event)
  return parseEvent({ ...json, accounts: json.accounts.map(({ walletBalance: _, ...account }) => account) })
}

describe('what venues report that is no plain position', () => {
  const state = (accountValue: string, type = 'cross') => ({
    ...{ marginSummary: { accountValue }, crossMarginSummary: { accountValue }, time: 1 },
    assetPositions: [
      {
        position: {
          ...{ coin: 'ETH', szi: '1', entryPx: '2900', positionValue: '3000.0' },
          leverage: type === 'cross' ? { type, value: 20 } : { type, value: 20, rawUsd: '-2800' },
        },
      },
    ],
  })
  const accountsOf = ({ event }: { event: Parameters<typeof eventJson>[0] }) =>
    eventJson(event).accounts.map(({ account, equity, positions }) => [account, equity, positions.length])

  test('a unified account shows no equity: it is asked for, taken from spot, or given', async () => {
    const error = await mistakeOf(() => importOf('hyperliquid-state', [{ unified: state('0.0') }]))
    expect(error).toMatchObject({ code: 'equity-elsewhere' })
    const spot = {
      balances: [
        { coin: 'USDC', total: '5000' },
        { coin: 'PURR', total: '1' },
      ],
    }
    const joined = await importOf('hyperliquid-state', [{ unified: { state: state('0.0'), spotState: spot } }])
    expect(accountsOf(joined)).toEqual([['unified', 5100, 1]])
    expect(joined.record.repaired.map(({ reason }) => reason)).toEqual(['equity-joined'])
    expect(joined.record.unknown.map(({ reason }) => reason)).toContain('unpriced-collateral')
    const stated = [{ unified: state('0.0') }, [{ account: 'unified', equity: '7' }]]
    expect(accountsOf(await importOf('hyperliquid-state', stated))).toEqual([['unified', 7, 1]])
  })

  test('an isolated position is an account of its own, with its own margin', async () => {
    const made = await importOf('hyperliquid-state', [{ a: state('500', 'isolated') }])
    expect(accountsOf(made).toSorted()).toEqual([
      ['a', 500, 0],
      ['a:ETH', 200, 1],
    ])
    const okx = { instId: 'A-USDT-SWAP', instType: 'SWAP', mgnMode: 'isolated', posSide: 'short', pos: '50' }
    const rest = { avgPx: '23436.6', markPx: '23436.3', margin: '390.61', upl: '0.15' }
    const { event, record } = await importOf('okx', [{ data: [{ ...okx, ...rest }] }])
    expect(eventJson(event).markets).toMatchObject([{ contractSize: 0.01, markPrice: 23436.3 }])
    expect(record.repaired.map(({ reason }) => reason)).toEqual(['contract-size-from-profit', 'isolated-account'])
  })

  test('states of several moments are one only where it is said how far apart they may be; marks are made one', async () => {
    const later = { ...state('100'), time: 900 }
    const moved = { ...later.assetPositions[0].position, positionValue: '3010.0' }
    const both = [{ a: state('100'), b: { ...later, assetPositions: [{ position: moved }] } }]
    expect(await mistakeOf(() => importOf('hyperliquid-state', both))).toMatchObject({ code: 'several-times' })
    const made = await importOf('hyperliquid-state', both, { gapMs: 1000 })
    expect(accountsOf(made)).toEqual([
      ['a', 100, 1],
      ['b', 90, 1],
    ])
    expect(made.record.repaired.map(({ reason }) => reason)).toEqual(['mark-disagrees', 're-marked'])
  })

  test('rows that are left out have a reason each', async () => {
    const row = { symbol: 'ETCUSDT', positionSide: 'BOTH', positionAmt: '-2.92', entryPrice: '20', markPrice: '20.189' }
    const flat = { ...row, symbol: 'BNBUSDT', positionAmt: '0.000', entryPrice: '0.0', markPrice: '0.00000000' }
    const equity = [{ account: 'a', equity: 100 }]
    const { record } = await importOf('binance', [{ a: [row, flat, row, { ...flat, positionAmt: undefined }] }, equity])
    expect(record.dropped.map(({ reason, count }) => [reason, count])).toEqual([
      ['unknown-record', 1],
      ['flat-position', 1],
      ['duplicate-row', 1],
    ])
    const codeOf = async (changes: object) =>
      (await mistakeOf(() => importOf('binance', [{ a: [{ ...row, ...changes }] }, equity]))).code
    expect(await codeOf({ markPrice: '0.0' })).toBe('missing-mark')
    expect(await codeOf({ positionSide: 'SELL' })).toBe('bad-side')
    expect(await codeOf({ positionSide: 'LONG' })).toBe('wrong-side')
    expect(await codeOf({ positionAmt: '2,92' })).toBe('bad-number')
    expect((await mistakeOf(() => importOf('binance', [{ b: [row] }, equity]))).code).toBe('missing-equity')
  })

  test('coin-margined contracts are inverse, of the size that is listed or follows, and settle in the coin', async () => {
    const row = {
      symbol: 'BTCUSD_PERP',
      positionAmt: '-4',
      entryPrice: '61765.4',
      markPrice: '61765.5',
      positionSide: 'BOTH',
    }
    const account = { positions: [], assets: [{ asset: 'BTC', crossWalletBalance: '0.5', crossUnPnl: '0.001' }] }
    const { event } = await importOf('binance', [{ a: [[{ ...row, notionalValue: '-0.00647610' }], account] }])
    expect(eventJson(event).markets).toMatchObject([
      { inverse: true, settles: 'BTC', contractSize: 100, markPrice: 61765.5 },
    ])
    expect(eventJson(event).accounts).toMatchObject([
      { equity: 0.501, positions: [{ quantity: -4, entryPrice: 61765.4 }] },
    ])
    const bybit = {
      symbol: 'BTCUSD',
      side: 'Buy',
      size: '100',
      avgPrice: '5e4',
      markPrice: '60000',
      category: 'inverse',
    }
    const wallet = { accountType: 'CONTRACT', totalEquity: '', coin: [{ coin: 'BTC', equity: '0.01' }] }
    const linear = await importOf('bybit', [{ a: [[bybit], wallet] }])
    expect(eventJson(linear.event).markets).toMatchObject([{ inverse: true, settles: 'BTC' }])
    const unsized = { a: [[row], account] }
    expect(await mistakeOf(() => importOf('binance', [unsized]))).toMatchObject({ code: 'missing-contract-size' })
    // 0.000366076 BTC at 109,266.97 are four contracts of 10 USD, as far as nine places can tell.
    const ccxt = { symbol: 'BTC/USD:BTC', contracts: null, contractSize: 10, side: 'long', notional: 0.000366076 }
    const rest = { entryPrice: 112585.87, markPrice: 109266.97, account: 'a' }
    const counted = await importOf('ccxt', [[{ ...ccxt, ...rest }], [{ account: 'a', equity: 1 }]])
    expect(eventJson(counted.event).accounts[0]?.positions).toMatchObject([{ quantity: 4 }])
  })

  test('two settlement currencies are two events', async () => {
    const row = { symbol: 'BTCUSDT', side: 'Buy', size: '1', avgPrice: '1', markPrice: '2' }
    const rows = [row, { ...row, symbol: 'BTCPERP' }]
    const equity = [{ account: 'a', equity: 100 }]
    const error = await mistakeOf(() => importOf('bybit', [{ a: rows }, equity]))
    expect(error).toMatchObject({ code: 'mixed-settlement' })
    const { record } = await importOf('bybit', [{ a: rows }, equity], { market: ['BTCUSDT'] })
    expect(record.dropped).toMatchObject([{ reason: 'other-market', contracts: { BTCPERP: '1' } }])
  })
})

describe('table and reservoir, from Parquet', () => {
  const column = (name: string, data: unknown[]) => ({ name, data: data as string[] })

  test('a table of any columns by a map: CSV, JSON lines and Parquet are one event', async () => {
    const map = {
      accounts: { uid: 'account', margin_balance: 'equity' },
      positions: { uid: 'account', sym: 'market', qty: 'quantity', dir: 'side', epx: 'entryPrice' },
      marks: { sym: 'market', mark: 'markPrice' },
      allocation: { uid: 'account', sym: 'market', adl_qty: 'quantity' },
    }
    const rows = [
      {
        uid: 'a',
        margin_balance: '100.25',
        sym: 'BTC',
        qty: '2.5',
        dir: 'SHORT',
        epx: '70',
        mark: '60.1',
        adl_qty: '1',
      },
      { uid: 'b', margin_balance: '50', sym: 'BTC', qty: '1', dir: 'SHORT', epx: '', mark: '60.1', adl_qty: '0.5' },
      { uid: 'b', margin_balance: '50', sym: 'ETH', qty: '4e0', dir: 'LONG', epx: '3', mark: '3', adl_qty: '0' },
    ]
    const names = Object.keys(rows[0])
    const cell = (row: (typeof rows)[number], name: string) => row[name as keyof typeof row]
    const folder = await folderWith({
      'map.json': JSON.stringify(map),
      't.csv': [names.join(), ...rows.map((row) => names.map((name) => cell(row, name)).join())].join('\n'),
      't.jsonl': rows.map((row) => JSON.stringify(row)).join('\n'),
      't.parquet': new Uint8Array(
        parquetWriteBuffer({
          columnData: names.map((name) =>
            column(
              name,
              rows.map((row) => cell(row, name)),
            ),
          ),
        }),
      ),
    })
    const digests = new Set<string>()
    for (const file of ['t.csv', 't.jsonl', 't.parquet']) {
      const made = await importerOf('table').read([join(folder, file)], { map: join(folder, 'map.json') })
      digests.add(made.event.digest())
      expect(made.reductions).toEqual([
        { account: 'a', market: 'BTC', quantity: '1' },
        { account: 'b', market: 'BTC', quantity: '0.5' },
        { account: 'b', market: 'ETH', quantity: '0' },
      ])
      expect(made.record).toMatchObject({ rows: 3, kept: 3, dropped: [] })
    }
    const expected = parseEvent({
      format: 'spillway/event@1',
      markets: [
        { market: 'BTC', markPrice: '60.1' },
        { market: 'ETH', markPrice: 3 },
      ],
      accounts: [
        { account: 'a', equity: '100.25', positions: [{ market: 'BTC', quantity: '-2.5', entryPrice: 70 }] },
        {
          ...{ account: 'b', equity: 50 },
          positions: [
            { market: 'BTC', quantity: -1 },
            { market: 'ETH', quantity: 4, entryPrice: 3 },
          ],
        },
      ],
      demand: [
        { market: 'BTC', side: 'short', quantity: '1.5' },
        { market: 'ETH', side: 'long', quantity: 0 },
      ],
    })
    expect([...digests]).toEqual([expected.digest()])
    const codeOf = async (changed: unknown) => {
      const other = await folderWith({ 'map.json': JSON.stringify(changed) })
      const read = () => importerOf('table').read([join(folder, 't.csv')], { map: join(other, 'map.json') })
      return (await mistakeOf(read)).code
    }
    expect(await codeOf({ ...map, accounts: { uid: 'account', margin_balance: 'equty' } })).toBe('unknown-field')
    expect(await codeOf({ ...map, accounts: { uid: 'account' } })).toBe('missing-field')
    expect(await codeOf({ ...map, accounts: { uid: 'account', balance: 'equity' } })).toBe('missing-column')
    expect((await mistakeOf(() => importerOf('table').read([join(folder, 't.csv')]))).code).toBe('missing-map')
  })

  test('daily positions and the fills of an ADL are one book, of two moments', async () => {
    const positions = parquetWriteBuffer({
      columnData: [
        column('user', ['a', 'b', 'c', 'c']),
        column('market', ['BTC', 'BTC', 'BTC', 'ETH']),
        { name: 'size', data: [-3, -2.5, 4, 1], type: 'DOUBLE' },
        { name: 'notional', data: [3 * 100.1, 2.5 * 100.1, 4 * 100.1, 7.3], type: 'DOUBLE' },
        { name: 'entry_price', data: [120, 110, 90, 7], type: 'DOUBLE' },
        column('leverage_type', ['cross', 'cross', 'cross', 'isolated']),
        { name: 'leverage', data: [5, 5, 5, 10], type: 'INT32' },
        { name: 'account_value', data: [500, 400, 300, 300], type: 'DOUBLE' },
      ],
    })
    const fills = parquetWriteBuffer({
      columnData: [
        column('coin', ['BTC', 'BTC']),
        column('address', ['a', 'b']),
        { name: 'timestamp', data: [new Date(1760130964831), new Date(1760130964831)], type: 'TIMESTAMP' },
        column('price', ['101.5', '101.5']),
        column('size', ['2.75', '1']),
        column('side', ['buy', 'buy']),
        column('start_position', ['-2.75', '-2.5']),
        column('direction', ['Auto-Deleveraging', 'Auto-Deleveraging']),
        column('realized_pnl', ['50.875', '8.5']),
      ],
    })
    const folder = await folderWith({ 'p.parquet': new Uint8Array(positions), 'fills.parquet': new Uint8Array(fills) })
    const { event, reductions, record } = await importerOf('reservoir').read(
      ['p.parquet', 'fills.parquet'].map((name) => join(folder, name)),
    )
    expect(eventJson(event)).toMatchObject({
      markets: [
        { market: 'BTC', markPrice: 101.5 },
        { market: 'ETH', markPrice: 7.3 },
      ],
      demand: [{ market: 'BTC', side: 'short', quantity: 3.75 }],
    })
    expect(
      eventJson(event).accounts.map(({ account, equity, positions }) => [
        account,
        equity,
        positions.map((p) => p.quantity),
      ]),
    ).toEqual([
      // Moved from the snapshot's mark, 100.1: 500 − 2.75 · 1.4, …
      ['a', 496.15, [-2.75]],
      ['b', 396.5, [-2.5]],
      ['c', 305.6, [4]],
      // 1 · 7 / 10 + 1 · (7.3 − 7)
      ['c:ETH', 1, [1]],
    ])
    expect(reductions).toHaveLength(2)
    expect(record.repaired.map(({ reason }) => reason)).toContain('position-from-fill')
    expect(record.unknown.map(({ reason }) => reason)).toContain('moment-differs')
    expect(record.unknown.map(({ reason }) => reason)).not.toContain('other-accounts')
    const snapshot = await importerOf('reservoir').read([join(folder, 'p.parquet')])
    expect(snapshot.reductions).toBeUndefined()
    expect(eventJson(snapshot.event).markets[0]).toMatchObject({ market: 'BTC', markPrice: 100.1 })
  })
})
