import { type ErrorCode, SpillwayError } from '../../../src/errors.js'
import { type Ratio, ratioNumber } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { Reductions } from '../../objectives/index.js'
import { profileOf } from '../../proof/leverage/profile.js'
import type { Violation } from '../../proof/match-allocation.js'
import { countAccounts, maxLeverage } from '../counts.js'
import type { Remark } from '../remarks/index.js'
import type { ChartMaker, RowCharts } from './charts.js'
import { ascending, gini, sum, topShare } from './concentration.js'
import { largestProfitLeft, maxHaircut, takingsOf } from './who-pays.js'

/** A policy on a book. Definitions and formulas: docs/compare.md. `null` is ∞ or unknown. */
export interface ComparedRow extends Figures {
  readonly policy: string
  readonly feasible: boolean
  /** What is wrong with an infeasible allocation. */
  readonly violations?: readonly Violation[]
  /** By objective: value of the allocation, exact before it is rounded to a double. */
  readonly objectives: Readonly<Record<string, number | null>>
  /** By objective: value over the best value known. */
  readonly ratios: Readonly<Record<string, number | null>>
  /** By objective: why the allocation cannot be optimal whatever its value; the ratio is `null` then. */
  readonly notes?: Readonly<Record<string, string>>
  /** Solvent accounts that the policy makes debtors (`solvent-made-insolvent`); absent where there are none. */
  readonly remarks?: readonly Remark[]
  /** For the policy to decide, or for the method to find the optimum. */
  readonly seconds: number
  readonly charts?: RowCharts
}

/** A policy that could not run, or did not give reductions. */
export interface FailedRow {
  readonly policy: string
  readonly error: {
    readonly code: ErrorCode
    readonly message: string
    readonly path: string
    readonly cure: string
  }
  readonly seconds: number
}

/** What an allocation does to whom, whatever is minimised. */
export interface Figures {
  /** Largest gross leverage over the eligible accounts. */
  readonly maxLeverage: number | null
  /** Σ a'_i ℓ'_i / Σ a'_i: leverage weighted by the notional that is left. */
  readonly meanLeverage: number | null
  /** Accounts reduced, and those that lose everything they hold of what is demanded. */
  readonly touched: number
  readonly closed: number
  /** Gini coefficient of closed notional over eligible accounts, and the share that the ten who lose most bear. */
  readonly gini: number | null
  readonly topTenShare: number | null
  /** Unrealised profit at the mark of the closed contracts that have an entry price, and their share of closed notional. */
  readonly profitRealised: number | null
  readonly profitKnown: number | null
  /** Wealth space: largest (Σ_k d_k x_ik)⁺ / e_i, largest profit that one account is left with, and that over the deficit. */
  readonly maxHaircut: number | null
  readonly largestProfitLeft: number | null
  readonly profitToSolvency: number | null
}

export interface RowFigures {
  readonly figures: Figures
  readonly charts?: RowCharts
}

const TOP = 10

/** `deficit`: D, what accounts taken over owe, `undefined` where nobody was. */
export function figuresOf(
  space: DecisionSpace,
  reductions: Reductions,
  feasible: boolean,
  deficit: number | undefined,
  charts: ChartMaker | undefined,
): RowFigures {
  const takings = takingsOf(space, reductions)
  const sorted = ascending(takings.notional)
  const { touched, closed } = countAccounts(space, reductions)
  const haircut = maxHaircut(space, takings)
  const profitLeft = largestProfitLeft(space, takings)
  const unpaid = deficit === undefined ? 0 : deficit - sum(takings.concession)
  const after = profileOf(space, reductions).leverage
  const hasEntries = takings.profitKnown !== null && takings.profitKnown > 0
  return {
    figures: {
      maxLeverage: feasible ? maxLeverage(space, reductions) : null,
      meanLeverage: feasible ? meanLeverage(space, reductions) : null,
      touched,
      closed,
      gini: gini(sorted),
      topTenShare: topShare(sorted, TOP),
      profitRealised: hasEntries ? sum(takings.profit) : null,
      profitKnown: takings.profitKnown,
      maxHaircut: Number.isFinite(haircut) ? haircut : null,
      largestProfitLeft: profitLeft,
      profitToSolvency: profitLeft !== null && unpaid > 0 ? profitLeft / unpaid : null,
    },
    ...(charts && { charts: charts.row(takings, after) }),
  }
}

function meanLeverage(space: DecisionSpace, reductions: Reductions): number | null {
  const { leverage, notional } = profileOf(space, reductions)
  let weighted = 0
  let total = 0
  for (let owner = 0; owner < leverage.length; owner++) {
    if (leverage[owner] === 0) continue
    weighted += notional[owner] * leverage[owner]
    total += notional[owner]
  }
  if (total === 0) return 0
  return Number.isFinite(weighted) ? weighted / total : null
}

/** An error of a policy as a row can tell it; what is not ours is `policy-failed`. */
export function failedRow(policy: string, thrown: unknown, seconds: number): FailedRow {
  if (thrown instanceof SpillwayError) {
    const { code, message, path, cure } = thrown
    return { policy, error: { code, message, path, cure }, seconds }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const cure = 'Correct the policy; what it threw is the message.'
  return { policy, error: { code: 'policy-failed', message, path: 'policy', cure }, seconds }
}

/** value / best as a double: 1 where both are zero or both infinite, `null` where it means nothing. */
export function ratioToBest(value: Ratio | undefined, best: Ratio | undefined): number | null {
  if (value === undefined || best === undefined) return value === best ? 1 : null
  if (value.compare(best) === 0) return 1
  return best.compare(0) > 0 ? ratioNumber(value.div(best)) : null
}
