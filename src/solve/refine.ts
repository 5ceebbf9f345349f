import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { judgeFeasibility, tidy } from '../certificates/feasibility.js'
import { multiplyMatrix } from '../numeric/sparse-matrix.js'
import type { SolverSettings } from '../solvers/solver.js'
import type { SolveContext } from './context.js'

/**
 * Iterative refinement of a linear program's point (Gleixner, Steffy and Wolter 2016): what a solver leaves undone is a
 * linear program of its own, seen through a magnifying glass of power s,
 *
 *     minimise c·δ   subject to   s (rowLower − Ax) ≤ Aδ ≤ s (rowUpper − Ax),   s (lower − x) ≤ δ ≤ s (upper − x),
 *
 * and x + δ/s is as good as 1/s of the solver's tolerance, or of the digit to which it rounds its output. The power grows from
 * round to round, or the second would round to nothing. Row prices of the one are row prices of the other.
 */
const POWER = 2 ** 20

/** Below this an answer is as good as doubles are. */
export const SHARP = 1e-12

/** How far a point is from a sharp one: the larger of its gap and its violation, for a broken row can hide a gap. */
export function residual(form: StandardForm, x: Float64Array, relativeGap: number | undefined): number {
  return Math.max(relativeGap ?? Infinity, judgeFeasibility(form, x).relative)
}

/** The point refined for the `round`-th time (from 0), with the solver's new prices; undefined where it finds none. */
export async function refine(
  context: Pick<SolveContext, 'form' | 'solver' | 'ask'>,
  x: Float64Array,
  settings: SolverSettings,
  round: number,
): Promise<(SolverAnswer & { readonly x: Float64Array }) | undefined> {
  const power = POWER ** (round + 1)
  const inside = x.map((value, j) => Math.min(Math.max(value, context.form.lower[j]), context.form.upper[j]))
  const { answer } = await context.ask(context.solver, magnified(context.form, inside, power), settings, 'refine')
  if (answer.claim !== 'optimal' || answer.x === undefined) return undefined
  const correction = answer.x
  const refined = inside.map((value, j) => value + correction[j] / power)
  return { ...answer, x: tidy(context.form, refined, SHARP) }
}

function magnified(form: StandardForm, x: Float64Array, power: number): StandardForm {
  const activity = multiplyMatrix(form.matrix, x)
  const shift = (bounds: Float64Array, values: Float64Array): Float64Array =>
    bounds.map((bound, k) => (Number.isFinite(bound) ? power * (bound - values[k]) : bound))
  return {
    ...form,
    offset: 0,
    rowLower: shift(form.rowLower, activity),
    rowUpper: shift(form.rowUpper, activity),
    lower: shift(form.lower, x),
    upper: shift(form.upper, x),
  }
}
