import { join } from 'node:path'
import { expect, test } from 'vitest'
import { notKnown } from '#models/analysis/remarks/not-known.js'
import { eventJson } from '#models/book/index.js'
import { importerOf } from '#models/importers/index.js'
import { scopeNote, scopeSentences } from '#reports/book-scope.js'
import { folderWith, mistakeOf } from './support.js'

/** What an account has in several currencies: a total counts where the venue margins by it, and nothing is guessed where there is none. */

async function read(source: string, payload: object, ...more: readonly object[]) {
  const all = [payload, ...more]
  const folder = await folderWith(Object.fromEntries(all.map((one, i) => [`${i}.json`, JSON.stringify(one)])))
  return importerOf(source).read(all.map((_, i) => join(folder, `${i}.json`)))
}
type Made = Awaited<ReturnType<typeof read>>
const equities = ({ event }: Made) =>
  Object.fromEntries(eventJson(event).accounts.map(({ account, equity }) => [account, equity]))
const facts = ({ record }: Made) => ({
  dropped: record.dropped.map(({ reason, count }) => `${reason} ${count}`),
  repaired: record.repaired.map(({ reason, count }) => `${reason} ${count}`),
  isNoted: record.unknown.some(({ reason }) => reason === 'other-collateral'),
})
const codeOf = async (...payloads: Parameters<typeof read>) => (await mistakeOf(() => read(...payloads))).code

const contract = { instId: 'BTC-USDT-SWAP', ctVal: '0.01', ctMult: '1' }
const okxPosition = { instId: 'BTC-USDT-SWAP', instType: 'SWAP', pos: '20', posSide: 'net', mgnMode: 'cross' }
const okx = (balance: object, tether: string, coin = '2') => ({
  a: [
    { ...okxPosition, avgPx: '60000', markPx: '67000' },
    {
      ...{ totalEq: '133500', isoEq: '100', ...balance },
      details: [
        { ccy: 'USDT', eq: tether },
        { ccy: 'BTC', eq: coin },
      ],
    },
  ],
})

test('OKX: adjEq, else totalEq less isolated margins, where the account is margined over all currencies', async () => {
  for (const tether of ['-500', '700']) {
    const made = await read('okx', okx({ adjEq: '133000', mgnRatio: '55' }, tether), [contract])
    expect(equities(made), tether).toEqual({ a: 133000 })
    expect(facts(made)).toEqual({ dropped: [], repaired: ['account-total 1'], isNoted: false })
    expect(equities(await read('okx', okx({ mgnRatio: '55' }, tether), [contract]))).toEqual({ a: 133400 })
  }
  // Without other currencies its own is exact.
  expect(equities(await read('okx', okx({ adjEq: '699' }, '700', '0'), [contract]))).toEqual({ a: 700 })
  // Nothing says whether the venue margins over all of them.
  expect(await codeOf('okx', okx({ adjEq: '' }, '-500'), [contract])).toBe('equity-elsewhere')
  expect(facts(await read('okx', okx({ adjEq: '' }, '700'), [contract])).isNoted).toBe(true)
  // It margins by currency: a debt in one is not covered by another.
  const empty = { adjEq: '', imr: '', mmr: '', mgnRatio: '' }
  const apart = await read('okx', okx(empty, '700'), [contract])
  expect([equities(apart), facts(apart).isNoted]).toEqual([{ a: 700 }, false])
})

const held = { symbol: 'BTCUSDT', positionAmt: '1', entryPrice: '60000', markPrice: '67000', marginAsset: 'USDT' }
const other = { ...held, positionAmt: '-1' }
const asset = (name: string, wallet: string) => ({
  ...{ asset: name, walletBalance: wallet, marginBalance: wallet, crossWalletBalance: wallet, crossUnPnl: '0' },
})
const binance = (totals: object, tether: string) => ({
  a: [[held], { ...totals, positions: [], assets: [asset('USDT', tether), asset('BTC', '2.12')] }],
  b: [[other], { positions: [], assets: [asset('USDT', '13000')] }],
})

test('Binance: the totals in multi-assets mode, the asset in single-asset mode, known by what the totals add up', async () => {
  for (const tether of ['-2000', '5']) {
    for (const totals of [{ totalMarginBalance: '140000' }, { totalMarginBalance: '5', multiAssetsMargin: true }]) {
      const made = await read('binance', binance(totals, tether))
      expect(equities(made)).toEqual({ a: Number(totals.totalMarginBalance), b: 13000 })
      expect(facts(made)).toMatchObject({ repaired: ['account-total 1'], isNoted: false })
    }
  }
  const single = await read('binance', binance({ totalMarginBalance: '5' }, '5'))
  expect([equities(single), facts(single)]).toEqual([
    { a: 5, b: 13000 },
    { dropped: ['other-currency 1'], repaired: [], isNoted: false },
  ])
  expect(await codeOf('binance', binance({}, '-2000'))).toBe('equity-elsewhere')
  expect(facts(await read('binance', binance({}, '5'))).isNoted).toBe(true)
  const rows = [
    { asset: 'USDT', balance: '-9' },
    { asset: 'BTC', balance: '2' },
  ]
  expect(await codeOf('binance', { a: [[held], rows] })).toBe('equity-elsewhere')
  const mode = { a: { risk: [held], balance: rows, mode: { multiAssetsMargin: false } } }
  expect(facts(await read('binance', mode)).isNoted).toBe(false)
})

