import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventJson } from '#models/book/index.js'
import { type ImportOptions, importHyperliquid } from '#models/importers/index.js'
import { folderWith, header, mistakeOf, type Row, row, tableOf } from './support.js'

const imported = async (rows: readonly Row[], options?: ImportOptions) =>
  importHyperliquid([await tableOf(...rows)], options)

describe('a replay table becomes an event', () => {
  test('mark and ADL price, equity, signed position, entry price and the exact demand', async () => {
    const { event, reductions, disagreements, overReductions, counts } = await imported([
      row({ adl_size: '0.1', position_size: '-0.3' }),
      row({ user: '0xb', adl_size: '0.20000000000000001', position_size: '-0.2', total_equity: '-1e-05' }),
      row({ user: '0xc', coin: 'BBB', time: '2000', adl_price: '1e-05', adl_size: '7.0', position_size: '7.0' }),
    ])
    expect(eventJson(event)).toEqual({
      format: 'spillway/event@1',
      markets: [
        { market: 'AAA', markPrice: 20, adlPrice: 20 },
        { market: 'BBB', markPrice: 0.00001, adlPrice: 0.00001 },
      ],
      accounts: [
        { account: '0xa', equity: 100, positions: [{ market: 'AAA', quantity: -0.3, entryPrice: 30 }] },
        { account: '0xb', equity: -0.00001, positions: [{ market: 'AAA', quantity: -0.2, entryPrice: 30 }] },
        { account: '0xc', equity: 100, positions: [{ market: 'BBB', quantity: 7, entryPrice: 30 }] },
      ],
      demand: [
        { market: 'AAA', side: 'short', quantity: '0.30000000000000001' },
        { market: 'BBB', side: 'long', quantity: 7 },
      ],
    })
    expect(reductions).toEqual([
      { account: '0xa', market: 'AAA', quantity: '0.1' },
      { account: '0xb', market: 'AAA', quantity: '0.20000000000000001' },
      { account: '0xc', market: 'BBB', quantity: '7' },
    ])
    expect(disagreements).toEqual([])
    expect(overReductions).toEqual([{ account: '0xb', market: 'AAA', held: '0.2', closed: '0.20000000000000001' }])
    const three = { markets: 2, accounts: 3, positions: 3, reductions: 3 }
    expect(counts).toEqual({ rows: 3, ...three, withoutEntryPrice: 0 })
  })

  test('an account is one over all coins and files: the first equity counts, every other is listed', async () => {
    const first = await tableOf(row(), row({ coin: 'BBB', total_equity: '100.0' }))
    const second = await tableOf(row({ user: '0xb' }), row({ coin: 'CCC', total_equity: '90' }))
    const { event, disagreements } = await importHyperliquid([first, second])
    expect([...event.accounts.equity.values]).toEqual([100, 100])
    expect(disagreements).toEqual([{ account: '0xa', kept: '100', other: '90', file: second, line: 3 }])
  })

  test('several fills of one position are one position, the first row’s, and one summed reduction', async () => {
    const { event, reductions, disagreements } = await imported([
      row({ adl_size: '1', position_size: '-3' }),
      row({ adl_size: '2', position_size: '-2', entry_price: '31', total_equity: '99' }),
    ])
    expect([...event.positions.quantity.values]).toEqual([-3])
    expect([...(event.positions.entryPrice?.values ?? [])]).toEqual([30])
    expect(reductions).toEqual([{ account: '0xa', market: 'AAA', quantity: '3' }])
    expect(disagreements.map(({ other }) => other)).toEqual(['99'])
  })

  test.each(['', 'nan', 'NaN', '0', '-4.5'])('an entry price of "%s" is left out', async (entry_price) => {
    const { event, counts } = await imported([row({ entry_price }), row({ user: '0xb' })])
    expect(eventJson(event).accounts[0]?.positions).toEqual([{ market: 'AAA', quantity: -3 }])
    expect(counts.withoutEntryPrice).toBe(1)
  })

  test('re-marking moves each equity from the price given to the ADL price, by the positions held, exactly', async () => {
    const rows = [
      row({ adl_price: '20.1', adl_size: '1', total_equity: '100' }),
      row({ adl_price: '20.1', adl_size: '2', position_size: '-2' }),
      row({ coin: 'BBB', adl_price: '5', position_size: '10', adl_size: '4' }),
      row({ user: '0xb', coin: 'BBB', adl_price: '5', position_size: '1', adl_size: '1' }),
    ]
    const equities = async (remark: Required<ImportOptions>['remark']) =>
      eventJson((await imported(rows, { remark })).event).accounts.map(({ equity }) => equity)
    expect(await equities({})).toEqual([100, 100])
    // 100 − 3·(20.1 − 14.7)
    expect(await equities({ AAA: '14.7' })).toEqual([83.8, 100])
    // … + 10·(5 − 5.25), and 100 + 1·(5 − 5.25)
    expect(await equities({ AAA: 14.7, BBB: '5.25' })).toEqual([81.3, 99.75])
    expect(await mistakeOf(() => equities({ BBC: 1 }))).toMatchObject({ code: 'unknown-market', value: 'BBC' })
    expect(await mistakeOf(() => equities({ AAA: '0' }))).toMatchObject({ code: 'not-positive' })
  })
})

