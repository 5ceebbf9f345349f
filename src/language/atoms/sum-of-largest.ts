import { SpillwayError } from '../../errors.js'
import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import { type Expression, expectExpression } from '../expression.js'
import { aboveLevel } from './above-level.js'

/**
 * u ≥ k t + Σ_r v_r, v ≥ 0, a_r ≤ t + v_r: a column and a row per entry, two columns and a row for all. The best t is
 * the k-th largest.
 */
const sumOfLargestAtom = (count: number): EpigraphAtom => ({
  name: 'sumOfLargest',
  curvature: 'convex',
  monotonicity: 'increasing',
  shape: 'scalar',
  value: (entries) => {
    const largest = entries.toSorted((a, b) => b - a).subarray(0, count)
    return Float64Array.of(largest.reduce((sum, entry) => sum + entry, 0))
  },
  rewriting: 'epigraph',
  recession: 'itself',
  epigraph: (site) => {
    const { argument, output } = site
    const { level, above } = aboveLevel(site, 'last', (entries) => threshold(entries, count))
    const sum = level.times(count).plus(above.sum())
    return [argument.minus(level).minus(above).atMost(0), sum.minus(output).atMost(0)]
  },
})

/** The k-th largest entry. */
const threshold = (entries: Float64Array, count: number): number => entries.toSorted((a, b) => b - a)[count - 1]

/**
 * The sum of the k largest entries of a block, max over sets S of k entries of Σ_{r∈S} a_r: one row, convex and
 * increasing. k = 1 is the maximum, k = n the sum.
 *
 * `label` names it in reports. Throws `bad-count` unless k is an integer from 1 to the rows of the block, and as `applyAtom` does.
 *
 *     program.subjectTo('ten largest', sumOfLargest(exposure, 10).atMost(limit))
 */
export function sumOfLargest(argument: Expression, count: number, label?: string): Expression {
  expectExpression('sumOfLargest', argument)
  if (!(Number.isInteger(count) && count >= 1 && count <= argument.rows)) {
    throw new SpillwayError({
      code: 'bad-count',
      path: 'sumOfLargest.count',
      value: count,
      problem: `is no number of entries of a block of ${argument.rows}`,
      cure: 'Give an integer from 1 to the rows of the block.',
    })
  }
  return applyAtom(sumOfLargestAtom(count), argument, label)
}

export const sumOfLargestFamily: AtomFamily = {
  name: 'sumOfLargest',
  draw: (rows, random) => sumOfLargestAtom(1 + Math.floor(rows * random())),
}
