/** A pivot this small against its diagonal is rounding: its direction is left out. */
const SMALLEST = 1e-15

/** Cholesky's factor of a symmetric semidefinite matrix in place (lower triangle, row by row). */
export function choleskyFactor(matrix: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    const diagonal = matrix[j * size + j]
    let pivot = diagonal
    for (let k = 0; k < j; k++) pivot -= matrix[j * size + k] ** 2
    const root = pivot > SMALLEST * diagonal ? Math.sqrt(pivot) : Infinity
    matrix[j * size + j] = root
    for (let i = j + 1; i < size; i++) {
      let sum = matrix[i * size + j]
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k]
      matrix[i * size + j] = sum / root
    }
  }
}

/** Solves with the factor, in place. */
export function choleskySolve(factor: Float64Array, right: Float64Array): void {
  const size = right.length
  for (let i = 0; i < size; i++) {
    let sum = right[i]
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * right[k]
    right[i] = sum / factor[i * size + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = right[i]
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * right[k]
    right[i] = sum / factor[i * size + i]
  }
}
