import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocationCsv, allocationJson, parseAllocation, readAllocation, writeAllocation } from '#models/book/index.js'
import { folderWith, mistakeOf } from './support.js'

const reductions = [
  { account: 'a', market: 'BTC', quantity: '0.10000000000000000000001' },
  { account: 'b, "the 2nd"', market: 'BTC', quantity: 3 },
  { account: '__proto__', market: 'line\nend', quantity: '0' },
  { account: 'a\rb', market: 'BTC', quantity: 0 },
]
const json = () => structuredClone(allocationJson(reductions))

describe('an allocation', () => {
  test.each(['allocation.json', 'allocation.csv', 'ALLOCATION.CSV'])(
    'is the same after writing and reading %s',
    async (file) => {
      const path = join(await folderWith({ [file]: 'old' }), file)
      await writeAllocation(path, reductions)
      const read = await readAllocation(path)
      expect(read.accounts).toEqual(reductions.map(({ account }) => account))
      expect(read.markets).toEqual(reductions.map(({ market }) => market))
      expect(read.quantity.text(0)).toBe('0.10000000000000000000001')
      expect(read.digest()).toBe(parseAllocation(json()).digest())
      expect(await readdir(join(path, '..'))).toEqual([file])
    },
  )

  test('its CSV text is RFC 4180', () => {
    expect(allocationCsv(reductions)).toBe(
      'account,market,quantity\na,BTC,0.10000000000000000000001\n"b, ""the 2nd""",BTC,3\n__proto__,"line\nend",0\n"a\rb",BTC,0\n',
    )
  })

  test('round trips with any names', async () => {
    const path = join(await folderWith({}), 'allocation.csv')
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 })
    const row = fc.record({ account: name, market: name, quantity: fc.stringMatching(/^\d{1,20}(\.\d{1,20})?$/) })
    const rows = fc.uniqueArray(row, { selector: ({ account, market }) => JSON.stringify([account, market]) })
    await fc.assert(
      fc.asyncProperty(rows, async (list) => {
        await writeAllocation(path, list)
        expect((await readAllocation(path)).digest()).toBe(parseAllocation(allocationJson(list)).digest())
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  test('the digest ignores order, spelling and zeros, and nothing else', () => {
    const digest = (rows: typeof reductions): string => parseAllocation(allocationJson(rows)).digest()
    const same = [...reductions.slice(0, 2).reverse(), { account: 'x', market: 'y', quantity: '0.00' }]
    expect(digest(same.map((row) => ({ ...row, quantity: `${row.quantity}e0` })))).toBe(digest(reductions))
    const others = [
      digest([{ ...reductions[0], quantity: '0.10000000000000000000002' }, ...reductions.slice(1)]),
      digest([{ ...reductions[0], account: 'A' }, ...reductions.slice(1)]),
      digest([{ ...reductions[0], market: 'ETH' }, ...reductions.slice(1)]),
      digest(reductions.slice(1)),
    ]
    expect(new Set([...others, digest(reductions)]).size).toBe(5)
  })

  test('may be empty, and may name what no event has', () => {
    expect(parseAllocation({ format: 'spillway/allocation@1', reductions: [] }).count).toBe(0)
    expect(parseAllocation(json()).count).toBe(4)
  })
})

describe('a broken allocation has its code, place and value', () => {
  const at = 'reductions[1]'
  test.each([
    [{ quantity: -1 }, 'negative', `${at}.quantity`, -1],
    [{ quantity: '-1e-300' }, 'negative', `${at}.quantity`, '-1e-300'],
    [{ quantity: 'three' }, 'bad-number', `${at}.quantity`, 'three'],
    [{ quantity: null }, 'wrong-type', `${at}.quantity`, null],
    [{ account: 'a' }, 'duplicate-reduction', `${at}.account`, 'a, BTC'],
    [{ account: '' }, 'empty-name', `${at}.account`, ''],
    [{ market: '' }, 'empty-name', `${at}.market`, ''],
    [{ account: 5 }, 'wrong-type', `${at}.account`, 5],
    [{ quantities: 3 }, 'unknown-field', `${at}.quantities`, 3],
  ])('JSON %j', async (change, code, path, value) => {
    const broken = json() as unknown as { reductions: object[] }
    Object.assign(broken.reductions[1], change)
    expect(await mistakeOf(() => parseAllocation(broken))).toMatchObject({ code, path, value })
  })

  test.each([
    ['account,market,quantity\na,BTC,-1\n', 'negative', 'allocation.csv:2 quantity', '-1'],
    ['account,market,quantity\na,BTC,\n', 'empty-cell', 'allocation.csv:2 quantity', ''],
    ['account,market,quantity\n,BTC,1\n', 'empty-name', 'allocation.csv:2 account', ''],
    [
      'account,market,quantity\na,BTC,1\na,ETH,1\na,BTC,1\n',
      'duplicate-reduction',
      'allocation.csv:4 account',
      'a, BTC',
    ],
    ['account,coin,quantity\n', 'unknown-column', 'allocation.csv:1 coin', 'coin'],
    ['account,quantity\n', 'missing-column', 'allocation.csv:1 market', 'account,quantity'],
  ])('CSV %j', async (text, code, path, value) => {
    const folder = await folderWith({ 'allocation.csv': text })
    const mistake = await mistakeOf(() => readAllocation(join(folder, 'allocation.csv')))
    expect(mistake).toMatchObject({ code, path, value })
  })

  test('files of another kind', async () => {
    const folder = await folderWith({ 'allocation.txt': '', 'event.json': '{"format":"spillway/event@1"}' })
    await mkdir(join(folder, 'dir.json'))
    await mkdir(join(folder, 'dir.csv'))
    const code = async (file: string) => (await mistakeOf(() => readAllocation(join(folder, file)))).code
    expect(await code('allocation.txt')).toBe('unknown-extension')
    expect(await code('event.json')).toBe('wrong-format')
    expect(await code('dir.json')).toBe('not-a-file')
    expect(await code('dir.csv')).toBe('not-a-file')
    expect(await code('none.csv')).toBe('file-missing')
  })
})

describe('writing is all or nothing', () => {
  test('rows that fail half-way leave the old file and no other', async () => {
    for (const file of ['allocation.csv', 'allocation.json']) {
      const folder = await folderWith({ [file]: 'old' })
      const rows = (function* () {
        for (let i = 0; i < 10_000; i++) yield { account: `a${i}`, market: 'BTC', quantity: i }
        throw new Error('half-way')
      })()
      await expect(writeAllocation(join(folder, file), rows)).rejects.toThrow('half-way')
      expect(await readdir(folder)).toEqual([file])
      expect(await readFile(join(folder, file), 'utf8')).toBe('old')
    }
  })

  test('an unknown extension or a missing folder is a mistake, and nothing is written', async () => {
    const folder = await folderWith({})
    expect(await mistakeOf(() => writeAllocation(join(folder, 'out.txt'), []))).toMatchObject({
      code: 'unknown-extension',
    })
    expect(await mistakeOf(() => writeAllocation(join(folder, 'no/out.csv'), []))).toMatchObject({
      code: 'file-missing',
    })
    await mkdir(join(folder, 'out.csv'))
    expect(await mistakeOf(() => writeAllocation(join(folder, 'out.csv'), []))).toMatchObject({ code: 'not-a-file' })
    expect(await readdir(folder)).toEqual(['out.csv'])
  })
})
