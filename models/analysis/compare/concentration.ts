/**
 * How unevenly an amount is spread over n accounts, those that have nothing of it included. `sorted` ascending,
 * x_1 ≤ … ≤ x_n, none negative. In doubles, for people; nothing is decided by them.
 */

/**
 * The Gini coefficient, half the mean difference between two accounts over the mean:
 *
 *     G = Σ_r (2r − n − 1) x_r / (n Σ_r x_r),
 *
 * 0 where all have the same, (n − 1)/n where one has everything; `null` where there is nothing.
 */
export function gini(sorted: Float64Array): number | null {
  const total = sum(sorted)
  if (!(total > 0)) return null
  const n = sorted.length
  let weighted = 0
  for (let r = 1; r <= n; r++) weighted += ((2 * r - n - 1) / n) * (sorted[r - 1] / total)
  return Math.max(0, weighted)
}

/** Share of the `count` accounts that have most, of all there is; `null` where there is nothing. */
export function topShare(sorted: Float64Array, count: number): number | null {
  const total = sum(sorted)
  return total > 0 ? Math.min(1, sum(sorted.subarray(Math.max(0, sorted.length - count))) / total) : null
}

/** The Lorenz curve at 0, 1/steps, …, 1 of the accounts: the share of everything that the smallest of them have. */
export function lorenzCurve(sorted: Float64Array, steps: number): number[] {
  const total = sum(sorted)
  const points: number[] = []
  let cumulative = 0
  let taken = 0
  for (let step = 0; step <= steps; step++) {
    const reach = (sorted.length * step) / steps
    while (taken + 1 <= reach) cumulative += sorted[taken++]
    const part = reach > taken ? (reach - taken) * sorted[taken] : 0
    points.push(total > 0 ? Math.min(1, (cumulative + part) / total) : 0)
  }
  return points
}

/** Σ x_i, in the order in which they stand. */
export function sum(values: Float64Array): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]
  return total
}

/** Amounts in ascending order, none negative. Zeros are not sorted: a queue leaves most accounts alone. */
export function ascending(amounts: Float64Array): Float64Array {
  const sorted = new Float64Array(amounts.length)
  let first = amounts.length
  for (let i = 0; i < amounts.length; i++) if (amounts[i] !== 0) sorted[--first] = amounts[i]
  sorted.subarray(first).sort()
  return sorted
}
