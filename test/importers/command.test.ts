import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEvent } from '#models/book/index.js'
import { folderWith, mistakeOf, row, runImport, tableOf } from './support.js'

const files = ['accounts.csv', 'allocation.csv', 'demand.csv', 'import.json', 'markets.csv', 'positions.csv']

describe('spillway import', () => {
  test('writes a folder event and the allocation, and tells what it did', async () => {
    const table = await tableOf(
      row({ adl_size: '2.5', total_equity: '100.5' }),
      row({ coin: 'BBB', entry_price: '' }),
      row({ user: '0xb', adl_size: '3.25' }),
    )
    const parent = await folderWith({})
    const out = join(parent, 'deep', 'event')
    const { status, json, people, said } = await runImport('hyperliquid', table, '--out', out)
    expect(status).toBe(0)
    const bytes = await readFile(table)
    const record = {
      source: 'hyperliquid',
      files: [{ name: 'replay.csv', sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }],
      ...{ rows: 3, kept: 3, dropped: [] },
      repaired: [{ reason: 'equity-disagrees', count: 1, first: 'replay.csv:3' }],
      defaulted: [{ reason: 'mark-from-price', count: 2, first: 'replay.csv:2' }],
      unknown: ['entry-price', 'other-accounts', 'demand-is-filled'].map((reason) => {
        return { reason, says: expect.stringMatching(/\.$/) }
      }),
      moment: '1970-01-01T00:00:01.000Z',
    }
    const { source, ...inAnswer } = record
    expect(JSON.parse(await readFile(join(out, 'import.json'), 'utf8'))).toEqual(record)
    expect(json).toEqual({
      import: inAnswer,
      ...{ source, out, rows: 3, markets: 2, accounts: 2, positions: 3, reductions: 3 },
      withoutEntryPrice: 1,
      demand: { AAA: '5.75', BBB: '3' },
      disagreements: [{ account: '0xa', kept: '100.5', other: '100', file: table, line: 3 }],
      overReductions: [{ account: '0xb', market: 'AAA', held: '3', closed: '3.25' }],
    })
    expect(people).toContain('5.75')
    expect(said).toHaveLength(9)
    expect(said).toContain('3 rows, 3 kept; moment 1970-01-01T00:00:01.000Z.')
    expect(said[0]).toContain(`${table}:3`)
    expect(await readdir(join(parent, 'deep'))).toEqual(['event'])
    expect((await readdir(out)).sort()).toEqual(files)
    const text = async (name: string) => readFile(join(out, name), 'utf8')
    expect(await text('markets.csv')).toMatch(/^market,markPrice,adlPrice,.*\nAAA,20,20,,\n/)
    expect(await text('positions.csv')).toBe(
      'account,market,quantity,entryPrice\n0xa,AAA,-3,30\n0xa,BBB,-3,\n0xb,AAA,-3,30\n',
    )
    expect(await text('allocation.csv')).toBe('account,market,quantity\n0xa,AAA,2.5\n0xa,BBB,3\n0xb,AAA,3.25\n')
    expect((await readEvent(out)).demandSource).toBe('given')
  })

  test('flags: coins in one list or several, a time, prices to re-mark from', async () => {
    const table = await tableOf(row(), row({ coin: 'BBB' }), row({ coin: 'CCC' }), row({ coin: 'CCC', time: '2' }))
    const parent = await folderWith({})
    const keep = [
      '--market',
      'AAA,CCC',
      '--market',
      'BBB',
      '--time',
      '1000',
      '--remark',
      'AAA=19,CCC=25',
      '--remark',
      'BBB=20',
    ]
    const { json } = await runImport('hyperliquid', table, '--out', join(parent, 'a'), ...keep)
    expect(json.demand).toEqual({ AAA: '3', BBB: '3', CCC: '3' })
    // 100 − 3·(20 − 19) − 3·(20 − 25) − 3·(20 − 20)
    expect(await readFile(join(parent, 'a', 'accounts.csv'), 'utf8')).toBe('account,equity\n0xa,112\n')
  })

  test('bad usage is refused', async () => {
    const table = await tableOf(row())
    const parent = await folderWith({})
    const codeOf = async (...args: string[]) =>
      (await mistakeOf(() => runImport(...args, '--out', join(parent, 'out')))).code
    expect(await codeOf('hyperlikuid', table)).toBe('unknown-source')
    expect(await codeOf('toString', table)).toBe('unknown-source')
    expect(await codeOf('hyperliquid', table, '--market', 'AAA,')).toBe('empty-name')
    expect(await codeOf('hyperliquid', table, '--remark', 'AAA')).toBe('bad-pair')
    expect(await codeOf('hyperliquid', table, '--remark', 'AAA=')).toBe('bad-number')
    expect(await codeOf('hyperliquid', table, '--remark', 'AAA=1,AAA=2')).toBe('duplicate-market')
    expect(await codeOf('hyperliquid', table, '--time', 'noon')).toBe('bad-time')
    await expect(runImport('hyperliquid', table)).rejects.toThrow(/--out/)
    await expect(runImport('hyperliquid', '--out', parent)).rejects.toThrow(/file/)
    expect(await readdir(parent)).toEqual([])
  })
})

