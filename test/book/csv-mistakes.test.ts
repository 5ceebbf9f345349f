import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRows } from '#models/book/csv-rows.js'
import { readEvent } from '#models/book/index.js'
import { folderWith, goodEvent, goodFolder, mistakeOf } from './support.js'

type File = keyof typeof goodFolder

/** Replaces the first occurrence of a text in one file of the good folder. */
const cases: readonly [file: File, from: string, to: string, code: string, path: string, value: unknown][] = [
  ['markets.csv', 'markPrice', 'markprice', 'unknown-column', 'markets.csv:1 markprice', 'markprice'],
  ['markets.csv', 'lotSize', 'lot size', 'unknown-column', 'markets.csv:1 lot size', 'lot size'],
  ['markets.csv', 'lotSize', 'adlPrice', 'duplicate-column', 'markets.csv:1 adlPrice', 'adlPrice'],
  ['markets.csv', 'BTC,67000', 'BTC,0', 'not-positive', 'markets.csv:2 markPrice', '0'],
  ['markets.csv', '67010.5', '-1', 'not-positive', 'markets.csv:2 adlPrice', '-1'],
  ['markets.csv', '0.00001', '0', 'not-positive', 'markets.csv:2 lotSize', '0'],
  ['markets.csv', '-1.5', '1e999', 'number-out-of-range', 'markets.csv:2 factorLoading', '1e999'],
  ['markets.csv', 'ETH', 'BTC', 'duplicate-market', 'markets.csv:3 market', 'BTC'],
  ['markets.csv', 'ETH', '', 'empty-name', 'markets.csv:3 market', ''],
  ['markets.csv', '3500.25', '', 'empty-cell', 'markets.csv:3 markPrice', ''],
  ['markets.csv', '3500.25', '3,500', 'wrong-cell-count', 'markets.csv:3', 'ETH,3,500,,,'],
  ['markets.csv', '3500.25', '"3,500"', 'bad-number', 'markets.csv:3 markPrice', '3,500'],
  ['accounts.csv', 'account,', 'user,', 'unknown-column', 'accounts.csv:1 user', 'user'],
  ['accounts.csv', 'short-2', 'short-1', 'duplicate-account', 'accounts.csv:3 account', 'short-1'],
  ['accounts.csv', '5e3', ' 5e3', 'bad-number', 'accounts.csv:3 equity', ' 5e3'],
  ['accounts.csv', '5e3', '', 'empty-cell', 'accounts.csv:3 equity', ''],
  ['accounts.csv', '242100,10', '242100,ten', 'bad-number', 'accounts.csv:2 maintenanceMargin', 'ten'],
  ['accounts.csv', ',-3,', ',0x3,', 'bad-number', 'accounts.csv:2 walletBalance', '0x3'],
  ['accounts.csv', '2025-10-10T', '2025-13-10T', 'bad-time', 'accounts.csv:2 openedAt', '2025-13-10T21:16:04.831Z'],
  ['positions.csv', 'short-2,', 'short-9,', 'unknown-account', 'positions.csv:3 account', 'short-9'],
  ['positions.csv', '2,BTC', '2,BTc', 'unknown-market', 'positions.csv:3 market', 'BTc'],
  ['positions.csv', 'short-2,', 'short-1,', 'duplicate-position', 'positions.csv:3 market', 'BTC'],
  ['positions.csv', '-2.5', '1e-999', 'number-out-of-range', 'positions.csv:3 quantity', '1e-999'],
  ['positions.csv', '-2.5', '', 'empty-cell', 'positions.csv:3 quantity', ''],
  ['positions.csv', '72000', '-72000', 'not-positive', 'positions.csv:2 entryPrice', '-72000'],
  ['positions.csv', 'long-1,BTC,10.5', 'long-1,BTC', 'wrong-cell-count', 'positions.csv:4', 'long-1,BTC,,5,1,'],
  ['positions.csv', 'short-2,', '\nshort-2,', 'blank-line', 'positions.csv:3', ''],
  ['positions.csv', 'short-2,', 'sho"rt-2,', 'malformed-csv', 'positions.csv:3', '"'],
  ['positions.csv', 'short-2,', '"short"-2,', 'malformed-csv', 'positions.csv:3', '"'],
  ['positions.csv', 'short-2,', '"short-2,', 'malformed-csv', 'positions.csv:3', '"'],
  ['demand.csv', 'BTC', 'BTCC', 'unknown-market', 'demand.csv:2 market', 'BTCC'],
  ['demand.csv', 'short', 'Short', 'bad-side', 'demand.csv:2 side', 'Short'],
  ['demand.csv', '10', '-10', 'negative', 'demand.csv:2 quantity', '-10'],
  ['demand.csv', '10', '10.51', 'demand-exceeds-holdings', 'demand.csv:2 quantity', '10.51'],
  ['demand.csv', '10\n', '1\nBTC,short,1\n', 'duplicate-demand', 'demand.csv:3 market', 'BTC'],
]

