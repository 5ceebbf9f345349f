import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { rankAgreement } from '#models/analysis/infer/rank-agreement.js'
import { decisionSpace } from '#models/book/decision-space.js'
import { type InferredRow, infer, parseAllocation, parseEvent, policies, policyNamed } from '#models/index.js'
import { toText } from '#src/numeric/index.js'
import { errorOf, folderWith, jsonOf, spillwayHere } from '../../cli/support.js'
import { skip } from '../../notes.js'
import { dice } from './support.js'

/** A random book of one market that gives every policy what it needs, and asks for a part of what is held. */
function randomBook(seed: number) {
  const roll = dice(seed)
  const side = roll(2) === 0 ? ('long' as const) : ('short' as const)
  let held = 0
  const accounts = Array.from({ length: 12 }, (_, i) => {
    const quantity = 1 + roll(900)
    held += quantity
    return {
      account: `a${i}`,
      equity: `${50 + roll(20000)}.${roll(100)}`,
      maintenanceMargin: `${1 + roll(40)}.${roll(100)}`,
      openedAt: 1_700_000_000_000 + roll(1_000_000),
      positions: [
        {
          market: 'BTC',
          quantity: `${side === 'long' ? '' : '-'}${quantity}`,
          entryPrice: `${60 + roll(80)}.${1 + roll(99)}`,
        },
      ],
    }
  })
  const demand = [{ market: 'BTC', side, quantity: Math.round(held * (0.2 + roll(50) / 100)) }]
  const markets = [{ market: 'BTC', markPrice: '100', factorLoading: 1 }]
  return parseEvent({ format: 'spillway/event@1', markets, accounts, demand })
}

async function allocationBy(rule: string, event: ReturnType<typeof randomBook>) {
  const space = decisionSpace(event)
  const given = await policyNamed(rule).allocate(space, { seed: 1 })
  const reductions = given.map((closed, pair) => ({
    account: event.accounts.names[space.owners[space.pairOwner[pair]!]!]!,
    market: 'BTC',
    quantity: toText(closed),
  }))
  return parseAllocation({ format: 'spillway/allocation@1', reductions })
}

const withoutContradictions = (rows: readonly InferredRow[]) =>
  rows.filter((row) => row.firstContradiction === undefined)

