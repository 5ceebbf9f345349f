import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DemandJson,
  type EventJson,
  eventJson,
  parseEvent,
  readEvent,
  writeEventFolder,
} from '#models/book/index.js'
import { toText } from '#src/numeric/index.js'
import { folderWith, goodEvent, goodFolder } from './support.js'

const digestOf = (json: unknown): string => parseEvent(json).digest()

/** Any name that a file can hold: quotes, commas, line ends, spaces, other scripts, names that objects have built in. */
const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'é', '永', '😀', '\ufeff', "'", '\\', '\0', 'a'),
    minLength: 1,
  }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', '0'),
)
const size = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.stringMatching(/^-?\d{1,20}\.\d{1,25}$/),
)
const price = fc.oneof(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.stringMatching(/^[1-9]\d{0,9}\.\d{1,25}$/))
const extras = { maintenanceMargin: size, walletBalance: size, openedAt: fc.integer({ min: 0, max: 2e12 }) }

const anyEvent = fc.uniqueArray(name, { minLength: 1, maxLength: 4 }).chain((names) => {
  const position = fc.record(
    { market: fc.constantFrom(...names), quantity: size, entryPrice: price, ...extras },
    { requiredKeys: ['market', 'quantity'] },
  )
  const positions = fc.uniqueArray(position, { selector: ({ market }) => market, maxLength: 4 })
  const account = fc.record(
    { account: name, equity: size, positions, ...extras },
    { requiredKeys: ['account', 'equity', 'positions'] },
  )
  const optional = { adlPrice: price, lotSize: price, factorLoading: size }
  const market = (k: string) =>
    fc.record({ market: fc.constant(k), markPrice: price, ...optional }, { requiredKeys: ['market', 'markPrice'] })
  return fc.record({
    format: fc.constant('spillway/event@1' as const),
    markets: fc.tuple(...names.map(market)),
    accounts: fc.uniqueArray(account, { selector: (row) => row.account, maxLength: 5 }),
    demand: fc.constantFrom<DemandJson[]>([], [{ market: names[0], side: 'long', quantity: '0.0' }]),
  })
})

/** Everything in reverse, and every number spelt with an exponent. */
function respelt(event: EventJson): EventJson {
  const flip = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((entry) => flip(entry)).reverse()
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value)
          .map(([k, entry]) => [k, flip(entry, k)])
          .reverse(),
      )
    }
    const isSize = ['equity', 'quantity', 'markPrice', 'adlPrice', 'entryPrice', 'walletBalance'].includes(key)
    return isSize ? `${value}${String(value).includes('e') ? '' : 'e0'}` : value
  }
  return flip(event) as EventJson
}

