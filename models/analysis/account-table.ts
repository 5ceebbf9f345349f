import { toNumber } from '../../src/numeric/index.js'
import type { AdlEvent } from '../book/index.js'
import type { Reduction } from './solve.js'

/** One reduction beside what it is taken from. Doubles, for people; nothing is decided by them. */
export interface ReductionRow {
  readonly account: string
  readonly market: string
  /** Contracts closed, and contracts held before. */
  readonly closed: number
  readonly held: number
  /** closed · p_k, quote currency. */
  readonly notional: number
  /** Gross leverage of the account, Infinity where exposure meets no positive equity. */
  readonly leverageBefore: number
  readonly leverageAfter: number
}

export interface LargestReductions {
  /** The largest by notional first; of equal ones the one listed first. */
  readonly rows: readonly ReductionRow[]
  /** Reductions there are. */
  readonly count: number
}

/**
 * The largest reductions of an allocation, each with the leverage of its account before and after all of its reductions:
 *
 *     ℓ_i = Σ_k |n_ik| p_k / e_i,    n'_ik = n_ik − σ_k x_ik,    e'_i = e_i − Σ_k σ_k (p_k − a_k) x_ik.
 *
 * The reductions must fit the event, as those of `solve` do.
 */
export function largestReductions(event: AdlEvent, reductions: readonly Reduction[], limit: number): LargestReductions {
  const priceOf = new Map(event.markets.map(({ market, markPrice }) => [market, toNumber(markPrice)]))
  const notional = Float64Array.from(reductions, ({ market, quantity }) => Number(quantity) * priceOf.get(market)!)
  const chosen = largest(notional, limit)
  const accounts = accountsNamed(event, new Set(chosen.map((r) => reductions[r].account)), reductions)
  const rows = chosen.map((r): ReductionRow => {
    const { account, market, quantity } = reductions[r]
    const { held, leverageBefore, leverageAfter } = accounts.get(account)!
    const closed = Number(quantity)
    return { account, market, closed, held: held.get(market)!, notional: notional[r], leverageBefore, leverageAfter }
  })
  return { rows, count: reductions.length }
}

/** Indices of the largest entries: a short sorted list, one pass. */
function largest(values: Float64Array, limit: number): number[] {
  const best: number[] = []
  values.forEach((value, v) => {
    if (best.length === limit && !(value > values[best[limit - 1]])) return
    const at = best.findIndex((other) => values[other] < value)
    best.splice(at < 0 ? best.length : at, 0, v)
    if (best.length > limit) best.pop()
  })
  return best
}

interface AccountSums {
  readonly held: ReadonlyMap<string, number>
  readonly leverageBefore: number
  readonly leverageAfter: number
}

function accountsNamed(
  { accounts, positions, markets, demand }: AdlEvent,
  names: ReadonlySet<string>,
  reductions: readonly Reduction[],
): Map<string, AccountSums> {
  const marketOf = new Map(markets.map(({ market }, k) => [market, k]))
  const sideOf = new Map(demand.map(({ market, side }) => [market, side]))
  const closedOf = new Map<string, Reduction[]>()
  for (const reduction of reductions) {
    if (!names.has(reduction.account)) continue
    closedOf.set(reduction.account, [...(closedOf.get(reduction.account) ?? []), reduction])
  }
  const sums = new Map<string, AccountSums>()
  accounts.names.forEach((name, i) => {
    if (!names.has(name)) return
    const held = new Map<string, number>()
    let exposure = 0
    for (let p = positions.starts[i]; p < positions.starts[i + 1]; p++) {
      const k = positions.market[p]
      const { market, markPrice } = markets[k]
      // Of two sides of one market the demanded one is closed.
      if (positions.quantity.values[p] * (sideOf.get(k) ?? 0) > 0)
        held.set(market, Math.abs(positions.quantity.values[p]))
      exposure += Math.abs(positions.quantity.values[p]) * toNumber(markPrice)
    }
    let equity = accounts.equity.values[i]
    const before = exposure
    const leverageBefore = leverage(exposure, equity)
    for (const { market, quantity } of closedOf.get(name) ?? []) {
      const k = marketOf.get(market)!
      const price = toNumber(markets[k].markPrice)
      const own = held.get(market)!
      exposure += (Math.abs(own - Number(quantity)) - own) * price
      equity -= (sideOf.get(k) ?? 0) * (price - toNumber(markets[k].adlPrice)) * Number(quantity)
    }
    // A difference that cancels: what is left below the rounding of its terms is nothing.
    const left = exposure > ROUNDING * before ? exposure : 0
    sums.set(name, { held, leverageBefore, leverageAfter: leverage(left, equity) })
  })
  return sums
}

const ROUNDING = 1e-14

function leverage(exposure: number, equity: number): number {
  if (exposure === 0) return 0
  return equity > 0 ? exposure / equity : Infinity
}
