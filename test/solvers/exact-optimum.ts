import { type FormInput, standardForm } from '#src/index.js'
import { type Fraction, frac, minus, order, over, plus, sign, times, ZERO } from '../fraction.js'

/**
 * The optimum of a small linear or convex quadratic program without integers, in exact fractions and by enumeration:
 *
 *     minimise ½ x'Qx + c·x + offset   subject to   lower_k ≤ g_k·x ≤ upper_k   (columns and rows alike).
 *
 * Some optimal point minimises the objective over the equations of its own active sides. So the least value over all choices of
 * active sides whose equations have a feasible solution is the optimum, once open columns are given bounds: two widths of them
 * tell an unbounded program by another optimum. A linear program needs the vertices only.
 */
export type ExactOptimum = Fraction | 'infeasible' | 'unbounded'

interface Line {
  readonly coefficients: readonly Fraction[]
  readonly lower: Fraction | undefined
  readonly upper: Fraction | undefined
}

export function exactOptimum(input: FormInput, width = 1e6): ExactOptimum {
  const near = boxedOptimum(input, width)
  if (near === undefined) return 'infeasible'
  const far = boxedOptimum(input, 2 * width)
  return far !== undefined && order(far, near) < 0 ? 'unbounded' : near
}

function boxedOptimum(input: FormInput, width: number): Fraction | undefined {
  const { n, linear, quadratic, offset, lines } = read(input, width)
  const isEqual = ({ lower, upper }: Line): boolean => !!lower && !!upper && order(lower, upper) === 0
  const equalities = lines.filter(isEqual).length
  const isLinear = quadratic.every((row) => row.every(({ n: digits }) => digits === 0n))
  let best: Fraction | undefined
  const active: { readonly line: Line; readonly bound: Fraction }[] = []
  const visit = (k: number): void => {
    if (isLinear && active.length + lines.length - k < n) return
    const line = lines[k]
    if (line !== undefined) {
      const isEquality = isEqual(line)
      if (!isEquality) visit(k + 1)
      for (const bound of isEquality ? [line.lower] : [line.lower, line.upper]) {
        // Some n sides say what more would, but equalities, which are always active, may repeat each other.
        if (bound === undefined || (!isEquality && active.length >= n + equalities)) continue
        active.push({ line, bound })
        visit(k + 1)
        active.pop()
      }
      return
    }
    const x = isLinear ? vertex(n) : stationary()
    if (x?.every((_, j) => isKept(lines[j], x)) && lines.every((each) => isKept(each, x))) {
      const value = plus(offset, valueAt(x))
      if (best === undefined || order(value, best) < 0) best = value
    }
  }
  const vertex = (unknowns: number): Fraction[] | undefined =>
    solveExactly(
      active.map(({ line }) => line.coefficients),
      active.map(({ bound }) => bound),
      unknowns,
      true,
    )
  /** Q x − G'y = −c,  G x = b. */
  const stationary = (): Fraction[] | undefined => {
    const rows: Fraction[][] = quadratic.map((row, i) => [
      ...row,
      ...active.map(({ line }) => minus(ZERO, line.coefficients[i])),
    ])
    const right = linear.map((c) => minus(ZERO, c))
    for (const { line, bound } of active) {
      rows.push([...line.coefficients, ...active.map(() => ZERO)])
      right.push(bound)
    }
    return solveExactly(rows, right, n + active.length, false)?.slice(0, n)
  }
  const valueAt = (x: readonly Fraction[]): Fraction =>
    x.reduce((sum, value, i) => {
      const half = over(dot(quadratic[i], x), frac(2))
      return plus(sum, times(value, plus(linear[i], half)))
    }, ZERO)
  visit(0)
  return best
}

const dot = (a: readonly Fraction[], b: readonly Fraction[]): Fraction =>
  a.reduce((sum, value, k) => (value.n === 0n || b[k].n === 0n ? sum : plus(sum, times(value, b[k]))), ZERO)

function isKept({ coefficients, lower, upper }: Line, x: readonly Fraction[]): boolean {
  const activity = dot(coefficients, x)
  return !(lower && order(activity, lower) < 0) && !(upper && order(activity, upper) > 0)
}

/** A solution by Gauss and Jordan, unknowns without a pivot at 0; undefined where there is none, or not one only. */
function solveExactly(
  rows: readonly (readonly Fraction[])[],
  right: readonly Fraction[],
  unknowns: number,
  isUnique: boolean,
): Fraction[] | undefined {
  const a = rows.map((row, i) => [...row, right[i]])
  const pivots: number[] = []
  let rank = 0
  for (let j = 0; j < unknowns; j++) {
    const found = a.findIndex((row, i) => i >= rank && row[j].n !== 0n)
    if (found < 0) {
      if (isUnique) return undefined
      continue
    }
    const pivot = a[found]
    a[found] = a[rank]
    a[rank] = pivot.map((value) => (value.n === 0n ? value : over(value, pivot[j])))
    for (let i = 0; i < a.length; i++) {
      const factor = a[i][j]
      if (i === rank || factor.n === 0n) continue
      a[i] = a[i].map((value, c) => {
        const scaled = a[rank][c]
        return scaled.n === 0n ? value : minus(value, times(factor, scaled))
      })
    }
    pivots.push(j)
    rank++
  }
  if (a.slice(rank).some((row) => sign(row[unknowns]) !== 0)) return undefined
  const x = Array.from({ length: unknowns }, () => ZERO)
  pivots.forEach((j, i) => {
    x[j] = a[i][unknowns]
  })
  return x
}

function read(input: FormInput, width: number) {
  const form = standardForm(input)
  const n = form.linear.length
  const exact = (value: number): Fraction | undefined => (Number.isFinite(value) ? frac(value) : undefined)
  const square = (): Fraction[][] => Array.from({ length: n }, () => Array.from({ length: n }, () => ZERO))
  const quadratic = square()
  for (let j = 0; j < n; j++) {
    for (let p = form.quadratic.starts[j]; p < form.quadratic.starts[j + 1]; p++) {
      const i = form.quadratic.indices[p]
      quadratic[i][j] = frac(form.quadratic.values[p])
      quadratic[j][i] = frac(form.quadratic.values[p])
    }
  }
  const rows = Array.from({ length: form.matrix.rows }, () => Array.from({ length: n }, () => ZERO))
  for (let j = 0; j < n; j++) {
    for (let p = form.matrix.starts[j]; p < form.matrix.starts[j + 1]; p++) {
      rows[form.matrix.indices[p]][j] = frac(form.matrix.values[p])
    }
  }
  const lines: Line[] = Array.from(form.linear, (_, j) => ({
    coefficients: Array.from({ length: n }, (_unused, k) => (k === j ? frac(1) : ZERO)),
    lower: exact(form.lower[j]) ?? frac(-width),
    upper: exact(form.upper[j]) ?? frac(width),
  }))
  rows.forEach((coefficients, i) => {
    lines.push({ coefficients, lower: exact(form.rowLower[i]), upper: exact(form.rowUpper[i]) })
  })
  return { n, linear: Array.from(form.linear, frac), quadratic, offset: frac(form.offset), lines }
}
