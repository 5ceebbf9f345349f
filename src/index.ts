/** `spillway/modeling`: optimization programs, the road to engines and back, and judges of their answers. */

export { type Canonical, canonicalize, type Recovered } from './canonical/canonicalize.js'
export type { BoundProof, EngineReport, Outcome } from './canonical/outcome.js'
export { fromCoordinates, fromTriplets, type SparseMatrix, type Triplet } from './canonical/sparse-matrix.js'
export { type FormInput, type StandardForm, standardForm } from './canonical/standard-form.js'
export { type ErrorDetails, SpillwayError } from './errors.js'
export * from './language/index.js'
// Named apart from the star above: the atom goes before the larger of two decimals, which has this name too.
export { maximum } from './language/index.js'
export * from './numeric/decimal.js'
export * from './numeric/ratio.js'
