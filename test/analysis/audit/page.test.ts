import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BROKEN, HOLDS } from '#cli/reports/audit-page.js'
import { audit, axioms, policies } from '#models/index.js'

/** docs/policies.md as it is committed: `npm run audit-table` writes it. */
const page = readFileSync(new URL('../../../docs/policies.md', import.meta.url), 'utf8')
const table = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^\[(.*)\]\(.*\)$/, '$1')),
  )
const [head, , ...rows] = table as [string[], string[], ...string[][]]
const rowOf = (policy: string): string[] => rows.find(([name]) => name === policy)!

describe('docs/policies.md', () => {
  it('has a row for every policy and a column for every axiom', () => {
    expect(head).toEqual(['policy', ...axioms.map(({ name }) => name), 'trials'])
    const written = rows.map(([name]) => name!).filter((name) => !name.includes(':'))
    expect(written, 'run `npm run audit-table`').toEqual([...policies.keys()])
    for (const [name, ...cells] of rows) {
      expect(
        cells.slice(0, -1).every((cell) => cell === HOLDS || cell === BROKEN),
        name,
      ).toBe(true)
    }
  })

  it('says that water-filling keeps every axiom over 10,000 trials and more, and every other rule breaks one', () => {
    // With one factor and one market, factor leverage is leverage: the same rule there.
    const same = ['water-filling', 'factor-water-filling']
    for (const [name, ...cells] of rows) {
      const broken = cells.filter((cell) => cell === BROKEN).length
      if (same.includes(name!)) expect([broken, Number(cells.at(-1)) >= 10_000]).toEqual([0, true])
      else expect(broken, name).toBeGreaterThan(0)
    }
  })

  it.each(['pro-rata', 'pro-rata-equity', 'one-step-projection', 'queue-leverage', 'random'])(
    '%s: a new run finds the same breaks, and holds where it held',
    async (policy) => {
      const row = rowOf(policy)
      const marks = new Map(axioms.map(({ name }, i) => [name, row[i + 1]]))
      const broken = [...marks].filter(([, mark]) => mark === BROKEN).map(([name]) => name)
      const kept = [...marks].filter(([, mark]) => mark === HOLDS).map(([name]) => name)
      const again = await audit(policy, { trials: Number(row.at(-1)), axioms: broken })
      for (const { axiom, trials, counterexample } of again.axioms) {
        expect(page).toContain(`- **${axiom}** (trial ${trials}). ${counterexample?.says}`)
      }
      for (const { axiom, verdict } of (await audit(policy, { trials: 40, axioms: kept })).axioms) {
        expect(verdict, axiom).toBe('holds')
      }
    },
  )
})
