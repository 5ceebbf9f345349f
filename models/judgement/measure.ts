import { compare, type Decimal, multiply, type Ratio, ratioNumber, signOf, subtract } from '../../src/index.js'
import { type DecisionSpace, exactHolding } from '../book/decision-space.js'
import type { Reductions } from '../objectives/index.js'
import { largestLeverage, type Profile, profileOf } from '../objectives/leverage-profile.js'

/** A number for a report: `null` for infinity. */
export function finite(value: Ratio | undefined): number | null {
  return value === undefined ? null : ratioNumber(value)
}

/** The largest gross leverage over all eligible accounts; `null` for ∞. */
export function maxLeverage(space: DecisionSpace, reductions?: Reductions): number | null {
  return finite(largestLeverage(profileOf(space, reductions), () => true))
}

export interface AccountCounts {
  /** Eligible accounts, those that hold something demanded. */
  readonly eligible: number
  /** Accounts that are reduced at all. */
  readonly touched: number
  /** Accounts that lose everything they hold of what is demanded. */
  readonly closed: number
}

export function countAccounts(space: DecisionSpace, reductions: Reductions): AccountCounts {
  let touched = 0
  let closed = 0
  for (let owner = 0; owner < space.owners.length; owner++) {
    let isTouched = false
    let isClosed = true
    for (let pair = space.starts[owner]!; pair < space.starts[owner + 1]!; pair++) {
      if (signOf(reductions[pair]!) > 0) isTouched = true
      if (compare(reductions[pair]!, exactHolding(space, pair)) < 0) isClosed = false
    }
    if (isTouched) touched++
    if (isTouched && isClosed) closed++
  }
  return { eligible: space.owners.length, touched, closed }
}

/** Accounts left with less, or more, gross notional than in a reference, beyond `tolerance` of what they had. */
export function compareExposures(
  before: Profile,
  after: Profile,
  reference: Profile,
  tolerance: Decimal,
): { readonly overReduced: number; readonly underReduced: number } {
  let overReduced = 0
  let underReduced = 0
  before.exposure.forEach((gross, owner) => {
    const gap = subtract(after.exposure[owner]!, reference.exposure[owner]!)
    const slack = multiply(tolerance, gross)
    if (compare(gap, slack) > 0) underReduced++
    else if (signOf(gap) < 0 && compare(subtract(reference.exposure[owner]!, after.exposure[owner]!), slack) > 0)
      overReduced++
  })
  return { overReduced, underReduced }
}

/** Seconds of a phase, rounded to the microsecond. */
export function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1e6
}