describe('every broken cell of a folder event has its code, place and value', () => {
  test.each(cases)('%s: %j to %j is %s', async (file, from, to, code, path, value) => {
    expect(goodFolder[file]).toContain(from)
    const folder = await folderWith({ ...goodFolder, [file]: goodFolder[file].replace(from, to) })
    const mistake = await mistakeOf(() => readEvent(folder))
    expect({ code: mistake.code, path: mistake.path, value: mistake.value }).toEqual({ code, path, value })
  })

  test('a column that is missing, a file with no line at all', async () => {
    const short = await folderWith({ ...goodFolder, 'accounts.csv': 'account\nshort-1\n' })
    expect(await mistakeOf(() => readEvent(short))).toMatchObject({
      code: 'missing-column',
      path: 'accounts.csv:1 equity',
    })
    const empty = await folderWith({ ...goodFolder, 'accounts.csv': '' })
    expect(await mistakeOf(() => readEvent(empty))).toMatchObject({
      code: 'missing-column',
      path: 'accounts.csv:1 account',
    })
  })

  test('a misspelt column names the right one', async () => {
    const folder = await folderWith({ ...goodFolder, 'markets.csv': 'market,markPrice,adlprice\nBTC,1,\n' })
    expect((await mistakeOf(() => readEvent(folder))).cure).toContain('Did you mean "adlPrice"?')
  })

  test.each(['markets.csv', 'accounts.csv', 'positions.csv'])('without %s', async (file) => {
    const rest = Object.entries(goodFolder).filter(([name]) => name !== file)
    const folder = await folderWith(Object.fromEntries(rest))
    const mistake = await mistakeOf(() => readEvent(folder))
    expect(mistake).toMatchObject({ code: 'file-missing', path: file, value: join(folder, file) })
  })

  test('a folder where a file is needed, for the optional one too', async () => {
    const { 'demand.csv': _, ...rest } = goodFolder
    const folder = await folderWith(rest)
    await mkdir(join(folder, 'demand.csv'))
    expect(await mistakeOf(() => readEvent(folder))).toMatchObject({ code: 'not-a-file', path: 'demand.csv' })
  })
})

