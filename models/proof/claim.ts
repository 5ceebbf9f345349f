import type { LinearProof } from '../../src/certificates/index.js'
import type { Decimal, Ratio } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import type { AdlEvent } from '../book/index.js'
import type { ObjectiveInputs } from './inputs.js'

/** Contracts closed, by pair of the decision space; they meet each demand exactly. */
export type Reductions = readonly Decimal[]

/** A lower bound on an objective over all feasible allocations, with what it follows from. */
export interface Bound {
  /** Exact, or rounded down; undefined stands for infinity. */
  readonly bound: Ratio | undefined
  /** Fall of the optimum per extra contract, by demanded market. */
  readonly prices: readonly number[]
  /** What the bound follows from, as plain JSON with exact numbers in strings and names instead of indices. */
  readonly evidence?: () => object
}

/** Two ends, with the value between them. */
export interface ValueRange {
  readonly low: Ratio
  readonly high: Ratio
}

/** How an objective looks at an event. */
export interface PrepareOptions {
  /** Whole lots only, in markets that have a lot size. */
  readonly lots?: boolean
  /** Nothing is closed of an account that would end below zero; default false. */
  readonly keepSolvent?: boolean
  /** Values and bounds in exact arithmetic at any size, where large books have rounded enclosures otherwise; default false. */
  readonly exact?: boolean
}

/** What an objective says of an event: what allocations are worth, and what proves that none is worth less. Whoever made them. */
export interface Claim {
  readonly space: DecisionSpace
  /** Relative gaps are measured against at least this much. */
  readonly gapFloor: number
  /**
   * The objective of feasible reductions (by pair), exact or rounded up; undefined stands for infinity. With evidence it is what that proves it to
   * be, of `valueEvidence`; throws where that is of a wrong shape or proves nothing.
   */
  value(reductions: Reductions, evidence?: unknown): Ratio | undefined
  /** A narrow range that holds the value, found faster; absent, or undefined, where there is none. */
  valueWithin?(reductions: Reductions): ValueRange | undefined
  /** What a value follows from besides event and allocation, as fields of the evidence; absent where they suffice. */
  valueEvidence?(reductions: Reductions): object
  /** How many accounts keep something after feasible reductions and are not looked at by the value; absent where it looks at all. */
  notCounted?(reductions: Reductions): number
  /** The objective before anything is closed, where that says something: losses. */
  before?(): Ratio | undefined
  /** Why feasible reductions cannot be optimal whatever their value (an order that the objective prescribes), if so. */
  breaks(reductions: Reductions, tolerance: Decimal): string | undefined
  /** Pairs that the objective reduces before all others. */
  goesFirst?(pair: number): boolean
  /** The bound that evidence proves, whoever made it: that of `Bound.evidence`, read back. Throws on a wrong shape. */
  recheck?(evidence: unknown): Bound
  /**
   * The bound of evidence as a linear program in exact numbers and its duals, for other people's checkers. Absent where there is
   * none; throws `not-expressible` and `too-large`.
   */
  linearProof?(evidence: unknown): LinearProof
  /** What one factor moves, where the objective looks at it: exposure and leverage are then reported in it too. */
  readonly factor?: FactorExposure
}

/** A claim whose values are never infinite. */
export interface FiniteClaim extends Claim {
  value(reductions: Reductions, evidence?: unknown): Ratio
}

/** What certificates are about: an objective, as far as a checker needs to know one. Objectives with programs and solvers are such. */
export interface Claimant {
  /** As on the command line. */
  readonly name: string
  /** What it was given, so that a certificate can carry it; absent where it was given nothing. */
  readonly inputs?: ObjectiveInputs
  prepare(event: AdlEvent, options?: PrepareOptions): Claim
}

/** Exposures to one factor, z_i = Σ_k n_ik p_k β_k, signed. */
export interface FactorExposure {
  /** Where the loadings β come from, and the share of the moves' variance that they explain if they were estimated. */
  readonly loadings: 'given' | 'event' | 'moves'
  readonly explained?: number
  /** Range of z_i/e_i over the eligible accounts, after reductions or before; `null` for an infinite end. */
  leverage(reductions?: Reductions): { readonly min: number | null; readonly max: number | null }
  /** |z_i| by owner, and Σ_k |n_ik p_k β_k|, what it would be without hedges. */
  size(reductions: Reductions): readonly Decimal[]
  unhedged(): readonly Decimal[]
}
