import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import type { Expression } from '../expression.js'

/** |a_r| as the least u_r with a_r ≤ u_r and −a_r ≤ u_r: a column and two rows per entry. */
const absoluteAtom: EpigraphAtom = {
  name: 'absolute',
  curvature: 'convex',
  monotonicity: 'none',
  shape: 'entrywise',
  value: (entries) => entries.map(Math.abs),
  rangeOver: ({ lower, upper }) => ({
    lower: lower.map((low, r) => Math.max(low, -upper[r], 0)),
    upper: lower.map((low, r) => Math.max(-low, upper[r])),
  }),
  rewriting: 'epigraph',
  recession: 'itself',
  lower: 0,
  epigraph: ({ argument, output }) => [argument.minus(output).atMost(0), argument.plus(output).atLeast(0)],
}

/**
 * The absolute value of each entry, |a_r|: as many rows as the block, convex, of an affine block.
 *
 * `label` names it in reports. An empty block gives an empty block. Throws as `applyAtom` does.
 *
 *     program.minimize(absolute(forecast.minus(observed)).sum())
 */
export function absolute(argument: Expression, label?: string): Expression {
  return applyAtom(absoluteAtom, argument, label)
}

export const absoluteFamily: AtomFamily = { name: 'absolute', draw: () => absoluteAtom }
