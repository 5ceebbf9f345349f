import type { StandardForm } from '../canonical/standard-form.js'
import { type Decimal, decimalOf, greatestDivisor, roundingOf } from '../numeric/index.js'

/**
 * A row of integer variables alone whose sides have no multiple of g between them, g the greatest common divisor of its
 * coefficients: every value that it can take is such a multiple. In exact decimals, as somebody writes them, so that
 * nothing is forgiven: 2 x + 4 y = 7 has no solution. In words; undefined where there is none.
 */
export function indivisibleRow({ matrix, rowLower, rowUpper, integer }: StandardForm): string | undefined {
  if (!integer.includes(1)) return undefined
  const coefficients: number[][] = Array.from({ length: matrix.rows }, () => [])
  const isOfIntegers = new Uint8Array(matrix.rows).fill(1)
  for (let j = 0; j < matrix.columns; j++) {
    for (let p = matrix.starts[j]; p < matrix.starts[j + 1]; p++) {
      if (matrix.values[p] === 0) continue
      if (integer[j] === 1) coefficients[matrix.indices[p]].push(matrix.values[p])
      else isOfIntegers[matrix.indices[p]] = 0
    }
  }
  for (const [i, own] of coefficients.entries()) {
    const sides = [rowLower[i], rowUpper[i]]
    // Between sides that are farther apart than a coefficient, or infinite, lies a multiple of it.
    const isNarrow = own.some((value) => sides[1] - sides[0] < Math.abs(value))
    if (isOfIntegers[i] === 0 || !isNarrow) continue
    // What was computed in doubles is divisible by nothing exactly.
    if ([...own, ...sides].some((value) => roundingOf(value) > 0)) continue
    const decimals = [...own, ...sides].map(decimalOf)
    const scale = Math.max(...decimals.map((decimal) => decimal.scale))
    const digits = decimals.map((decimal: Decimal) => decimal.digits * 10n ** BigInt(scale - decimal.scale))
    const [lower, upper] = digits.slice(-2)
    const divisor = digits.slice(0, -2).reduce(greatestDivisor, 0n)
    if (floor(upper, divisor) * divisor >= lower) continue
    return `row ${i} has integer variables alone, and no value that it can take lies between its bounds`
  }
  return undefined
}

const floor = (a: bigint, b: bigint): bigint => a / b - (a % b < 0n ? 1n : 0n)
