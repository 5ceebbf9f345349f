import type { Capabilities } from './solver.js'

/** What solvers on a dense tableau take: linear programs with integers, whose columns are never negative, and no duals. */
export const tableau: Capabilities = {
  quadratic: false,
  integer: true,
  integerQuadratic: false,
  freeInteger: false,
  rowPrices: false,
  integerBound: false,
  leastCoefficient: 1e-9,
  // A tableau of 25 million doubles is 200 MB, and a larger one would take minutes.
  largest: { rows: 20_000, columns: 50_000, entries: 2_000_000, cells: 25_000_000 },
}
