/** The size of a problem, and what it took: seconds or visits. */
export type Point = readonly [size: number, effort: number]

/** The exponent of growth: the slope of log effort over log size, by least squares. */
export function exponentOf(points: readonly Point[]): string {
  if (points.length < 2) return '—'
  const logs = points.map(([size, effort]) => [Math.log(size), Math.log(effort)] as const)
  const mean = (at: 0 | 1): number => logs.reduce((sum, pair) => sum + pair[at], 0) / logs.length
  const [x, y] = [mean(0), mean(1)]
  const slope =
    logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
  return slope.toFixed(2)
}
