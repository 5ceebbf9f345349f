import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdlEvent, factorLeverage, readEvent, solve } from '../../models/index.js'
import { type Benchmark, insist, type Row, timed } from '../benchmark.js'
import { writeCrisis } from '../crisis-book.js'

const SIZES: readonly (readonly [accounts: number, markets: number, budgetSeconds: number])[] = [
  [100_000, 50, 3],
  [437_723, 162, 15],
]
const REPEATS = 2

/** The whole solve of factor leverage, from the parsed event in memory to reductions with a proof. */
export const factorCrisis: Benchmark = {
  name: 'factor crisis',
  claim:
    'factor leverage with loadings of both signs, longs and shorts demanded, event in memory to reductions proved optimal: 100,000 × 50 in at most 3 s, 437,723 × 162 in at most 15 s and 1.5 GB (fastest of two runs; `pass ms`: one pass over the positions, `ratio`: whole over pass)',
  async run() {
    const rows: Row[] = []
    for (const [accounts, markets, budget] of SIZES) {
      const event = await bookOf(accounts, markets)
      let best: Row | undefined
      let least = Infinity
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const pass = timed(() => onePass(event))
        const before = process.cpuUsage()
        const start = performance.now()
        const solution = await solve(event, factorLeverage())
        const wall = performance.now() - start
        const { user, system } = process.cpuUsage(before)
        insist(solution.status === 'optimal', `${accounts} × ${markets} is ${solution.status}`)
        insist(solution.relativeGap! <= 1e-12, `${accounts} × ${markets} is proved to ${solution.relativeGap} only`)
        if (wall > least) continue
        least = wall
        best = {
          accounts,
          markets,
          positions: event.positions.count,
          'build s': solution.seconds.build.toFixed(2),
          'solve s': solution.seconds.solve.toFixed(2),
          'certify s': solution.seconds.certify.toFixed(2),
          'whole s': (wall / 1000).toFixed(2),
          'CPU s': ((user + system) / 1e6).toFixed(2),
          'budget s': budget,
          'pass ms': pass.toFixed(1),
          ratio: (wall / pass).toFixed(0),
          'exact gap': solution.relativeGap!.toExponential(0),
          'peak RSS MB': Math.round(process.resourceUsage().maxRSS / 1024),
        }
      }
      rows.push(best!)
    }
    return rows
  },
}

async function bookOf(accounts: number, markets: number): Promise<AdlEvent> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-factor-'))
  try {
    await writeCrisis(folder, { accounts, markets, mixed: true })
    return await readEvent(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The yardstick: what any method must at least read. */
function onePass({ positions: { market, quantity } }: AdlEvent): number {
  let total = 0
  for (let p = 0; p < market.length; p++) total += quantity.values[p] * market[p]
  return total
}
