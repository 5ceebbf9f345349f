/** What a sample of n paths says of one number. Standard errors are `null` for a single path. */
export interface Summary {
  readonly count: number
  readonly mean: number
  /** s/√n, s² with n − 1. */
  readonly standardError: number | null
  readonly median: number
  readonly q90: number
  readonly q95: number
  readonly q99: number
  readonly max: number
  readonly cvar95: number
  readonly cvar99: number
}

export function summarise(values: Float64Array): Summary {
  const sorted = values.slice().sort()
  return {
    count: values.length,
    ...moments(values),
    median: quantile(sorted, 0.5),
    q90: quantile(sorted, 0.9),
    q95: quantile(sorted, 0.95),
    q99: quantile(sorted, 0.99),
    max: sorted[sorted.length - 1],
    cvar95: cvar(sorted, 0.95),
    cvar99: cvar(sorted, 0.99),
  }
}

/** The same numbers on the same paths under two rules, subtracted path by path: what both share is gone. */
export interface PairedDifference {
  readonly count: number
  readonly mean: number
  readonly standardError: number | null
  /** Paths on which the difference is below, above, or zero. */
  readonly lower: number
  readonly higher: number
  readonly equal: number
  /** max |d| / Σ |d|: how much of it is one path; 0 where nothing differs. */
  readonly largestShare: number
}

export function pairedDifference(values: Float64Array, against: Float64Array): PairedDifference {
  const differences = values.map((value, p) => value - against[p])
  const sizes = differences.map(Math.abs)
  const total = sum(sizes)
  return {
    count: values.length,
    ...moments(differences),
    lower: differences.filter((d) => d < 0).length,
    higher: differences.filter((d) => d > 0).length,
    equal: differences.filter((d) => d === 0).length,
    largestShare: total === 0 ? 0 : sizes.reduce((a, b) => Math.max(a, b), 0) / total,
  }
}

/** In the order of the numbers, so that the same numbers give the same bytes. */
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

function moments(values: Float64Array): Pick<Summary, 'mean' | 'standardError'> {
  const n = values.length
  const mean = sum(values) / n
  if (n < 2) return { mean, standardError: null }
  return { mean, standardError: Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (n - 1) / n) }
}

/** inf {x : F(x) ≥ α} of the empirical distribution; `sorted` ascends. */
export function quantile(sorted: Float64Array, level: number): number {
  // A product such as 0.95 · 20 may exceed the whole number that it is by a rounding.
  return sorted[Math.max(0, Math.ceil(level * sorted.length - 1e-9) - 1)]
}

/** CVaR_α: the mean of the largest (1 − α) n numbers, the last of them in part (Rockafellar and Uryasev 2002). */
export function cvar(sorted: Float64Array, level: number): number {
  const n = sorted.length
  const size = (1 - level) * n
  const whole = Math.min(n, Math.floor(size + 1e-9))
  let total = 0
  for (let k = n - 1; k >= n - whole; k--) total += sorted[k]
  const part = size - whole
  if (part > 1e-9 && whole < n) total += part * sorted[n - whole - 1]
  return total / (whole + (part > 1e-9 ? part : 0))
}
