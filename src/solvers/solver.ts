import type { EngineAnswer } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import type { SpillwayError } from '../errors.js'

/** What an engine can take and what it gives back; shared code asks here and never by name. */
export interface Capabilities {
  /** Convex quadratic objectives. */
  readonly quadratic: boolean
  /** Whole columns. */
  readonly integer: boolean
  /** Whole columns together with a quadratic objective. */
  readonly integerQuadratic: boolean
  /** Whole columns without any bound. */
  readonly freeInteger: boolean
  /** Multipliers of the rows come with the point. */
  readonly rowPrices: boolean
  /** A lower bound of its own for forms with whole columns. */
  readonly integerBound: boolean
  /** Coefficients at or below this, beside 1 or the largest of their row, may be dropped; such forms are equilibrated before. */
  readonly leastCoefficient?: number
  /** The largest form it is trusted with; `cells` counts rows · columns of engines that keep a dense tableau. */
  readonly largest: {
    readonly rows: number
    readonly columns: number
    readonly entries: number
    readonly cells?: number
  }
}

/** How one run of an engine is set up. Plain data: it crosses to a worker thread. */
export interface EngineSettings {
  readonly method?: 'simplex' | 'ipm'
  readonly presolve?: boolean
  /** Basis after an interior point. */
  readonly crossover?: boolean
  /** Absolute tolerance on rows, bounds and reduced costs. */
  readonly feasibility?: number
  /** What a quadratic engine may add to the diagonal of Q. */
  readonly regularization?: number
  /** Hands the columns over in reverse order: another pivot path, out of a cycle. */
  readonly reversed?: boolean
}

export interface EngineProgress {
  readonly iterations?: number
  readonly objective?: number
  readonly bound?: number
}

export interface EngineOptions extends EngineSettings {
  readonly timeLimitSeconds: number
  readonly report?: (progress: EngineProgress) => void
}

/** Hints of the caller; an engine takes those it understands. */
export interface Hints {
  readonly method?: 'simplex' | 'ipm'
  readonly presolve?: boolean
}

export interface Solver {
  readonly name: string
  /** Where its file is; the worker thread loads it from there and takes its export `solver`. */
  readonly module: string
  readonly capabilities: Capabilities
  isPresent(): Promise<boolean>
  version(): Promise<string>
  /** What to type when it is absent. */
  readonly install: string
  /** Why it cannot take a form whose kind and size its capabilities allow; for solvers of forms of a special shape. */
  refusal?(form: StandardForm): SpillwayError | undefined
  /** Settings to try, in order, until an answer is proved. */
  attempts(form: StandardForm, hints: Hints): readonly EngineSettings[]
  /** Runs in this thread; `runner.ts` calls it in a worker. */
  answer(form: StandardForm, options: EngineOptions): Promise<EngineAnswer>
}
