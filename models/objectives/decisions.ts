import { SpillwayError } from '../../src/errors.js'
import type { Program } from '../../src/language/index.js'
import { tabulate, toNumber } from '../../src/numeric/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import { leverageProblem } from '../proof/leverage/problem.js'
import { noteBlock } from './block-notes.js'

/** What the variables of a program say of reductions: closed of a pair = constant by pair + Σ scale · variable of the pair. */
export interface Decisions {
  readonly block: string
  /** The pair of each variable of the block, and the contracts that one unit of it closes. */
  readonly pairs: Int32Array
  readonly scale: Float64Array
  /** By pair; it stands alone for pairs without a variable. */
  readonly constant: Float64Array
}

const known = new WeakMap<Program, Omit<Decisions, 'constant'> & { readonly isKept: boolean }>()

/** Notes what the variables of a block are: contracts closed of these pairs, or kept of them, one unit standing for `unit`. */
export function noteDecisions(
  program: Program,
  block: 'kept' | 'closed' | 'step',
  pairs: Int32Array,
  unit: ArrayLike<number>,
): void {
  const isKept = block === 'kept'
  noteBlock(program, 'columns', block, { of: 'contracts', unit, pair: pairs })
  known.set(program, { block, pairs, isKept, scale: tabulate(unit.length, (t) => (isKept ? -unit[t] : unit[t])) })
}

/**
 * The decisions of a program that was noted. Pairs outside it follow the rule of the leverage objectives: the insolvent
 * give what they must, pro rata, and what has no part in the objective gives its share of the rest.
 */
export function decisionsOf(program: Program, space: DecisionSpace): Decisions {
  const noted = known.get(program)
  if (noted === undefined) {
    throw new SpillwayError({
      code: 'not-expressible',
      path: 'map',
      value: undefined,
      problem: 'the variables of this program are not reductions of pairs',
      cure: 'Leave --map out.',
    })
  }
  const { isKept, ...decisions } = noted
  if (!isKept) return { ...decisions, constant: new Float64Array(space.capacity.length) }
  const problem = leverageProblem(space)
  const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)
  const constant = space.capacity.map((most, pair) => {
    const k = space.pairMarket[pair]
    const isInsolvent = problem.isInsolvent[space.pairOwner[pair]] === 1
    const [part, whole] = isInsolvent
      ? [problem.duty[k], problem.insolventCapacity[k]]
      : [problem.remaining[k], problem.solventCapacity[k]]
    return most * share(toNumber(part), toNumber(whole))
  })
  for (const pair of decisions.pairs) constant[pair] = space.capacity[pair]
  return { ...decisions, constant }
}
