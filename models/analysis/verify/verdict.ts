import type { Violation } from '../../proof/match-allocation.js'
import type { FactorLeverage } from '../counts.js'
import type { MethodRun } from '../methods.js'
import type { ObjectiveReport } from '../objective-report.js'
import type { AccountAnswer } from '../per-account.js'
import type { Remark } from '../remarks/index.js'
import type { VerdictDetails } from './details.js'
import type { MethodResult } from './methods.js'
import type { ProfileVerdict } from './profile-verdict.js'

/** What `verify` finds of an allocation; `verdict` tells which of the three it is. */
export type Verdict = OptimalVerdict | FeasibleVerdict | InfeasibleVerdict

/** An allocation whose value is within the tolerance of a proved bound. */
export interface OptimalVerdict extends FeasibleFound {
  readonly verdict: 'optimal'
  readonly relativeGap: number
}

/** A feasible allocation to which a better one is in hand (`suboptimal`), or of which nothing is proved (`unproved`). */
export interface FeasibleVerdict extends FeasibleFound {
  readonly verdict: 'suboptimal' | 'unproved'
  readonly reason: string
}

/** An allocation that breaks the rules of the event: it has no value, and no account is answered for. */
export interface InfeasibleVerdict extends Judged {
  readonly feasible: false
  readonly verdict: 'infeasible'
  readonly objective: ObjectiveReport
  readonly relativeGap: null
  readonly reason: string
  readonly perAccount?: undefined
  readonly profile?: undefined
  readonly details?: undefined
}

interface FeasibleFound extends Judged {
  readonly feasible: true
  /** The objective of the allocation; the value is `null` where it is infinite. */
  readonly objective: ObjectiveReport & { readonly value: number | null }
  /** The accounts that are reduced or should have been, at most a thousand: see `perAccount`. */
  readonly perAccount: readonly AccountAnswer[]
  /** Whether the whole profile of levels is the best one; for the leverage objectives. */
  readonly profile?: ProfileVerdict
  /** With the option `details`. */
  readonly details?: VerdictDetails
}

interface Judged {
  readonly violations: readonly Violation[]
  /** The best value known, ours or the allocation's own; `null` where it is infinite or unknown. */
  readonly optimum: number | null
  /** The best proved lower bound; `null` where it is infinite or unknown. */
  readonly bound: number | null
  /** (value − bound)/max(|value|, floor); `null` where it is unknown. */
  readonly relativeGap: number | null
  /** Why the verdict is not `optimal`. */
  readonly reason?: string
  readonly leverage: {
    readonly maxBefore: number | null
    readonly maxAfter: number | null
    readonly maxOptimal: number | null
  }
  /** Range of signed leverage in the factor, for objectives that have one. */
  readonly factorLeverage?: FactorLeverage & {
    readonly minAfter: number | null
    readonly maxAfter: number | null
    readonly minOptimal: number | null
    readonly maxOptimal: number | null
  }
  readonly accounts: {
    readonly eligible: number
    readonly touched: number
    readonly closed: number
    /** Left with less, or more, exposure than in the optimum; `null` without one. */
    readonly overReduced: number | null
    readonly underReduced: number | null
    /** The same counts in the optimum. */
    readonly optimal: { readonly touched: number; readonly closed: number } | null
  }
  /** What a careful person would say aloud of this allocation. */
  readonly remarks: readonly Remark[]
  /** Every method that was run for the optimum, so that they can be held against each other. */
  readonly methods: readonly MethodResult[]
  readonly solver: MethodRun['solver']
  readonly seconds: { readonly read: number; readonly build: number; readonly solve: number; readonly certify: number }
}
