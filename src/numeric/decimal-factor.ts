import { type Decimal, decimalOf, multiply, roundedQuotient, subtract, toNumber, zero } from './decimal.js'
import { cutDecimal } from './decimal-vectors.js'

/** C = L D L' to about forty places, as decimals: every pivot that is there, the smallest last. */
export interface DecimalFactor {
  readonly order: readonly number[]
  readonly pivots: readonly Decimal[]
  readonly columns: readonly (readonly Decimal[])[]
}

/** What is relatively smaller is rounding of the elimination itself. */
const NOTHING = 1e-28
const FINE_PLACES = 60

/** Of a symmetric positive semidefinite matrix, row by row; the largest remaining share of a diagonal entry first. */
export function decimalFactor(matrix: readonly (readonly Decimal[])[]): DecimalFactor {
  const rest = matrix.map((row) => row.slice())
  const diagonal = rest.map((row, i) => toNumber(row[i]))
  const left = new Set(matrix.keys())
  const order: number[] = []
  const pivots: Decimal[] = []
  const columns: Decimal[][] = []
  while (left.size > 0) {
    const share = (i: number): number => (diagonal[i] > 0 ? toNumber(rest[i][i]) / diagonal[i] : 0)
    const p = [...left].reduce((best, i) => (share(i) > share(best) ? i : best))
    if (!(share(p) > NOTHING)) break
    left.delete(p)
    const pivot = rest[p][p]
    const column = matrix.map((_, i) =>
      i === p ? decimalOf(1) : left.has(i) ? quotient(rest[i][p], pivot) : decimalOf(0),
    )
    for (const i of left) {
      for (const j of left) {
        rest[i][j] = cutDecimal(subtract(rest[i][j], multiply(column[i], rest[p][j])), FINE_PLACES, 'down')
      }
    }
    order.push(p)
    pivots.push(pivot)
    columns.push(column)
  }
  return { order, pivots, columns }
}

function quotient(a: Decimal, b: Decimal): Decimal {
  return roundedQuotient(a, b, FINE_PLACES, 'down')
}

/** The v on the pivots of a factor with L'v = g: triangular with ones on its diagonal; cut to `scale` decimal places. */
export function solveTransposed({ order, columns }: DecimalFactor, g: readonly Decimal[], scale: number): Decimal[] {
  const v: Decimal[] = Array.from(columns[0] ?? [], () => zero)
  for (let f = order.length - 1; f >= 0; f--) {
    let value = g[f]
    for (let later = f + 1; later < order.length; later++) {
      const row = order[later]
      value = subtract(value, multiply(columns[f][row], v[row]))
    }
    v[order[f]] = cutDecimal(value, scale, 'down')
  }
  return v
}
