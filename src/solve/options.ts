import { SpillwayError } from '../errors.js'
import type { Solver } from '../solvers/solver.js'
import { aFlag, aFunction, aNumber, aSignal, expectOptions, isObject, typed } from '../validation.js'

/** What a follower is given while a form is solved. */
export interface SolveProgress {
  /**
   * `solve`: the solver asked for; `refine`: what it left undone; `prove`: duals or a bound are fetched; `evidence`: a
   * claim is checked.
   */
  readonly phase: 'solve' | 'refine' | 'prove' | 'evidence'
  readonly solver: string
  /** Since the call. */
  readonly seconds: number
  readonly iterations?: number
  readonly objective?: number
  readonly bound?: number
}

/** Options of `solveForm` and `solveProgram`. */
export interface SolveFormOptions {
  /**
   * A name (`highs`, `clarabel`, `jslp`, `yalps`, `glpk`, `scs`) or a solver of your own; default: by kind and size of
   * the form.
   */
  readonly solver?: string | Solver | undefined
  /** Largest relative gap of an optimal answer; default 1e-6. */
  readonly tolerance?: number | undefined
  /** For the whole call, proof included; default 300. */
  readonly timeLimitSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: SolveProgress) => void) | undefined
  /** Hints to solvers that know them. */
  readonly method?: 'simplex' | 'ipm' | undefined
  readonly presolve?: boolean | undefined
  /**
   * Whether a linear program's answer is refined to the last digits; default true. Refinement takes about as long as the solve:
   * without it an answer is as good as the tolerance, and is refined only where it misses that.
   */
  readonly refine?: boolean | undefined
}

export const defaultOptions = { tolerance: 1e-6, timeLimitSeconds: 300 } as const

const aSolver = typed(
  'the name of a solver, or a solver of your own',
  (value) => typeof value === 'string' || (isObject(value) && typeof value.answer === 'function'),
)

const expectSolveFormOptions = expectOptions<SolveFormOptions>({
  solver: aSolver,
  tolerance: aNumber,
  timeLimitSeconds: aNumber,
  signal: aSignal,
  onProgress: aFunction,
  method: typed("'simplex' or 'ipm'", (value) => value === 'simplex' || value === 'ipm'),
  presolve: aFlag,
  refine: aFlag,
})

/** Throws `unknown-option`, and `option-value` on values that cannot be meant. */
export function checkedOptions(options: SolveFormOptions): { tolerance: number; timeLimitSeconds: number } {
  expectSolveFormOptions('options', options)
  const { tolerance = defaultOptions.tolerance, timeLimitSeconds = defaultOptions.timeLimitSeconds } = options
  if (!(tolerance >= 0 && tolerance < 1))
    refuse('tolerance', tolerance, 'Give a relative gap from 0 up to, not including, 1.')
  if (!(timeLimitSeconds > 0)) refuse('timeLimitSeconds', timeLimitSeconds, 'Give a number of seconds above zero.')
  return { tolerance, timeLimitSeconds }
}

function refuse(field: string, value: unknown, cure: string): never {
  const problem = 'is not a number that makes sense here'
  throw new SpillwayError({ code: 'option-value', path: `options.${field}`, value, problem, cure })
}
