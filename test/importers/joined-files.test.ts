import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventJson, readWaves } from '#models/book/index.js'
import { importerOf, writeImported } from '#models/importers/index.js'
import { minMaxLeverage, replay } from '#models/index.js'
import { folderWith, mistakeOf } from './support.js'

/** What stands in several files and rows: pages, spellings of an address, moments, the same record again. */

async function read(source: string, files: Readonly<Record<string, string | object>>, options: object = {}) {
  const folder = await folderWith(
    Object.fromEntries(
      Object.entries(files).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)]),
    ),
  )
  const map = Object.hasOwn(files, 'map') ? { map: join(folder, 'map') } : {}
  const named = Object.keys(files).filter((name) => name !== 'map')
  return importerOf(source).read(
    named.map((name) => join(folder, name)),
    { ...map, ...options },
  )
}
type Made = Awaited<ReturnType<typeof read>>
const notKnown = ({ record }: Made) => record.unknown.map(({ reason }) => reason)
const counted = (list: Made['record']['dropped']) => list.map(({ reason, count }) => `${reason} ${count}`)
const held = ({ event }: Made) =>
  eventJson(event).accounts.map(({ account, equity, positions }) => [
    account,
    equity,
    ...positions.map(({ quantity }) => quantity),
  ])

const ONE = '0xAbCdEf0000000000000000000000000000000001'
const bybit = (names: readonly string[], nextPageCursor: string) => ({
  result: {
    ...{ category: 'linear', nextPageCursor },
    list: names.map((name) => ({ symbol: `${name}USDT`, side: 'Buy', size: '1', avgPrice: '1', markPrice: '2' })),
  },
})
const wallet = { result: { list: [{ accountType: 'UNIFIED', totalMarginBalance: '9', coin: [] }] } }

test('an answer that goes on is not the whole book, unless its other pages are there', async () => {
  const pages = async (...all: object[]) =>
    notKnown(
      await read('bybit', { ...Object.fromEntries(all.map((one, i) => [`a.${i}.json`, one])), 'a.w.json': wallet }),
    )
  expect(await pages(bybit(['A', 'B'], 'x%3D'))).toContain('more-pages')
  expect(await pages(bybit(['A', 'B'], 'x%3D'), bybit(['C'], ''))).not.toContain('more-pages')
  // The last page has a cursor, and is not full; or an empty one follows it.
  expect(await pages(bybit(['A', 'B'], 'x'), bybit(['C'], 'y'))).not.toContain('more-pages')
  expect(await pages(bybit(['A', 'B'], 'x'), bybit(['C', 'D'], 'y'))).toContain('more-pages')
  expect(await pages(bybit(['A', 'B'], 'x'), bybit(['C', 'D'], 'y'), bybit([], ''))).not.toContain('more-pages')
  expect(await pages(bybit(['A'], ''))).not.toContain('more-pages')
  const { record } = await read('bybit', {
    'a.1.json': bybit(['A', 'B'], 'x'),
    'a.w.json': wallet,
    'b.1.json': bybit(['C'], 'y'),
    'b.w.json': wallet,
    'c.1.json': bybit(['D'], ''),
    'c.w.json': wallet,
  })
  expect(record.unknown.find(({ reason }) => reason === 'more-pages')?.says).toBe(
    'a.1.json and 1 more are pages of answers that go on, and the rest of them is not among the files: positions or fills may be missing.',
  )
  // Prices have pages of their own.
  const prices = { result: { category: 'linear', nextPageCursor: '', list: [{ symbol: 'AUSDT', markPrice: '2' }] } }
  expect(await pages(bybit(['A'], 'x'), prices)).toContain('more-pages')
  const ccxt = { symbol: 'A/USDT:USDT', contracts: 1, contractSize: 1, side: 'long', markPrice: 2 }
  const of = async (info: object) =>
    notKnown(
      await read('ccxt', { 'a.json': { a: { positions: [{ ...ccxt, info }], balance: { total: { USDT: 9 } } } } }),
    )
  expect(await of({ nextPageCursor: 'x' })).toContain('more-pages')
  expect(await of({ nextPageCursor: '' })).not.toContain('more-pages')
})

const fill = {
  ...{ coin: 'BTC', px: '100', sz: '2', side: 'A', time: 1760130964831, startPosition: '5', closedPnl: '40', tid: 3 },
  ...{ dir: 'Auto-Deleveraging', liquidation: { liquidatedUser: '0xL', markPx: '101', method: 'market' } },
}

