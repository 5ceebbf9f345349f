import type { BlockProgram, Outcome, Recovered, RiskProgram } from '../../src/canonical/index.js'
import type { Program } from '../../src/language/index.js'
import type { SolveFormOptions } from '../../src/solve/index.js'
import type { BlockSolution, RiskSolution } from '../../src/solvers/index.js'
import type { AdlEvent } from '../book/index.js'
import type { Bound, Claim, Claimant, PrepareOptions, Reductions } from '../proof/claim.js'
import type { ObjectiveInput, ObjectiveInputs } from '../proof/inputs.js'

export type { Bound, Claim, Claimant, FactorExposure, PrepareOptions, Reductions } from '../proof/claim.js'
export { missingInput, type ObjectiveInput, type ObjectiveInputs } from '../proof/inputs.js'

/** What can be said of an objective before it is given anything. */
export interface ObjectiveFacts {
  /** As on the command line. */
  readonly name: string
  /** One line for `spillway list`. */
  readonly summary: string
  readonly formula: string
  readonly source: string
  /** What the value is in, where it is no pure number. */
  readonly unit?: 'leverage' | 'quote currency'
  /** How the value changes when all prices and equities are multiplied by t: by t to this power. For the shared property tests. */
  readonly homogeneity?: number
}

/**
 * What the exchange minimises. An objective states its mathematics and prepares an event for it; everything else,
 * choosing the method, running solvers, judging and reporting, is shared.
 */
export interface Objective extends ObjectiveFacts, Claimant {
  readonly name: string
  prepare(event: AdlEvent, options?: PrepareOptions): PreparedObjective
}

/** An entry of the registry: an objective by name, before its inputs are at hand. */
export interface ObjectiveKind extends ObjectiveFacts {
  /** The inputs that it cannot do without, whatever the event. */
  readonly needs: readonly ObjectiveInput[]
  /** Throws `SpillwayError` `missing-input` where one of them is missing (see `missingInput`). */
  make(inputs: ObjectiveInputs): Objective
}

/** A claim of an event with what finds answers to it: closed forms, programs, solvers. */
export interface PreparedObjective extends Claim {
  /** The exact answer without any solver, where there is one. */
  closedForm(): Plan | undefined
  /** The exact answer in whole lots, where there is one; asked for only when the space has lots. */
  lotPlan?(): Plan | undefined
  /**
   * Reductions in whole lots with those of accounts that come last as the objective has them; what rounding made of
   * them is none of it.
   */
  lastInLots?(reductions: Reductions): Reductions
  /** The answer by a solver: one program, or a short sequence of them. */
  bySolver(run: RunProgram, pause?: Pause): Promise<Plan | Stopped>
  /** What screening left of accounts × moves, where the objective screens. */
  screening?(): { readonly dropped: number; readonly linear: number; readonly kinked: number }
  /** The one program that stands for the objective. Throws `SpillwayError` where there is none. */
  program(): Program
}

/** Reductions, and what proves them good. */
export interface Plan {
  readonly reductions: Reductions
  /** How a closed form came by it, where that is not in one step. */
  readonly how?: string
  /** A bound that holds for every feasible allocation, found from evidence of this plan and computed by a judge. */
  bound(): Bound
}

/** A solver's run that ended without a point. */
export interface Stopped {
  readonly status: Exclude<Outcome['status'], 'optimal'>
  readonly reason: string
}

/**
 * Solves a program by the solver that was chosen, by way of the standard form; a solver with several methods tries
 * `method` first.
 */
export interface RunProgram {
  (program: Program, hints?: RunHints): Promise<Answered | Stopped>
  /**
   * Solves a block-angular program by the method made for it; absent where another solver was asked for. Undefined where it stalled
   * and the general solvers may do better.
   */
  readonly blocks?: (program: BlockProgram) => Promise<BlockSolution | undefined>
  /** Whether that method was asked for by name: then it takes small programs as well. */
  readonly isBlocks?: boolean
  /** The same for a risk measure of sums of hinges; relative gaps are measured against `floor` at least. */
  readonly risk?: (program: RiskProgram, floor: number) => Promise<RiskSolution | undefined>
}

/**
 * To be awaited between steps of a long computation of an objective's own: lets others run, throws `cancelled` when the caller
 * aborted, and says whether time is left; without it, stop and hand over what there is.
 */
export type Pause = () => Promise<boolean>

/** What an objective asks of the solver: a method to try first, and whether the point is to be refined. */
export type RunHints = Pick<SolveFormOptions, 'method' | 'refine'>

/** A point, and the duals of all rows of the program's standard form that prove it good, where the method found some. */
export interface Answered extends Recovered {
  readonly duals?: Float64Array | undefined
}

/** Whether a run ended without a point. */
export function isStopped(answer: object): answer is Stopped {
  return 'reason' in answer
}
