import type { EpigraphSite } from '../atom.js'
import type { Expression } from '../expression.js'

/**
 * The columns of atoms that add up what lies above a level: the level t, called `name` in reports, and v ≥ 0 for the rows
 * a_r ≤ t + v_r, which the atom writes. At a point t is what `levelOf` finds, which lies between the least entry and the largest.
 */
export function aboveLevel(
  { argument, auxiliary }: EpigraphSite,
  name: string,
  levelOf: (entries: Float64Array) => number,
): { readonly level: Expression; readonly above: Expression } {
  const level = auxiliary({
    name,
    size: 1,
    valueAt: (entries) => [levelOf(entries)],
    rangeOver: ({ lower, upper }) => ({ lower: Float64Array.of(least(lower)), upper: Float64Array.of(most(upper)) }),
  })
  const above = auxiliary({
    name: 'above',
    size: argument.rows,
    lower: 0,
    valueAt: (entries) => {
      const reached = levelOf(entries)
      return entries.map((entry) => Math.max(entry - reached, 0))
    },
    rangeOver: ({ lower, upper }) => {
      const lowest = least(lower)
      return { lower: lower.map(() => 0), upper: upper.map((high) => high - lowest) }
    },
  })
  return { level, above }
}

const least = (entries: Float64Array): number => entries.reduce((low, entry) => Math.min(low, entry), Infinity)
const most = (entries: Float64Array): number => entries.reduce((high, entry) => Math.max(high, entry), -Infinity)
