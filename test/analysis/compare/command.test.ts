import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { errorOf, folderWith, goodEvent, jsonOf, poorAllocation, spillwayHere } from '../../cli/support.js'

let folder = ''
let event = ''
beforeAll(async () => {
  folder = await folderWith({ 'event.json': goodEvent })
  event = join(folder, 'event.json')
})

const POLICIES = 'pro-rata,water-filling,optimal:squared-leverage'

type Row = Record<string, unknown>

describe('spillway compare', () => {
  it('gives one JSON object with the fields of the contract', async () => {
    const run = await spillwayHere(['compare', event, '--json', '--policies', POLICIES])
    expect(run).toMatchObject({ status: 0, stderr: '' })
    const { rows, optimum, book, seed, seconds } = jsonOf(run) as { rows: Row[] } & Row
    expect(rows.map(({ policy }) => policy)).toEqual(POLICIES.split(','))
    const number = expect.any(Number)
    for (const row of rows) {
      expect(row).toMatchObject({
        feasible: true,
        maxLeverage: number,
        touched: number,
        closed: number,
        seconds: number,
      })
      expect(row.objectives).toMatchObject({ 'min-max-leverage': number, 'squared-leverage': number })
      expect(row).not.toHaveProperty('charts')
    }
    expect(optimum).toMatchObject({ 'min-max-leverage': { value: number, bound: number, proved: true } })
    expect(book).toMatchObject({ accounts: 5, eligible: 4 })
    expect(book).not.toHaveProperty('charts')
    expect([seed, Object.keys(seconds as object)]).toEqual([1, ['read', 'prepare', 'optimum', 'rows']])
  })

  it('shows a table, the best marked, by the first objective', async () => {
    const run = await spillwayHere(['compare', event, '--policies', POLICIES, '--objectives', 'squared-leverage'])
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(/^3 policies on one book/)
    expect(run.stdout).not.toContain('min-max-leverage')
    const names = [...run.stdout.matchAll(/^ {2}(pro-rata|water-filling|optimal:\S+) .*\d/gm)].map(([, name]) => name)
    expect(names.slice(0, 3)).toEqual(['water-filling', 'optimal:squared-leverage', 'pro-rata'])
    expect(run.stdout).toMatch(/^ {2}water-filling +[\d,.]+\* +1\.000/m)
    expect(run.stdout).toMatch(/^ {2}pro-rata +[\d,.]+ +1\.\d+/m)
    expect(await spillwayHere(['compare', event, '--quiet'])).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })

  it('writes a page with --html, and says the same with and without it', async () => {
    const out = join(folder, 'page.html')
    const args = ['compare', event, '--json', '--policies', POLICIES]
    const strip = (text: string): string =>
      text.replace(/"(seconds|read|prepare|optimum|rows)": ?[\d.e-]+/g, '').replace(/"seconds":[^,}]*/g, '')
    const [plain, drawn] = [await spillwayHere(args), await spillwayHere([...args, '--html', out])]
    expect(drawn.status).toBe(0)
    expect(strip(drawn.stdout)).toBe(strip(plain.stdout))
    const page = await readFile(out, 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    // The trade-off and three charts, each drawn for wide and for narrow screens.
    expect(page.match(/<svg/g)).toHaveLength(8)
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('says aloud what is to be said of the book, and which policy makes debtors', async () => {
    const demand = [{ market: 'M', side: 'long', quantity: 1 }]
    const positions = [{ market: 'M', quantity: 1 }]
    const place = await folderWith({
      'thin.json': {
        format: 'spillway/event@1',
        markets: [{ market: 'M', markPrice: 50_000, adlPrice: 49_000 }],
        accounts: [
          { account: 'thin', equity: 500, positions },
          { account: 'lent', equity: 40, positions },
        ],
        demand,
      },
    })
    const args = ['compare', join(place, 'thin.json'), '--policies', 'water-filling,pro-rata', '--confidence', '0.9']
    const { remarks, rows, optimum } = jsonOf(await spillwayHere([...args, '--json'])) as Record<string, Row[]> & Row
    expect(remarks!.map(({ code }) => code)).toEqual(['implausible-leverage', 'unneeded-input'])
    expect(rows!.map((row) => (row.remarks as Row[]).map(({ code }) => code)[0])).toEqual([
      'solvent-made-insolvent',
      'solvent-made-insolvent',
    ])
    expect(optimum).toMatchObject({ 'min-max-leverage': { unit: 'leverage' } })
    const text = (await spillwayHere(args)).stdout
    expect(text).toContain('[implausible-leverage]')
    expect(text).toMatch(/water-filling +Account \w+ is solvent at the mark/)
  })

  it('counts the policies that ran and those that could not', async () => {
    const run = await spillwayHere(['compare', event, '--policies', 'pro-rata,binance'])
    expect(run.stdout).toMatch(/^1 policy on one book, 1 more could not run/)
  })

  it('lists a policy that cannot run, and runs the others', async () => {
    const run = await spillwayHere(['compare', event])
    expect([0, 3]).toContain(run.status)
    expect(run.stdout).toContain('water-filling')
  })

  it.each([
    ['unknown-policy', ['--policies', 'pro-rat'], '--policies'],
    ['unknown-objective', ['--policies', 'optimal:nothing'], '--policies'],
    ['unknown-objective', ['--objectives', 'nothing'], '--objectives'],
    ['empty-name', ['--policies', 'pro-rata,'], '--policies'],
    ['duplicate-name', ['--policies', 'pro-rata,pro-rata'], '--policies'],
    ['bad-number', ['--seed', '-1'], '--seed'],
    ['file-missing', ['--html', '/no/such/folder/page.html'], '--html'],
  ])('refuses %s', async (code, flags, path) => {
    const run = await spillwayHere(['compare', event, '--json', ...flags])
    expect(run.status).toBe(2)
    const error = errorOf(run)
    expect([error.code, error.path]).toEqual([code, path])
  })

  it('does not write the page over the event', async () => {
    const run = await spillwayHere(['compare', event, '--json', '--html', event])
    expect([run.status, errorOf(run).code]).toEqual([2, 'overwrites-event'])
  })

  it('helps', async () => {
    const run = await spillwayHere(['compare', '--help'])
    expect(run.status).toBe(0)
    for (const flag of ['--policies', '--objectives', '--moves', '--confidence', '--loadings', '--seed', '--html']) {
      expect(run.stdout).toContain(flag)
    }
  })
})

describe('spillway verify --html', () => {
  it('writes a page with charts, wide and narrow, and who was cut too much, and the same object', async () => {
    const name = '<img src=x onerror=alert(1)>'
    const place = await folderWith({
      'event.json': JSON.parse(JSON.stringify(goodEvent).replaceAll('"c"', JSON.stringify(name))),
      'poor.json': JSON.parse(JSON.stringify(poorAllocation).replaceAll('"c"', JSON.stringify(name))),
    })
    const [given, poor, out] = ['event.json', 'poor.json', 'page.html'].map((file) => join(place, file)) as [
      string,
      string,
      string,
    ]
    const run = await spillwayHere(['verify', given, poor, '--json', '--html', out])
    expect(run.status).toBe(1)
    expect(jsonOf(run)).not.toHaveProperty('details')
    const page = await readFile(out, 'utf8')
    // Leverage, and losses against the move, each drawn for wide and for narrow screens.
    expect(page.match(/<svg/g)).toHaveLength(4)
    expect(page.match(/<h1[^>]*>([\s\S]*?)<\/h1>/)?.[1]).toMatch(/suboptimal/i)
    expect(page.includes('&lt;img src=x onerror=alert(1)&gt;')).toBe(true)
    expect(page.includes(name)).toBe(false)
    // Account a was cut by 8 BTC and should not have been: it leads the list of those cut too much.
    const [, over = ''] = page.split('Who was cut too much')
    expect(over.match(/<tbody[^>]*>\n<tr[^>]*><th scope="row"[^>]*>([^<]*)/)?.[1]).toBe('a')
    const refused = await spillwayHere(['verify', given, poor, '--json', '--html', poor])
    expect(errorOf(refused).code).toBe('overwrites-input')
  })

  it('of an infeasible allocation lists the violations and draws nothing', async () => {
    const broken = { ...poorAllocation, reductions: [{ account: 'nobody', market: 'BTC', quantity: 1 }] }
    const place = await folderWith({ 'broken.json': broken })
    const out = join(place, 'page.html')
    expect((await spillwayHere(['verify', event, join(place, 'broken.json'), '--html', out])).status).toBe(1)
    const page = await readFile(out, 'utf8')
    expect(page.includes('<svg')).toBe(false)
    expect(page).toMatch(/nobody/)
  })
})
