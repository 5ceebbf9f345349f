import { signOf, toNumber } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { Reductions } from '../../objectives/index.js'
import { nearestReductions } from '../../proof/nearest-reductions.js'

/**
 * What an allocation takes from whom, in doubles, for people; nothing is decided by them. Definitions: docs/compare.md.
 */
export interface Takings {
  /** x_ik, contracts, by pair. */
  readonly closed: Float64Array
  /** h_i = Σ_k p_k x_ik, closed notional by owner, quote currency. */
  readonly notional: Float64Array
  /** Σ_k d_k x_ik by owner: what it gives up against the mark; negative where it gains. */
  readonly concession: Float64Array
  /** Σ_k x_ik σ_k (p_k − entry_ik) by owner, over pairs that have an entry price: profit (or loss) made final. */
  readonly profit: Float64Array
  /** Share of the closed notional that has an entry price; `null` where nothing is closed. */
  readonly profitKnown: number | null
}

export function takingsOf(space: DecisionSpace, reductions: Reductions): Takings {
  const known = takings.get(reductions)
  if (known !== undefined) return known
  const found = findTakings(space, reductions)
  takings.set(reductions, found)
  return found
}

/** By reductions: remarks, accounts and comparisons ask for the same. */
const takings = new WeakMap<Reductions, Takings>()

function findTakings(space: DecisionSpace, reductions: Reductions): Takings {
  const { pairOwner, pairMarket, pairPosition, owners, markets } = space
  const entryPrice = space.event.positions.entryPrice?.values
  const price = Float64Array.from(markets, (market) => toNumber(market.price))
  const gap = Float64Array.from(markets, (market) => toNumber(market.concession))
  const { pairs, values: closed } = nearestReductions(reductions)
  const notional = new Float64Array(owners.length)
  const concession = new Float64Array(owners.length)
  const profit = new Float64Array(owners.length)
  let total = 0
  let known = 0
  for (const pair of pairs) {
    const x = closed[pair]
    const owner = pairOwner[pair]
    const k = pairMarket[pair]
    const entry = entryPrice?.[pairPosition[pair]] ?? Number.NaN
    notional[owner] += price[k] * x
    concession[owner] += gap[k] * x
    total += price[k] * x
    if (Number.isNaN(entry)) continue
    profit[owner] += x * markets[k].side * (price[k] - entry)
    known += price[k] * x
  }
  return { closed, notional, concession, profit, profitKnown: total > 0 ? known / total : null }
}

/** max_i (Σ_k d_k x_ik)⁺ / e_i, the largest share of its equity that anybody gives up; Infinity where e_i ≤ 0 < Σ d x. */
export function maxHaircut(space: DecisionSpace, { concession }: Takings): number {
  const equity = space.event.accounts.equity.values
  let largest = 0
  for (let owner = 0; owner < concession.length; owner++) {
    const given = concession[owner]
    if (!(given > 0)) continue
    const own = equity[space.owners[owner]]
    largest = Math.max(largest, own > 0 ? given / own : Infinity)
  }
  return largest
}

/**
 * υ = max_i (w_i − h_i)⁺: the largest profit that one eligible account is left with, w_i its unrealised profit at the mark
 * in the demanded positions and h_i = Σ_k d_k x_ik. `null` where a pair has no entry price.
 */
export function largestProfitLeft(space: DecisionSpace, { concession }: Takings): number | null {
  // At the mark nobody gives up anything, and every allocation leaves the same.
  const isAtMark = space.markets.every((market) => signOf(market.concession) === 0)
  const known = isAtMark ? leftAtMark.get(space) : undefined
  if (known !== undefined) return known.largest
  const largest = findProfitLeft(space, concession)
  if (isAtMark) leftAtMark.set(space, { largest })
  return largest
}

const leftAtMark = new WeakMap<DecisionSpace, { readonly largest: number | null }>()

function findProfitLeft(space: DecisionSpace, concession: Float64Array): number | null {
  const { pairOwner, pairMarket, pairPosition, capacity, markets } = space
  const entryPrice = space.event.positions.entryPrice?.values
  if (entryPrice === undefined) return null
  const left = new Float64Array(concession.length)
  for (let owner = 0; owner < left.length; owner++) left[owner] = -concession[owner]
  const prices = Float64Array.from(markets, ({ price }) => toNumber(price))
  const sides = Float64Array.from(markets, ({ side }) => side)
  for (let pair = 0; pair < capacity.length; pair++) {
    const k = pairMarket[pair]
    left[pairOwner[pair]] += capacity[pair] * sides[k] * (prices[k] - entryPrice[pairPosition[pair]])
  }
  const largest = left.reduce((a, b) => Math.max(a, b), 0)
  return Number.isNaN(largest) ? null : largest
}

/** One account among those that pay most. */
export interface Payer {
  readonly account: string
  /** Closed notional, quote currency, and its share of all that is closed. */
  readonly notional: number
  readonly share: number
  /** Closed notional over what the account held of what is demanded. */
  readonly ofHolding: number
  readonly leverageBefore: number | null
  readonly leverageAfter: number | null
}

/** The accounts that lose most notional, the largest first, of equal ones the one listed first. */
export function largestPayers(
  space: DecisionSpace,
  notional: Float64Array,
  leverage: { readonly before: Float64Array; readonly after: Float64Array },
  limit: number,
): Payer[] {
  const order = Array.from(notional.keys()).filter((owner) => notional[owner] > 0)
  order.sort((i, j) => notional[j] - notional[i] || i - j)
  const total = order.reduce((sum, owner) => sum + notional[owner], 0)
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return order.slice(0, limit).map((owner) => {
    let held = 0
    for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
      held += space.capacity[pair] * toNumber(space.markets[space.pairMarket[pair]].price)
    }
    return {
      account: space.event.accounts.names[space.owners[owner]],
      notional: notional[owner],
      share: notional[owner] / total,
      ofHolding: Math.min(1, notional[owner] / held),
      leverageBefore: finite(leverage.before[owner]),
      leverageAfter: finite(leverage.after[owner]),
    }
  })
}