describe('infer', () => {
  it('names the policy that made an allocation, for every policy with all its options (seeds 1 and 2)', async () => {
    let rules = 0
    let alone = 0
    for (let seed = 1; seed <= 2; seed++) {
      const event = randomBook(seed)
      const all = (await infer(event, await allocationBy('pro-rata', event))).rows
      for (const { rule, error } of all) {
        if (error !== undefined) continue
        const { rows, explainedBy } = await infer(event, await allocationBy(rule, event))
        const own = rows.find((row) => row.rule === rule)!
        expect(own, `seed ${seed} ${rule}`).toMatchObject({ rank: 1, exactShare: 1, moneyMisplaced: 0 })
        expect(own.firstContradiction).toBeUndefined()
        expect(explainedBy).toContain(rule)
        // Ties are named, and are those that nothing contradicts.
        expect(withoutContradictions(rows.filter((row) => row.error === undefined)).map((row) => row.rule)).toEqual(
          explainedBy,
        )
        rules++
        if (explainedBy.length === 1) alone++
      }
    }
    expect(rules).toBeGreaterThan(2 * policies.size)
    // Many rules are the same where accounts hold one position each; others stand alone.
    expect(alone).toBeGreaterThan(10)
  }, 60_000)

  it('tells a wrong fill in the contracts of the venue, and orders rules by what they explain', async () => {
    const position = (quantity: number, entryPrice: number) => [{ market: 'BTC-PERP', quantity, entryPrice }]
    const event = {
      format: 'spillway/event@1' as const,
      markets: [{ market: 'BTC-PERP', markPrice: 100, contractSize: '0.1' }],
      accounts: [
        { account: 'A', equity: 10, positions: position(50, 50) },
        { account: 'B', equity: 100, positions: position(30, 80) },
        { account: 'C', equity: 1000, positions: position(20, 99) },
      ],
      demand: [{ market: 'BTC-PERP', side: 'long' as const, quantity: 60 }],
    }
    const reductions = [
      { account: 'A', market: 'BTC-PERP', quantity: 30 },
      { account: 'B', market: 'BTC-PERP', quantity: 30 },
    ]
    const allocation = { format: 'spillway/allocation@1' as const, reductions }
    const { rows, explainedBy } = await infer(event, allocation, {
      policies: ['queue-leverage', 'pro-rata', 'binance'],
    })
    expect(explainedBy).toEqual([])
    const queue = rows.find(({ rule }) => rule === 'queue-leverage')!
    // The rule closes A whole, then 10 of B: 20 contracts of 0.1 BTC at 100 are misplaced.
    expect(queue).toMatchObject({ policy: 'queue-leverage', exactShare: 0, moneyMisplaced: 200 })
    expect(queue.firstContradiction).toBe(
      'account B was closed 30 of 30 BTC-PERP although A ranks before it (leverage 50 against 3, return 100 % against 25 %): the rule closes A whole, and it was closed 30 of 50 BTC-PERP',
    )
    const shares = rows.find(({ rule }) => rule === 'pro-rata')!
    expect(shares.firstContradiction).toBe(
      'account B was closed 30 of 30 BTC-PERP, where the rule closes 18; the rule closes C by 12, and it was not closed',
    )
    const failed = rows.filter(({ error }) => error !== undefined)
    expect(failed.map(({ policy, rank }) => [policy, rank])).toEqual([
      ['binance', null],
      ['binance', null],
    ])
    expect(failed[0]!.error!.code).toBe('policy-input')
    expect(rows.slice(-2)).toEqual(failed)
  })

  it('runs rules on what was filled, and takes lots as rounding', async () => {
    const event = {
      format: 'spillway/event@1' as const,
      markets: [{ market: 'M', markPrice: 10, lotSize: 1 }],
      accounts: ['a', 'b', 'c'].map((account) => ({ account, equity: 50, positions: [{ market: 'M', quantity: 10 }] })),
      demand: [{ market: 'M', side: 'long' as const, quantity: 20 }],
    }
    const closing = (...sizes: readonly number[]) => ({
      format: 'spillway/allocation@1' as const,
      reductions: sizes.map((quantity, i) => ({ account: 'abc'[i]!, market: 'M', quantity })),
    })
    const found = await infer(event, closing(4, 3, 3), { policies: ['pro-rata'] })
    expect(found.rows[0]).toMatchObject({ exactShare: 1, rank: 1 })
    expect(found.violations).toEqual([{ code: 'demand-short', market: 'M', by: 10 }])
    const off = await infer(event, closing(5, 3, 2), { policies: ['pro-rata'] })
    expect(off.rows[0]!.exactShare).toBeCloseTo(1 / 3)
    await expect(infer(event, closing())).rejects.toMatchObject({ code: 'nothing-closed' })
    await expect(infer(event, closing(1), { policies: ['pro-ratas'] })).rejects.toMatchObject({
      code: 'unknown-policy',
    })
    await expect(
      infer(event, closing(1), { policies: ['hyperliquid', 'hyperliquid:side=literal'] }),
    ).rejects.toMatchObject({ code: 'duplicate-name' })
  })

  it('counts rank agreement as every pair by itself does (seeds 1 to 200)', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const roll = dice(seed)
      const groups = Array.from({ length: 1 + roll(3) }, () => {
        const length = roll(9)
        const list = () => Float64Array.from({ length }, () => roll(4))
        return { a: list(), b: list() }
      })
      let [difference, inA, inB] = [0, 0, 0]
      for (const { a, b } of groups) {
        for (let i = 0; i < a.length; i++) {
          for (let j = 0; j < i; j++) {
            const [x, y] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)]
            difference += x * y
            inA += Math.abs(x)
            inB += Math.abs(y)
          }
        }
      }
      const expected = inA * inB === 0 ? null : difference / Math.sqrt(inA * inB)
      expect(rankAgreement(groups), `seed ${seed}`).toBe(expected)
    }
  })
})

