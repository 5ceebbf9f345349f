import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Audit, axioms, parseEvent } from '#models/index.js'
import { errorOf, folderWith, jsonOf, spillwayHere } from '../../cli/support.js'

const module = (body: string): Record<string, string> => ({ 'policy.mjs': body })

/** Closes everything of the first account, then of the next, without an import: as a user's own file may stand. */
const firstInFile = `
const scaled = (a, scale) => a.digits * 10n ** BigInt(scale - a.scale)
export default {
  name: 'first-in-file',
  allocate({ capacity, pairMarket, pairPosition, markets, event }) {
    const left = markets.map((market) => market.quantity)
    return Array.from(capacity, (_, pair) => {
      const k = pairMarket[pair]
      const held = event.positions.quantity.exact(pairPosition[pair])
      const scale = Math.max(held.scale, left[k].scale)
      const [size, rest] = [scaled(held, scale), scaled(left[k], scale)]
      const open = size < 0n ? -size : size
      const closed = open < rest ? open : rest
      left[k] = { digits: rest - closed, scale }
      return { digits: closed, scale }
    })
  },
}
`

describe('spillway audit', () => {
  it('gives the fields of the contract, the same for the same seed', async () => {
    const args = ['audit', 'pro-rata', '--trials', '40', '--json']
    const [run, again] = await Promise.all([spillwayHere(args), spillwayHere([...args, '--seed', '1'])])
    expect(run.status).toBe(0)
    expect(run.stdout).toBe(again.stdout)
    const { policy, seed, axioms: reports } = jsonOf(run) as unknown as Audit
    expect([policy, seed]).toEqual(['pro-rata', 1])
    expect(reports.map(({ axiom }) => axiom)).toEqual(axioms.map(({ name }) => name))
    for (const { verdict, trials, counterexample } of reports) {
      expect(verdict).toBe(counterexample === undefined ? 'holds' : 'broken')
      if (verdict === 'holds') expect(trials).toBe(40)
      if (counterexample !== undefined) {
        expect(counterexample.says).toMatch(/\S/)
        expect(parseEvent(counterexample.event).demandSource).toBe('given')
      }
    }
    expect(reports.find(({ axiom }) => axiom === 'risk-optimality')!.verdict).toBe('broken')
  })

  it('exits with 1 where a required axiom is broken, and judges it though it was not asked for', async () => {
    const args = ['audit', 'pro-rata', '--trials', '20', '--axioms', 'anonymity']
    const [kept, broken] = await Promise.all([
      spillwayHere([...args, '--require', 'anonymity']),
      spillwayHere([...args, '--require', 'anonymity, risk-optimality']),
    ])
    expect([kept.status, broken.status]).toEqual([0, 1])
    expect(kept.stdout).not.toContain('risk-optimality')
    expect(broken.stdout).toMatch(/risk-optimality +broken/)
    expect(broken.stdout).toContain('book')
    expect(broken.stderr).toBe('')
  })

  it("audits a user's own policy, and writes the events", async () => {
    const folder = await folderWith(module(firstInFile))
    const out = join(folder, 'broken')
    const run = await spillwayHere([
      'audit',
      join(folder, 'policy.mjs'),
      '--trials',
      '100',
      '--axioms',
      'demand-met,anonymity',
      '--out',
      out,
    ])
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(/first-in-file/)
    expect(run.stdout).toMatch(/demand-met +holds/)
    expect(run.stdout).toMatch(/anonymity +broken/)
    expect((await readdir(out)).sort()).toEqual(['anonymity.event.json', 'anonymity.variant.json'])
    const event: unknown = JSON.parse(await readFile(join(out, 'anonymity.event.json'), 'utf8'))
    expect(parseEvent(event).accounts.count).toBe(2)
  })

  it.each([
    ['no default export', 'export const policy = 1', 'bad-policy', 'default export'],
    ['a default export that is no policy', 'export default { name: "x" }', 'bad-policy', 'definePolicy'],
    ['a module that throws', 'throw new TypeError("not today")', 'module-unusable', 'not today'],
    ['a module that does not parse', 'export default {', 'module-unusable', 'SyntaxError'],
  ])('refuses %s', async (_, body, code, says) => {
    const folder = await folderWith(module(body))
    const run = await spillwayHere(['audit', join(folder, 'policy.mjs'), '--json'])
    expect(run.status).toBe(2)
    const error = errorOf(run)
    expect(error.code).toBe(code)
    expect(error.path).toBe('POLICY')
    expect(`${error.message} ${error.cure}`).toContain(says)
  })

  it.each([
    [['audit', './nowhere.mjs'], 'file-missing', 'POLICY'],
    [['audit', 'water-filing'], 'unknown-policy', 'POLICY'],
    [['audit'], 'missing-argument', 'POLICY'],
    [['audit', 'pro-rata', '--axioms', 'anonymty'], 'unknown-axiom', '--axioms'],
    [['audit', 'pro-rata', '--require', 'fairness'], 'unknown-axiom', '--require'],
    [['audit', 'pro-rata', '--trials', '0'], 'bad-number', '--trials'],
    [['audit', 'pro-rata', '--trials', '1e3'], 'bad-number', '--trials'],
    [['audit', 'pro-rata', '--seed', '-1'], 'bad-number', '--seed'],
  ])('%j is refused', async (args, code, path) => {
    const run = await spillwayHere([...args, '--json'])
    expect(run.status).toBe(2)
    expect(errorOf(run)).toMatchObject({ code, path })
  })

  it('stops at the time limit, and writes nothing', async () => {
    const folder = await folderWith()
    const out = join(folder, 'broken')
    const run = await spillwayHere([
      'audit',
      'water-filling',
      '--trials',
      '100000000',
      '--time-limit',
      '1',
      '--out',
      out,
      '--json',
    ])
    expect(run.status).toBe(3)
    expect(errorOf(run).code).toBe('time-limit')
    expect(await readdir(folder)).toEqual([])
  })

  it('stops at the time limit also while a policy of the user keeps a promise open', async () => {
    const folder = await folderWith({
      'hang.mjs': "export default { name: 'hang', allocate: () => new Promise(() => undefined) }",
    })
    const run = await spillwayHere(['audit', join(folder, 'hang.mjs'), '--trials', '5', '--time-limit', '1', '--json'])
    expect(run.status).toBe(3)
    expect(errorOf(run)).toMatchObject({ code: 'time-limit', path: '--time-limit' })
  })

  it('blames the argument for an objective that there is not, or that needs moves', async () => {
    for (const [name, code] of [
      ['optimal:nonsense', 'unknown-objective'],
      ['optimal:cvar', 'missing-input'],
    ] as const) {
      expect(errorOf(await spillwayHere(['audit', name, '--json']))).toMatchObject({ code, path: 'POLICY' })
    }
  })

  it('is listed with what each axiom promises', async () => {
    const [plain, json] = await Promise.all([spillwayHere(['list']), spillwayHere(['list', '--json'])])
    const { axioms: listed } = jsonOf(json) as { axioms: { name: string; summary: string; domain: string }[] }
    expect(listed.map(({ name }) => name)).toEqual(axioms.map(({ name }) => name))
    const words = plain.stdout.replace(/\s+/g, ' ')
    for (const { name, summary } of listed) expect(words).toContain(`${name} ${summary}`)
  })
})
