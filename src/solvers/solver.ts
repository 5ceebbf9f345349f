import type { ConeKind, ConicForm } from '../canonical/conic-form.js'
import type { SolverAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import type { SpillwayError } from '../errors.js'

/** What a solver can take and what it gives back; shared code asks here and never by name. */
export interface Capabilities {
  /** Convex quadratic objectives. */
  readonly quadratic: boolean
  /** Integer variables. */
  readonly integer: boolean
  /** Integer variables together with a quadratic objective. */
  readonly integerQuadratic: boolean
  /** Integer variables without any bound. */
  readonly freeInteger: boolean
  /** Duals of the rows come with the point. */
  readonly rowPrices: boolean
  /** A lower bound of its own for forms with integer variables. */
  readonly integerBound: boolean
  /**
   * Cones that it takes by `answerConic`. Default none: of others, and without integer variables only, tangents stand
   * in for them.
   */
  readonly cones?: readonly ConeKind[]
  /** Coefficients at or below this, beside 1 or the largest of their row, may be dropped; such forms are equilibrated before. */
  readonly leastCoefficient?: number
  /** The largest form it is trusted with; `cells` counts rows · columns of solvers that keep a dense tableau. */
  readonly largest: {
    readonly rows: number
    readonly columns: number
    readonly entries: number
    readonly cells?: number
  }
}

/** How one run of a solver is set up. Plain data: it crosses to a worker thread. */
export interface SolverSettings {
  readonly method?: 'simplex' | 'ipm'
  readonly presolve?: boolean
  /** Basis after an interior point. */
  readonly crossover?: boolean
  /** Absolute tolerance on rows, bounds and reduced costs. */
  readonly feasibility?: number
  /** What a quadratic solver may add to the diagonal of Q. */
  readonly regularization?: number
  /** From the basis of the solve before, where the solver kept its model. */
  readonly warm?: boolean
  /** Hands the columns over in reverse order: another pivot path, out of a cycle. */
  readonly reversed?: boolean
}

/** What a solver says while it runs. */
export interface SolverProgress {
  readonly iterations?: number
  readonly objective?: number
  readonly bound?: number
}

/** One run of a solver: its settings, its time limit, and who listens. */
export interface SolverOptions extends SolverSettings {
  readonly timeLimitSeconds: number
  readonly report?: (progress: SolverProgress) => void
  /** Of solvers outside: ends the run. */
  readonly signal?: AbortSignal
}

/** Hints of the caller; a solver takes those it understands. */
export interface Hints {
  readonly method?: 'simplex' | 'ipm'
  readonly presolve?: boolean
}

/** A solver: what it takes, whether it is installed, and how it answers a form. */
export interface Solver {
  readonly name: string
  /** Where its file is; the worker thread loads it from there and takes its export `solver`. */
  readonly module: string
  /** Runs in a process of its own, so that it needs no thread and ends itself at the limit and on the signal. */
  readonly isOutside?: boolean
  /** A thread of its own by this name, kept until `endThread`: for solvers that remember their last model. */
  readonly thread?: string
  readonly capabilities: Capabilities
  isPresent(): Promise<boolean>
  version(): Promise<string>
  /** What to type when it is absent. */
  readonly install: string
  /** Why it cannot take a form whose kind and size its capabilities allow; for solvers of forms of a special shape. */
  refusal?(form: StandardForm): SpillwayError | undefined
  /** Settings to try, in order, until an answer is proved. */
  settingsToTry(form: StandardForm, hints: Hints): readonly SolverSettings[]
  /** Loads what an answer needs, in the thread that will be asked; for solvers whose loading takes long. */
  load?(): Promise<unknown>
  /** Runs in this thread; `runner.ts` calls it in a worker. */
  answer(form: StandardForm, options: SolverOptions): Promise<SolverAnswer>
  /**
   * The same for forms with cones, of the kinds in its capabilities; the answer has `coneDuals` beside the duals of
   * rows, where there are any.
   */
  answerConic?(form: ConicForm, options: SolverOptions): Promise<SolverAnswer>
}
