import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEvent } from '../../models/index.js'
import { type Benchmark, bytesHeld, insist } from '../benchmark.js'

const ACCOUNTS = 400_000
const POSITIONS = 1_200_000
/** Bytes of a row: a name of an account or two numbers and an index of a position, with room to spare. */
const MOST_PER_ROW = 50

/** A crisis-size folder event, read and checked, against reading the same bytes and counting their lines. */
export const readFolder: Benchmark = {
  name: 'read a folder event',
  claim: '400,000 accounts and 1,200,000 positions in seconds, not in objects',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'))
    try {
      await writeBook(folder)
      const files = ['accounts.csv', 'positions.csv']
      const bytes = (await Promise.all(files.map((file) => stat(join(folder, file))))).reduce(
        (sum, { size }) => sum + size,
        0,
      )
      const start = performance.now()
      let lines = 0
      for (const file of files) lines += await countLines(join(folder, file))
      const counted = performance.now()
      insist(lines === ACCOUNTS + POSITIONS + 2, `${lines} lines`)
      const before = bytesHeld()
      const began = performance.now()
      const event = await readEvent(folder)
      const read = performance.now()
      insist(event.accounts.count === ACCOUNTS && event.positions.count === POSITIONS, 'everything was read')
      const held = bytesHeld() - before
      insist(held < MOST_PER_ROW * (ACCOUNTS + POSITIONS), `${held} bytes held: the columns of the builder are let go`)
      return [
        {
          MB: (bytes / 1e6).toFixed(0),
          'count lines s': ((counted - start) / 1000).toFixed(2),
          'read and check s': ((read - began) / 1000).toFixed(2),
          ratio: ((read - began) / (counted - start)).toFixed(1),
          'bytes held per row': Math.round(held / (ACCOUNTS + POSITIONS)),
        },
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function countLines(path: string): Promise<number> {
  let lines = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (const byte of chunk as Buffer) if (byte === 10) lines++
  }
  return lines
}

async function writeBook(folder: string): Promise<void> {
  const markets = Array.from({ length: 162 }, (_, k) => `M${k},${(k + 1) * 1.25}`)
  const name = (i: number): string => `0x${(i * 2654435761).toString(16).padStart(16, '0')}`
  const accounts = Array.from({ length: ACCOUNTS }, (_, i) => `${name(i)},${(1000 + (i % 9973) * 1.37).toFixed(2)}`)
  const positions = Array.from({ length: POSITIONS }, (_, p) => {
    const account = p % ACCOUNTS
    const market = (account + 7 * Math.floor(p / ACCOUNTS)) % 162
    return `${name(account)},M${market},${(((p % 2) * 2 - 1) * (1 + (p % 8191) / 64)).toFixed(6)},${(1 + (p % 97)).toFixed(3)}`
  })
  const file = (header: string, rows: string[]): string => `${header}\n${rows.join('\n')}\n`
  await writeFile(join(folder, 'markets.csv'), file('market,markPrice', markets))
  await writeFile(join(folder, 'accounts.csv'), file('account,equity', accounts))
  await writeFile(join(folder, 'positions.csv'), file('account,market,quantity,entryPrice', positions))
  await writeFile(join(folder, 'demand.csv'), file('market,side,quantity', ['M0,short,10']))
}
