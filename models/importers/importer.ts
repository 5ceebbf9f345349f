import type { AdlEvent } from '../book/event.js'
import type { ReadOptions } from '../book/file.js'
import type { ReductionJson } from '../book/json-forms.js'
import type { RawNumber } from '../book/number.js'
import type { ImportRecord } from './ledger.js'

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
  /** Fills are grouped into waves: a new one begins where more than so many milliseconds pass without a fill. */
  readonly gapMs?: number
  /** The file that says which columns mean what; for the source `table`. */
  readonly map?: string
}

/** An event of a source, and what the venue closed in it. */
export interface ImportedEvent {
  /** It can be written by `writeEventFolder`. */
  readonly event: AdlEvent
  /** What was closed, each pair of account and market once, in the order of the source; undefined where it does not say. */
  readonly reductions?: readonly ReductionJson[]
}

/** One of the events into which the fills of a crisis fall. */
export interface ImportedWave extends Required<ImportedEvent> {
  /** `0001`, or `0001-a`, `0001-b`, … where a wave is several events; they sort in the order of execution. */
  readonly name: string
  /** Of the first and of the last fill; ISO-8601, UTC. */
  readonly moment: string
  readonly until?: string
  readonly rows: number
}

/** What a source says, in our terms. */
export interface Imported extends ImportedEvent {
  /** All waves, in order, where `gapMs` was given; `event` is then the first of them. */
  readonly waves?: readonly ImportedWave[]
  readonly record: ImportRecord
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

/** Over all events that were made; one that is in several counts in each. */
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

/** The counts of an import, from what it made. */
export function countsOf(rows: number, events: readonly ImportedEvent[]): ImportCounts {
  const sum = (of: (one: ImportedEvent) => number) => events.reduce((total, one) => total + of(one), 0)
  return {
    rows,
    markets: sum(({ event }) => event.markets.length),
    accounts: sum(({ event }) => (event.given ?? event).accounts.count),
    positions: sum(({ event }) => (event.given ?? event).positions.count),
    reductions: sum(({ reductions }) => reductions?.length ?? 0),
    withoutEntryPrice: sum(({ event }) => {
      const { count, entryPrice } = (event.given ?? event).positions
      return entryPrice === undefined ? count : entryPrice.values.filter(Number.isNaN).length
    }),
  }
}
