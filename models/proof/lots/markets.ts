import type { LotColumns } from '../../../src/certificates/index.js'
import { compare, type Decimal, multiply, wholeQuotient } from '../../../src/numeric/index.js'
import { exactCapacity, exactEquity, exactGross, exactHolding, exactRemarkedEquity } from '../../book/exact-amounts.js'
import type { LeverageProblem } from '../leverage/problem.js'

/** A demanded market with a lot size, where solvent owners still have lots to give: steps of p_k L_k notional. */
export interface LotMarket {
  readonly market: number
  readonly lot: Decimal
  /** One per column. */
  readonly pairs: readonly number[]
  /** Start a_i, the whole gross notional; weight e_i or g_i; most m_i, whole lots held; wanted R_k/L_k. */
  readonly columns: LotColumns
}

/**
 * The markets of whole lots, each by itself: no solvent owner gives in two of them. `weightOf` is exact. The caller knows
 * that markets separate.
 */
export function lotMarkets(
  problem: LeverageProblem,
  weightOf: (owner: number, market: number) => Decimal,
): readonly LotMarket[] {
  const { space, freePairs, remaining } = problem
  const pairsOf: number[][] = space.markets.map(() => [])
  for (const pair of freePairs) pairsOf[space.pairMarket[pair]].push(pair)
  return space.markets.flatMap(({ price }, market) => {
    const lot = space.lots?.[market]
    const pairs = pairsOf[market]
    if (lot === undefined || pairs.length === 0) return []
    const columns = {
      start: pairs.map((pair) => exactGross(space, space.pairOwner[pair])),
      weight: pairs.map((pair) => weightOf(space.pairOwner[pair], market)),
      most: pairs.map((pair) => wholeQuotient(exactCapacity(space, pair), lot)),
      step: multiply(price, lot),
      wanted: wholeQuotient(remaining[market], lot),
    }
    return { market, lot, pairs, columns }
  })
}

/** e_i, which ranks as leverage does at the mark; g_i off it, and where e_i ≤ 0 < g_i, when any weight will do. */
export function levelWeight({ space }: LeverageProblem): (owner: number, market: number) => Decimal {
  return (owner, market) => {
    const own = exactEquity(space, owner)
    const isPlain = space.markets[market].concession.digits === 0n && own.digits > 0n
    return isPlain ? own : exactRemarkedEquity(space, owner)
  }
}

/** Whether an owner holds nothing but one pair: then levels rank as leverage does off the mark as well. */
export function holdsNothingElse({ space }: LeverageProblem, pair: number): boolean {
  const { price } = space.markets[space.pairMarket[pair]]
  return compare(exactGross(space, space.pairOwner[pair]), multiply(price, exactHolding(space, pair))) === 0
}