describe('spillway infer', () => {
  it('prints rules and contradictions, the same every time', async () => {
    const event = {
      format: 'spillway/event@1',
      markets: [{ market: 'M', markPrice: 10 }],
      accounts: [5, 6, 7].map((equity, i) => ({
        account: `a${i}`,
        equity,
        positions: [{ market: 'M', quantity: 10, entryPrice: 9 }],
      })),
      demand: [{ market: 'M', side: 'long', quantity: 12 }],
    }
    const folder = await folderWith({ 'e.json': event, 'a.csv': 'account,market,quantity\na0,M,10\na1,M,2\n' })
    const args = ['infer', `${folder}/e.json`, `${folder}/a.csv`]
    const shown = await spillwayHere(args)
    expect(shown.status, shown.stderr).toBe(0)
    expect(shown.stdout).toMatch(/rules explain all of 2 fills/)
    expect(shown.stdout).toContain('queue-leverage')
    expect(shown.stdout).toContain('Not run on this book')
    expect((await spillwayHere(args)).stdout).toBe(shown.stdout)
    const one = jsonOf(await spillwayHere([...args, '--policies', 'queue-leverage', '--json']))
    expect(one).toMatchObject({ explainedBy: ['queue-leverage'], fills: 2 })
    const wrong = await spillwayHere([...args, '--policies', 'queue-leverages', '--json'])
    expect(errorOf(wrong).code).toBe('unknown-policy')
  })
})

/** The first wave of 10 October 2025, four coins: read where it is present, never part of this package. */
const WAVE = fileURLToPath(new URL('../../../../shared/data/hyperliquid-2025-10-10/wave1.csv', import.meta.url))

describe('the first wave of 10 October 2025', () => {
  it('is imported, verified coin by coin and together, replayed, and its rule inferred', async () => {
    if (!existsSync(WAVE)) return skip('the data of that day is not here')
    const folder = await folderWith()
    const marks = { AVAX: '15.122', LTC: '73.325', DOGE: '0.15217', INJ: '6.2207' }
    const rows = (await readFile(WAVE, 'utf8')).trim().split('\n').slice(1)
    const run = async (...args: readonly string[]) => {
      const done = await spillwayHere([...args, '--json'])
      expect([0, 1], `${args.join(' ')}\n${done.stderr}`).toContain(done.status)
      return jsonOf(done)
    }
    for (const [coin, mark] of Object.entries(marks)) {
      const out = `${folder}/${coin}`
      await run('import', 'hyperliquid', WAVE, '--market', coin, '--remark', `${coin}=${mark}`, '--out', out)
      const verdict = await run('verify', out, `${out}/allocation.csv`)
      expect(verdict.feasible).toBe(true)
      expect((verdict.remarks as { code: string }[])[0]!.code).toBe('restricted-book')
      const { fills, rows: rules } = (await run('infer', out, `${out}/allocation.csv`)) as unknown as {
        fills: number
        rows: InferredRow[]
      }
      expect(fills).toBe(rows.filter((row) => row.split(',')[1] === coin).length)
      expect(rules[0]!.exactShare).toBeGreaterThan(0.5)
    }
    const remark = Object.entries(marks)
      .map(([coin, mark]) => `${coin}=${mark}`)
      .join()
    const all = `${folder}/all`
    await run('import', 'hyperliquid', WAVE, '--remark', remark, '--gap-ms', '5000', '--out', all)
    const { waves, totals } = (await run('replay', all)) as unknown as {
      waves: { feasible: boolean }[]
      totals: { contracts: Record<string, number> }
    }
    expect(waves.map(({ feasible }) => feasible)).toEqual([true])
    expect(totals.contracts).toEqual({ AVAX: 84454.65, LTC: 235.27, DOGE: 1457606, INJ: 8373.3 })
  }, 120_000)
})
