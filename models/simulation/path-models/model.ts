import type { GeneratorFacts, MoveModel, Quantiles } from '../../moves/index.js'

/** A distribution of whole paths, drawn by inversion: uniform numbers in, what each step multiplies each price by out. */
export interface PathModel {
  readonly markets: readonly string[]
  /** How many uniform numbers a path takes. */
  readonly dimension: number
  readonly steps: number
  /**
   * Writes p_k(t)/p_k(t − 1) of step t at (t − 1)·m + k.
   *
   * @param uniforms in (0, 1)
   */
  draw(uniforms: Float64Array, quantiles: Quantiles, ratios: Float64Array): void
}

/** What a list says of a model of paths. */
export type PathModelFacts = GeneratorFacts

/** Steps that know nothing of each other, each drawn from a model of moves; `ratio` makes a move the factor of a price. */
export function independentSteps(model: MoveModel, steps: number, ratio: (move: number) => number): PathModel {
  const { markets, dimension } = model
  const m = markets.length
  return {
    markets,
    steps,
    dimension: steps * dimension,
    draw(uniforms, quantiles, ratios) {
      for (let t = 0; t < steps; t++) {
        const moves = ratios.subarray(t * m, t * m + m)
        model.draw(uniforms.subarray(t * dimension, (t + 1) * dimension), quantiles, moves)
        for (let k = 0; k < m; k++) moves[k] = ratio(moves[k])
      }
    },
  }
}
