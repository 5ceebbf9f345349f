// More sequences: SPILLWAY_SEEDS=200 npx vitest run test/analysis/waves/replay.test.ts
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { parseAllocation, parseEvent, replay, verify, writeEventFolder } from '#models/index.js'
import { errorOf, folderWith, jsonOf, spillwayHere } from '../../cli/support.js'
import {
  afterByHand,
  dice,
  fraction,
  type PlainAccount,
  type PlainEvent,
  type PlainReduction,
  plain,
  randomCase,
  worth,
} from './support.js'

const SEEDS = Number(process.env.SPILLWAY_SEEDS ?? 3)

const allocationOf = (reductions: readonly PlainReduction[]) =>
  parseAllocation({ format: 'spillway/allocation@1', reductions })

/** The next wave: new marks, some accounts listed (some of them not as they were left), the others to be carried on. */
function nextWave(left: PlainEvent, seed: number) {
  const roll = dice(seed)
  const markets = left.markets.map((market) => {
    if (roll(4) === 0) return market
    const price = (): string => (market.inverse ? String(2 ** (3 + roll(4))) : `${20 + roll(90)}.${roll(100)}`)
    return { ...market, markPrice: price(), adlPrice: price() }
  })
  const expectedDrift: { account: string; equity: number }[] = []
  const listed: PlainAccount[] = []
  const carried: PlainAccount[] = []
  for (const account of left.accounts) {
    let equity = fraction(account.equity)
    for (const { market: name, quantity } of account.positions) {
      const [before, now] = [left.markets, markets].map((all) => all.find(({ market }) => market === name)!)
      equity = equity.add(worth(now!, now!.markPrice).sub(worth(before!, before!.markPrice)).mul(fraction(quantity)))
    }
    const moved = { ...account, equity: plain(equity) }
    const fate = roll(4)
    if (fate < 2) carried.push(moved)
    else if (fate === 2) listed.push(moved)
    else {
      listed.push({ ...moved, equity: plain(equity.add(fraction('1.5'))) })
      expectedDrift.push({ account: account.account, equity: 1.5 })
    }
  }
  // A wave demands what its own accounts hold; those that it does not list are eligible all the same.
  const reductions: PlainReduction[] = []
  const demand = markets.flatMap(({ market }) => {
    const side = roll(2) === 0 ? ('long' as const) : ('short' as const)
    let total = fraction(0)
    for (const { account, positions } of listed) {
      for (const { market: held, quantity } of positions) {
        if (held !== market || quantity.startsWith('-') !== (side === 'short') || roll(3) === 0) continue
        const closed = fraction(quantity)
          .abs()
          .mul(fraction(1 + roll(4)))
          .div(fraction(4))
        total = total.add(closed)
        reductions.push({ account, market, quantity: plain(closed) })
      }
    }
    return total.equals(0) ? [] : [{ market, side, quantity: plain(total) }]
  })
  const own: PlainEvent = { ...left, markets, accounts: listed, demand }
  return {
    own,
    joined: { ...own, accounts: [...listed, ...carried] },
    reductions,
    expectedDrift,
    carried: carried.length,
  }
}

const untimed = ({ seconds: _, ...verdict }: { readonly seconds: unknown }): object => verdict

