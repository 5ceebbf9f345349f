import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compare, importHyperliquid, readAllocation, readEvent, writeImported } from 'spillway'
import { describe, expect, test } from 'vitest'
import { folderWith } from '../../cli/support.js'
import { decimal, policyOf } from './support.js'

const wave = fileURLToPath(new URL('../../../../shared/data/hyperliquid-2025-10-10/wave1.csv', import.meta.url))
const isHere = existsSync(wave)
if (!isHere) process.stderr.write(`The comparison on the replay of 10 October 2025 is left out: there is no ${wave}\n`)

describe.runIf(isHere)('the first wave of 10 October 2025', () => {
  test('what the venue did is a policy like any other: 50 accounts in one coin', async () => {
    const folder = join(await folderWith(), 'event')
    await writeImported(folder, await importHyperliquid([wave], { market: ['AVAX'] }))
    const event = await readEvent(folder)
    const made = await readAllocation(join(folder, 'allocation.csv'))
    const venue = policyOf('what the venue did', (space) => {
      const closed = new Map(made.accounts.map((account, entry) => [account, made.quantity.text(entry)]))
      return Array.from(space.owners, (account) => decimal(closed.get(event.accounts.names[account]) ?? '0'))
    })
    const { rows, optimum } = await compare(event, { policies: [venue, 'pro-rata', 'optimal:min-max-leverage'] })
    expect(rows[0]).toMatchObject({ feasible: true, touched: 50, closed: 49 })
    expect(rows[0]).toMatchObject({ maxLeverage: expect.closeTo(0.1393382713154137, 12), profitKnown: 1 })
    expect(optimum['min-max-leverage'].value).toBeCloseTo(0.11599244766218247, 12)
    expect(rows[2]).toMatchObject({ touched: 39, closed: 0, ratios: { 'min-max-leverage': 1 } })
  })

  test('all coins, every policy', async () => {
    const folder = join(await folderWith(), 'event')
    await writeImported(folder, await importHyperliquid([wave]))
    const { rows, book } = await compare(await readEvent(folder), {
      objectives: ['min-max-leverage', 'squared-leverage'],
    })
    expect(book.eligible).toBe(73)
    for (const row of rows) {
      // A book of the chain has no maintenance margins; whoever needs them says so.
      if ('error' in row) expect(row.error.code, row.policy).toBe('policy-input')
      else expect(row.feasible, row.policy).toBe(true)
    }
  })
})
