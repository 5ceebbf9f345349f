/** Exact decimals and fractions, compensated sums, sparse matrices. */
export * from './decimal.js'
export { DecimalTotal, sumOf } from './decimal-total.js'
export { doublesOf } from './doubles.js'
export { type NormalEnclosure, normalEnclosure } from './normal-enclosure.js'
export { seededUniform } from './random.js'
export * from './ratio.js'
export { integerRoot, rootAbove } from './root.js'
export { fromCoordinates, fromTriplets, type SparseMatrix, type Triplet } from './sparse-matrix.js'
