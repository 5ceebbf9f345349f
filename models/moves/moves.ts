import type { DecimalColumn } from '../book/decimal-column.js'

/** What may happen to prices next: relative price changes from the mark, r_k = p_k(later)/p_k − 1 (−0.1 is −10 %). */
export type Moves = ScenarioMoves | GaussianMoves

/** S joint moves of m markets, each with a weight. */
export interface ScenarioMoves {
  readonly kind: 'scenarios'
  readonly markets: readonly string[]
  /** S. */
  readonly count: number
  /** r_sk, move by move: that of market k in move s stands at s·m + k. One below −1, a price below zero, is remarked on. */
  readonly returns: DecimalColumn
  /** w_s ≥ 0 as given, not normalised; undefined where all are equal. */
  readonly weights?: DecimalColumn
  /** Digest of the content in exact decimals, whatever the file form: "sha256:…". */
  readonly digest: () => string
}

/** Jointly normal moves, exact: r ~ N(mean, covariance). */
export interface GaussianMoves {
  readonly kind: 'gaussian'
  readonly markets: readonly string[]
  /** Of r, by market; zero unless given. */
  readonly mean: Float64Array
  /** m × m, row by row; symmetric, positive semidefinite. */
  readonly covariance: Float64Array
  readonly digest: () => string
}

/** β_k by market: relative move of the market per unit of the one factor. */
export type Loadings = ReadonlyMap<string, number>

/** The same as a caller may write it: `{ BTC: 1, ETH: 1.2 }`. */
export type LoadingsInput = Loadings | Readonly<Record<string, number>>
