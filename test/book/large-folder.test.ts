import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readEvent } from '#models/book/index.js'
import { note } from '../notes.js'
import { folderWith } from './support.js'

const ACCOUNTS = 100_000
const POSITIONS = 300_000

/** A quarter of a crisis book, positions in an order that has nothing to do with the accounts'. */
async function largeFolder(): Promise<string> {
  const folder = await folderWith({ 'markets.csv': 'market,markPrice\nA,10\nB,20.5\nC,0.003\n' })
  const write = async (file: string, header: string, count: number, row: (i: number) => string): Promise<void> => {
    const out = await open(join(folder, file), 'w')
    for (let from = 0; from < count; from += 10_000) {
      const rows = Array.from({ length: 10_000 }, (_, i) => row(from + i)).join('\n')
      await out.writeFile(`${from === 0 ? header : ''}\n${rows}`)
    }
    await out.close()
  }
  const name = (i: number): string => `0x${(i * 2654435761).toString(16).padStart(40, '0')}`
  await write('accounts.csv', 'account,equity', ACCOUNTS, (i) => `${name(i)},${i}.25`)
  await write('positions.csv', 'account,market,quantity,entryPrice', POSITIONS, (j) => {
    const i = (j * 7919) % ACCOUNTS
    return `${name(i)},${'ABC'[Math.floor(j / ACCOUNTS)]},${j % 2 === 0 ? '' : '-'}${j}.125,${j + 1}`
  })
  return folder
}

test('a large folder is read in columns: every position in its place, and memory bounded per position', async () => {
  const folder = await largeFolder()
  const buffers = process.memoryUsage().arrayBuffers
  const start = performance.now()
  const { accounts, positions } = await readEvent(folder)
  const seconds = (performance.now() - start) / 1000
  expect([accounts.count, positions.count]).toEqual([ACCOUNTS, POSITIONS])
  for (let j = 0; j < POSITIONS; j += 997) {
    const i = (j * 7919) % ACCOUNTS
    const place = positions.starts[i] + Math.floor(j / ACCOUNTS)
    expect(positions.market[place]).toBe(Math.floor(j / ACCOUNTS))
    expect(positions.quantity.text(place)).toBe(`${j % 2 === 0 ? '' : '-'}${j}.125`)
    expect(positions.entryPrice?.text(place)).toBe(String(j + 1))
  }
  const columns = [positions.market, positions.quantity.values, positions.entryPrice!.values]
  const bytes = columns.reduce((total, { buffer }) => total + buffer.byteLength, 0)
  expect(bytes / POSITIONS).toBeLessThanOrEqual(20)
  const held = (process.memoryUsage().arrayBuffers - buffers) / POSITIONS
  note(`${POSITIONS} positions in ${seconds.toFixed(2)} s; ${held.toFixed(0)} bytes of buffers each, garbage included`)
})
