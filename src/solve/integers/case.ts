import { elasticForm, relaxation } from '../../canonical/evidence-forms.js'
import type { Claim, SolverAnswer } from '../../canonical/outcome.js'
import type { StandardForm } from '../../canonical/standard-form.js'
import { dualBound, ROUNDING } from '../../certificates/dual-bound.js'
import { type ImpliedBounds, impliedBounds } from '../../certificates/implied-bounds.js'
import { judgeFarkas } from '../../certificates/infeasibility.js'
import { repairDuals } from '../../certificates/repair.js'
import type { SolverSettings } from '../../solvers/solver.js'
import type { Fixer } from './fix-columns.js'

/**
 * One case of an integer program: its integer variables confined to lower ≤ x ≤ upper. What the rows imply is drawn in
 * (for integers; of the others, those that the rows pin), columns whose bounds meet are substituted, and the relaxation
 * of what is left is solved and judged: no integer point of the case is better than `bound`, however well or badly the
 * solver did.
 */
export interface Case {
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** The relaxation with fixed columns substituted. */
  readonly form: StandardForm
  readonly bounds: ImpliedBounds
}

/** Substituting may fix further columns; so many rounds are worth it. */
const ROUNDS = 3

/** The case that is left of variable bounds, or `infeasible` where the rows rule out every point. */
export function caseWithin(
  form: StandardForm,
  fix: Fixer,
  from: Float64Array,
  to: Float64Array,
): Case | { readonly infeasible: string } {
  let lower = from
  let upper = to
  for (let round = 1; ; round++) {
    const fixed = fix(lower, upper)
    if (fixed.conflict !== undefined) return { infeasible: fixed.conflict }
    const bounds = impliedBounds(fixed.form)
    if (bounds.conflict !== undefined) return { infeasible: bounds.conflict }
    let hasFixed = false
    const drawnIn = (own: Float64Array, implied: Float64Array, other: Float64Array): Float64Array =>
      own.map((bound, j) => {
        const isPinned = implied[j] === other[j]
        if (implied[j] === bound || (form.integer[j] === 0 && !isPinned)) return bound
        hasFixed ||= isPinned
        return implied[j]
      })
    const nextLower = drawnIn(lower, bounds.lower, bounds.upper)
    const nextUpper = drawnIn(upper, bounds.upper, bounds.lower)
    lower = nextLower
    upper = nextUpper
    if (!hasFixed || round === ROUNDS) {
      const last = hasFixed ? fix(lower, upper) : { form: { ...fixed.form, lower, upper } }
      if (last.conflict !== undefined) return { infeasible: last.conflict }
      return { lower, upper, form: relaxation(last.form), bounds }
    }
  }
}

export interface CaseBound {
  readonly claim: Claim
  /** The solver's point of the relaxation, where it has one. */
  readonly x?: Float64Array
  /** ∞ where the case is proved to be infeasible, −∞ where nothing is known. */
  readonly bound: number
  /** What the bound lost to reduced costs that are nothing but rounding. */
  readonly lost: number
}

export type Ask = (form: StandardForm, settings: SolverSettings) => Promise<SolverAnswer>

/** A safe bound of a case. */
export async function boundCase({ form, bounds }: Case, settings: SolverSettings, ask: Ask): Promise<CaseBound> {
  const answer = await ask(form, settings)
  const { claim, x, rowPrices } = answer
  if (x !== undefined && rowPrices !== undefined && claim === 'optimal') {
    return { claim, x, ...byDuals(form, bounds, x, rowPrices) }
  }
  if (claim === 'limit') return { claim, bound: -Infinity, lost: 0 }
  const elastic = await ask(elasticForm(form), settings)
  const nearest = elastic.x?.slice(0, form.linear.length)
  if (nearest !== undefined && elastic.rowPrices !== undefined) {
    const { proved } = judgeFarkas(form, elastic.rowPrices, bounds, nearest)
    if (proved) return { claim: 'infeasible', bound: Infinity, lost: 0 }
  }
  return { claim, ...(x && { x }), bound: -Infinity, lost: 0 }
}

/** The bound that duals prove; −∞ where they leave more than rounding on a column without bounds. */
export function byDuals(
  form: StandardForm,
  bounds: ImpliedBounds,
  x: Float64Array,
  y: Float64Array,
): { readonly bound: number; readonly lost: number } {
  const options = { bounds, around: x }
  let found = dualBound(form, y, options)
  if (found.dualResidual > ROUNDING) found = dualBound(form, repairDuals(form, y, bounds, x), options)
  return found.dualResidual > ROUNDING ? { bound: -Infinity, lost: 0 } : { bound: found.bound, lost: found.lost }
}
