import { type Decimal, toNumber, zero } from '../../src/index.js'
import { exactCapacity } from '../book/decision-space.js'
import { settle } from '../objectives/index.js'
import type { Policy } from './policy.js'

/** Everybody gives the same share of what they hold: x_ik = Q_k c_ik / Σ_j c_jk. */
export function proRata(): Policy {
  return {
    name: 'pro-rata',
    summary: 'the same share of every position',
    formula: 'x_ik = Q_k c_ik / Σ_j c_jk',
    source: 'common baseline',
    ties: 'none arise',
    closing: 'shares',
    ranking: 'none',
    markets: 'one by one',
    equity: 'none',
    needs: [],
    allocate(space) {
      const reductions: Decimal[] = Array.from(space.capacity, () => zero)
      space.markets.forEach(({ quantity }, k) => {
        const pairs = Array.from(space.capacity.keys()).filter((pair) => space.pairMarket[pair] === k)
        const held = pairs.reduce((sum, pair) => sum + space.capacity[pair]!, 0)
        const share = toNumber(quantity) / held
        const given = settle(
          Float64Array.from(pairs, (pair) => share * space.capacity[pair]!),
          pairs.map((pair) => exactCapacity(space, pair)),
          quantity,
        )
        pairs.forEach((pair, t) => {
          reductions[pair] = given[t]!
        })
      })
      return reductions
    },
  }
}
