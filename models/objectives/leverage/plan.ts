import { networkFill, waterFill } from '../../../src/closed-forms/index.js'
import {
  apportionWithin,
  type Decimal,
  doublesOf,
  gathered,
  gatheredIntegers,
  signOf,
  subtract,
  toNumber,
  zero,
} from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import { exactCapacity } from '../../book/exact-amounts.js'
import type { LeverageProblem } from '../../proof/leverage/problem.js'
import { type FillColumns, separateMarkets } from '../../proof/leverage/separate-markets.js'

/**
 * Exact reductions from the amounts that solvent owners keep of their free pairs (`kept`, contracts, in the order of
 * `problem.freePairs`): the insolvent give what they must, pro rata unless it is said what they keep, the rest adds up
 * to each demand exactly.
 */
export function reductionsFrom(
  problem: LeverageProblem,
  kept: Float64Array,
  theirs?: { readonly pairs: Int32Array; readonly kept: Float64Array },
): Decimal[] {
  const { space, isInsolvent, freePairs, insolventCapacity, solventCapacity, duty, remaining } = problem
  const reductions = new Array<Decimal>(space.capacity.length).fill(zero)
  const freeIndex = indicesAmong(freePairs, space.capacity.length)
  const { insolvent, free } = groupsByMarket(space, isInsolvent, freeIndex)
  const given = theirs && new Map(Array.from(theirs.pairs, (pair, t) => [pair, space.capacity[pair] - theirs.kept[t]]))

  space.markets.forEach((_, k) => {
    const theirPairs = insolvent[k]
    const held = toNumber(insolventCapacity[k])
    const share = held > 0 ? toNumber(duty[k]) / held : 0
    const gives = apportionWithin(
      doublesOf(theirPairs.length, (t) => given?.get(theirPairs[t]) ?? space.capacity[theirPairs[t]] * share),
      gathered(space.capacity, theirPairs),
      new PairCapacities(space, theirPairs),
      duty[k],
    )
    theirPairs.forEach((pair, t) => {
      reductions[pair] = gives[t]
    })
    const pairs = free[k]
    if (pairs.length === 0) return
    const capacities = new PairCapacities(space, pairs)
    const keeps = apportionWithin(
      gathered(kept, gatheredIntegers(freeIndex, pairs)),
      gathered(space.capacity, pairs),
      capacities,
      subtract(solventCapacity[k], remaining[k]),
    )
    writeClosed(reductions, pairs, capacities, keeps)
  })
  return reductions
}

// Loops over pairs stand in functions of their own, and decimals are asked of an object: functions made anew in every call are compiled anew as
// often, and a sweep calls this a hundred thousand times.

class PairCapacities {
  constructor(
    private readonly space: DecisionSpace,
    private readonly pairs: readonly number[],
  ) {}

  exact(t: number): Decimal {
    return exactCapacity(this.space, this.pairs[t])
  }
}

/** What is not kept is closed; exactly nothing of what is kept whole. */
function writeClosed(
  reductions: Decimal[],
  pairs: readonly number[],
  capacities: PairCapacities,
  keeps: readonly Decimal[],
): void {
  for (let t = 0; t < pairs.length; t++) {
    const capacity = capacities.exact(t)
    const keep = keeps[t]
    reductions[pairs[t]] = keep === capacity ? zero : keep === zero ? capacity : subtract(capacity, keep)
  }
}

/** Of each of `count` numbers, where it stands in a list; −1 where it does not. */
function indicesAmong(list: Int32Array, count: number): Int32Array {
  const indices = new Int32Array(count).fill(-1)
  for (let t = 0; t < list.length; t++) indices[list[t]] = t
  return indices
}

/** Pairs of insolvent owners, and free ones, by market. */
function groupsByMarket(
  { markets, pairMarket, pairOwner }: DecisionSpace,
  isInsolvent: Uint8Array,
  freeIndex: Int32Array,
) {
  const insolvent: number[][] = markets.map(() => [])
  const free: number[][] = markets.map(() => [])
  for (let pair = 0; pair < pairMarket.length; pair++) {
    if (isInsolvent[pairOwner[pair]] === 1) insolvent[pairMarket[pair]].push(pair)
    if (freeIndex[pair] >= 0) free[pairMarket[pair]].push(pair)
  }
  return { insolvent, free }
}

/**
 * Columns whose levels rank owners as gross leverage does: weight e_i at the mark. Off the mark the weight is g_i, which
 * ranks as leverage does only owners who hold nothing else (docs/objectives/min-max-leverage.md); undefined where somebody does.
 */