describe('all or nothing', () => {
  test('a mistake in the table leaves no folder, no parent and no temporary file', async () => {
    const table = await tableOf(row(), row({ user: '0xb', total_equity: 'NaN' }))
    const parent = await folderWith({})
    await mistakeOf(() => runImport('hyperliquid', table, '--out', join(parent, 'a', 'b')))
    expect(await readdir(parent)).toEqual([])
  })

  test('an empty folder is filled; one with files is refused without --force, and keeps the others with it', async () => {
    const table = await tableOf(row())
    const out = await folderWith({})
    await runImport('hyperliquid', table, '--out', out)
    expect((await readdir(out)).sort()).toEqual(files)
    await writeFile(join(out, 'notes.txt'), 'mine')
    const other = await tableOf(row({ user: '0xother' }))
    const before = await readFile(join(out, 'accounts.csv'), 'utf8')
    const refused = await mistakeOf(() => runImport('hyperliquid', other, '--out', out))
    expect(refused).toMatchObject({ code: 'folder-not-empty', path: out })
    expect(refused.cure).toContain('--force')
    expect(await readFile(join(out, 'accounts.csv'), 'utf8')).toBe(before)
    await runImport('hyperliquid', other, '--out', out, '--force')
    expect((await readdir(out)).sort()).toEqual([...files, 'notes.txt'].sort())
    expect((await readEvent(out)).accounts.names).toEqual(['0xother'])
  })

  test('where one file cannot take its place, the others are put back', async () => {
    const out = await folderWith({ 'accounts.csv': 'old', 'markets.csv': 'old' })
    await mkdir(join(out, 'positions.csv'))
    await writeFile(join(out, 'positions.csv', 'precious'), '')
    const table = await tableOf(row())
    const error = await mistakeOf(() => runImport('hyperliquid', table, '--out', out, '--force'))
    expect(error.code).toBe('not-a-file')
    expect((await readdir(out)).sort()).toEqual(['accounts.csv', 'markets.csv', 'positions.csv'])
    expect(await readFile(join(out, 'markets.csv'), 'utf8')).toBe('old')
    expect(await readdir(join(out, 'positions.csv'))).toEqual(['precious'])
  })

  test('a file where the folder should be', async () => {
    const parent = await folderWith({ taken: 'text' })
    const table = await tableOf(row())
    const codeOf = async (...path: string[]) =>
      (await mistakeOf(() => runImport('hyperliquid', table, '--out', join(parent, ...path)))).code
    expect(await codeOf('taken')).toBe('not-a-folder')
    expect(await codeOf('taken', 'inside')).toMatch(/file/)
    expect(await readFile(join(parent, 'taken'), 'utf8')).toBe('text')
  })
})
