import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith, spillwayHere } from '../../cli/support.js'

// The table is not ours to copy: it is read where it stands beside the repository, and nowhere else.
const wave = fileURLToPath(new URL('../../../../shared/data/hyperliquid-2025-10-10/wave1.csv', import.meta.url))
const isHere = existsSync(wave)
if (!isHere) process.stderr.write(`The test on the first wave of 10 October 2025 is left out: there is no ${wave}\n`)
const screenshots = fileURLToPath(new URL('../../pages/screenshots.mjs', import.meta.url))
const COINS = ['AVAX', 'LTC', 'DOGE', 'INJ']

interface Row {
  readonly coin: string
  readonly closed: number
}
let rows: readonly Row[] = []
let folder = ''
const at = (...names: string[]): string => join(folder, ...names)

async function json(...args: string[]) {
  const run = await spillwayHere([...args, '--json'])
  return { status: run.status, json: JSON.parse(run.stdout), stderr: run.stderr }
}

beforeAll(async () => {
  if (!isHere) return
  folder = await folderWith({})
  const [header = '', ...lines] = (await readFile(wave, 'utf8')).trim().split('\n')
  const names = header.split(',')
  rows = lines.map((line): Row => {
    const cells = Object.fromEntries(line.split(',').map((cell, c) => [names[c], cell]))
    return { coin: cells.coin ?? '', closed: Number(cells.adl_size) }
  })
})

describe.runIf(isHere)('the first wave of 10 October 2025, by the command line', () => {
  test('verified and replayed, all figures those of the rows, and the reports open in chromium without a word on the console', async () => {
    expect((await json('import', 'hyperliquid', wave, '--gap-ms', '5000', '--out', at('all'))).status).toBe(0)
    const event = at('all', 'waves', '0001')
    const judged = await json('verify', event, join(event, 'allocation.csv'), '--html', at('verify.html'))
    expect([judged.status, judged.json.verdict]).toEqual([1, 'suboptimal'])
    const replayed = await json('replay', at('all'), '--html', at('replay.html'), '--result', at('replay.json'))
    expect(replayed.status).toBe(1)
    const { totals, waves } = replayed.json
    expect(totals).toMatchObject({ suboptimal: 1, optimal: 0, infeasible: 0, unproved: 0 })
    for (const coin of COINS) {
      const closed = rows.filter((row) => row.coin === coin).reduce((sum, row) => sum + row.closed, 0)
      expect(totals.contracts[coin] / closed).toBeCloseTo(1, 12)
    }
    expect(waves[0].objective.value).toBe(judged.json.objective.value)
    const result = JSON.parse(await readFile(at('replay.json'), 'utf8'))
    expect(result).toMatchObject({ format: 'spillway/result@1', command: 'replay', verdict: 'suboptimal' })
    expect(await readFile(at('replay.html'), 'utf8')).toContain('1 wave (only the accounts that were closed are known)')
    const { status, stdout } = spawnSync(process.execPath, [screenshots, at('verify.html'), at('replay.html')], {
      encoding: 'utf8',
    })
    expect(status, stdout).toBe(0)
  }, 240_000)
})
