import { levelAfter, lotFill } from '../../../src/closed-forms/index.js'
import { type Decimal, multiply, wholeQuotient } from '../../../src/numeric/index.js'
import type { LotMarket } from '../../proof/lots/markets.js'
import type { Reductions } from '../objective.js'

/** Given reductions with those of the lot markets replaced by the lots that rank highest by `shifted` starts. */
export function withBestLots(
  reductions: Reductions,
  markets: readonly LotMarket[],
  shifted: (start: Decimal, step: Decimal) => Decimal,
): Decimal[] {
  const best = reductions.slice()
  for (const { lot, pairs, columns } of markets) {
    const start = columns.start.map((own) => shifted(own, columns.step))
    lotFill({ ...columns, start }).forEach((count, i) => {
      best[pairs[i]] = multiply({ digits: count, scale: 0 }, lot)
    })
  }
  return best
}

/** Where the columns of a lot market stand after given reductions: notional, by column. */
export function standings({ lot, pairs, columns }: LotMarket, reductions: Reductions): Decimal[] {
  return pairs.map((pair, i) => levelAfter(columns.start[i], columns.step, wholeQuotient(reductions[pair], lot)))
}
