import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import type { Expression } from '../expression.js'

/** a_r⁺ as the least u_r ≥ 0 with a_r ≤ u_r: a column and a row per entry. */
const positivePartAtom: EpigraphAtom = {
  name: 'positivePart',
  curvature: 'convex',
  monotonicity: 'increasing',
  shape: 'entrywise',
  value: (entries) => entries.map((entry) => Math.max(entry, 0)),
  rewriting: 'epigraph',
  recession: 'itself',
  lower: 0,
  epigraph: ({ argument, output }) => [argument.minus(output).atMost(0)],
}

/**
 * The positive part of each entry, a_r⁺ = max(a_r, 0): as many rows as the block, convex and increasing.
 *
 * `label` names it in reports. An empty block gives an empty block. Throws as `applyAtom` does.
 *
 *     program.minimize(positivePart(loss).dot(weights))
 */
export function positivePart(argument: Expression, label?: string): Expression {
  return applyAtom(positivePartAtom, argument, label)
}

export const positivePartFamily: AtomFamily = { name: 'positivePart', draw: () => positivePartAtom }