describe('far down and far too long', () => {
  const rows = (count: number, row: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => row(i)).join('\n')
  const many = {
    'markets.csv': 'market,markPrice\nBTC,1\n',
    'accounts.csv': `account,equity\n${rows(80_000, (i) => `a${i},1`)}\n`,
  }

  test.each(['plain', 'quoted'])('line 70,001 is named in %s text', async (kind) => {
    const name = (i: number): string => (kind === 'plain' ? `a${i}` : `"a${i}"`)
    const quantity = (i: number): string => (i === 69_999 ? '1O' : '10')
    const positions = `account,market,quantity\n${rows(80_000, (i) => `${name(i)},BTC,${quantity(i)}`)}`
    const folder = await folderWith({ ...many, 'positions.csv': positions })
    expect(await mistakeOf(() => readEvent(folder))).toMatchObject({
      code: 'bad-number',
      path: 'positions.csv:70001 quantity',
      value: '1O',
    })
  })

  test('lines inside quoted cells count; a row is named by the line on which it begins', async () => {
    const markets = 'market,markPrice\n"B\nT\nC",1\n"E\r\nTH",x\n'
    const folder = await folderWith({ ...goodFolder, 'markets.csv': markets })
    expect(await mistakeOf(() => readEvent(folder))).toMatchObject({
      code: 'bad-number',
      path: 'markets.csv:5 markPrice',
    })
  })

  test.each([
    ['a quote left open', `account,market,quantity\na1,BTC,1\n"a2,BTC,1\n${rows(80_000, (i) => `a${i},BTC,1`)}`, 3],
    ['a field without end', `account,market,quantity\na1,BTC,1\na2,${'x'.repeat(3_000_000)}`, 3],
    ['a quoted field without end', `account,market,quantity\na1,BTC,1\n"a2,${'x'.repeat(3_000_000)}`, 3],
    ['a long line that ends', `account,market,quantity\n${','.repeat(70_000)}\n`, 2],
  ])('%s does not fill the memory', async (_, positions, line) => {
    const folder = await folderWith({ ...many, 'positions.csv': positions })
    expect(await mistakeOf(() => readEvent(folder))).toMatchObject({
      code: 'row-too-long',
      path: `positions.csv:${line}`,
    })
  })

  test('bytes that are not UTF-8', async () => {
    const bytes = Buffer.from(`${goodFolder['accounts.csv']}caf\u00e9,1,,,\n`, 'latin1')
    const folder = await folderWith({ ...goodFolder, 'accounts.csv': bytes })
    expect(await mistakeOf(() => readEvent(folder))).toMatchObject({ code: 'not-utf-8', path: 'accounts.csv:6' })
    const late = Buffer.concat([Buffer.from(many['accounts.csv'].repeat(2)), Buffer.from([0xff, 10])])
    expect(late.length).toBeGreaterThan(1 << 20)
    const far = await folderWith({ ...many, 'markets.csv': late.subarray('account,equity\n'.length) })
    expect(await mistakeOf(() => readRows(join(far, 'markets.csv'), 'markets.csv', () => undefined))).toMatchObject({
      code: 'not-utf-8',
      path: 'markets.csv:160002',
    })
    const wide = await folderWith({ ...goodFolder, 'accounts.csv': Buffer.from('\ufeffaccount,equity\n', 'utf16le') })
    expect(await mistakeOf(() => readEvent(wide))).toMatchObject({ code: 'not-utf-8', path: 'accounts.csv:1' })
  })
})

describe('files that are no event', () => {
  const text = JSON.stringify(goodEvent(), undefined, 2)
  test.each([
    ['event.json', text.replace('"markets": [', '"markets": [['), 'malformed-json', /:\d+:\d+$/],
    ['event.json', text.slice(0, 300), 'malformed-json', /:\d+:\d+$/],
    ['event.json', text.replace('242100', '0242100'), 'malformed-json', /event\.json:19:17$/],
    ['event.json', text.replace('"idle"', "'idle'"), 'malformed-json', /:\d+:\d+$/],
    ['event.json', `${text} x`, 'malformed-json', /:\d+:\d+$/],
    ['event.json', '', 'malformed-json', /:1:1$/],
    [
      'event.json',
      text.replace('"equity": 242100,', '"equity": 242100, "equity": 1,'),
      'duplicate-field',
      /^accounts\[0\]\.equity$/,
    ],
    ['event.json', text.replace('"format"', '"demand": [], "format"'), 'duplicate-field', /^demand$/],
    ['event.json', Buffer.from(text.replace('idle', 'idl\u00e9'), 'latin1'), 'not-utf-8', /event\.json:\d+$/],
    ['event.txt', text, 'unknown-extension', /event\.txt$/],
    ['event', text, 'unknown-extension', /event$/],
    ['event.csv', 'a', 'unknown-extension', /event\.csv$/],
  ])('%s: %#', async (file, content, code, path) => {
    const folder = await folderWith({ [file]: content })
    const mistake = await mistakeOf(() => readEvent(join(folder, file)))
    expect(mistake.code).toBe(code)
    expect(mistake.path).toMatch(path)
  })

  test('nothing there', async () => {
    const missing = join(await folderWith({}), 'nothing.json')
    expect(await mistakeOf(() => readEvent(missing))).toMatchObject({ code: 'file-missing', path: missing })
  })
})
