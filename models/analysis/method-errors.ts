import { SpillwayError } from '../../src/errors.js'

/** A closed form was asked for where there is none. */
export function noClosedForm(asked: string): SpillwayError {
  return new SpillwayError({
    code: 'no-closed-form',
    path: 'options.solver',
    value: asked,
    problem: 'no closed form reaches this objective on this book',
    cure: 'Leave the solver out, or name a solver; the page of the objective says how far closed forms reach.',
  })
}

/** The caller's signal is aborted. */
export function cancelled(): SpillwayError {
  return new SpillwayError({
    code: 'cancelled',
    path: 'options.signal',
    value: 'aborted',
    problem: 'the caller aborted',
    cure: 'Call again without aborting.',
    fault: 'engine',
  })
}

/** A bound above a feasible value. Both are exact, so this is a fault of ours and must be loud. */
export function contradiction(solver: string): SpillwayError {
  return new SpillwayError({
    code: 'contradiction',
    path: 'certificate',
    value: solver,
    problem: 'the lower bound exceeds the value of a feasible allocation',
    cure: 'Nothing of this answer can be used; please report the event.',
    fault: 'engine',
  })
}