describe('which rows', () => {
  const waves = [row(), row({ time: '2000', position_size: '-4', adl_price: '21' }), row({ coin: 'BBB', time: '2000' })]

  test('one time, whatever its spelling', async () => {
    for (const time of [2000, '2e3', '1970-01-01T00:00:02Z']) {
      const { event } = await imported(waves, { time })
      expect([...event.positions.quantity.values]).toEqual([-4, -3])
    }
  })

  test('some coins; rows that are not read need not be whole', async () => {
    const broken = row({ coin: 'ABC', total_equity: '', adl_price: '-1' })
    const { event } = await imported([...waves, broken], { market: ['BBB'] })
    expect(event.markets.map(({ market }) => market)).toEqual(['BBB'])
  })

  test('a coin or a time that is not there', async () => {
    const coin = await mistakeOf(() => imported(waves, { market: ['BBB', 'AA'], time: 2000 }))
    expect(coin).toMatchObject({ code: 'unknown-market', path: 'options.market', value: 'AA' })
    expect(coin.cure).toBe('Did you mean "AAA"? The rows that are read have AAA, BBB.')
    const time = await mistakeOf(() => imported(waves, { time: 3000 }))
    expect(time).toMatchObject({ code: 'unknown-time', path: 'options.time', value: 3000 })
    expect(time.cure).toContain('1000, 2000')
    expect(await mistakeOf(() => imported(waves, { time: 'noon' }))).toMatchObject({ code: 'bad-time' })
  })
})

describe('refusals', () => {
  const cases: [name: string, rows: Row[], code: string, place: string, value: unknown][] = [
    ['several times', [row(), row({ user: '0xb', time: '2000' })], 'several-times', ':3 time', 2000],
    ['several prices', [row(), row({ user: '0xb', adl_price: '20.5' })], 'several-prices', ':3 adl_price', '20.5'],
    ['both sides', [row(), row({ user: '0xb', position_size: '3' })], 'both-sides', ':3 position_size', '3'],
    ['more than is held', [row({ adl_size: '3.1' })], 'demand-exceeds-holdings', ':2 adl_size', '3.1'],
    ['no equity', [row({ total_equity: '' })], 'missing-value', ':2 total_equity', ''],
    ['equity NaN', [row({ total_equity: 'NaN' })], 'missing-value', ':2 total_equity', 'NaN'],
    ['equity inf', [row({ total_equity: 'inf' })], 'bad-number', ':2 total_equity', 'inf'],
    ['no size', [row({ adl_size: '' })], 'missing-value', ':2 adl_size', ''],
    ['size NaN', [row({ adl_size: 'nan' })], 'missing-value', ':2 adl_size', 'nan'],
    ['size zero', [row({ adl_size: '0.0' })], 'not-positive', ':2 adl_size', '0.0'],
    ['size negative', [row({ adl_size: '-3' })], 'signed-size', ':2 adl_size', '-3'],
    ['size with a plus', [row({ adl_size: '+3' })], 'signed-size', ':2 adl_size', '+3'],
    ['nothing held', [row({ position_size: '-0.0' })], 'zero-position', ':2 position_size', '-0.0'],
    ['position NaN', [row({ position_size: 'nan' })], 'missing-value', ':2 position_size', 'nan'],
    ['price zero', [row({ adl_price: '0' })], 'not-positive', ':2 adl_price', '0'],
    ['price no number', [row({ adl_price: '2O' })], 'bad-number', ':2 adl_price', '2O'],
    ['entry no number', [row({ entry_price: 'low' })], 'bad-number', ':2 entry_price', 'low'],
    ['no user', [row({ user: '' })], 'empty-name', ':2 user', ''],
    ['no coin', [row({ coin: '' })], 'empty-name', ':2 coin', ''],
    ['no time', [row({ time: '' })], 'bad-time', ':2 time', ''],
    ['no rows', [], 'empty-table', '', undefined],
  ]
  test.each(cases)('%s', async (_, rows, code, place, value) => {
    const file = await tableOf(...rows)
    const error = await mistakeOf(() => importHyperliquid([file]))
    expect(error).toMatchObject({ code, path: `${file}${place}`, value })
  })

  test('of several times, the cure lists all', async () => {
    const times = ['3000', '1000', '2000', '10000']
    const error = await mistakeOf(() => imported(times.map((time) => row({ time }))))
    expect(error.cure).toContain('Pick one with --time MS, out of 1000, 2000, 3000, 10000, or')
  })

  test('no file, a file twice, a file that is not there', async () => {
    const file = await tableOf(row())
    expect(await mistakeOf(() => importHyperliquid([]))).toMatchObject({ code: 'no-file' })
    const again = join(dirname(file), '.', 'replay.csv')
    expect(await mistakeOf(() => importHyperliquid([file, again]))).toMatchObject({ code: 'duplicate-file' })
    expect(await mistakeOf(() => importHyperliquid([`${file}x`]))).toMatchObject({ code: 'file-missing' })
  })

  test.each(header)('a table without the column %s', async (column) => {
    const names = header.map((name) => (name === column ? name.replace('e', 'E').replace(/(?<=.).$/, '') : name))
    const folder = await folderWith({ 'a.csv': `${names.join()}\n` })
    const file = join(folder, 'a.csv')
    const error = await mistakeOf(() => importHyperliquid([file]))
    expect(error).toMatchObject({ code: 'missing-column', path: `${file}:1 ${column}` })
    expect(error.cure).toContain(`to "${column}"`)
  })

  test('a column twice, a row of another width, an empty file', async () => {
    const folder = await folderWith({
      'twice.csv': `${header.join()},user\n`,
      'short.csv': `${header.join()}\n1,2\n`,
      'empty.csv': '',
    })
    const codeOf = async (name: string) => (await mistakeOf(() => importHyperliquid([join(folder, name)]))).code
    expect(await codeOf('twice.csv')).toBe('duplicate-column')
    expect(await codeOf('short.csv')).toBe('wrong-cell-count')
    expect(await codeOf('empty.csv')).toBe('missing-column')
  })
})
