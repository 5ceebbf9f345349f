import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { EventJson } from '#models/book/index.js'
import type { SpillwayError } from '#src/index.js'

/** The good base of every broken one: four accounts, two markets, all optional fields, a demand that can be met. */
export function goodEvent() {
  return {
    format: 'spillway/event@1',
    markets: [
      { market: 'BTC', markPrice: 67000, adlPrice: '67010.5', lotSize: '0.00001', factorLoading: -1.5 },
      { market: 'ETH', markPrice: '3500.25' },
    ],
    accounts: [
      {
        account: 'short-1',
        equity: 242100,
        maintenanceMargin: 10,
        walletBalance: '-3',
        openedAt: '2025-10-10T21:16:04.831Z',
        positions: [{ market: 'BTC', quantity: -8, entryPrice: 72000, openedAt: 1760130964831 }],
      },
      { account: 'short-2', equity: '5e3', positions: [{ market: 'BTC', quantity: '-2.5' }] },
      {
        account: 'long-1',
        equity: 100,
        positions: [
          { market: 'BTC', quantity: 10.5, maintenanceMargin: 5, walletBalance: 1 },
          { market: 'ETH', quantity: 0 },
        ],
      },
      { account: 'idle', equity: 0, positions: [] },
    ],
    demand: [{ market: 'BTC', side: 'short', quantity: 10 }],
  } satisfies EventJson
}

/** The same event as a folder. */
export const goodFolder = {
  'markets.csv': 'market,markPrice,adlPrice,lotSize,factorLoading\nBTC,67000,67010.5,0.00001,-1.5\nETH,3500.25,,,\n',
  'accounts.csv':
    'account,equity,maintenanceMargin,walletBalance,openedAt\n' +
    'short-1,242100,10,-3,2025-10-10T21:16:04.831Z\nshort-2,5e3,,,\nlong-1,100,,,\nidle,0,,,\n',
  'positions.csv':
    'account,market,quantity,entryPrice,maintenanceMargin,walletBalance,openedAt\n' +
    'short-1,BTC,-8,72000,,,1760130964831\nshort-2,BTC,-2.5,,,,\nlong-1,BTC,10.5,,5,1,\nlong-1,ETH,0,,,,\n',
  'demand.csv': 'market,side,quantity\nBTC,short,10\n',
} as const

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** A fresh folder with these files; it goes when the tests of the file are done. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-book-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

/** The mistake that an action throws or rejects with; anything else, or no mistake, fails the test. */
export async function mistakeOf(action: () => unknown): Promise<SpillwayError> {
  const error = await Promise.resolve()
    .then(action)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  // The entries of the package are bundles, each test may load others: the class is one by name.
  expect(error).toMatchObject({ name: 'SpillwayError' })
  const mistake = error as SpillwayError
  expect(mistake.fault).toBe('input')
  expect(mistake.cure).toMatch(/^[A-Z].*[.?]$/)
  expect(mistake.message).toContain(mistake.code)
  return mistake
}
