/**
 * Outcome words, and what may stand beside each. A number exists only where something was proved about it; the
 * solver's own word is kept beside ours.
 */

/** What a solver says of its run. Nobody believes it before a judge has looked. */
export type Claim = 'optimal' | 'infeasible' | 'unbounded' | 'infeasible-or-unbounded' | 'limit' | 'failed'

/** A solver's answer as it came back, in the order of the form's rows and columns. */
export interface SolverAnswer {
  readonly claim: Claim
  /** The solver's own word for its status. */
  readonly status: string
  /** A point, where the solver has one. */
  readonly x?: Float64Array
  /** d objective / d right-hand side of each row, where the solver computes it. */
  readonly rowPrices?: Float64Array
  /**
   * Of a form with cones, for each of its `cones` two numbers a row, (a, b) in turn: its dual is a v + b z + c t with
   * the least c for which that stays above zero in the cone.
   */
  readonly coneDuals?: readonly Float64Array[]
  /** A lower bound that the solver claims (mixed-integer programs). */
  readonly bound?: number
}

/** Which solver ran, for how long, and the status it reported. */
export interface SolverReport {
  readonly name: string
  readonly version: string
  /** The solver's own word. */
  readonly status: string
  readonly seconds: number
}

/**
 * What proves a bound: duals (`dual`), or, of an integer program, a tree of cases each of which is closed by duals or
 * shown to be infeasible (`tree`). A bound that a solver reports is none.
 */
export type BoundProof = 'dual' | 'tree'

/** What outcomes without a point say of it: the fields may be asked for, and are never there. */
interface Unanswered {
  readonly objective?: undefined
  readonly x?: undefined
  readonly rowPrices?: undefined
  readonly bound?: undefined
  readonly boundProof?: undefined
  readonly relativeGap?: undefined
  readonly reason: string
  readonly solver: SolverReport
}

interface Answered {
  readonly objective: number
  readonly x: Float64Array
  /**
   * The duals of the rows: the rate of change of the optimum per unit of each row's active bound. Present only where they close
   * the bound with the rows' own sides and the columns' own bounds.
   */
  readonly rowPrices?: Float64Array
  readonly bound?: number
  readonly boundProof?: BoundProof
  readonly relativeGap?: number
  /** Why something is missing: a proof, or the row prices of a proved optimum. */
  readonly reason?: string
  readonly solver: SolverReport
}

/** A feasible point without any proof of its worth. */
interface Claimed {
  readonly objective: number
  readonly x: Float64Array
  readonly rowPrices?: undefined
  readonly bound?: undefined
  readonly boundProof?: undefined
  readonly relativeGap?: undefined
  readonly reason: string
  readonly solver: SolverReport
}

/** How a form was answered. `status` says what else there is: a point, its objective, bound and gap, or the reason why not. */
export type Outcome =
  /** A feasible point whose distance to a lower bound is within the tolerance. */
  | ({ readonly status: 'optimal'; readonly bound: number; readonly relativeGap: number } & Answered)
  /** An integer program's feasible point that two solvers call optimal and nobody proved to be: their word, no bound. */
  | ({ readonly status: 'optimal-claimed' } & Claimed)
  /** A feasible point, and no proof that it is best: out of time, or the bound is too far away. */
  | ({ readonly status: 'limit' | 'unproved' } & Answered)
  /** No feasible point in hand; `reason` says why. */
  | ({ readonly status: 'limit' | 'unproved' } & Unanswered)
  | ({ readonly status: 'infeasible' | 'unbounded' | 'infeasible-or-unbounded' } & Unanswered)
  /** An integer program that two solvers call infeasible and nobody proved to be. */
  | ({ readonly status: 'infeasible-claimed' } & Unanswered)
