import { type EquilibratedForm, equilibrate, hasTinyCoefficients } from '../canonical/equilibrate.js'
import type { EngineAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import type { Boxes } from '../certificates/boxes.js'
import { SpillwayError } from '../errors.js'
import { solvers } from '../solvers/index.js'
import { type EngineRun, runEngine } from '../solvers/runner.js'
import type { EngineSettings, Solver } from '../solvers/solver.js'
import type { SolveFormOptions, SolveProgress } from './options.js'

/** What every hop of one solve shares: the form, the clock, and how to ask an engine. */
export interface Road {
  readonly form: StandardForm
  readonly boxes: Boxes
  readonly solver: Solver
  readonly tolerance: number
  readonly isInteger: boolean
  /** Seconds left; not below zero. */
  remaining(): number
  /** `share`: of the seconds that are left. */
  ask(
    solver: Solver,
    form: StandardForm,
    settings: EngineSettings,
    phase: SolveProgress['phase'],
    share?: number,
  ): Promise<EngineRun>
}

/** The engine that supplies multipliers and bounds where the chosen one has none. */
export const prover: Solver = solvers[0] as Solver

export function openRoad(
  form: StandardForm,
  boxes: Boxes,
  solver: Solver,
  limits: { readonly tolerance: number; readonly timeLimitSeconds: number },
  { signal, onProgress }: SolveFormOptions,
): Road {
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  const remaining = (): number => Math.max(0, limits.timeLimitSeconds - seconds())
  let solved = 0
  const limitOf = (phase: SolveProgress['phase']): number =>
    phase === 'refine' ? Math.min(remaining(), Math.max(REFINEMENT.least, REFINEMENT.share * solved)) : remaining()
  return {
    form,
    boxes,
    solver,
    tolerance: limits.tolerance,
    isInteger: form.integer.some((flag) => flag !== 0),
    remaining,
    ask: async (engine, asked, settings, phase, share = 1) => {
      if (remaining() <= 0) return { answer: OUT_OF_TIME, seconds: 0 }
      onProgress?.({ phase, solver: engine.name, seconds: seconds() })
      const { form: posed, recover } = posedTo(engine, asked)
      const run = runEngine(engine, posed, {
        settings,
        signal,
        timeLimitSeconds: share * limitOf(phase),
        onProgress: onProgress && ((note) => onProgress({ phase, solver: engine.name, seconds: seconds(), ...note })),
      }).then(({ answer, seconds }) => ({ answer: recover(answer), seconds }))
      if (phase !== 'solve') return run.catch(noWitness)
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

/** The form as a solver can take it: equilibrated where it would drop coefficients in silence, else as it is. */
export function posedTo({ capabilities: { leastCoefficient } }: Solver, form: StandardForm): EquilibratedForm {
  if (leastCoefficient !== undefined && hasTinyCoefficients(form, leastCoefficient)) return equilibrate(form)
  return { form, recover: (answer) => answer }
}

/** A witness that breaks is no evidence, and no failure of the solve. */
function noWitness(error: unknown): EngineRun {
  if (!(error instanceof SpillwayError && error.code === 'engine-failed')) throw error
  return { answer: { claim: 'failed', status: error.message }, seconds: 0 }
}

const OUT_OF_TIME: EngineAnswer = { claim: 'limit', status: 'no time left' }
