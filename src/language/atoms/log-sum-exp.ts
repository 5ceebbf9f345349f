import { SpillwayError } from '../../errors.js'
import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import { exponential } from '../curve.js'
import { type Expression, expectExpression } from '../expression.js'
import { maximumAtom } from './maximum.js'

/** u ≥ ln Σ_r exp(a_r) just where v_r ≥ exp(a_r − u) add up to at most 1: exponential cones with tangents of their own. */
const logSumExpAtom: EpigraphAtom = {
  name: 'logSumExp',
  curvature: 'convex',
  monotonicity: 'increasing',
  shape: 'scalar',
  value: (entries) => {
    const most = entries.reduce((high, entry) => Math.max(high, entry), -Infinity)
    if (!Number.isFinite(most)) return Float64Array.of(most)
    return Float64Array.of(most + Math.log(entries.reduce((sum, entry) => sum + Math.exp(entry - most), 0)))
  },
  rewriting: 'epigraph',
  recession: maximumAtom,
  epigraph: ({ argument, output, entries, above }) => {
    const of = entries().minus(output.gather(new Int32Array(argument.rows)))
    return [above({ name: 'share', curve: exponential, of }).sum().atMost(1)]
  },
}

/**
 * The logarithm of the sum of exponentials of a block, ln Σ_r exp(a_r): one row, convex and increasing, above the
 * largest entry by at most ln n. It may stand in the objective and, bounded above, in constraints.
 *
 * `label` names it in reports. Throws `empty-maximum` for a block without rows, and as `applyAtom` does. Programs with
 * it are solved by `solveProgram`, which certifies them by tangents.
 *
 *     program.minimize(logSumExp(loss.times(1 / temperature)).times(temperature))
 */
export function logSumExp(argument: Expression, label?: string): Expression {
  expectExpression('logSumExp', argument)
  if (argument.rows === 0) {
    throw new SpillwayError({
      code: 'empty-maximum',
      path: label ?? 'logSumExp',
      value: 0,
      problem: 'an empty block has no sum of exponentials with a logarithm',
      cure: 'Leave the term out, or add a constant that stands for the least it can be.',
    })
  }
  return applyAtom(logSumExpAtom, argument, label)
}

export const logSumExpFamily: AtomFamily = { name: 'logSumExp', draw: () => logSumExpAtom }
