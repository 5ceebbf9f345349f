import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minMaxLeverage, readEvent, solve, squaredLeverage } from '../../models/index.js'
import { type Benchmark, insist } from '../benchmark.js'
import { writeCrisis } from '../crisis-book.js'

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
      const positions = await writeCrisis(folder, { accounts: ACCOUNTS, markets: MARKETS })
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