test('a list of as many fills as the API gives goes on', async () => {
  const list = (from: number, count: number, step: number) =>
    Array.from({ length: count }, (_, i) => ({ ...fill, dir: 'Close Long', time: from + step * i, tid: i }))
  const first = [fill, ...list(fill.time - 1, 1999, -1)]
  const of = async (files: object) => notKnown(await read('hyperliquid-fills', files as Record<string, object>))
  expect(await of({ 'a.json': first })).toContain('more-pages')
  expect(await of({ 'a.json': first.slice(1).concat(fill).slice(0, 1999).concat([]), 'b.json': [fill] })).not.toContain(
    'more-pages',
  )
  expect(await of({ 'a.1.json': first, 'a.2.json': list(fill.time - 1999, 3, -1) })).not.toContain('more-pages')
  expect(await of({ 'a.json': first, 'b.json': list(fill.time - 1999, 3, -1) })).toContain('more-pages')
})

const state = (value: string, time: number) => ({
  ...{ marginSummary: { accountValue: value }, crossMarginSummary: { accountValue: value }, time },
  assetPositions: [{ position: { coin: 'BTC', szi: '5', entryPx: '80', positionValue: '505' } }],
})

test('an address is one account however it is spelt, in every source', async () => {
  const joined = await read('hyperliquid-fills', {
    'f.json': [{ ...fill, user: ONE.toLowerCase() }],
    's.json': { [ONE]: state('250', fill.time) },
  })
  expect(held(joined)).toEqual([[ONE.toLowerCase(), 250, 5]])
  expect(counted(joined.record.repaired)).toContain('address-spelling 1')
  // One moment, and every equity is known.
  expect(notKnown(joined)).toEqual(['demand-is-filled'])
  const map = {
    accounts: { u: 'account', e: 'equity' },
    positions: { u: 'account', m: 'market', q: 'quantity' },
    marks: { m: 'market', p: 'markPrice' },
  }
  const table = await read('table', {
    map,
    'a.csv': `u,e\n${ONE},7\n`,
    'p.csv': `u,m,q,p\n${ONE.toUpperCase().replace('X', 'x')},M,1,2\n`,
  })
  expect(held(table)).toEqual([[ONE, 7, 1]])
  const okx = { instId: 'A-USDT-SWAP', instType: 'SWAP', pos: '1', avgPx: '1', markPx: '2' }
  const balance = { [ONE.toLowerCase()]: { details: [{ ccy: 'USDT', eq: '3' }] } }
  const contract = [{ instId: 'A-USDT-SWAP', ctVal: '1' }]
  expect(held(await read('okx', { 'p.json': { [ONE]: [okx] }, 'b.json': balance, 'i.json': contract }))).toEqual([
    [ONE, 3, 1],
  ])
  const row = (user: string, size: string) => `${user},A,1760130964831,20,1,${size},30,9,${ONE}\n`
  const header = 'user,coin,time,adl_price,adl_size,position_size,entry_price,total_equity,liquidated_user\n'
  const other = ONE.replace('1', '2')
  const replayed = await read('hyperliquid', {
    'r.csv': header + row(other, '3') + row(other.toLowerCase(), '2') + row(ONE.toLowerCase(), '-4'),
  })
  expect(held(replayed)).toEqual([[other, 9, 3]])
  expect(replayed.record.dropped).toMatchObject([{ reason: 'liquidated-side', count: 1, contracts: { A: '1' } }])
})

test('which equities are made up, of which moment the book is, and who is no winner', async () => {
  const own = (user: string) => ({ ...fill, user, tid: user })
  const files = { 'f.json': [own('0xa'), own('0xb'), { ...own('0xL'), startPosition: '-9', side: 'B' }] }
  const none = await read('hyperliquid-fills', files)
  expect(none.record.dropped).toMatchObject([{ reason: 'liquidated-side', count: 1, contracts: { BTC: '2' } }])
  expect(none.record.unknown.find(({ reason }) => reason === 'equity')?.says).toMatch(
    /^The source gives no equity\. Every/,
  )
  const some = await read('hyperliquid-fills', { ...files, 's.json': { '0xa': state('250', fill.time + 1) } })
  expect(some.record.unknown.find(({ reason }) => reason === 'equity')).toMatchObject({
    says: expect.stringMatching(/no equity of 1 of 2 accounts \(0xb\)/),
    accounts: { count: 1, of: 2 },
  })
  const moment = ({ record }: Made) => record.unknown.find(({ reason }) => reason === 'moment-differs')?.says
  expect(moment(some)).toMatch(/are of another moment/)
  const { time: _, ...timeless } = state('250', 0)
  expect(moment(await read('hyperliquid-fills', { ...files, 's.json': { '0xa': timeless } }))).toMatch(/is not known/)
  expect(moment(await read('hyperliquid-fills', { ...files, 's.json': { '0xa': state('9', fill.time) } }))).toBe(
    undefined,
  )
})

