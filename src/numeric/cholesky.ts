/** A pivot below this share of its diagonal is rounding: the row depends on those before it. */
const DEPENDENT = 1e-13

/**
 * LL' = M in place, M symmetric and positive semidefinite of order n, its lower triangle in the rows of `m` of length
 * `stride`. A row that depends on those before it gets an infinite pivot, which makes its unknown zero; returns the first such
 * row, −1 where there is none. `smallest`: the share of its diagonal below which a pivot is rounding.
 */
export function factorize(m: Float64Array, n: number, stride: number, smallest = DEPENDENT): number {
  let dependent = -1
  for (let i = 0; i < n; i++) {
    const own = i * stride
    for (let j = 0; j < i; j++) {
      const other = j * stride
      let sum = m[own + j]
      for (let k = 0; k < j; k++) sum -= m[own + k] * m[other + k]
      m[own + j] = sum / m[other + j]
    }
    const diagonal = m[own + i]
    let pivot = diagonal
    for (let k = 0; k < i; k++) pivot -= m[own + k] * m[own + k]
    const isDependent = !(pivot > smallest * diagonal)
    m[own + i] = isDependent ? Infinity : Math.sqrt(pivot)
    if (isDependent && dependent < 0) dependent = i
  }
  return dependent
}

/** b becomes L⁻¹ b. */
export function solveLower(l: Float64Array, n: number, stride: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= l[i * stride + k] * b[k]
    b[i] = sum / l[i * stride + i]
  }
}

/** b becomes L'⁻¹ b. */
export function solveUpper(l: Float64Array, n: number, stride: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = b[i] / l[i * stride + i]
    b[i] = value
    for (let k = 0; k < i; k++) b[k] -= l[i * stride + k] * value
  }
}

/** b becomes M⁻¹ b, for a factor whose rows are as long as b. */
export function solveFactored(l: Float64Array, b: Float64Array): void {
  solveLower(l, b.length, b.length, b)
  solveUpper(l, b.length, b.length, b)
}
