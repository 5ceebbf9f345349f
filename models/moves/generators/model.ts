/** A distribution of joint moves, from which drawing is done by inversion: uniform numbers in, one move out. */
export interface MoveModel {
  readonly markets: readonly string[]
  /** How many uniform numbers a move takes; the first should matter most. */
  readonly dimension: number
  /**
   * Writes the relative move of each market into `move`.
   *
   * @param uniforms in (0, 1)
   */
  draw(uniforms: Float64Array, quantiles: Quantiles, move: Float64Array): void
}

/** Quantile functions; p in (0, 1). */
export interface Quantiles {
  normal(p: number): number
  chiSquare(p: number, degrees: number): number
}

/** What the distributions that descend from the normal one are made of. */
export interface CovarianceParameters {
  readonly markets: readonly string[]
  /** m × m, row by row, over the horizon; symmetric, positive semidefinite. */
  readonly covariance: Float64Array
  /** E[r] over the horizon, by market; zero unless given. */
  readonly drift?: Float64Array
}

/** What is said of a generator in lists and pages. */
export interface GeneratorFacts {
  /** As on the command line. */
  readonly name: string
  readonly summary: string
  readonly formula: string
  readonly source: string
}