test('an equity that the import made up does not drift', async () => {
  const later = { ...fill, time: fill.time + 9000, tid: 4, startPosition: '3', px: '90' }
  const grown = { ...later, time: later.time + 9000, tid: 5, startPosition: '7' }
  const of = async (files: Readonly<Record<string, object>>) => {
    const made = await read('hyperliquid-fills', files, { gapMs: 1000 })
    const folder = join(await folderWith({}), 'out')
    await writeImported(folder, made)
    return (await replay(readWaves(folder), minMaxLeverage())).waves.map(({ drift }) => drift)
  }
  const fills = [fill, later, grown].map((one) => ({ ...one, user: 'a' }))
  expect(await of({ 'f.json': fills })).toEqual([[], [], [{ account: 'a', equity: null, contracts: { BTC: 6 } }]])
  // A known one does: 250 at the mark of 101 is the same at every later one, less what the positions explain.
  const known = await of({ 'f.json': fills.slice(0, 2), 's.json': { a: state('250', fill.time) } })
  expect(known).toEqual([[], []])
})

test('the same record of an account again is dropped, and counted once', async () => {
  const { record } = await read('hyperliquid-state', {
    's.json': [
      { user: 'a', ...state('9', 5) },
      { user: 'a', ...state('9', 5) },
    ],
  })
  expect(record).toMatchObject({
    rows: 4,
    kept: 2,
    dropped: [{ reason: 'duplicate-row', count: 2, contracts: { BTC: '5' } }],
  })
  const balance = { details: [{ ccy: 'USDT', eq: '3' }], totalEq: '3' }
  const okx = { instId: 'A-USDT-SWAP', instType: 'SWAP', pos: '1', avgPx: '1', markPx: '2' }
  const contract = { instId: 'A-USDT-SWAP', ctVal: '1' }
  const twice = await read('okx', { 'a.json': { a: [[okx], balance, balance] }, 'i.json': [contract] })
  expect(counted(twice.record.dropped)).toEqual(['duplicate-row 1'])
  const equity = { account: 'a', equity: 3 }
  const stated = await read('okx', { 'a.json': { a: [okx] }, 'i.json': [contract], 'e.json': [equity, equity] })
  expect(counted(stated.record.dropped)).toEqual(['duplicate-row 1'])
})

test('one query that joins everything', async () => {
  const map = {
    accounts: { u: 'account', e: 'equity' },
    positions: { u: 'account', m: 'market', q: 'quantity', side: 'side' },
    marks: { m: 'market', p: 'markPrice' },
    allocation: { u: 'account', m: 'market', x: 'quantity' },
  }
  const of = (...rows: readonly string[]) => read('table', { map, 't.csv': `u,e,m,q,side,p,x\n${rows.join('\n')}\n` })
  const made = await of(
    'a,50,BTC,2,BUY,110,0.5',
    'a,50.0,BTC,2.0,long,110,0.25',
    'a,50,BTC,2,BUY,110,.25',
    'b,70,BTC,1,long,110,',
    'c,9,,,,,',
  )
  expect(held(made)).toEqual([
    ['a', 50, 2],
    ['b', 70, 1],
    ['c', 9],
  ])
  expect(made.reductions).toEqual([{ account: 'a', market: 'BTC', quantity: '1' }])
  expect(counted(made.record.repaired)).toEqual(['joined-row 2'])
  expect(made.record).toMatchObject({ rows: 5, kept: 5, dropped: [] })
  const code = async (...rows: readonly string[]) => (await mistakeOf(() => of(...rows))).code
  expect(await code('a,50,BTC,2,BUY,110,0.5', 'a,50,BTC,3,BUY,110,0.5')).toBe('duplicate-position')
  expect((await of('a,50,BTC,2,BUY,110,')).reductions).toEqual([])
  const asked = { ...map, demand: { m: 'market', d: 'side', n: 'quantity' } }
  const rows = (...own: readonly string[]) =>
    read('table', { map: asked, 't.csv': `u,e,m,q,side,p,x,d,n\n${own.join('\n')}\n` })
  const demanded = await rows('a,50,BTC,2,BUY,110,0.5,long,3', 'b,70,BTC,4,long,110,,BUY,3.0')
  expect(eventJson(demanded.event).demand).toEqual([{ market: 'BTC', side: 'long', quantity: 3 }])
  const twice = () => rows('a,50,BTC,2,BUY,110,0.5,long,3', 'b,70,BTC,4,long,110,,long,2')
  expect((await mistakeOf(twice)).code).toMatch(/duplicate/)
  // Two rows of a table that is no join may be two lots.
  const { allocation: _, ...plain } = map
  const lots = read('table', { map: plain, 't.csv': 'u,e,m,q,side,p\na,1,M,2,BUY,3\na,1,M,2,BUY,3\n' })
  expect((await mistakeOf(() => lots)).code).toBe('duplicate-position')
})
