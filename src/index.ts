/** `spillway/modeling`: optimization programs, the road to engines and back, and judges of their answers. */

export { type Canonical, canonicalize, type Recovered } from './canonical/canonicalize.js'
export type { BoundProof, EngineReport, Outcome } from './canonical/outcome.js'
export { fromCoordinates, fromTriplets, type SparseMatrix, type Triplet } from './canonical/sparse-matrix.js'
export { type FormInput, type StandardForm, standardForm } from './canonical/standard-form.js'
export { levelBound } from './certificates/level-bound.js'
export { squareBound } from './certificates/square-bound.js'
export { type WaterFill, type WaterFillInput, waterFill } from './closed-forms/water-fill.js'
export { type ErrorDetails, SpillwayError } from './errors.js'
export * from './language/index.js'
export * from './numeric/decimal.js'
export * from './numeric/ratio.js'
