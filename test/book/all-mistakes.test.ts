import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllocation, parseEvent, readAllocation, readEvent } from '#models/book/index.js'
import { importHyperliquid } from '#models/importers/index.js'
import { SpillwayError } from '#src/errors.js'
import { folderWith, goodEvent, goodFolder, mistakeOf } from './support.js'

const SEED = 18

type Json = Record<string, unknown> | unknown[]

/** Every field and entry of a JSON value, as the keys that lead to it. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]]
  const inner = Array.isArray(value)
    ? value.flatMap((entry, i) => pathsOf(entry, [...path, i]))
    : Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, [...path, key]))
  return path.length === 0 ? inner : [[...path], ...inner]
}

const text = (path: readonly (string | number)[]): string =>
  path.map((key, k) => (typeof key === 'number' ? `[${key}]` : `${k === 0 ? '' : '.'}${key}`)).join('')

const OPTIONAL = new Set(
  'adlPrice lotSize factorLoading entryPrice maintenanceMargin walletBalance openedAt demand'.split(' '),
)
const NAMES = new Set(['account', 'market'])

/** Errors of parsing; undefined where the event was read. Anything but a named error fails. */
function errorsOf(json: unknown): readonly SpillwayError[] | undefined {
  try {
    parseEvent(json)
    return undefined
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(SpillwayError)
    const named = error as SpillwayError
    return named.errors ?? [named]
  }
}

const isAbout = (errors: readonly SpillwayError[], path: string): boolean =>
  errors.some((error) => error.path === path || error.path.startsWith(`${path}.`) || error.path.startsWith(`${path}[`))

