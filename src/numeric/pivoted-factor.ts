/** C ≈ Σ_f pivot_f l_f l_f', where l_f is 1 at `order[f]` and 0 at the rows that came before. */
export interface PivotedFactor {
  readonly order: readonly number[]
  readonly pivots: readonly number[]
  readonly columns: readonly Float64Array[]
}

/**
 * LDL' of a symmetric matrix, row by row, with the largest remaining share of a diagonal entry first; stops where only
 * rounding is left.
 */
export function pivotedFactor(entries: Float64Array, size: number): PivotedFactor {
  const rest = entries.slice()
  const order: number[] = []
  const pivots: number[] = []
  const columns: Float64Array[] = []
  const share = (i: number): number => (entries[i * size + i] > 0 ? rest[i * size + i] / entries[i * size + i] : 0)
  const isDone = new Uint8Array(size)
  for (let step = 0; step < size; step++) {
    let p = -1
    for (let i = 0; i < size; i++) if (!isDone[i] && (p < 0 || share(i) > share(p))) p = i
    if (!(share(p) > 4 * size * Number.EPSILON)) break
    isDone[p] = 1
    const pivot = rest[p * size + p]
    const column = Float64Array.from({ length: size }, (_, i) =>
      isDone[i] && i !== p ? 0 : rest[i * size + p] / pivot,
    )
    for (let i = 0; i < size; i++) {
      if (isDone[i]) continue
      for (let j = 0; j < size; j++) rest[i * size + j] -= column[i] * pivot * column[j]
    }
    order.push(p)
    pivots.push(pivot)
    columns.push(column)
  }
  return { order, pivots, columns }
}
