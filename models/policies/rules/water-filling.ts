import {
  fillLinkedMarkets,
  fillMarkets,
  leverageProblem,
  reductionsFrom,
  separateMarkets,
} from '../../objectives/index.js'
import type { Policy } from '../policy.js'

/**
 * Everybody above a common level of leverage is brought down to it, nobody below is touched:
 *
 *     N'_i/g_i = min(N_i/g_i, λ),    λ such that each demand is met,
 *
 * g_i the equity re-marked at ADL prices; accounts with g_i ≤ 0 come first. Where accounts link markets it is the
 * least-majorized profile of the network (Fujishige 1980). Optimal in one market for every monotone risk measure
 * (Campbell, Hey, Moallemi and Nutz, arXiv 2603.15963, Theorem 2.4).
 */
export function waterFilling(): Policy {
  return {
    name: 'water-filling',
    summary: 'everybody down to one level of leverage, the lowest there is',
    formula: 'N′_i/g_i = min(N_i/g_i, λ)',
    source: 'arXiv 2603.15963, Theorem 2.4',
    ties: 'equals are treated alike, in proportion to equity',
    closing: 'shares',
    ranking: 'none',
    markets: 'jointly',
    equity: 'whole account, re-marked at ADL prices',
    needs: [],
    allocate(space) {
      const problem = leverageProblem(space)
      const columns = separateMarkets(problem, (owner) => problem.remarked[owner])
      const kept = columns === undefined ? fillLinkedMarkets(problem, problem.remarked) : fillMarkets(problem, columns)
      return reductionsFrom(problem, kept)
    },
  }
}
