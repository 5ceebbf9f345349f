import { SpillwayError } from '../../errors.js'
import { type AtomFamily, applyAtom, type EpigraphAtom } from '../atom.js'
import { asExpression, Expression, type Operand } from '../expression.js'

/** max_r a_r as the least u with a_r ≤ u for every r: one column and a row per entry. */
export const maximumAtom: EpigraphAtom = {
  name: 'maximum',
  curvature: 'convex',
  monotonicity: 'increasing',
  shape: 'scalar',
  value: (entries) => Float64Array.of(entries.reduce((largest, entry) => Math.max(largest, entry), -Infinity)),
  rewriting: 'epigraph',
  recession: 'itself',
  epigraph: ({ argument, output }) => [argument.minus(output).atMost(0)],
}

/**
 * The largest entry of all blocks together, max_b max_r a_br: one row, convex and increasing, so the blocks may themselves be
 * convex. Numbers stand for constants. The smallest entry is `maximum(a.negated()).negated()`.
 *
 * A text as last argument names it in reports. Throws `empty-maximum` where the blocks have no rows, `wrong-type` for what is no
 * block, `mixed-programs`, and as `applyAtom` does.
 *
 *     program.minimize(maximum(exposure.times(inverseEquity), 'level'))
 *     program.minimize(maximum(cost, penalty, 0))
 */
export function maximum(...blocks: readonly Operand[]): Expression
export function maximum(...blocksAndLabel: readonly [...blocks: Operand[], label: string | undefined]): Expression
export function maximum(...given: readonly (Operand | string | undefined)[]): Expression {
  const last = given.at(-1)
  const isLabelled = typeof last === 'string' || (last === undefined && given.length > 1)
  const label = typeof last === 'string' ? last : undefined
  const blocks = (isLabelled ? given.slice(0, -1) : given).map((block, b) =>
    asExpression(given.length > 1 ? `maximum[${b}]` : 'maximum', block as Operand),
  )
  const argument = blocks.length === 1 ? (blocks[0] as Expression) : Expression.concat(blocks)
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
