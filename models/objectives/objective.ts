import {
  type Decimal,
  type Outcome,
  type Program,
  type Ratio,
  type Recovered,
  type SolveFormOptions,
  SpillwayError,
} from '../../src/index.js'
import type { DecisionSpace } from '../book/decision-space.js'
import type { AdlEvent } from '../book/index.js'
import type { LoadingsInput, Moves } from '../moves/index.js'

/** What can be said of an objective before it is told anything. */
export interface ObjectiveFacts {
  /** As on the command line. */
  readonly name: string
  /** One line for `spillway list`. */
  readonly summary: string
  readonly formula: string
  readonly source: string
  /** What the value is in, where it is no pure number. */
  readonly unit?: 'leverage' | 'quote currency'
  /** How the value changes when all prices and equities are multiplied by t: by t to this power. For the shared laws. */
  readonly homogeneity?: number
}

/**
 * What the exchange minimises. An objective states its mathematics and prepares an event for it; everything else,
 * choosing the road, running engines, judging and reporting, is shared.
 */
export interface Objective extends ObjectiveFacts {
  /** What it was told, so that a certificate can carry it; absent where it was told nothing. */
  readonly inputs?: ObjectiveInputs
  prepare(event: AdlEvent, options?: PrepareOptions): PreparedObjective
}

/** An entry of the registry: an objective by name, before its inputs are at hand. */
export interface ObjectiveKind extends ObjectiveFacts {
  /** The inputs that it cannot do without, whatever the event. */
  readonly needs: readonly ObjectiveInput[]
  /** Throws `SpillwayError` `missing-input` where one of them is missing (see `missingInput`). */
  make(inputs: ObjectiveInputs): Objective
}

export interface PrepareOptions {
  /** Whole lots only, in markets that have a lot size. */
  readonly lots?: boolean
  /** Values and bounds in exact arithmetic at any size, where large books have rounded enclosures otherwise; default false. */
  readonly exact?: boolean
}

/** What objectives may be told; each takes what it needs and ignores the rest. */
export interface ObjectiveInputs {
  readonly moves?: Moves | undefined
  /** α of CVaR. */
  readonly confidence?: number | undefined
  readonly loadings?: LoadingsInput | undefined
}

export type ObjectiveInput = keyof ObjectiveInputs

const CURES: Readonly<Record<ObjectiveInput, string>> = {
  moves: 'Give price moves: --moves FILE, or `readMoves`; `spillway moves` makes some.',
  confidence: 'Give a number between 0 and 1: --confidence 0.99.',
  loadings: 'Give --loadings FILE (market,factorLoading), factorLoading in the event, or --moves FILE.',
}

/** The error of an objective that was made without an input that it needs. */
export function missingInput(objective: string, input: ObjectiveInput): SpillwayError {
  return new SpillwayError({
    code: 'missing-input',
    path: `inputs.${input}`,
    value: undefined,
    problem: `${objective} needs ${input}`,
    cure: CURES[input],
  })
}

export interface PreparedObjective {
  readonly space: DecisionSpace
  /** Relative gaps are measured against at least this much. */
  readonly gapFloor: number
  /** The objective of feasible reductions (by pair), exact or rounded up; undefined stands for infinity. */
  value(reductions: Reductions): Ratio | undefined
  /** The objective before anything is closed, where that says something: losses. */
  before?(): Ratio | undefined
  /** Why feasible reductions cannot be optimal whatever their value (an order that the objective prescribes), if so. */
  breaks(reductions: Reductions, tolerance: Decimal): string | undefined
  /** The exact answer without any engine, where there is one. */
  closedForm(): Plan | undefined
  /** The exact answer in whole lots, where there is one; asked for only when the space has lots. */
  lotPlan?(): Plan | undefined
  /** Pairs that the objective reduces before all others. */
  goesFirst?(pair: number): boolean
  /** The answer by an engine: one program, or a short sequence of them. */
  byEngine(run: RunProgram, pause?: Pause): Promise<Plan | Stopped>
  /** The bound that evidence proves, whoever made it: that of `Bound.evidence`, read back. Throws on a wrong shape. */
  recheck?(evidence: unknown): Bound
  /** What screening left of accounts × moves, where the objective screens. */
  screening?(): { readonly dropped: number; readonly linear: number; readonly kinked: number }
  /** The one program that stands for the objective. Throws `SpillwayError` where there is none. */
  program(): Program
  /** What one factor moves, where the objective looks at it: exposure and leverage are then reported in it too. */
  readonly factor?: FactorMeasure
}

/** Exposures to one factor, z_i = Σ_k n_ik p_k β_k, signed. */
export interface FactorMeasure {
  /** Where the loadings β come from, and the share of the moves' variance that they explain if they were estimated. */
  readonly loadings: 'given' | 'event' | 'moves'
  readonly explained?: number
  /** Range of z_i/e_i over the eligible accounts, after reductions or before; `null` for an infinite end. */
  leverage(reductions?: Reductions): { readonly min: number | null; readonly max: number | null }
  /** |z_i| by owner, and Σ_k |n_ik p_k β_k|, what it would be without hedges. */
  size(reductions: Reductions): readonly Decimal[]
  unhedged(): readonly Decimal[]
}

/** Contracts closed, by pair of the decision space; they meet each demand exactly. */
export type Reductions = readonly Decimal[]

/** Reductions, and what proves them good. */
export interface Plan {
  readonly reductions: Reductions
  /** How a closed form came by it, where that is not in one step. */
  readonly how?: string
  /** A bound that holds for every feasible allocation, found from evidence of this plan and computed by a judge. */
  bound(): Bound
}

export interface Bound {
  /** Exact, or rounded down; undefined stands for infinity. */
  readonly bound: Ratio | undefined
  /** Fall of the optimum per extra contract, by demanded market. */
  readonly prices: readonly number[]
  /** What the bound follows from, as plain JSON with exact numbers in strings and names instead of indices. */
  readonly evidence?: () => object
}

/** An engine's run that ended without a point. */
export interface Stopped {
  readonly status: Exclude<Outcome['status'], 'optimal'>
  readonly reason: string
}

/** Sends a program down the road to the engine that was chosen and back; an engine with several methods tries `method` first. */
export type RunProgram = (program: Program, hints?: RunHints) => Promise<Answered | Stopped>

/**
 * To be awaited between steps of a long computation of an objective's own: lets others run, throws `cancelled` when the caller
 * aborted, and says whether time is left; without it, stop and hand over what there is.
 */
export type Pause = () => Promise<boolean>

export type RunHints = Pick<SolveFormOptions, 'method' | 'refine'>

/** A point, and the multipliers of all rows of the program's standard form that prove it good, where the road found some. */
export interface Answered extends Recovered {
  readonly multipliers?: Float64Array | undefined
}

export function isStopped(answer: object): answer is Stopped {
  return 'reason' in answer
}
