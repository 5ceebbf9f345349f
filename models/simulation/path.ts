import type { Decimal } from '../../src/numeric/index.js'
import type { DecimalColumn } from '../book/index.js'

/** How prices go in one crisis. */
export interface Path {
  readonly name: string
  /** Rows: the state before the crisis, and one per step. */
  readonly rows: number
  /** Above zero; row by row, that of market k in row t at t·m + k, in the order of the markets of the paths. */
  readonly prices: DecimalColumn
}

/** Paths over common markets. */
export interface Paths {
  readonly markets: readonly string[]
  readonly paths: readonly Path[]
}

/** The prices of a row, by market of a book; `columns` says where each market stands in the path. */
export function rowOf({ prices }: Path, row: number, columns: Int32Array, width: number): Decimal[] {
  return Array.from(columns, (column) => prices.exact(row * width + column))
}
