import type { DecisionSpace } from '../book/decision-space.js'
import type { Loadings } from '../moves/index.js'
import type { Reductions } from '../objectives/index.js'

/**
 * A rule that says who is closed, and by how much. It needs no solver. Every policy meets each demand of a feasible book
 * exactly; what it claims about itself is printed by `spillway list` and checked by the audit.
 */
export interface Policy {
  /** As on the command line, with its options: `hyperliquid`, `hyperliquid:side=literal`. */
  readonly name: string
  /** One line for `spillway list`. */
  readonly summary: string
  readonly formula: string
  readonly source: string
  /** What decides among equals. */
  readonly ties: string
  /** `shares`: everybody gives a part; `queue`: closed whole one after the other, the last in part. */
  readonly closing: 'shares' | 'queue'
  /** Whether ranks are taken once, or again after every partial close; `none` where nobody is ranked. */
  readonly ranking: 'none' | 'frozen' | 're-ranked'
  /** `jointly`: demanded markets are weighed against each other; `one by one`: each by itself. */
  readonly markets: 'jointly' | 'one by one'
  /** Which equity it looks at, in words: whole account at the mark, re-marked at ADL prices, none. */
  readonly equity: string
  /**
   * What its source decides on: `contracts` (the default), or `wealth`, dollars or fractions of dollars. A wealth rule is
   * expressed as the fraction of each position that is closed, so that it meets a demand in contracts.
   */
  readonly space?: 'contracts' | 'wealth'
  /** Optional inputs of the book without which it cannot run; it then throws `SpillwayError` `policy-input`. */
  readonly needs: readonly PolicyInput[]
  allocate(space: DecisionSpace, context?: PolicyContext): Reductions | Promise<Reductions>
}

/** Columns and inputs that a policy may need. */
export type PolicyInput = 'entryPrice' | 'maintenanceMargin' | 'walletBalance' | 'openedAt' | 'loadings'

/** Makes a policy; without options, or with some of them, the others stand at their defaults. */
export interface PolicyMaker {
  (options?: PolicyOptions): Policy
  /** What can be chosen; absent where there is nothing. */
  readonly options?: readonly PolicyOption[]
}

/** By the option's name: one of its values, or a number where it takes one. */
export type PolicyOptions = Readonly<Record<string, string | number>>

/** One thing that the source leaves open, or that users may set: `side=literal`, `exponent=2`. */
export interface PolicyOption {
  readonly name: string
  readonly summary: string
  readonly default: string | number
  /** The words to choose from; absent where it takes a number. */
  readonly values?: readonly string[]
  /** The numbers allowed, both ends included; where it takes one. */
  readonly range?: readonly [least: number, most: number]
}

/** What a policy is given besides the book. */
export interface PolicyContext {
  /** For policies that draw lots; default 1. */
  readonly seed?: number
  readonly loadings?: Loadings
  readonly signal?: AbortSignal
}