test('ccxt: what other currencies are worth is not known; refused beside a debt, said beside a remainder', async () => {
  const position = { symbol: 'BTC/USDT:USDT', contracts: 2, contractSize: 1, side: 'long', markPrice: 67000 }
  const payload = (total: object) => ({ a: { positions: [position], balance: { total } } })
  for (const total of [{ USDT: -500, BTC: 2 }, { USDT: 0, BTC: 2 }, { BTC: 2 }, { USDT: 900, BTC: -1 }]) {
    expect(await codeOf('ccxt', payload(total)), JSON.stringify(total)).toBe('equity-elsewhere')
  }
  expect(facts(await read('ccxt', payload({ USDT: 900, BTC: 2 })))).toMatchObject({ isNoted: true })
  expect(facts(await read('ccxt', payload({ USDT: 900, BTC: 0 })))).toMatchObject({ isNoted: false })
  // An equity that is stated is over all currencies.
  const stated = await read('ccxt', payload({ USDT: -500, BTC: 2 }), [{ account: 'a', equity: 7 }])
  expect([equities(stated), facts(stated).isNoted]).toEqual([{ a: 7 }, false])
  // An account that holds no position needs none.
  const idle = { ...payload({ USDT: 900 }), b: { balance: { total: { USDT: -1, BTC: 2 } } } }
  expect(equities(await read('ccxt', idle))).toEqual({ a: 900 })
})

test('a unified account of Hyperliquid with a debt beside other tokens is not insolvent', async () => {
  const position = { coin: 'ETH', szi: '1', entryPx: '2900', positionValue: '3000.0' }
  const state = { crossMarginSummary: { accountValue: '0.0' }, marginSummary: {}, assetPositions: [{ position }] }
  const balances = (dollars: string) => [
    { coin: 'USDC', total: dollars },
    { coin: 'HYPE', total: '50' },
  ]
  const payload = (dollars: string) => ({ a: { state, spotState: { balances: balances(dollars) } } })
  expect(await codeOf('hyperliquid-state', payload('-150'))).toBe('equity-elsewhere')
  const made = await read('hyperliquid-state', payload('20'))
  expect(equities(made)).toEqual({ a: 120 })
  expect(made.record.unknown.map(({ reason }) => reason)).toContain('unpriced-collateral')
})

test('what follows from a printed product is the shortest number that gives it, though the division ends', async () => {
  const coin = { symbol: 'BTCUSD_PERP', positionAmt: '-50', entryPrice: '60000', markPrice: '67000' }
  const account = { positions: [], assets: [asset('BTC', '0.5')] }
  const made = await read('binance', { a: [[{ ...coin, notionalValue: '-0.07462687' }], account] })
  expect(eventJson(made.event).markets[0]).toMatchObject({ contractSize: 100 })
  // The double of 3 · 100.1 is 300.29999999999995.
  const ccxt = { symbol: 'BTC/USDT:USDT', contracts: 3, contractSize: 1, side: 'long', notional: 3 * 100.1 }
  const noisy = await read('ccxt', { a: { positions: [ccxt], balance: { total: { USDT: 9 } } } })
  expect(eventJson(noisy.event).markets[0]).toMatchObject({ markPrice: 100.1 })
  // 12.37 / 8 = 1.54625, of which 1.546 is as good.
  const { markPrice: _, ...bare } = held
  const marked = await read('binance', {
    a: [[{ ...bare, positionAmt: '8', notional: '12.37' }], { positions: [], assets: [asset('USDT', '9')] }],
  })
  expect(eventJson(marked.event).markets[0]).toMatchObject({ markPrice: 1.546 })
})

test('the first words of a verdict say that its book is not whole', () => {
  const remarks = notKnown({
    space: {
      event: { notKnown: ['moment', 'other-collateral', 'more-pages'].map((reason) => ({ reason, says: reason })) },
    },
  } as unknown as Parameters<typeof notKnown>[0])
  expect(remarks.map(({ code }) => code)).toEqual(['missing-positions', 'incomplete-equity', 'not-known'])
  expect(scopeNote(remarks)).toBe(' (positions or fills may be missing; equities are not whole)')
  expect(scopeSentences(remarks)).toEqual(['more-pages', 'other-collateral'])
})
