import { compare } from '../../models/index.js'
import { type Benchmark, insist } from '../benchmark.js'
import { wideMarket } from '../wide-market.js'

const ACCOUNTS = 400_000

/** Every policy, side by side, on a book with all inputs, each allocation judged exactly by two objectives. */
export const comparePolicies: Benchmark = {
  name: 'compare',
  claim:
    '400,000 accounts in one market, every registered policy and optimum against two objectives, with all measures',
  async run() {
    const event = wideMarket(ACCOUNTS, 7, true)
    const { rows, optimum, seconds } = await compare(event, { objectives: ['min-max-leverage', 'squared-leverage'] })
    insist(
      Object.values(optimum).every(({ proved }) => proved),
      'an optimum is not proved',
    )
    const ran = rows.flatMap((row) => ('error' in row ? [] : [row]))
    insist(
      ran.every(({ feasible }) => feasible),
      'a policy misses the demand',
    )
    return [
      {
        policies: ran.length,
        'without their inputs': rows.length - ran.length,
        'prepare s': seconds.prepare.toFixed(1),
        'optima s': seconds.optimum.toFixed(1),
        'policies s': seconds.rows.toFixed(1),
        'of which deciding s': ran.reduce((sum, row) => sum + row.seconds, 0).toFixed(1),
        'peak RSS MB': Math.round(process.resourceUsage().maxRSS / 1024),
      },
    ]
  },
}
