import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { minMaxLeverage, readEvent, solve, squaredLeverage } from '../../models/index.js'
import { type Benchmark, insist } from '../benchmark.js'

const ACCOUNTS = 437_723
const MARKETS = 162

/** A made-up book of the size of October 10, 2025 on Hyperliquid, in which accounts link markets. */
export const crisis: Benchmark = {
  name: 'a crisis',
  claim:
    '437,723 cross-margin accounts in 162 markets, shorts demanded in all of them: from CSV files to a proven optimum',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-crisis-'))
    try {
      const positions = await writeCrisis(folder)
      const start = performance.now()
      const event = await readEvent(folder)
      const read = (performance.now() - start) / 1000
      const rows = []
      for (const objective of [minMaxLeverage(), squaredLeverage()]) {
        const solution = await solve(event, objective)
        insist(solution.status === 'optimal', `${objective.name} is ${solution.status}`)
        rows.push({
          objective: objective.name,
          positions,
          'read s': read.toFixed(1),
          'build s': solution.seconds.build.toFixed(1),
          'solve s': solution.seconds.solve.toFixed(1),
          'certify s': solution.seconds.certify.toFixed(1),
          'exact gap': (solution.relativeGap ?? Number.NaN).toExponential(1),
          'peak RSS MB': Math.round(process.resourceUsage().maxRSS / 1024),
        })
      }
      return rows
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function writeCrisis(folder: string): Promise<number> {
  const generator = xoroshiro128plus(20251010)
  const unit = (): number => uniformFloat64(generator)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  const prices = Array.from({ length: MARKETS }, () => Number((10 ** (6 * unit() - 2)).toPrecision(8)))
  const shorts = new Float64Array(MARKETS)
  const accounts: string[] = []
  const positions: string[] = []
  for (let i = 0; i < ACCOUNTS; i++) {
    const equity = Math.exp(7 + 2 * normal())
    const held = 1 + Math.floor(6.75 * unit() * unit())
    const first = Math.floor(MARKETS * unit() * unit())
    accounts.push(`a${i},${equity.toFixed(4)}`)
    for (let h = 0; h < held; h++) {
      const k = (first + 7 * h) % MARKETS
      const side = unit() < 0.45 ? 1 : -1
      const quantity = Number(((equity * Math.exp(0.7 + normal())) / held / prices[k]!).toFixed(9))
      if (side < 0) shorts[k]! += quantity
      positions.push(`a${i},M${k},${(side * quantity).toFixed(9)}`)
    }
  }
  const demand = Array.from(shorts, (held, k) => `M${k},short,${(0.2 * unit() * held).toFixed(4)}`)
  const file = (header: string, rows: string[]): string => `${header}\n${rows.join('\n')}\n`
  await writeFile(
    join(folder, 'markets.csv'),
    file(
      'market,markPrice',
      prices.map((price, k) => `M${k},${price}`),
    ),
  )
  await writeFile(join(folder, 'accounts.csv'), file('account,equity', accounts))
  await writeFile(join(folder, 'positions.csv'), file('account,market,quantity', positions))
  await writeFile(join(folder, 'demand.csv'), file('market,side,quantity', demand))
  return positions.length
}
