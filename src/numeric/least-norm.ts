import { factorize, solveFactored } from './cholesky.js'

/** A pivot this small against its diagonal is rounding: its row depends on those before it. */
const DEPENDENT = 1e-15

/** The shortest x with A x = r, or nearly so where rows depend on each other. */
export function leastNorm(rows: readonly (readonly number[])[], right: readonly number[], width: number): number[] {
  const size = rows.length
  const scale = rows.map((row) => 1 / (Math.hypot(...row) || 1))
  const unit = rows.map((row, i) => row.map((value) => value * scale[i]))
  const matrix = Float64Array.from({ length: size * size }, (_, at) => {
    const other = unit[at % size]
    return unit[Math.floor(at / size)].reduce((sum, value, k) => sum + value * other[k], 0)
  })
  factorize(matrix, size, size, DEPENDENT)
  const y = Float64Array.from(right, (value, i) => value * scale[i])
  solveFactored(matrix, y)
  return Array.from({ length: width }, (_, k) => unit.reduce((sum, row, i) => sum + row[k] * y[i], 0))
}
