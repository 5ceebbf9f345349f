import { compare, type Decimal, multiply, signOf, subtract, toNumber, toText } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import type { Reductions } from '../objectives/index.js'
import { profileOf } from '../proof/leverage/profile.js'
import { takingsOf } from './compare/who-pays.js'
import { type ExposureSizes, exposureGap } from './counts.js'

/** What an allocation does to one account, in doubles, for people; nothing is decided by them. Definitions: docs/answers.md. */
export interface AccountAnswer {
  readonly account: string
  /** e_i and e'_i = e_i − Σ_k d_k x_ik, quote currency. */
  readonly equityBefore: number
  readonly equityAfter: number
  /** Gross leverage; `null` is ∞. */
  readonly leverageBefore: number | null
  readonly leverageAfter: number | null
  /** In the optimum that the allocation is held against, where there is one. */
  readonly leverageOptimal?: number | null
  /** Contracts closed, as decimal strings. */
  readonly reductions: readonly { readonly market: string; readonly quantity: string }[]
  /** Σ_k d_k x_ik: what it gives up against the mark; negative where it gains. Quote currency. */
  readonly conceded: number
  /** Σ_k x_ik σ_k (p_k − entry_ik): profit at the mark made final; `null` where an entry price is unknown. */
  readonly profitRealised: number | null
  /** Contracts closed beyond, or short of, the optimum, by market; only where its exposure ends below, or above, it. */
  readonly overReduced?: Readonly<Record<string, number>>
  readonly underReduced?: Readonly<Record<string, number>>
  /** Σ_k p_k (x_ik − x*_ik): notional at the mark closed beyond the optimum; negative where less is closed. */
  readonly money?: number
}

/** The optimum that an allocation is held against: reductions, and exposures as the objective counts them. */
export interface Reference {
  readonly reductions: Reductions
  readonly sizes: ExposureSizes
  readonly tolerance: Decimal
}

/** As many accounts are answered for. */
export const MOST_ACCOUNTS = 1000

/**
 * The accounts that are reduced, or left with another exposure than in the optimum, in the order of the book. Where there are more
 * than `limit`, those with the most notional closed or misplaced.
 */
export function perAccount(
  space: DecisionSpace,
  reductions: Reductions,
  reference?: Reference,
  limit = MOST_ACCOUNTS,
): readonly AccountAnswer[] {
  const takings = takingsOf(space, reductions)
  const { owners: chosen, gaps } = answeredOwners(space, reductions, reference, limit)
  const [before, after] = [profileOf(space), profileOf(space, reductions)]
  const optimal = reference && profileOf(space, reference.reductions)
  return chosen.map((owner): AccountAnswer => {
    const equityBefore = space.event.accounts.equity.values[space.owners[owner]]
    return {
      account: space.event.accounts.names[space.owners[owner]],
      equityBefore,
      equityAfter: takings.concession[owner] === 0 ? equityBefore : toNumber(after.equity(owner)),
      leverageBefore: finite(before.leverage[owner]),
      leverageAfter: finite(after.leverage[owner]),
      ...(optimal && { leverageOptimal: finite(optimal.leverage[owner]) }),
      ...closings(space, reductions, owner),
      conceded: takings.concession[owner],
      ...(reference && differences(space, reductions, reference, owner, gaps![owner])),
    }
  })
}

/**
 * The owners that are answered for, ascending, and where each owner's exposure ends beside the optimum's: −1 below, 1
 * above, 0 within the tolerance; undefined without an optimum.
 */
export function answeredOwners(
  space: DecisionSpace,
  reductions: Reductions,
  reference: Reference | undefined,
  limit = Number.POSITIVE_INFINITY,
): { readonly owners: readonly number[]; readonly gaps: Int8Array | undefined } {
  const takings = takingsOf(space, reductions)
  const gaps = reference && exposureGap(reference.sizes, reference.tolerance)
  const weight = takings.notional.map((closed, owner) => {
    if (gaps === undefined || gaps[owner] === 0) return closed
    const { after, reference: best } = reference!.sizes
    return Math.max(closed, Number.MIN_VALUE) + Math.abs(toNumber(subtract(after[owner], best[owner])))
  })
  return { owners: heaviest(weight, limit), gaps }
}

/** The owners of the `limit` largest weights above 0, of equal ones the first, ascending. A million are not sorted by owner. */
function heaviest(weight: Float64Array, limit: number): number[] {
  const positive = weight.filter((own) => own > 0).sort()
  const least = positive.length > limit ? positive[positive.length - limit] : 0
  let equals = positive.length > limit ? limit - positive.filter((own) => own > least).length : 0
  const chosen: number[] = []
  for (let owner = 0; owner < weight.length; owner++) {
    if (weight[owner] > least || (weight[owner] === least && least > 0 && equals-- > 0)) chosen.push(owner)
  }
  return chosen
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

function closings(
  { event, starts, pairMarket, pairPosition, markets }: DecisionSpace,
  closed: Reductions,
  owner: number,
): Pick<AccountAnswer, 'reductions' | 'profitRealised'> {
  const entryPrice = event.positions.entryPrice?.values
  const reductions: { market: string; quantity: string }[] = []
  let profit = 0
  for (let pair = starts[owner]; pair < starts[owner + 1]; pair++) {
    if (signOf(closed[pair]) === 0) continue
    const { market, side, price } = markets[pairMarket[pair]]
    reductions.push({ market: market.market, quantity: toText(closed[pair]) })
    profit += toNumber(closed[pair]) * side * (toNumber(price) - (entryPrice?.[pairPosition[pair]] ?? Number.NaN))
  }
  return { reductions, profitRealised: finite(profit) }
}

/** `side`: −1 where the exposure ends below the optimum's, 1 where above, 0 where they agree within the tolerance. */
function differences(
  space: DecisionSpace,
  reductions: Reductions,
  reference: Reference,
  owner: number,
  side: number,
): Pick<AccountAnswer, 'overReduced' | 'underReduced' | 'money'> {
  let money = 0
  const contracts: Record<string, number> = {}
  for (let pair = space.starts[owner]; pair < space.starts[owner + 1]; pair++) {
    const { market, price } = space.markets[space.pairMarket[pair]]
    money += toNumber(price) * toNumber(subtract(reductions[pair], reference.reductions[pair]))
    const beyond = beyondOptimum(space, reductions, reference, pair, side)
    if (beyond !== undefined) contracts[market.market] = toNumber(beyond)
  }
  if (side === 0) return { money }
  return side < 0 ? { overReduced: contracts, money } : { underReduced: contracts, money }
}

/** Contracts of a position closed beyond the optimum (`side` −1), or short of it; undefined within the tolerance of the demand. */
export function beyondOptimum(
  { markets, pairMarket }: DecisionSpace,
  reductions: Reductions,
  { reductions: best, tolerance }: Reference,
  pair: number,
  side: number,
): Decimal | undefined {
  const beyond = side < 0 ? subtract(reductions[pair], best[pair]) : subtract(best[pair], reductions[pair])
  // What is within the tolerance of its demand is rounding, as it is for exposures.
  return compare(beyond, multiply(tolerance, markets[pairMarket[pair]].quantity)) > 0 ? beyond : undefined
}
