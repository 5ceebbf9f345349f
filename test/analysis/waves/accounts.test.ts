import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { folderWith, jsonOf, spillwayHere } from '../../cli/support.js'
import { fraction, type PlainEvent, type PlainReduction, randomCase, worth } from './support.js'

type Row = Readonly<Record<string, string>>

async function accountsOf(event: PlainEvent, reductions: readonly PlainReduction[]) {
  const folder = await folderWith({ 'e.json': event, 'a.json': { format: 'spillway/allocation@1', reductions } })
  const out = `${folder}/accounts.csv`
  const run = await spillwayHere(['verify', `${folder}/e.json`, `${folder}/a.json`, '--accounts', out, '--json'])
  return { run, rows: parse(await readFile(out, 'utf8'), { columns: true }) as Row[] }
}

const sum = (rows: readonly Row[], column: string) =>
  rows.reduce((total, row) => total.add(fraction(row[column] || '0')), fraction(0))

describe('verify --accounts', () => {
  it('adds up exactly: contracts, money conceded, profit realised (seeds 1 to 15)', async () => {
    let profits = 0
    for (let seed = 1; seed <= 15; seed++) {
      const { event, reductions } = randomCase(seed)
      const { run, rows } = await accountsOf(event, reductions)
      const json = jsonOf(run)
      expect(json.feasible, `seed ${seed}`).toBe(true)
      expect(rows.map(({ account }) => account)).toEqual((json.perAccount as Row[]).map(({ account }) => account))
      let conceded = fraction(0)
      for (const { market: name, side, quantity } of event.demand) {
        if (fraction(quantity).equals(0)) continue
        const market = event.markets.find((one) => one.market === name)!
        const sign = side === 'long' ? 1 : -1
        expect(sum(rows, `reduction:${name}`).equals(fraction(quantity)), `seed ${seed} ${name}`).toBe(true)
        const gap = worth(market, market.markPrice).sub(worth(market, market.adlPrice)).mul(sign)
        conceded = conceded.add(gap.mul(fraction(quantity)))
        for (const row of rows) {
          if (row[`contractsBefore:${name}`] === '') continue
          const left = fraction(row[`contractsBefore:${name}`]!).sub(fraction(row[`reduction:${name}`]!).mul(sign))
          expect(left.equals(fraction(row[`contractsAfter:${name}`]!))).toBe(true)
          const given = event.accounts.find(({ account }) => account === row.account)!.positions
          const isHeld = given.some(({ quantity }) =>
            fraction(quantity).equals(fraction(row[`contractsBefore:${name}`]!)),
          )
          expect(isHeld).toBe(true)
        }
      }
      expect(sum(rows, 'conceded').equals(conceded), `seed ${seed}`).toBe(true)
      for (const row of rows) {
        const lost = fraction(row.equityBefore!).sub(fraction(row.conceded!))
        expect(lost.equals(fraction(row.equityAfter!))).toBe(true)
        const profit = profitByHand(event, reductions, row.account!)
        expect(row.profitRealised === '' ? undefined : row.profitRealised).toBe(profit?.toString(60))
        if (profit !== undefined) profits++
      }
    }
    expect(profits).toBeGreaterThan(20)
  })

  it('has every account where the JSON stops at a thousand, and none of an infeasible allocation', async () => {
    const accounts = Array.from({ length: 1500 }, (_, i) => ({
      account: `a${i}`,
      equity: '10',
      positions: [{ market: 'M', quantity: '2' }],
    }))
    const event: PlainEvent = {
      format: 'spillway/event@1',
      markets: [{ market: 'M', markPrice: '7', adlPrice: '6.9' }],
      accounts,
      demand: [{ market: 'M', side: 'long', quantity: '1650' }],
    }
    const reductions = accounts.map(({ account }) => ({ account, market: 'M', quantity: '1.1' }))
    const { run, rows } = await accountsOf(event, reductions)
    expect(jsonOf(run).perAccount).toHaveLength(1000)
    expect(rows).toHaveLength(1500)
    expect(sum(rows, 'conceded').toString()).toBe('165')

    const folder = await folderWith({ 'e.json': event, 'a.csv': 'account,market,quantity\na1,M,3\n' })
    const out = `${folder}/accounts.csv`
    const broken = await spillwayHere(['verify', `${folder}/e.json`, `${folder}/a.csv`, '--accounts', out])
    expect(broken.status).toBe(1)
    expect(broken.stderr).toContain('No accounts')
    await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' })
    const wrong = await spillwayHere([
      'verify',
      `${folder}/e.json`,
      `${folder}/a.csv`,
      '--accounts',
      `${folder}/a.json`,
    ])
    expect(wrong.status).toBe(2)
  })
})

describe('what the source of an event cannot say', () => {
  it('stands in the first sentence of the verdict and in the remarks', async () => {
    const folder = await folderWith()
    const event = `${folder}/event`
    await mkdir(event)
    const files = {
      'markets.csv': 'market,markPrice\nM,10\n',
      'accounts.csv': 'account,equity\na,5\nb,50\n',
      'positions.csv': 'account,market,quantity\na,M,3\nb,M,3\n',
      'demand.csv': 'market,side,quantity\nM,long,2\n',
      'allocation.csv': 'account,market,quantity\na,M,1\nb,M,1\n',
    }
    for (const [name, text] of Object.entries(files)) await writeFile(`${event}/${name}`, text)
    const verify = () => spillwayHere(['verify', event, `${event}/allocation.csv`])
    const codes = async () => {
      const run = await spillwayHere(['verify', event, `${event}/allocation.csv`, '--json'])
      return (jsonOf(run).remarks as { code: string }[]).map(({ code }) => code)
    }
    expect((await verify()).stdout).toMatch(/^suboptimal: /)
    const unknown = [
      { reason: 'equity', says: 'The equity is not known.' },
      { reason: 'other-accounts', says: 'Others are not known.' },
    ]
    await writeFile(`${event}/import.json`, JSON.stringify({ unknown }))
    expect((await verify()).stdout).toMatch(
      /^Equity is assumed, not known: .*\n(?: {2}.*\n)*suboptimal \(only the accounts that were closed are known\): /,
    )
    expect((await codes()).slice(0, 2)).toEqual(['restricted-book', 'not-known'])
    // Other people's files of this name are nobody's concern.
    for (const text of ['', '[]', '{"unknown": 3}', '{"unknown": [null, {"reason": "other-accounts"}]}']) {
      await writeFile(`${event}/import.json`, text)
      expect((await verify()).stdout).toMatch(/^suboptimal: /)
    }
  })
})

/** Σ x σ (mark − entry), undefined where an entry price is unknown. */
function profitByHand(event: PlainEvent, reductions: readonly PlainReduction[], account: string) {
  let profit = fraction(0)
  for (const { market: name, side } of event.demand) {
    const closing = reductions.find((one) => one.account === account && one.market === name)
    if (closing === undefined || fraction(closing.quantity).equals(0)) continue
    const market = event.markets.find((one) => one.market === name)!
    const position = event.accounts
      .find((one) => one.account === account)!
      .positions.find((one) => one.market === name && one.quantity.startsWith('-') === (side === 'short'))!
    if (position.entryPrice === undefined) return undefined
    const gain = worth(market, market.markPrice).sub(worth(market, position.entryPrice))
    profit = profit.add(gain.mul(fraction(closing.quantity)).mul(side === 'long' ? 1 : -1))
  }
  return profit
}
