import type { StandardForm } from '../canonical/standard-form.js'
import { SpillwayError } from '../errors.js'
import type { SparseMatrix } from '../numeric/sparse-matrix.js'

/**
 * Is Q positive semidefinite? Q falls apart into the connected components of its off-diagonal entries; a single column
 * needs Q_jj ≥ 0, and a diagonally dominant component is done. Any other component is factored,
 *
 *     P Q P' = L D L'   by symmetric elimination, the column with the fewest entries next,
 *
 * and needs D ≥ 0: a pivot below −tolerance, or a zero pivot with a nonzero left in its column, is a direction of
 * negative curvature. Entries live in maps, so a sparse component of a million columns is no dense square; elimination
 * that would take longer than seconds is refused (`quadratic-too-large`) rather than believed. Up to 1,500 columns a
 * component is factored as a dense square instead, with diagonal pivoting, and that is the last word.
 *
 * The tolerance, 1e-9 of the largest diagonal of the component, forgives rounding in covariances and in sums of squares.
 */
const CONVEXITY_TOLERANCE = 1e-9
/**
 * Updates of entries in maps, about a second, and some for every column; then a component of up to `LARGEST_DENSE`
 * columns is factored as a square.
 */
const LARGEST_WORK = 2e6
const WORK_A_COLUMN = 50
const SMALL_DENSE = 200
const LARGEST_DENSE = 1500

export function assertConvex(form: StandardForm): void {
  const { columns, starts, indices, values } = form.quadratic
  const diagonal = new Float64Array(columns)
  const away = new Float64Array(columns)
  const neighbours = new Map<number, Map<number, number>>()
  const link = (i: number, j: number, value: number): void => {
    const row = neighbours.get(i)
    if (row === undefined) neighbours.set(i, new Map([[j, value]]))
    else row.set(j, value)
    away[i] += Math.abs(value)
  }
  for (let j = 0; j < columns; j++) {
    for (let p = starts[j]; p < starts[j + 1]; p++) {
      const i = indices[p]
      if (i === j) diagonal[j] += values[p]
      else if (values[p] !== 0) {
        link(i, j, values[p])
        link(j, i, values[p])
      }
    }
  }
  for (let j = 0; j < columns; j++) if (diagonal[j] < 0) refuse(j, diagonal[j])
  const seen = new Uint8Array(columns)
  const work = { left: LARGEST_WORK + WORK_A_COLUMN * neighbours.size }
  for (const first of neighbours.keys()) {
    if (seen[first]) continue
    const component = connected(first, neighbours, seen)
    if (component.every((j) => diagonal[j] >= away[j])) continue
    const verdict = component.length <= SMALL_DENSE ? 'undecided' : eliminate(component, diagonal, neighbours, work)
    if (verdict === 'convex') continue
    if (component.length > LARGEST_DENSE) {
      if (verdict === 'undecided') refuseSize(component)
      refuse(verdict.column, verdict.pivot)
    }
    factorDense(component, form.quadratic)
  }
}

function connected(first: number, neighbours: Map<number, Map<number, number>>, seen: Uint8Array): number[] {
  const component = [first]
  seen[first] = 1
  for (let k = 0; k < component.length; k++) {
    for (const next of neighbours.get(component[k])!.keys()) {
      if (seen[next]) continue
      seen[next] = 1
      component.push(next)
    }
  }
  return component
}

function eliminate(
  component: readonly number[],
  diagonal: Float64Array,
  neighbours: Map<number, Map<number, number>>,
  work: { left: number },
): Verdict {
  const largest = component.reduce((most, j) => Math.max(most, diagonal[j]), 0)
  const tolerance = CONVEXITY_TOLERANCE * largest
  const queue = new ByDegree(component, (j) => neighbours.get(j)!.size)
  for (let pivot = queue.next(); pivot !== undefined; pivot = queue.next()) {
    const column = [...neighbours.get(pivot)!]
    const value = diagonal[pivot]
    if (value < -tolerance) return { column: pivot, pivot: value }
    work.left -= column.length * column.length
    if (work.left < 0) return 'undecided'
    for (const [i, a] of column) {
      neighbours.get(i)!.delete(pivot)
      // Of a semidefinite matrix, |a|² ≤ pivot · diagonal: a vanishing pivot has a vanishing column.
      if (value <= tolerance && a * a > tolerance * Math.max(diagonal[i], tolerance) * 4) {
        return { column: pivot, pivot: value }
      }
    }
    if (value > tolerance) {
      for (let s = 0; s < column.length; s++) {
        const [i, a] = column[s]
        const factor = a / value
        diagonal[i] -= factor * a
        const row = neighbours.get(i)!
        for (let t = 0; t < s; t++) {
          const [k, b] = column[t]
          const filled = (row.get(k) ?? 0) - factor * b
          row.set(k, filled)
          neighbours.get(k)!.set(i, filled)
        }
      }
    }
    for (const [i] of column) queue.touch(i)
  }
  return 'convex'
}

