import { type Comparison, compare, policyNamed as policyByName } from 'spillway'
import { describe, expect, it } from 'vitest'
import { describeBook } from '#models/analysis/compare/book.js'
import { allocate, type Court, runPolicy } from '#models/analysis/compare/policy-run.js'
import { policyTask } from '#models/analysis/compare/threads/policy-task.js'
import { PolicyThreads, policyThreads } from '#models/analysis/compare/threads/policy-threads.js'
import { resolveObjective } from '#models/analysis/optimal-policy.js'
import { decisionSpace } from '#models/book/decision-space.js'
import { parseEvent } from '#models/book/parse-event.js'
import { eventOfShared, shareEvent } from '#models/book/shared-event.js'
import { policies, policyNamed } from '#models/policies/index.js'

/**
 * Policies of wide books run in threads. What a thread finds is what this one finds. Through the entry of the package, and of so many accounts:
 * `COMPARE_WIDE=120000 npx vitest run test/analysis/compare/threads.test.ts`.
 */

/** At the mark two linked markets have a closed form; off it a solver has the least leverage of a wide book to find, for minutes. */
const bookOf = (accounts: number, isOffMark: boolean) => ({
  format: 'spillway/event@1',
  markets: [
    { market: 'A', markPrice: '1.10000000000000000001', lotSize: '0.5', ...(isOffMark && { adlPrice: 1.02 }) },
    { market: 'B', markPrice: 200, factorLoading: 1, ...(isOffMark && { adlPrice: 203 }) },
  ],
  accounts: Array.from({ length: accounts }, (_, i) => ({
    account: `a${i}`,
    equity: i === 3 ? '0.30000000000000000004' : ((i * 7919) % 97) - 5,
    maintenanceMargin: 1 + (i % 5),
    positions: [
      { market: 'A', quantity: ((i * 31) % 17) + 1.25, entryPrice: 0.8 + (i % 9) / 10 },
      { market: 'B', quantity: (i % 2 ? -0.01 : 0.01) * ((i % 11) + 1), entryPrice: 180 + i },
    ],
  })),
  demand: [
    { market: 'A', side: 'long', quantity: 2.5 * accounts },
    { market: 'B', side: 'short', quantity: accounts / 100 },
  ],
})

const event = parseEvent(bookOf(40, true) as never)
const objectives = ['min-max-leverage', 'squared-leverage']

function courtOf(isDrawn: boolean): Court {
  const space = decisionSpace(event)
  const loadings = new Map([['A', 0.5]])
  return {
    space,
    columns: objectives.map((name) => resolveObjective(name).prepare(event)),
    forgiven: { digits: 1n, scale: 9 },
    deficit: 12,
    charts: describeBook(space, { charts: isDrawn }, loadings).charts,
    context: { seed: 7, loadings },
    best: [],
  }
}

describe('policies in threads', () => {
  it('give what they give in this one, failures among them', async () => {
    const court = courtOf(true)
    const names = [...policies.keys(), 'capped-pro-rata:most=0.01', 'hyperliquid:side=literal']
    const threads = new PolicyThreads(policyTask(court, { policies: names, objectives, inputs: {} }), 2)
    const found = await threads.runs()
    expect(threads.answered).toBe(names.length)
    let failed = 0
    for (const [i, name] of names.entries()) {
      const policy = policyNamed(name)
      const here = await runPolicy(court, policy.name, () => allocate(court, policy))
      expect([name, timeless(found.get(i)!)]).toEqual([name, timeless(here)])
      if ('failed' in here) failed++
    }
    expect(failed).toBeGreaterThan(0)
    expect(failed).toBeLessThan(names.length / 2)
  })

  it.runIf(process.env.COMPARE_WIDE)(
    'give the same rows of a wide book as a single thread',
    { timeout: 600_000 },
    async () => {
      const wide = bookOf(Number(process.env.COMPARE_WIDE), false)
      const threaded = await compare(wide as never, { objectives })
      // A policy that comes as it is, and not by its name, is run in this thread.
      const alone = await compare(wide as never, {
        objectives,
        policies: [
          ...Array.from(policies.keys(), (name) => policyByName(name)),
          ...objectives.map((name) => `optimal:${name}`),
        ],
      })
      const rows = ({ rows }: Comparison) => rows.map(timeless)
      expect(rows(threaded)).toEqual(rows(alone))
    },
  )

  it('share their work with the caller, who runs what a broken thread has not answered', async () => {
    const task = policyTask(courtOf(false), { policies: ['pro-rata', 'random'], objectives, inputs: {} })
    const broken = new PolicyThreads({ ...task, event: { ...task.event, demand: undefined } as never }, 1)
    expect((await broken.runs()).size).toBe(0)
    expect([broken.take(), broken.take(), broken.take()]).toEqual([0, 1, undefined])
  })

  it('are not started for books of a size at which they do not pay, nor for those that would not fit', () => {
    expect(policyThreads(1_000, 24)).toBe(0)
    expect(policyThreads(1e9, 24)).toBe(0)
  })

  it('see the decimals of the book as they were written', () => {
    const shared = eventOfShared(structuredClone(shareEvent(event)))
    expect(shared.accounts.equity.exact(3)).toEqual({ digits: 30000000000000000004n, scale: 20 })
    for (let i = 0; i < 40; i++) {
      expect(shared.accounts.equity.exact(i)).toEqual(event.accounts.equity.exact(i))
      expect(shared.accounts.maintenanceMargin!.exact(i)).toEqual(event.accounts.maintenanceMargin!.exact(i))
      expect(shared.positions.entryPrice!.exact(2 * i)).toEqual(event.positions.entryPrice!.exact(2 * i))
    }
    expect(shared.positions.starts).toEqual(event.positions.starts)
    expect(shared.markets).toEqual(event.markets)
    expect(shared.demand).toEqual(event.demand)
    expect(() => shared.digest()).toThrow(TypeError)
  })
})

/** All but how long it took. */
function timeless(run: object) {
  return JSON.parse(
    JSON.stringify(run, (key, value) =>
      key === 'seconds' ? undefined : typeof value === 'bigint' ? String(value) : value,
    ),
  )
}
