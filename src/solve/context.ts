import { type EquilibratedForm, equilibrate, hasTinyCoefficients } from '../canonical/equilibrate.js'
import { inLargerUnits } from '../canonical/larger-units.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import type { ImpliedBounds } from '../certificates/implied-bounds.js'
import { SpillwayError } from '../errors.js'
import { solvers } from '../solvers/registry.js'
import { runSolver, type SolverRun } from '../solvers/runner.js'
import type { Solver, SolverSettings } from '../solvers/solver.js'
import type { SolveFormOptions, SolveProgress } from './options.js'

/** What every hop of one solve shares: the form, the clock, and how to ask a solver. */
export interface SolveContext {
  readonly form: StandardForm
  readonly bounds: ImpliedBounds
  readonly solver: Solver
  readonly tolerance: number
  readonly isInteger: boolean
  /** Seconds left; not below zero. */
  remaining(): number
  /** `share`: of the seconds that are left. */
  ask(
    solver: Solver,
    form: StandardForm,
    settings: SolverSettings,
    phase: SolveProgress['phase'],
    share?: number,
  ): Promise<SolverRun>
}

/** The solver that supplies duals and bounds where the chosen one has none. */
export const prover: Solver = solvers[0] as Solver

export function openContext(
  form: StandardForm,
  bounds: ImpliedBounds,
  solver: Solver,
  limits: { readonly tolerance: number; readonly timeLimitSeconds: number },
  { signal, onProgress }: SolveFormOptions,
): SolveContext {
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  const remaining = (): number => Math.max(0, limits.timeLimitSeconds - seconds())
  let solved = 0
  const limitOf = (phase: SolveProgress['phase']): number =>
    phase === 'refine' ? Math.min(remaining(), Math.max(REFINEMENT.least, REFINEMENT.share * solved)) : remaining()
  return {
    form,
    bounds,
    solver,
    tolerance: limits.tolerance,
    isInteger: form.integer.some((flag) => flag !== 0),
    remaining,
    ask: async (solver, asked, settings, phase, share = 1) => {
      if (remaining() <= 0) return { answer: OUT_OF_TIME, seconds: 0 }
      onProgress?.({ phase, solver: solver.name, seconds: seconds() })
      const { form: posed, recover } = posedTo(solver, asked)
      const run = runSolver(solver, posed, {
        settings,
        signal,
        timeLimitSeconds: share * limitOf(phase),
        onProgress: onProgress && ((note) => onProgress({ phase, solver: solver.name, seconds: seconds(), ...note })),
      }).then(({ answer, seconds }) => ({ answer: recover(answer), seconds }))
      if (phase !== 'solve') return run.catch(noEvidence)
      const { seconds: spent } = await run
      solved = Math.max(solved, spent)
      return run
    },
  }
}

/**
 * Seconds that one refinement may take: it is a program of the size of the one solved, and usually faster. A solver that
 * circles on the magnified program would otherwise spend all of the time limit on digits that may not be needed.
 */
const REFINEMENT = { least: 1, share: 5 } as const

/**
 * The form as a solver can take it: in larger units where a point must go further than solvers look, equilibrated where
 * it would drop coefficients in silence, else as it is.
 */
export function posedTo({ capabilities: { leastCoefficient } }: Solver, form: StandardForm): EquilibratedForm {
  const near = inLargerUnits(form)
  const posed = near?.form ?? form
  const own = near?.recover ?? ((answer: SolverAnswer) => answer)
  if (leastCoefficient === undefined || !hasTinyCoefficients(posed, leastCoefficient))
    return { form: posed, recover: own }
  const even = equilibrate(posed)
  return { form: even.form, recover: (answer) => own(even.recover(answer)) }
}

/** A certifier that breaks is no evidence, and no failure of the solve. */
function noEvidence(error: unknown): SolverRun {
  if (!(error instanceof SpillwayError && error.code === 'engine-failed')) throw error
  return { answer: { claim: 'failed', status: error.message }, seconds: 0 }
}

const OUT_OF_TIME: SolverAnswer = { claim: 'limit', status: 'no time left' }
