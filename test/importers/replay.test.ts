import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importHyperliquid, minMaxLeverage, readAllocation, readEvent, verify, writeImported } from 'spillway'
import { describe, expect, test } from 'vitest'
import { toText } from '#src/numeric/index.js'
import { folderWith } from './support.js'

// The table is not ours to copy: it is read where it stands beside the repository, and nowhere else.
const wave = fileURLToPath(new URL('../../../shared/data/hyperliquid-2025-10-10/wave1.csv', import.meta.url))
const isHere = existsSync(wave)
if (!isHere) process.stderr.write(`The tests on the replay of 10 October 2025 are left out: there is no ${wave}\n`)

async function throughFiles(market?: readonly string[]) {
  const imported = await importHyperliquid([wave], market && { market })
  const folder = join(await folderWith({}), 'event')
  await writeImported(folder, imported)
  const event = await readEvent(folder)
  return { ...imported, event, allocation: await readAllocation(join(folder, 'allocation.csv')) }
}

describe.runIf(isHere)('the first wave of 10 October 2025', () => {
  test('one coin: what the venue did, against the optimum', async () => {
    const { event, allocation, disagreements, counts } = await throughFiles(['AVAX'])
    expect(counts).toMatchObject({ rows: 50, markets: 1, accounts: 50, positions: 50, reductions: 50 })
    expect(event.demand.map(({ quantity }) => toText(quantity))).toEqual(['84454.65'])
    expect(disagreements).toEqual([])
    const verdict = await verify(event, allocation, minMaxLeverage())
    expect(verdict).toMatchObject({ feasible: true, verdict: 'suboptimal' })
    const { maxBefore, maxAfter, maxOptimal } = verdict.leverage
    expect(Math.abs(maxBefore! - 1.4714727373976615)).toBeLessThan(1e-12)
    expect(Math.abs(maxAfter! - 0.1393382713154137)).toBeLessThan(1e-12)
    expect(Math.abs(maxOptimal! - 0.11599244766218247)).toBeLessThan(1e-12)
    expect(verdict.accounts.eligible - verdict.accounts.optimal!.touched).toBe(11)
    expect(verdict.accounts.optimal!.touched).toBe(39)
  })

  test('all coins: one account in two of them, with two equities', async () => {
    const { event, allocation, disagreements, overReductions } = await throughFiles()
    expect(disagreements.map(({ account }) => account)).toEqual(['0x27539fd4'])
    expect(overReductions).toEqual([])
    expect(event.demand.map(({ quantity }) => toText(quantity)).sort()).toEqual(
      ['84454.65', '235.27', '1457606', '8373.3'].sort(),
    )
    const verdict = await verify(event, allocation, minMaxLeverage())
    expect(verdict).toMatchObject({ feasible: true, verdict: 'suboptimal' })
    expect(verdict.bound).toBeGreaterThan(0)
    expect(verdict.bound!).toBeLessThanOrEqual(verdict.optimum!)
    expect((verdict.optimum! - verdict.bound!) / verdict.optimum!).toBeLessThan(1e-6)
  })
})