type Verdict = 'convex' | 'undecided' | { readonly column: number; readonly pivot: number }

/**
 * L D L' of a component as a square, the largest diagonal entry next, which no rounding can blow up. When the largest
 * is nearly zero the rest must be zero.
 */
function factorDense(component: readonly number[], quadratic: SparseMatrix): void {
  const n = component.length
  const indexOf = new Map(component.map((j, k) => [j, k]))
  const a = new Float64Array(n * n)
  component.forEach((j, k) => {
    for (let p = quadratic.starts[j]; p < quadratic.starts[j + 1]; p++) {
      const i = indexOf.get(quadratic.indices[p])!
      a[i * n + k] = quadratic.values[p]
      a[k * n + i] = quadratic.values[p]
    }
  })
  const left = component.map((_, k) => k)
  const largest = left.reduce((most, k) => Math.max(most, a[k * n + k]), 0)
  const tolerance = CONVEXITY_TOLERANCE * largest
  while (left.length > 0) {
    let best = 0
    for (let s = 0; s < left.length; s++) {
      const value = a[left[s] * n + left[s]]
      if (value < -tolerance) refuse(component[left[s]], value)
      if (value > a[left[best] * n + left[best]]) best = s
    }
    const pivot = left[best]
    const value = a[pivot * n + pivot]
    if (value <= tolerance) {
      for (const i of left) {
        // Of a semidefinite rest, |a_ij| ≤ the largest diagonal entry, which is nearly zero.
        for (const j of left) if (Math.abs(a[i * n + j]) > 4 * tolerance) refuse(component[i], a[i * n + i])
      }
      return
    }
    left[best] = left[left.length - 1]
    left.pop()
    for (const i of left) {
      const factor = a[i * n + pivot] / value
      if (factor !== 0) for (const j of left) a[i * n + j] -= factor * a[pivot * n + j]
    }
  }
}

/** Columns waiting to be eliminated, by the number of entries they have left; stale entries are skipped. */
class ByDegree {
  readonly #buckets: number[][] = []
  readonly #degree: (j: number) => number
  readonly #done = new Set<number>()
  #lowest = 0

  constructor(columns: readonly number[], degree: (j: number) => number) {
    this.#degree = degree
    for (const j of columns) this.touch(j)
  }

  touch(j: number): void {
    const degree = this.#degree(j)
    for (let size = this.#buckets.length; size <= degree; size++) this.#buckets.push([])
    this.#buckets[degree].push(j)
    this.#lowest = Math.min(this.#lowest, degree)
  }

  next(): number | undefined {
    for (; this.#lowest < this.#buckets.length; this.#lowest++) {
      const bucket = this.#buckets[this.#lowest]
      for (let j = bucket.pop(); j !== undefined; j = bucket.pop()) {
        if (this.#done.has(j) || this.#degree(j) !== this.#lowest) continue
        this.#done.add(j)
        return j
      }
    }
    return undefined
  }
}

function refuse(column: number, value: number): never {
  throw new SpillwayError({
    code: 'not-convex',
    path: `quadratic[${column}, ${column}]`,
    value,
    problem: `the quadratic objective curves downwards: eliminating column ${column} leaves a pivot that no convex objective has`,
    cure: 'Give a positive semidefinite matrix (to maximise a concave objective, minimise its negative).',
  })
}

function refuseSize(component: readonly number[]): never {
  throw new SpillwayError({
    code: 'quadratic-too-large',
    path: `quadratic[${component[0]}, ${component[0]}]`,
    value: component.length,
    problem: `${component.length} columns hang together in the quadratic objective, too densely to check that it is convex`,
    cure: 'Write it as a sum of squares: new columns y = Fx by rows, and a diagonal matrix over y.',
  })
}