describe('one wrong field is a named error with its place, or changes nothing', () => {
  const paths = pathsOf(goodEvent())
  const digest = parseEvent(goodEvent()).digest()
  const spot = fc.constantFrom(...paths)
  const parentOf = (event: unknown, path: readonly (string | number)[]): Json =>
    path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], event) as Json

  test('misspelt', () => {
    fc.assert(
      fc.property(spot, fc.constantFrom('x', 's', '_'), (path, letter) => {
        const event = goodEvent()
        const key = path.at(-1)!
        if (typeof key === 'number') return
        const parent = parentOf(event, path) as Record<string, unknown>
        parent[key + letter] = parent[key]
        delete parent[key]
        const errors = errorsOf(event)!
        if (key === 'format') expect(errors[0]).toMatchObject({ code: 'wrong-format', path: 'format' })
        else {
          expect(errors[0]).toMatchObject({ code: 'unknown-field', path: text([...path.slice(0, -1), key + letter]) })
          expect(errors[0].cure).toContain(`Did you mean "${key}"?`)
        }
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  test('deleted, or null', () => {
    fc.assert(
      fc.property(spot, fc.boolean(), (path, isNull) => {
        const event = goodEvent()
        const key = path.at(-1)!
        const parent = parentOf(event, path)
        if (Array.isArray(parent)) {
          if (!isNull) return
          parent[key as number] = null
        } else if (isNull) parent[key] = null
        else delete parent[key]
        const errors = errorsOf(event)
        if (OPTIONAL.has(String(key))) expect(errors === undefined || isAbout(errors, 'demand')).toBe(true)
        else expect(isAbout(errors!, text(path)), `${text(path)}: ${errors}`).toBe(true)
      }),
      { seed: SEED, numRuns: 300 },
    )
  })

  test('doubled', () => {
    fc.assert(
      fc.property(spot, (path) => {
        const event = goodEvent()
        const parent = parentOf(event, path)
        if (!Array.isArray(parent)) return
        parent.push(structuredClone(parent[path.at(-1) as number]))
        const errors = errorsOf(event)
        const last = text([...path.slice(0, -1), parent.length - 1])
        if (errors === undefined) expect(parseEvent(event).digest()).toBe(digest)
        else expect(isAbout(errors, last), `${last}: ${errors}`).toBe(true)
      }),
      { seed: SEED, numRuns: 100 },
    )
  })

  test('of another type', () => {
    const junk = fc.constantFrom<unknown>(true, {}, [], 'x', '', Number.NaN, Infinity, [[]], { a: 1 }, 7n, Symbol('s'))
    fc.assert(
      fc.property(spot, fc.option(junk, { nil: undefined }), (path, wrong) => {
        const event = goodEvent()
        const key = path.at(-1)!
        const parent = parentOf(event, path) as Record<string | number, unknown>
        const value = parent[key]
        const isName = NAMES.has(String(key)) && wrong === 'x'
        const isEmptyList = Array.isArray(value) && Array.isArray(wrong) && wrong.length === 0
        if (isName || isEmptyList) return
        // A number may as well stand in a string.
        parent[key] = wrong === undefined && typeof value === 'number' ? String(value) : (wrong ?? value)
        const errors = errorsOf(event)
        if (errors === undefined) expect(parseEvent(event).digest()).toBe(digest)
        else expect(isAbout(errors, text(path)), `${text(path)}: ${errors}`).toBe(true)
      }),
      { seed: SEED, numRuns: 600 },
    )
  })
})

describe('all mistakes of a file come in one run', () => {
  const rows = (n: number, row: (i: number) => string): string => Array.from({ length: n }, (_, i) => row(i)).join('')
  const planted = fc
    .uniqueArray(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 19 })
    .map((at) => at.sort((a, b) => a - b))

  test('CSV: every planted one with its line, in the order of the file, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(planted, fc.constantFrom('', 'x', '1,5', '1e999'), async (at, wrong) => {
        const bad = wrong.includes(',') ? `"${wrong}"` : wrong
        const folder = await folderWith({
          'markets.csv': 'market,markPrice\nBTC,100\n',
          'accounts.csv': `account,equity\n${rows(40, (i) => `a${i},${at.includes(i) ? bad : i}\n`)}`,
          'positions.csv': `account,market,quantity\n${rows(40, (i) => `a${i},BTC,1\n`)}`,
        })
        const mistake = await mistakeOf(() => readEvent(folder))
        const errors = mistake.errors ?? [mistake]
        expect(errors.map(({ path }) => path)).toEqual(at.map((i) => `accounts.csv:${i + 2} equity`))
        expect(errors[0]).toMatchObject({ code: mistake.code, path: mistake.path })
      }),
      { seed: SEED, numRuns: 15 },
    )
  })

  test('JSON: with the names of accounts, and in a file with its lines', async () => {
    const event = goodEvent()
    const accounts = event.accounts.map((account, i) =>
      i % 2 === 0 ? { ...account, equity: 'x' } : { ...account, equty: 1 },
    )
    const broken = { ...event, accounts, markets: [{ ...event.markets[0], lotSize: -1 }, event.markets[1]] }
    const mistake = await mistakeOf(() => parseEvent(broken))
    expect(mistake.errors?.map(({ path }) => path)).toEqual([
      'markets[0].lotSize',
      'accounts[0].equity',
      'accounts[1].equty',
      'accounts[2].equity',
      'accounts[3].equty',
    ])
    expect(mistake.errors?.[1]?.message).toContain('accounts[0].equity (account "short-1"): ')
    const file = join(await folderWith(), 'book.json')
    const { markets, ...rest } = broken
    const content = JSON.stringify({ ...rest, markets }, undefined, 1)
    await writeFile(file, content)
    const located = await mistakeOf(() => readEvent(file))
    const lines = content.split('\n')
    for (const error of located.errors!) {
      const line = Number(/^book\.json:(\d+) /.exec(error.message)?.[1])
      expect(lines[line - 1]).toContain(`"${/\w+$/.exec(error.path)![0]}"`)
    }
    // The markets stand last in this file.
    expect(located.errors!.at(-1)).toMatchObject({ path: 'markets[0].lotSize' })
  })

  test('at most twenty are named, of a file in which every row is wrong', async () => {
    const accounts = Array.from({ length: 100 }, (_, i) => ({ account: `a${i}`, equity: 'x', positions: [] }))
    expect((await mistakeOf(() => parseEvent({ ...goodEvent(), accounts }))).errors).toHaveLength(20)
    const folder = await folderWith({
      ...goodFolder,
      'accounts.csv': `account,equity\n${rows(100, (i) => `a${i},x\n`)}`,
    })
    expect((await mistakeOf(() => readEvent(folder))).errors).toHaveLength(20)
  })

  test('over all files; what follows from a mistake is none', async () => {
    const folder = await folderWith({
      'markets.csv': 'market,markPrice\nBTC,abc\nETH,1\n',
      'accounts.csv': 'account,equity\na,1\nb,2,3\nc,x\n',
      'positions.csv': 'account,market,quantity\na,BTC,1\nb,ETH,2\nc,DOGE,1\na,ETH,-\n',
      'demand.csv': 'market,side,quantity\nBTC,up,1\n',
    })
    const mistake = await mistakeOf(() => readEvent(folder))
    expect(mistake.errors?.map(({ path }) => path)).toEqual([
      'markets.csv:2 markPrice',
      'accounts.csv:3',
      'accounts.csv:4 equity',
      'positions.csv:4 market',
      'positions.csv:5 quantity',
      'demand.csv:2 side',
    ])
  })

  test('allocations too, in both forms', async () => {
    const folder = await folderWith({ 'closed.csv': 'account,market,quantity\na,B,x\na,C,-1\nb,B,1\nb,B,2\n' })
    const csv = await mistakeOf(() => readAllocation(join(folder, 'closed.csv')))
    expect(csv.errors?.map(({ code, path }) => [code, path])).toEqual([
      ['bad-number', 'closed.csv:2 quantity'],
      ['negative', 'closed.csv:3 quantity'],
      ['duplicate-reduction', 'closed.csv:5 account'],
    ])
    const reductions = [{ account: 'a', market: 'B', quantity: 'x' }, { account: 'a' }]
    const json = await mistakeOf(() => parseAllocation({ format: 'spillway/allocation@1', reductions }))
    expect(json.errors?.map(({ path }) => path)).toEqual([
      'reductions[0].quantity',
      'reductions[1].market',
      'reductions[1].quantity',
    ])
  })
})

