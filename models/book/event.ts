import type { Decimal } from '../../src/numeric/index.js'
import type { DecimalColumn } from './decimal-column.js'

/**
 * An event: a book in trouble and what must be closed. Columns, not objects, so that a crisis book of a million
 * positions fits; doubles beside exact decimals, so that nothing that is checked is rounded.
 */
export interface AdlEvent extends Book {
  /** At most one per market, in the order given; quantity zero is allowed. */
  readonly demand: readonly Demand[]
  /** Whether the demand was in the input, or follows from accounts with negative equity, which then left the book. */
  readonly demandSource: 'given' | 'derived'
  /** Names of the accounts that were taken over when the demand was derived. */
  readonly takenOver: readonly string[]
  /**
   * The event in the terms of its file, where they are others: with the accounts that were taken over, and contracts of other sizes
   * than 1 at the prices that were given. Writers, reports and the digest go by it; the order of the markets is the same.
   */
  readonly given?: GivenEvent
  /** Positions of quantity zero, which were dropped: how many, and the first of them by name. */
  readonly flatPositions: FlatPositions
  /** What the source that the event was imported from cannot say; absent where that is not known. No part of the content. */
  readonly notKnown?: readonly SourceNote[]
  /** Accounts whose equity the source does not give, so that it was made up from their notional. No part of the content. */
  readonly assumedEquity?: readonly string[]
  /** Digest of the content as it was given, in exact decimals, whatever the file form and order: "sha256:…". */
  readonly digest: () => string
}

/** What the source of an imported event cannot say. */
export interface SourceNote {
  /** `other-accounts`, `equity`, …: docs/import.md. */
  readonly reason: string
  /** The same as a sentence. */
  readonly says: string
}

/** Positions of quantity zero, which the book leaves out: how many, and the first ones. */
export interface FlatPositions {
  readonly count: number
  readonly first: readonly { readonly account: string; readonly market: string }[]
}

/** What a file says: prices per unit, not per contract. */
export interface GivenEvent extends Book {
  readonly demand: readonly Demand[]
}

/** Who holds what. */
export interface Book {
  readonly markets: readonly Market[]
  readonly accounts: Accounts
  readonly positions: Positions
}

/** What is traded, at which mark and ADL price. */
export interface Market {
  readonly market: string
  /**
   * p_k, quote currency per contract (in a book as it was given: per unit), > 0; zero only where nobody holds the
   * market and nothing of it is demanded.
   */
  readonly markPrice: Decimal
  /** a_k, at which the ADL closes; the mark unless given. */
  readonly adlPrice: Decimal
  readonly lotSize?: Decimal
  /** β_k: relative move of the market per unit of the factor. */
  readonly factorLoading?: Decimal
  /**
   * Units of the price that one contract stands for, of a book as it was given; 1 where absent, as in every book to
   * compute with.
   */
  readonly contractSize?: Decimal
  /**
   * Whether the market is coin-margined: a contract is worth contractSize/price of the coin. In a book to compute with
   * prices, sides and loadings are turned over already, and the flag says that moves of the market's price still are to
   * be (`turnedMoves`).
   */
  readonly inverse?: boolean
  /** Currency in which equity and losses are. */
  readonly settles?: string
}

/** What some policies want to know of accounts or positions. A column holds NaN where a row has no value. */
export interface ExtraColumns {
  readonly maintenanceMargin?: DecimalColumn
  readonly walletBalance?: DecimalColumn
  /** Milliseconds since 1970, UTC. */
  readonly openedAt?: Float64Array
}

/** One entry per account still in the book. */
export interface Accounts extends ExtraColumns {
  readonly count: number
  readonly names: readonly string[]
  /** e_i, quote currency at the mark: cash plus unrealized profit. */
  readonly equity: DecimalColumn
  /** 1 for accounts of which nothing may be closed; absent where there are none. */
  readonly exempt?: Uint8Array
}

/**
 * Positions grouped by account: those of account i stand from `starts[i]` up to, not including, `starts[i + 1]`. An
 * account holds at most one long and one short position of a market (hedge mode).
 */
export interface Positions extends ExtraColumns {
  readonly count: number
  readonly starts: Int32Array
  /** Index into `markets`. */
  readonly market: Int32Array
  /** n_ik, contracts, long positive. */
  readonly quantity: DecimalColumn
  readonly entryPrice?: DecimalColumn
}

/** Contracts of one side of a market that must be closed. */
export interface Demand {
  /** Index into `markets`. */
  readonly market: number
  /** σ_k: +1 closes longs, −1 closes shorts. */
  readonly side: 1 | -1
  /** Q_k, contracts, ≥ 0. */
  readonly quantity: Decimal
}

/** Reductions as they were read: one entry per listed pair, names not yet looked up, so that a judge can. */
export interface Allocation {
  readonly count: number
  readonly accounts: readonly string[]
  readonly markets: readonly string[]
  /** Contracts closed, ≥ 0. */
  readonly quantity: DecimalColumn
  readonly digest: () => string
}