describe('one content, one digest, in every form', () => {
  test('JSON, and the folder with the same cells', async () => {
    const event = await readEvent(await folderWith(goodFolder))
    expect(event.digest()).toBe(digestOf(goodEvent()))
    expect(event.digest()).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test('JSON → event → folder → event → JSON → event keeps every name and every decimal', async () => {
    const folder = await folderWith({})
    await fc.assert(
      fc.asyncProperty(anyEvent, async (json) => {
        const event = parseEvent(json)
        await writeEventFolder(folder, event)
        const again = await readEvent(folder)
        expect(eventJson(again)).toEqual(eventJson(event))
        expect(again.digest()).toBe(event.digest())
        expect(digestOf(JSON.parse(JSON.stringify(eventJson(again))))).toBe(event.digest())
        expect(digestOf(respelt(json))).toBe(event.digest())
      }),
      { seed: 1, numRuns: 80 },
    )
  })

  test('columns and rows in another order, CRLF, a byte order mark, quoted cells, blank last lines', async () => {
    const csv =
      '\ufeff"quantity","market",account\r\n"-2.50",BTC,short-2\r\n0,ETH,long-1\r\n10.50,"BTC",long-1\r\n-8e0,BTC,short-1\r\n\r\n\r\n'
    const plain = goodFolder['positions.csv'].split('\n').map((row) => row.split(',').slice(0, 3).join())
    const [one, two] = [csv, plain.join('\n')].map((positions) => ({ ...goodFolder, 'positions.csv': positions }))
    expect((await readEvent(await folderWith(one!))).digest()).toBe((await readEvent(await folderWith(two!))).digest())
  })

  test('a demand.csv without rows asks for nothing', async () => {
    const event = await readEvent(await folderWith({ ...goodFolder, 'demand.csv': 'market,side,quantity' }))
    expect(event).toMatchObject({ demand: [], demandSource: 'given' })
    expect(event.digest()).toBe(digestOf({ ...goodEvent(), demand: [] }))
  })

  test('other files in the folder are ignored', async () => {
    const folder = await folderWith({ ...goodFolder, 'allocation.csv': 'nonsense', 'README.md': '"' })
    expect((await readEvent(folder)).digest()).toBe(digestOf(goodEvent()))
  })

  test('a derived event is written as it was given, and an old demand.csv does not stay beside it', async () => {
    const { demand: _, ...json } = goodEvent()
    json.accounts[1].equity = '-0.5'
    json.accounts[2].positions[0].quantity = 2.5
    json.accounts[0].positions[0].quantity = '3.5' as never
    const event = parseEvent({ ...json, accounts: [...json.accounts, { account: 's', equity: 1, positions: [] }] })
    expect(event.takenOver).toEqual(['short-2'])
    expect(event.demand.map(({ side, quantity }) => [side, toText(quantity)])).toEqual([[1, '2.5']])
    const folder = await folderWith(goodFolder)
    await writeEventFolder(folder, event)
    expect((await readdir(folder)).sort()).toEqual(['accounts.csv', 'markets.csv', 'positions.csv'])
    const again = await readEvent(folder)
    expect(again).toMatchObject({ takenOver: ['short-2'], demandSource: 'derived' })
    expect(again.digest()).toBe(event.digest())
    expect(digestOf(eventJson(event))).toBe(event.digest())
  })

  test('the ADL price given as the mark is the same content', () => {
    const json = goodEvent()
    const stated = { ...json, markets: json.markets.map((row) => ({ adlPrice: row.markPrice, ...row })) }
    expect(stated.markets[1]).toHaveProperty('adlPrice', '3500.25')
    expect(digestOf(stated)).toBe(digestOf(json))
  })

  test('a moment is the same as milliseconds and as text; microseconds count', () => {
    const at = (openedAt: number | string): string => {
      const json = goodEvent()
      return digestOf({ ...json, accounts: [{ ...json.accounts[0], openedAt }, ...json.accounts.slice(1)] })
    }
    const same = [
      '2025-10-10T21:16:04.831Z',
      1760130964831,
      '1760130964831',
      '2025-10-10T23:16:04.831+02:00',
      '2025-10-10T21:16:04.831',
    ]
    expect(new Set(same.map(at)).size).toBe(1)
    const zone = process.env.TZ
    process.env.TZ = 'America/New_York'
    expect(new Date(0).getHours()).not.toBe(0)
    expect(at('2025-10-10T21:16:04.831')).toBe(at(1760130964831))
    process.env.TZ = zone ?? 'UTC'
    expect(at('2025-10-10T21:16:04.831001Z')).not.toBe(at('2025-10-10T21:16:04.831Z'))
  })
})

/** Every leaf of the good event, each changed into another value that may stand there. */
const changes: readonly [path: string, value: unknown][] = [
  ['markets.0.markPrice', '67000.0000000000000001'],
  ['markets.0.adlPrice', '67010.50000000000000001'],
  ['markets.0.lotSize', '0.00002'],
  ['markets.0.factorLoading', 1.5],
  ['markets.1.lotSize', 1],
  ['markets.1.factorLoading', 0],
  ['markets.1.adlPrice', 3500],
  ['accounts.0.equity', '242100.00000000000000000001'],
  ['accounts.0.maintenanceMargin', 11],
  ['accounts.0.walletBalance', 3],
  ['accounts.0.openedAt', 1],
  ['accounts.0.positions.0.quantity', '-8.00000000000000000001'],
  ['accounts.0.positions.0.entryPrice', 72001],
  ['accounts.0.positions.0.openedAt', 1760130964832],
  ['accounts.1.positions.0.entryPrice', 72000],
  ['accounts.1.walletBalance', 0],
  ['accounts.2.positions.0.maintenanceMargin', 1],
  ['accounts.2.positions.0.walletBalance', 5],
  ['accounts.3', undefined],
  ['accounts.3.account', 'Idle'],
  ['demand.0.quantity', '9.99999999999999999999'],
  ['demand.0.side', 'long'],
  ['demand.0', undefined],
  ['demand', undefined],
]

describe('the digest changes with any value that was given', () => {
  const seen = new Set([digestOf(goodEvent())])
  test.each(changes)('%s to %j', (path, value) => {
    const json: unknown = goodEvent()
    const keys = path.split('.')
    const last = keys.pop()!
    const parent = keys.reduce((at, key) => (at as Record<string, unknown>)[key], json) as Record<string, unknown>
    if (value !== undefined) parent[last] = value
    else if (Array.isArray(parent)) parent.splice(Number(last), 1)
    else delete parent[last]
    const digest = digestOf(json)
    expect(seen).not.toContain(digest)
    seen.add(digest)
  })

  test('but not with a flat position, which is dropped, nor with null for what is absent', () => {
    const event = goodEvent()
    const [short, other, long, idle] = event.accounts
    const plain = { ...event, accounts: [short, other, { ...long, positions: [long!.positions[0]] }, idle] }
    expect(digestOf(plain)).toBe(digestOf(event))
    const withNull = {
      ...plain,
      accounts: [short, other, { ...plain.accounts[2], openedAt: null }, { ...idle, walletBalance: null }],
    }
    expect(digestOf(withNull)).toBe(digestOf(event))
    expect(digestOf({ ...event, demand: null })).toBe(digestOf({ ...event, demand: undefined }))
  })

  test('names with commas and quotes cannot pass for other names', () => {
    const named = (...names: readonly string[]) =>
      digestOf({
        format: 'spillway/event@1',
        markets: names.map((market) => ({ market, markPrice: 1 })),
        accounts: [],
      })
    expect(named('a,1,1,,\nb', 'c')).not.toBe(named('a', 'b,1,1,,\nc'))
    expect(named('a","b', 'c')).not.toBe(named('a', 'b","c'))
  })
})

describe('reading a file', () => {
  test('JSON files, in any case of the extension, with a byte order mark', async () => {
    const text = JSON.stringify(goodEvent())
    const folder = await folderWith({ 'event.json': text, 'EVENT.JSON': `\ufeff${text}` })
    for (const file of ['event.json', 'EVENT.JSON']) {
      expect((await readEvent(join(folder, file))).digest()).toBe(digestOf(goodEvent()))
    }
  })

  test('reports progress and can be cancelled', async () => {
    const folder = await folderWith(goodFolder)
    const files: string[] = []
    await readEvent(folder, { onProgress: ({ file, done, total }) => files.push(`${file} ${done}/${total}`) })
    const sizes = Object.entries(goodFolder).map(([file, text]) => `${file} ${text.length}/${text.length}`)
    expect(files.sort()).toEqual(sizes.sort())

    const before = AbortSignal.abort(new Error('enough'))
    await expect(readEvent(folder, { signal: before })).rejects.toThrow('enough')
    const during = new AbortController()
    const reading = readEvent(folder, { signal: during.signal, onProgress: () => during.abort(new Error('now')) })
    await expect(reading).rejects.toThrow('now')
  })

  test('what a writer cannot finish leaves the old files as they were', async () => {
    const folder = await folderWith(goodFolder)
    const event = parseEvent(goodEvent())
    const broken = { ...event, accounts: { ...event.accounts, equity: undefined as never } }
    await expect(writeEventFolder(folder, broken)).rejects.toThrow(TypeError)
    expect((await readdir(folder)).sort()).toEqual(Object.keys(goodFolder).sort())
    for (const [file, text] of Object.entries(goodFolder)) {
      expect(await readFile(join(folder, file), 'utf8')).toBe(text)
    }
    await writeFile(join(folder, 'plain'), '')
    await expect(writeEventFolder(join(folder, 'plain'), event)).rejects.toMatchObject({ code: 'file-unusable' })
  })
})
