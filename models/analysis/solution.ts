import type { Outcome } from '../../src/canonical/index.js'
import type { AccountCounts, FactorLeverage } from './counts.js'
import type { ObjectiveReport } from './objective-report.js'
import type { AccountAnswer } from './per-account.js'
import type { Remark } from './remarks/index.js'

/** What `solve` returns. `status` `optimal` implies a value, a bound within the tolerance of it, and reductions. */
export type Solution = OptimalSolution | FoundSolution | MissingSolution

/** A proved optimum. */
export interface OptimalSolution extends Found {
  readonly status: 'optimal'
  /** (value − bound)/max(|value|, floor), at most the tolerance. */
  readonly relativeGap: number
}

/** A feasible allocation whose bound is too far away, or that was in hand when time ran out. */
export interface FoundSolution extends Found {
  readonly status: 'limit' | 'unproved'
  /** Why there is no proof. */
  readonly reason: string
}

/** No allocation: it is infeasible, the objective has no least value, or none was found. */
export interface MissingSolution extends Common, Partial<Record<Exclude<keyof Found, keyof Common>, undefined>> {
  readonly status: Exclude<Outcome['status'], 'optimal'>
  readonly leverage: { readonly maxBefore: number | null; readonly maxAfter?: undefined }
  readonly factorLeverage?: FactorLeverage & { readonly minAfter?: undefined; readonly maxAfter?: undefined }
  readonly reason: string
}

interface Common {
  readonly objective: ObjectiveReport
  readonly solver: { readonly name: string; readonly version: string; readonly status: string }
  /** Largest gross leverage over the eligible accounts; `null` for ∞. */
  readonly leverage: { readonly maxBefore: number | null; readonly maxAfter?: number | null | undefined }
  /** Range of signed leverage in the factor, for objectives that have one. */
  readonly factorLeverage?: FactorLeverage & {
    readonly minAfter?: number | null | undefined
    readonly maxAfter?: number | null | undefined
  }
  /** What a careful person would say aloud of this answer. */
  readonly remarks: readonly Remark[]
  /** Why there is no proof, where there is none. */
  readonly reason?: string
  readonly seconds: { readonly read: number; readonly build: number; readonly solve: number; readonly certify: number }
}

interface Found extends Common {
  readonly objective: ObjectiveReport & { readonly value: number | null }
  /** A proved lower bound; `null` where it is infinite. */
  readonly bound: number | null
  /** (value − bound)/max(|value|, floor); `null` where it is unknown. */
  readonly relativeGap: number | null
  /**
   * By demanded market: fall of the optimal objective per extra contract demanded; `null` where it is not proved, or
   * nothing is left to demand.
   */
  readonly prices: Readonly<Record<string, number | null>>
  readonly leverage: { readonly maxBefore: number | null; readonly maxAfter: number | null }
  /** In whole lots: the optimum over fractions of lots, and the relative gap of the value to it. */
  readonly lots?: { readonly continuous: number | null; readonly relativeGap: number | null }
  readonly accounts: AccountCounts
  /** Contracts closed as decimal strings that add up to each demand exactly; pairs at zero are left out. */
  readonly reductions: readonly Reduction[]
  /** The accounts that are reduced, at most a thousand: see `perAccount`. */
  readonly perAccount: readonly AccountAnswer[]
  /** Losses only: pairs of an account and a move, those that cannot lose, those that lose all along, and the others. */
  readonly screening?: { readonly dropped: number; readonly linear: number; readonly kinked: number }
}

/** Contracts closed of one position, as an exact decimal. */
export interface Reduction {
  readonly account: string
  readonly market: string
  readonly quantity: string
}
