/** Exact decimals and fractions, compensated sums, sparse matrices. */
export { factorize, solveFactored } from './cholesky.js'
export * from './decimal.js'
/** Exact decimals under one name, for those who import them from the face: `decimals.compare(a, b)`. */
export * as decimals from './decimal.js'
export { DecimalTotal, sumOf } from './decimal-total.js'
export { doublesOf } from './doubles.js'
export { leadingPlace } from './leading-place.js'
export { type NormalEnclosure, normalEnclosure } from './normal-enclosure.js'
export { productError } from './product-error.js'
export { seededUniform } from './random.js'
export * from './ratio.js'
export { integerRoot, rootAbove } from './root.js'
export { fromCoordinates, fromTriplets, type SparseMatrix, type Triplet } from './sparse-matrix.js'