export function levelColumns(problem: LeverageProblem): FillColumns[] | undefined {
  const { space, remarked } = problem
  const equity = space.event.accounts.equity.values
  const isOff = space.markets.map(({ concession }) => signOf(concession) !== 0)
  const columns = separateMarkets(problem, (owner, market) => {
    const own = equity[space.owners[owner]]
    // At the mark e_i ≤ 0 < g_i means infinite leverage whatever is done; any weight will do.
    return isOff[market] || own <= 0 ? remarked[owner] : own
  })
  return columns?.some(({ market, fixed }) => isOff[market] && fixed.some((o) => o !== 0)) ? undefined : columns
}

/** Water-fills every market by itself; contracts kept, in the order of `problem.freePairs`. */
export function fillMarkets(
  { space, freePairs, prices }: LeverageProblem,
  columns: readonly FillColumns[],
): Float64Array {
  const kept = new Float64Array(freePairs.length)
  for (const { market, indices, amount, fixed, weight, removed } of columns) {
    const isAlone = fixed.every((value) => value === 0)
    const fill = waterFill(isAlone ? { amount, weight, removed } : { amount, weight, fixed, removed })
    for (let i = 0; i < indices.length; i++) {
      const t = indices[i]
      // Amounts that are kept whole stay whole: price times contracts over price may not.
      kept[t] = fill.kept[i] === amount[i] ? space.capacity[freePairs[t]] : fill.kept[i] / prices[market]
    }
  }
  return kept
}

/** Contracts kept, in the order of `problem.freePairs`, where every column stands at its market's level or below. */
export function keepAtLevels(
  { space, freePairs, prices }: LeverageProblem,
  columns: readonly FillColumns[],
  levelOf: (market: number) => number,
): Float64Array {
  const kept = new Float64Array(freePairs.length)
  for (const { market, indices, amount, fixed, weight } of columns) {
    const level = levelOf(market)
    indices.forEach((t, i) => {
      const room = level * weight[i] - fixed[i]
      kept[t] = room >= amount[i] ? space.capacity[freePairs[t]] : Math.max(room, 0) / prices[market]
    })
  }
  return kept
}

/**
 * Water-fills markets that share owners, all at once, with weights w_i by owner; contracts kept, in the order of
 * `problem.freePairs`. What is kept is the flow, on top of −fixed: levels then have the opposite sign, the fair flow is
 * the same, and where nearly everything is closed the small numbers keep their digits. How near to the best profile it
 * came is for the plan's bound to say.
 *
 * `sizes` are what a kept contract counts, by demanded market, and what is counted of an owner besides: p_k and gross
 * notional unless given. Where a kept contract counts less than nothing, what is closed is the flow: −|q| y = −|q| c + |q| x. Where it
 * counts nothing, any plan will do, and everybody keeps the same share.
 */
export function fillLinkedMarkets(
  problem: LeverageProblem,
  weight: Float64Array,
  sizes: { readonly prices: Float64Array; readonly fixed: Float64Array } = problem,
): Float64Array {
  const { space, freePairs, remaining, solventCapacity, isInsolvent } = problem
  const { prices } = sizes
  const { pairMarket, pairOwner } = space
  const market = new Int32Array(freePairs.length)
  const column = new Int32Array(freePairs.length)
  const capacity = new Float64Array(freePairs.length)
  const fixed = sizes.fixed.slice()
  for (let t = 0; t < freePairs.length; t++) {
    const pair = freePairs[t]
    market[t] = pairMarket[pair]
    column[t] = pairOwner[pair]
    capacity[t] = Math.abs(prices[market[t]]) * space.capacity[pair]
    if (prices[market[t]] < 0) fixed[column[t]] -= capacity[t]
  }
  const keptOf = prices.map((_, k) =>
    signOf(remaining[k]) > 0 ? toNumber(subtract(solventCapacity[k], remaining[k])) : 0,
  )
  const { flow } = networkFill({
    column,
    market,
    capacity,
    // The insolvent have no free pair; any weight will do.
    weight: doublesOf(weight.length, (owner) => (isInsolvent[owner] ? 1 : weight[owner])),
    start: doublesOf(fixed.length, (owner) => -fixed[owner]),
    supply: prices.map((price, k) => (price < 0 ? -price * toNumber(remaining[k]) : price * keptOf[k])),
  })
  // Amounts that are kept whole stay whole: price times contracts over price may not.
  return doublesOf(flow.length, (t) => {
    const own = space.capacity[freePairs[t]]
    const price = prices[market[t]]
    if (price === 0) return own * (keptOf[market[t]] / toNumber(solventCapacity[market[t]]))
    if (price < 0) return flow[t] === capacity[t] ? 0 : own + flow[t] / price
    return flow[t] === capacity[t] ? own : flow[t] / price
  })
}
