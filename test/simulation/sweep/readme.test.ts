/** The table of the README, run again (about ten seconds of processor time): SWEEP_README=1 npx vitest run test/simulation/sweep/readme.test.ts */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, spillwayHere } from '../../cli/support.js'
import { skip } from '../../notes.js'

const root = resolve(import.meta.dirname, '../../..')
const isAsked = process.env.SWEEP_README === '1'
const RULES: Readonly<Record<string, string>> = {
  'water-filling': 'water-filling',
  "Hyperliquid's": 'hyperliquid',
  "Drift's": 'drift',
  "dYdX's": 'dydx',
  "Binance's": 'binance',
  "BitMEX's": 'bitmex',
}

interface Row {
  readonly policy: string
  readonly measure: string
  readonly fund: number
  readonly mean: number
  readonly standardError: number
  readonly cvar95: number
  readonly against: string
  readonly finding: string
}

/** Numbers of a cell of the table, with half a unit of the last place that is printed. */
function numbersOf(cell: string): { value: number; allowed: number }[] {
  return [...cell.matchAll(/[\d,]+(?:\.(\d+))?/g)].map(([text, places = '']) => {
    return { value: Number(text.replaceAll(',', '')), allowed: 0.5 * 10 ** -places.length + 1e-9 }
  })
}

describe('the sweep of the README', () => {
  it('names in its table the policies of the plan', async () => {
    const plan = JSON.parse(await readFile(join(root, 'examples/sweep.json'), 'utf8')) as { policies: string[] }
    expect((await tableRows()).map(([rule]) => RULES[rule]).sort()).toEqual([...plan.policies].sort())
  })

  it('has the numbers that the command gives', async () => {
    if (!isAsked) return skip('takes ten seconds: SWEEP_README=1')
    const out = await folderWith()
    expect(await spillwayHere(['sweep', join(root, 'examples/sweep.json'), '--out', out, '--quiet'])).toMatchObject({
      status: 0,
    })
    const merged = JSON.parse(await readFile(join(out, 'merged/summary.json'), 'utf8')) as Record<string, Row[]>
    const of = (policy: string, measure: string): Row =>
      merged.summary.find((row) => row.policy === policy && row.measure === measure && row.fund === 0)!
    for (const [rule, uncovered, cvar, closed, less] of await tableRows()) {
      const policy = RULES[rule]
      const { mean, standardError, cvar95 } = of(policy, 'uncovered')
      const pair = merged.differences.find(
        (row) =>
          row.measure === 'uncovered' && row.fund === 0 && row.policy === 'water-filling' && row.against === policy,
      )
      const stated = [uncovered, cvar, closed, less].flatMap(numbersOf)
      const found = [mean, standardError, cvar95, of(policy, 'closed').mean]
      if (pair !== undefined) found.push(-pair.mean, pair.standardError)
      expect(stated).toHaveLength(found.length)
      // Errors are printed to three digits, the others to the unit.
      stated.forEach(({ value, allowed }, n) => {
        expect(Math.abs(value - found[n]), `${rule}, number ${n + 1}`).toBeLessThanOrEqual(
          Math.max(allowed, 0.005 * found[n] * Number(n !== 0)),
        )
      })
      if (pair !== undefined) expect(pair.finding).toBe('less')
    }
  })
})

async function tableRows(): Promise<string[][]> {
  const text = await readFile(join(root, 'README.md'), 'utf8')
  const [, section = ''] = text.split('## Which rule leaves least uncovered')
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| rule'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .slice(0, Object.keys(RULES).length)
}