describe('replay', () => {
  it(`is the chain of after and verify by hand, in exact fractions (seeds 1 to ${SEEDS}, three waves each)`, async () => {
    let drifts = 0
    let carriedOn = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const first = randomCase(seed)
      const second = nextWave(afterByHand(first.event, first.reductions), 1000 + seed)
      const third = nextWave(afterByHand(second.joined, second.reductions), 2000 + seed)
      const { waves, totals } = await replay(
        [
          { name: '1', event: parseEvent(first.event), allocation: allocationOf(first.reductions) },
          { name: '2', event: parseEvent(second.own), allocation: allocationOf(second.reductions) },
          { name: '3', event: parseEvent(third.own), allocation: allocationOf(third.reductions) },
        ],
        'min-max-leverage',
      )
      const byHand = [
        await verify(parseEvent(first.event), allocationOf(first.reductions), 'min-max-leverage'),
        await verify(parseEvent(second.joined), allocationOf(second.reductions), 'min-max-leverage'),
        await verify(parseEvent(third.joined), allocationOf(third.reductions), 'min-max-leverage'),
      ]
      waves.forEach(({ name, drift, carriedOn: _, closed, running, ...verdict }, w) => {
        expect(untimed(verdict), `seed ${seed}, wave ${name}`).toEqual(untimed(byHand[w]!))
      })
      expect(waves[1]!.drift).toEqual(second.expectedDrift.map((one) => ({ ...one, contracts: {} })))
      expect(waves[2]!.drift).toEqual(third.expectedDrift.map((one) => ({ ...one, contracts: {} })))
      expect([waves[1]!.carriedOn, waves[2]!.carriedOn]).toEqual([second.carried, third.carried])
      drifts += second.expectedDrift.length
      carriedOn += second.carried

      let conceded = fraction(0)
      const contracts: Record<string, number> = {}
      for (const { event, reductions } of [first, { event: second.own, ...second }, { event: third.own, ...third }]) {
        for (const { market: name, quantity } of reductions) {
          if (fraction(quantity).equals(0)) continue
          const market = event.markets.find(({ market }) => market === name)!
          const { side } = event.demand.find(({ market }) => market === name)!
          const gap = worth(market, market.markPrice).sub(worth(market, market.adlPrice))
          conceded = conceded.add(gap.mul(fraction(quantity)).mul(side === 'long' ? 1 : -1))
          contracts[name] = (contracts[name] ?? 0) + Number(quantity)
        }
      }
      expect(totals.conceded).toBe(conceded.valueOf())
      expect(waves[2]!.running).toEqual({ conceded: totals.conceded, contracts: totals.contracts })
      for (const [name, closed] of Object.entries(contracts)) expect(totals.contracts[name]).toBeCloseTo(closed, 9)
    }
    expect(Math.min(drifts, carriedOn)).toBeGreaterThan(1)
  })

  it('says contracts that drifted, and refuses a market that changed its contracts', async () => {
    const event = (quantity: number, contractSize = 1) =>
      parseEvent({
        format: 'spillway/event@1',
        markets: [{ market: 'M', markPrice: 10, contractSize }],
        accounts: [{ account: 'a', equity: 50, positions: [{ market: 'M', quantity }] }],
        demand: [{ market: 'M', side: 'long', quantity: 1 }],
      })
    const allocation = allocationOf([{ account: 'a', market: 'M', quantity: '1' }])
    const { waves } = await replay(
      [
        { name: '1', event: event(5), allocation },
        { name: '2', event: event(6), allocation },
      ],
      'min-max-leverage',
    )
    expect(waves[1]!.drift).toEqual([{ account: 'a', equity: 0, contracts: { M: 2 } }])
    const changed = replay(
      [
        { name: '1', event: event(5), allocation },
        { name: '2', event: event(5, 10), allocation },
      ],
      'min-max-leverage',
    )
    await expect(changed).rejects.toMatchObject({ code: 'market-changed' })
  })
})

