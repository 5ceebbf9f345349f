import { SpillwayError } from '../../errors.js'
import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import type { Expression } from '../expression.js'

/** max_r a_r as the least u with a_r ≤ u for every r: one column and a row per entry. */
const maximumAtom: EpigraphAtom = {
  name: 'maximum',
  curvature: 'convex',
  monotonicity: 'increasing',
  shape: 'scalar',
  value: (entries) => Float64Array.of(entries.reduce((largest, entry) => Math.max(largest, entry), -Infinity)),
  rewriting: 'epigraph',
  epigraph: ({ argument, output }) => [argument.minus(output).atMost(0)],
}

/**
 * The largest entry of a block, max_r a_r: one row, convex and increasing, so the block may itself be convex.
 * The smallest entry is `maximum(a.negated()).negated()`.
 *
 * `label` names it in reports. Throws `empty-maximum` for a block without rows, and as `applyAtom` does.
 *
 *     program.minimize(maximum(exposure.times(inverseEquity), 'level'))
 */
export function maximum(argument: Expression, label?: string): Expression {
  if (argument.rows === 0) {
    throw new SpillwayError({
      code: 'empty-maximum',
      path: label ?? 'maximum',
      value: 0,
      problem: 'an empty block has no largest entry',
      cure: 'Leave the term out, or add a constant that stands for the least it can be.',
    })
  }
  return applyAtom(maximumAtom, argument, label)
}

export const maximumFamily: AtomFamily = { name: 'maximum', draw: () => maximumAtom }
