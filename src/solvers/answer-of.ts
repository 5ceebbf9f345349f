import { type ConicForm, isConic } from '../canonical/conic-form.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import type { Solver, SolverOptions } from './solver.js'

/** A solver's answer to a form of either kind. Throws where the form has cones and the solver takes none. */
export function answerOf(
  solver: Solver,
  form: StandardForm | ConicForm,
  options: SolverOptions,
): Promise<SolverAnswer> {
  if (!isConic(form)) return solver.answer(form, options)
  if (solver.answerConic === undefined) throw new Error(`${solver.name} takes no cones`)
  return solver.answerConic(form, options)
}