describe('nearly right', () => {
  test.each(['demands.csv', 'Demand.csv', 'demnad.csv', 'demand.CSV'])('%s is not passed over', async (name) => {
    const { 'demand.csv': demand, ...rest } = goodFolder
    const folder = await folderWith({ ...rest, [name]: demand })
    const mistake = await mistakeOf(() => readEvent(folder))
    expect(mistake).toMatchObject({ code: 'unknown-file', path: name })
    expect(mistake.cure).toContain('demand.csv')
    expect(mistake.errors).toBeUndefined()
  })

  test.each(['allocation.csv', 'notes.csv', 'moves.csv', 'demand.csv.bak', 'loadings.csv'])(
    '%s is nobody else’s concern',
    async (name) => {
      expect((await readEvent(await folderWith({ ...goodFolder, [name]: 'x' }))).accounts.count).toBe(4)
    },
  )

  test.each([
    [';', 'semicolons'],
    ['\t', 'tabs'],
    ['|', 'bars'],
  ])('columns separated by %j are named', async (separator, word) => {
    const file = goodFolder['accounts.csv'].replaceAll(',', separator)
    const mistake = await mistakeOf(async () => readEvent(await folderWith({ ...goodFolder, 'accounts.csv': file })))
    expect(mistake).toMatchObject({ code: 'wrong-separator', path: 'accounts.csv:1' })
    expect(mistake.message).toContain(word)
    expect(mistake.errors).toBeUndefined()
  })

  test('decimal commas are named, in quotes and without', async () => {
    for (const [cell, code] of [
      ['"3500,25"', 'bad-number'],
      ['"3.500,25"', 'bad-number'],
      ['3500,25', 'wrong-cell-count'],
    ]) {
      const file = goodFolder['markets.csv'].replace('3500.25', cell!)
      const mistake = await mistakeOf(async () => readEvent(await folderWith({ ...goodFolder, 'markets.csv': file })))
      expect(mistake).toMatchObject({ code })
      expect(mistake.cure).toContain('point')
    }
  })
})

describe('flat positions and markets without a price', () => {
  const event = (position: object, market: object = {}) => ({
    format: 'spillway/event@1',
    markets: [
      { market: 'ETH', markPrice: 10 },
      { market: 'BTC', markPrice: 5, ...market },
    ],
    accounts: [
      {
        account: 'a',
        equity: 3,
        positions: [
          { market: 'ETH', quantity: 2 },
          { market: 'BTC', ...position },
        ],
      },
    ],
    demand: [{ market: 'ETH', side: 'long', quantity: 1 }],
  })

  test.each(['0', '0.000', 0, -0])('a position of %j is dropped and counted, whatever its entry price', (quantity) => {
    const read = parseEvent(event({ quantity, entryPrice: '0.0', openedAt: 5 }, { markPrice: '0.00000000' }))
    expect(read.positions.count).toBe(1)
    expect(read.positions.openedAt).toBeUndefined()
    expect(read.flatPositions).toEqual({ count: 1, first: [{ account: 'a', market: 'BTC' }] })
  })

  test('an entry price of zero beside a quantity, and a mark of zero of what is held or demanded, are mistakes', async () => {
    expect(await mistakeOf(() => parseEvent(event({ quantity: 1, entryPrice: '0' })))).toMatchObject({
      code: 'not-positive',
      path: 'accounts[0].positions[1].entryPrice',
    })
    expect(await mistakeOf(() => parseEvent(event({ quantity: 1 }, { markPrice: 0 })))).toMatchObject({
      code: 'not-positive',
      path: 'markets[1].markPrice',
    })
  })

  test('a flat position with fields that cannot be read is a mistake all the same', async () => {
    expect(await mistakeOf(() => parseEvent(event({ quantity: 0, entryPrice: 'x' })))).toMatchObject({
      code: 'bad-number',
    })
  })
})

