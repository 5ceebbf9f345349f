import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEvent, parsePaths, parseVenue, readPaths, simulate } from 'spillway'
import { describe, expect, it } from 'vitest'
import { pathsSchemaText, venueSchemaText } from '#models/simulation/index.js'
import { pathsSchema } from '#models/simulation/paths-schema.js'
import { venueSchema } from '#models/simulation/venue-schema.js'
import { folderWith } from '../cli/support.js'

const venue = { format: 'spillway/venue@1', insuranceFund: 49, maintenance: { default: 0.01, BTC: '0.02' } }
const paths = { format: 'spillway/paths@1', markets: ['BTC'], paths: [{ name: 'a', prices: [[100], ['90']] }] }
const path = (prices: unknown) => ({ ...paths, paths: [{ name: 'a', prices }] })

describe('the files of a simulation', () => {
  it.each([
    ['venue', venueSchemaText()],
    ['paths', pathsSchemaText()],
  ])('docs/schema/%s.schema.json is what the code says', async (name, text) => {
    const published = new URL(`../../docs/schema/${name}.schema.json`, import.meta.url)
    expect(JSON.parse(await readFile(published, 'utf8'))).toEqual(JSON.parse(text))
    expect(venueSchema.safeParse(venue).success).toBe(true)
    expect(pathsSchema.safeParse(paths).success).toBe(true)
  })

  it.each([
    ['unknown-field', { ...venue, fund: 1 }],
    ['negative', { ...venue, insuranceFund: -1 }],
    ['out-of-range', { ...venue, maintenance: { default: 1 } }],
    ['negative', { ...venue, liquidation: { fee: '-0.1' } }],
    ['out-of-range', { ...venue, liquidation: { fee: 0.5, impact: 0.5 } }],
    ['bad-value', { ...venue, adlPrice: 'index' }],
    ['unknown-behaviour', { ...venue, response: 'panic' }],
    ['bad-behaviour-option', { ...venue, response: 'reopen:share=2' }],
    ['bad-behaviour-option', { ...venue, response: 'none:share=0.5' }],
    ['wrong-format', { ...venue, format: 'spillway/event@1' }],
  ])('a venue: %s', (code, json) => {
    expect(() => parseVenue(json)).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['short-path', path([[100]])],
    ['wrong-length', path([[100, 1], [90]])],
    ['not-positive', path([[100], [0]])],
    ['duplicate-path', { ...paths, paths: [...paths.paths, ...paths.paths] }],
    ['duplicate-market', { ...paths, markets: ['BTC', 'BTC'] }],
    ['no-paths', { ...paths, paths: [] }],
  ])('paths: %s', (code, json) => {
    expect(() => parsePaths(json)).toThrow(expect.objectContaining({ code }))
  })

  it('paths as Parquet are those of the same table as CSV: long and wide, doubles, integers, and text', async () => {
    const { parquetWriteBuffer } = await import('hyparquet-writer')
    const write = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']) =>
      Buffer.from(parquetWriteBuffer({ columnData }))
    const column = (
      name: string,
      data: (number | string | bigint)[],
      type: 'STRING' | 'DOUBLE' | 'INT32' | 'INT64',
    ) => ({ name, data, type })
    const folder = await folderWith({
      'long.csv': 'path,step,market,price\na,0,BTC,100\na,0,ETH,0.1\na,1,BTC,90.5\na,1,ETH,0.30000000000000004\n',
      'wide.csv': 'step,BTC,ETH\n0,100,0.1\n1,90.5,12345678901234567.25\n',
    })
    await writeFile(
      join(folder, 'long.parquet'),
      write([
        column('market', ['BTC', 'ETH', 'BTC', 'ETH'], 'STRING'),
        column('step', [0, 0, 1, 1], 'INT32'),
        column('price', [100, 0.1, 90.5, 0.1 + 0.2], 'DOUBLE'),
        column('path', ['a', 'a', 'a', 'a'], 'STRING'),
      ]),
    )
    await writeFile(
      join(folder, 'wide.parquet'),
      write([
        column('step', [0n, 1n], 'INT64'),
        column('BTC', [100, 90.5], 'DOUBLE'),
        column('ETH', ['0.1', '12345678901234567.25'], 'STRING'),
      ]),
    )
    for (const form of ['long', 'wide']) {
      const [csv, parquet] = await Promise.all(
        [`${form}.csv`, `${form}.parquet`].map((name) => readPaths(join(folder, name))),
      )
      expect(parquet.markets).toEqual(csv.markets)
      const texts = ({ paths: [{ name, rows, prices }] }: typeof csv) => [
        name,
        rows,
        ...Array.from({ length: 4 }, (_, n) => prices.text(n)),
      ]
      expect(texts(parquet)).toEqual(texts(csv))
    }
    await writeFile(
      join(folder, 'hole.parquet'),
      write([
        { name: 'step', data: [0, 1], type: 'INT32' },
        { name: 'BTC', data: [100, null], type: 'DOUBLE' },
      ]),
    )
    await expect(readPaths(join(folder, 'hole.parquet'))).rejects.toMatchObject({ code: 'empty-cell' })
    await writeFile(join(folder, 'torn.parquet'), 'PAR1 and no more')
    await expect(readPaths(join(folder, 'torn.parquet'))).rejects.toMatchObject({ code: 'malformed-parquet' })
  })

  it('counts contracts of any size: ten of a tenth are one of one; exempt accounts stay as they are', async () => {
    const book = (size: number) => ({
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 100, contractSize: size }],
      accounts: [
        { account: 'long', equity: 50, positions: [{ market: 'BTC', quantity: 10 / size }] },
        { account: 'short', equity: 1000, positions: [{ market: 'BTC', quantity: -6 / size, entryPrice: 101 }] },
        { account: 'other', equity: 1000, positions: [{ market: 'BTC', quantity: -9 / size }] },
        { account: 'maker', equity: -5, exempt: true, positions: [{ market: 'BTC', quantity: -7 / size }] },
      ],
      demand: [],
    })
    const run = async (size: number) => {
      const options = { paths: parsePaths(path([[100], [90], [80]])), venue: parseVenue(venue) }
      const { paths: results } = await simulate(parseEvent(book(size)), { ...options, policies: ['water-filling'] })
      return results[0].policies['water-filling']
    }
    const [whole, tenth] = [await run(1), await run(0.1)]
    expect(whole.steps[0].adl).toEqual([{ market: 'BTC', side: 'short', quantity: 10, price: 95, excess: 0 }])
    expect(tenth.steps[0].adl).toEqual([{ market: 'BTC', side: 'short', quantity: 100, price: 95, excess: 0 }])
    expect(tenth.totals).toEqual(whole.totals)
    expect(whole.steps.map(({ liquidated }) => liquidated)).toEqual([1, 0])
    expect(whole.mostClosed.map(({ account }) => account)).not.toContain('maker')
  })

  it('refuses inverse markets, and rates and paths of other markets', async () => {
    const position = [{ market: 'BTC', quantity: 1 }]
    const event = {
      format: 'spillway/event@1',
      markets: [{ market: 'BTC', markPrice: 100 }],
      accounts: [{ account: 'a', equity: 5, positions: position }],
      demand: [],
    }
    const inverse = { ...event, markets: [{ market: 'BTC', markPrice: 100, inverse: true, settles: 'BTC' }] }
    const run = (given: unknown, rates = {}, markets = ['BTC']) =>
      simulate(parseEvent(given), {
        paths: parsePaths({ ...paths, markets }),
        venue: parseVenue({ ...venue, maintenance: rates }),
        policies: ['pro-rata'],
      })
    await expect(run(inverse)).rejects.toMatchObject({ code: 'not-simulated' })
    await expect(run(event, { BTCUSD: 0.1 })).rejects.toMatchObject({ code: 'unknown-market' })
    await expect(run(event, {}, ['ETH'])).rejects.toMatchObject({ code: 'missing-market' })
  })
})
