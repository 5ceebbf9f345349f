import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { spillwayHere } from '../cli/support.js'
import { skip } from '../notes.js'
import { smallSweep } from '../simulation/sweep/support.js'

const root = resolve(import.meta.dirname, '../..')
const script = join(root, 'test/pages/screenshots.mjs')

let page = ''
let text = ''
let summary: { policy: string; measure: string; fund: string | number; paths: string; mean: number }[] = []
beforeAll(async () => {
  const folder = await smallSweep(30)
  await spillwayHere(['sweep', join(folder, 'plan.json'), '--out', join(folder, 'out'), '--quiet'])
  page = join(folder, 'out/merged/index.html')
  text = await readFile(page, 'utf8')
  summary = (JSON.parse(await readFile(join(folder, 'out/merged/summary.json'), 'utf8')) as { summary: typeof summary })
    .summary
}, 120_000)

const TITLES: Readonly<Record<string, string>> = {
  'water-filling': 'Water-filling',
  'pro-rata': 'Pro rata to size',
  'queue-leverage': 'Queue by leverage',
  random: 'Random order',
}

describe('the page of a sweep', () => {
  it('calls policies as people do, and says what to type for each', () => {
    for (const [name, title] of Object.entries(TITLES)) {
      expect(text).toContain(title)
      // The name stands once, beside the title.
      expect(text.split(`<code>${name}</code>`)).toHaveLength(2)
      expect(text.split(new RegExp(`(?<![\\w-])${name}(?![\\w-])`))).toHaveLength(2)
    }
  })

  it('leads with the policy that leaves least in the first cell, and draws what the page promises', () => {
    const uncovered = summary.filter(({ measure }) => measure === 'uncovered')
    const first = uncovered.filter(({ fund, paths }) => fund === uncovered[0].fund && paths === uncovered[0].paths)
    const least = first.reduce((a, b) => (b.mean < a.mean ? b : a))
    const title = /<h1[^>]*>(.*?)<\/h1>/s.exec(text)?.[1]
    expect(title).toContain(TITLES[least.policy])
    expect(title).toContain('uncovered loss')
    for (const heading of ['How often at least so much', 'Paired differences', 'Cost against the size of the fund']) {
      expect(text).toContain(heading)
    }
    // Means of all policies stand in the table of their cell.
    for (const { mean } of first) {
      const shown = Number(mean.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 10 })
      expect(text).toContain(shown)
    }
  })

  it('opens in chromium at every width without a word on the console', () => {
    const { status, stdout } = spawnSync(process.execPath, [script, page], { encoding: 'utf8', timeout: 200_000 })
    if (stdout.startsWith('SKIPPED')) return skip(stdout.trim())
    expect([status, stdout]).toEqual([0, '1 pages in 5 views, 0 problems\n'])
  }, 240_000)
})