describe('a file of another kind says what it looks like', () => {
  const payloads: readonly (readonly [string, unknown, RegExp])[] = [
    ['binance', [{ symbol: 'ETCUSDT', positionAmt: '-2.92', entryPrice: '20.176', markPrice: '20.189' }], /Binance/],
    [
      'bybit',
      { retCode: 0, result: { list: [{ symbol: 'BTCUSDT', side: 'Sell', size: '0.003', avgPrice: '1' }] } },
      /Bybit/,
    ],
    ['okx', { code: '0', data: [{ instId: 'BTC-USDT-SWAP', pos: '50', avgPx: '1', mgnMode: 'isolated' }] }, /OKX/],
    ['ccxt', [{ info: {}, symbol: 'BTC/USDT:USDT', contracts: 1, contractSize: 1, side: 'short' }], /ccxt/],
    ['clearinghouse', { assetPositions: [], marginSummary: {}, time: 1 }, /Hyperliquid \(clearinghouseState\)/],
    ['fills', [{ coin: 'HYPE', time: 1, side: 'B', sz: '0.46', px: '49.6' }], /fills of Hyperliquid/],
    ['solve --json', { status: 'optimal', objective: {}, bound: 1, solver: {}, leverage: {} }, /spillway solve/],
  ]

  test.each(payloads)('%s', async (_, payload, says) => {
    for (const parse of [parseEvent, parseAllocation]) {
      const mistake = await mistakeOf(() => parse(payload))
      expect(mistake.code).toBe('looks-like')
      expect(mistake.message).toMatch(says)
    }
    const file = join(await folderWith(), 'payload.json')
    await writeFile(file, JSON.stringify(payload))
    expect(await mistakeOf(() => readEvent(file))).toMatchObject({ code: 'looks-like' })
  })

  test('CSV and a JSON value a line, with any extension', async () => {
    const folder = await folderWith({
      'fills.csv': 'user,coin,time,px,sz,side\nu,HYPE,1,2,3,B\n',
      'node_fills.jsonl': '{"block_time":"2025","events":[]}\n{"block_time":"2025","events":[]}\n',
      'replay.csv': 'user,coin,time,adl_price,adl_size,position_size,entry_price,total_equity\n',
    })
    for (const name of ['fills.csv', 'node_fills.jsonl', 'replay.csv']) {
      const mistake = await mistakeOf(() => readEvent(join(folder, name)))
      expect(mistake.code).toBe('looks-like')
    }
    expect((await mistakeOf(() => readEvent(join(folder, 'replay.csv')))).cure).toContain('spillway import hyperliquid')
    expect(await mistakeOf(() => readAllocation(join(folder, 'fills.csv')))).toMatchObject({ code: 'looks-like' })
  })

  test('given to an importer', async () => {
    const payload = JSON.stringify([{ coin: 'HYPE', time: 1, side: 'B', sz: '0.46', px: '49.6' }], undefined, 1)
    const folder = await folderWith({
      'fills.json': payload,
      'long.json': `${payload.slice(0, -1)}${' '.repeat(1 << 17)}]`,
    })
    for (const name of ['fills.json', 'long.json']) {
      const mistake = await mistakeOf(() => importHyperliquid([join(folder, name)]))
      expect(mistake.code).toBe('looks-like')
      expect(mistake.message).toContain('fills of Hyperliquid')
    }
  })

  test('our own files in the wrong place name the command that reads them', async () => {
    const allocation = { format: 'spillway/allocation@1', reductions: [] }
    expect((await mistakeOf(() => parseEvent(allocation))).cure).toContain('spillway verify EVENT ALLOCATION')
    expect((await mistakeOf(() => parseAllocation(goodEvent()))).cure).toContain('spillway solve EVENT')
  })
})