describe('spillway replay', () => {
  const fills = (rows: readonly string[]): string =>
    ['user,coin,time,adl_price,adl_size,position_size,entry_price,total_equity', ...rows, ''].join('\n')
  const oneMillisecond = fills([
    'u1,HYPE,1791655835000,49.6805,0.46,-0.68,55,40',
    'u1,HYPE,1791655835001,49.6805,0.22,-0.22,55,40',
    'u2,HYPE,1791655835001,49.6805,1,-2,52,60',
  ])
  const twoPrices = fills(['u1,HYPE,1791655835000,49.6805,0.46,-0.68,55,40', 'u2,HYPE,1791655835000,49.7,1,-2,52,60'])

  it('counts fills a millisecond apart as one moment, and two prices of one market as two events', async () => {
    const folder = await folderWith({ 'one.csv': oneMillisecond, 'two.csv': twoPrices })
    for (const [file, names] of [
      ['one', ['0001']],
      ['two', ['0001-a', '0001-b']],
    ] as const) {
      const out = `${folder}/${file}`
      const imported = await spillwayHere(['import', 'hyperliquid', `${out}.csv`, '--gap-ms', '5', '--out', out])
      expect(imported.status, imported.stderr).toBe(0)
      const accounts = `${folder}/${file}-accounts.csv`
      const run = await spillwayHere(['replay', out, '--accounts', accounts, '--json'])
      const { waves, totals } = jsonOf(run) as { waves: { name: string }[]; totals: Record<string, unknown> }
      expect(waves.map(({ name }) => name)).toEqual(names)
      expect(totals).toMatchObject({ contracts: { HYPE: file === 'one' ? 1.68 : 1.46 }, infeasible: 0 })
      const rows = parse(await readFile(accounts, 'utf8'), { columns: true }) as Record<string, string>[]
      const closed = rows.map((row) => `${row.wave} ${row.account} ${row['reduction:HYPE']}`)
      if (file === 'one') expect(closed).toEqual(['0001 u1 0.68', '0001 u2 1'])
      else expect(closed).toEqual(expect.arrayContaining(['0001-a u1 0.46', '0001-b u2 1']))
      const shown = await spillwayHere(['replay', out])
      expect(shown.stdout).toMatch(/^\d waves? \(only the accounts that were closed are known\): /)
      expect(shown.status).toBe(run.status)
    }
  })

  it('reads waves in the order of their numbers, and names the wave of a mistake', async () => {
    const folder = await folderWith()
    for (const name of ['10', '9']) {
      const { event, reductions } = randomCase(9)
      await writeEventFolder(`${folder}/${name}`, parseEvent(event))
      const rows = reductions.map(({ account, market, quantity }) => `${account},${market},${quantity}`)
      await writeFile(`${folder}/${name}/allocation.csv`, ['account,market,quantity', ...rows, ''].join('\n'))
    }
    const { waves } = jsonOf(await spillwayHere(['replay', folder, '--json'])) as { waves: { name: string }[] }
    expect(waves.map(({ name }) => name)).toEqual(['9', '10'])

    await mkdir(`${folder}/11`)
    const missing = await spillwayHere(['replay', folder, '--json'])
    expect(missing.status).toBe(2)
    expect(errorOf(missing)).toMatchObject({ code: 'file-missing', path: `${folder}/11/markets.csv` })
    const none = await spillwayHere(['replay', `${folder}/9`, '--json'])
    expect(errorOf(none).code).toBe('no-waves')
  })

  it('refuses two files for one thing, whichever of them it would have read', async () => {
    const { event, reductions } = randomCase(9)
    const rows = [
      'account,market,quantity',
      ...reductions.map((own) => `${own.account},${own.market},${own.quantity}`),
      '',
    ]
    const wave = async (path: string): Promise<void> => {
      await writeEventFolder(path, parseEvent(event))
      await writeFile(`${path}/allocation.csv`, rows.join('\n'))
    }
    const folder = await folderWith()
    for (const name of ['a/1', 'b/1', 'c/waves/1', 'c/2', 'd/waves/1', 'e/waves/1']) {
      await mkdir(`${folder}/${name}`, { recursive: true })
      await wave(`${folder}/${name}`)
    }
    await writeFile(
      `${folder}/a/1/allocation.json`,
      JSON.stringify({ format: 'spillway/allocation@1', reductions: [] }),
    )
    await writeFile(`${folder}/b/1/event.json`, JSON.stringify(event))
    await writeEventFolder(`${folder}/d`, parseEvent(event))
    await mkdir(`${folder}/e/report`)
    for (const [name, path] of [
      ['a', 'a/1/allocation.json'],
      ['b', 'b/1/event.json'],
      ['c', 'c/2'],
      ['d', 'd/markets.csv'],
    ]) {
      const run = await spillwayHere(['replay', `${folder}/${name}`, '--json'])
      expect(run.status, name).toBe(2)
      expect(errorOf(run)).toMatchObject({ code: 'two-files', path: `${folder}/${path}` })
    }
    expect((await spillwayHere(['replay', `${folder}/e`, '--json'])).status).toBeLessThan(2)
  })
})
