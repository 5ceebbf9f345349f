import { absolute, compare, type Decimal, multiply, signOf, subtract } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { exactHolding } from '../book/exact-amounts.js'
import type { FactorExposure, Reductions } from '../objectives/index.js'
import { finite } from '../proof/finite.js'
import { everybody, largestLeverage, profileOf } from '../proof/leverage/profile.js'
import { nearestHolding, nearestReductions, touchedOwners } from '../proof/nearest-reductions.js'

/** The largest gross leverage over all eligible accounts; `null` for ∞. */
export function maxLeverage(space: DecisionSpace, reductions?: Reductions): number | null {
  return finite(largestLeverage(profileOf(space, reductions), everybody))
}

/** How many accounts an allocation concerns. */
export interface AccountCounts {
  /** Eligible accounts, those that hold something demanded. */
  readonly eligible: number
  /** Accounts that are reduced at all. */
  readonly touched: number
  /** Accounts that lose everything they hold of what is demanded. */
  readonly closed: number
}

export function countAccounts(space: DecisionSpace, reductions: Reductions): AccountCounts {
  const { values } = nearestReductions(reductions)
  const touched = touchedOwners(space, reductions)
  let closed = 0
  for (const owner of touched) {
    let isClosed = true
    for (let pair = space.starts[owner]; isClosed && pair < space.starts[owner + 1]; pair++) {
      isClosed = !isBelowHolding(space, pair, reductions[pair], values[pair])
    }
    if (isClosed) closed++
  }
  return { eligible: space.owners.length, touched: touched.length, closed }
}

/** Whether something is left of a holding; doubles decide where they differ. */
function isBelowHolding(space: DecisionSpace, pair: number, closed: Decimal, nearest: number): boolean {
  const most = nearestHolding(space, pair)
  if (nearest !== most) return nearest < most
  const held = exactHolding(space, pair)
  // What is closed whole is mostly the very holding.
  return closed !== held && compare(closed, held) < 0
}

/** Exposures by owner: in an allocation, in a reference, and what the tolerance is a share of. */
export interface ExposureSizes {
  readonly after: readonly Decimal[]
  readonly reference: readonly Decimal[]
  readonly scale: readonly Decimal[]
}

/** Where each owner stands beside a reference: −1 with less exposure, 1 with more, 0 within `tolerance` of the scale. */
export function exposureGap({ after, reference, scale }: ExposureSizes, tolerance: Decimal): Int8Array {
  return Int8Array.from(scale, (size, owner) => {
    const gap = subtract(after[owner], reference[owner])
    if (signOf(gap) === 0) return 0
    return compare(absolute(gap), multiply(tolerance, size)) > 0 ? signOf(gap) : 0
  })
}

/** Accounts left with less, or more, exposure than in a reference. */
export function countGaps(gaps: Int8Array): { readonly overReduced: number; readonly underReduced: number } {
  let overReduced = 0
  let underReduced = 0
  for (const gap of gaps) {
    if (gap < 0) overReduced++
    else if (gap > 0) underReduced++
  }
  return { overReduced, underReduced }
}

/** Signed factor leverage over the eligible accounts, beside gross leverage; an end that is infinite is `null`. */
export interface FactorLeverage {
  /** Where the loadings come from, and the share of the moves' variance that they explain if they were estimated. */
  readonly loadings: 'given' | 'event' | 'moves'
  readonly explained?: number
  readonly minBefore: number | null
  readonly maxBefore: number | null
}

/** What is said of the factor before anything is closed; undefined where the objective has none. */
export function factorBefore(factor: FactorExposure | undefined): FactorLeverage | undefined {
  if (factor === undefined) return undefined
  const { loadings, explained } = factor
  const { min, max } = factor.leverage()
  return { loadings, ...(explained !== undefined && { explained }), minBefore: min, maxBefore: max }
}

/** Seconds of a phase, rounded to the microsecond. */
export function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1e6
}
