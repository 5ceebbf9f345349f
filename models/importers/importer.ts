import type { AdlEvent } from '../book/event.js'
import type { ReadOptions } from '../book/file.js'
import type { RawNumber } from '../book/number.js'
import type { ReductionJson } from '../book/schema.js'

/** A reader of somebody else's files. A new one is a file in this folder and a line in its index. */
export interface Importer {
  /** What it reads, in a line: for lists and for help. */
  readonly reads: string
  readonly read: (files: readonly string[], options?: ImportOptions) => Promise<Imported>
}

/** Which part of a source is taken, and what is changed on the way; by default all, and nothing. */
export interface ImportOptions extends ReadOptions {
  /** Only rows of this moment: milliseconds since 1970 (UTC) or ISO-8601 text. */
  readonly time?: RawNumber
  /** Only these markets, in the source's names. */
  readonly market?: readonly string[]
  /** By market, the price at which the source marked its equities: they are moved from there to the ADL price. */
  readonly remark?: Readonly<Record<string, RawNumber>>
}

/** What a source says, in our terms. */
export interface Imported {
  /** It has a stated demand and can be written by `writeEventFolder`. */
  readonly event: AdlEvent
  /** What was closed, each pair of account and market once, in the order of the source. */
  readonly reductions: readonly ReductionJson[]
  /** Rows whose equity is not the one that was taken. */
  readonly disagreements: readonly Disagreement[]
  /** Reductions larger than the position they close: the event stands, its judge calls them `over-reduction`. */
  readonly overReductions: readonly OverReduction[]
  readonly counts: ImportCounts
}

/** Numbers are plain decimals, as the source has them. */
export interface Disagreement {
  readonly account: string
  /** The account's equity in its first row, quote currency. */
  readonly kept: string
  /** Its equity in this row. */
  readonly other: string
  readonly file: string
  readonly line: number
}

/** Contracts, as plain decimals. */
export interface OverReduction {
  readonly account: string
  readonly market: string
  /** The size of the position, without a sign. */
  readonly held: string
  readonly closed: string
}

export interface ImportCounts {
  /** Rows that were taken. */
  readonly rows: number
  readonly markets: number
  readonly accounts: number
  readonly positions: number
  readonly reductions: number
  /** Positions whose entry price the source does not know. */
  readonly withoutEntryPrice: number
}
