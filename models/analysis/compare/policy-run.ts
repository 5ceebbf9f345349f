import { SpillwayError } from '../../../src/errors.js'
import { type Decimal, type Ratio, ratioNumber, zero } from '../../../src/numeric/index.js'
import type { DecisionSpace } from '../../book/decision-space.js'
import type { PreparedObjective, Reductions } from '../../objectives/index.js'
import type { Policy, PolicyContext } from '../../policies/index.js'
import type { ValueRange } from '../../proof/claim.js'
import { matchReductions, type Violation } from '../../proof/match-allocation.js'
import { seconds } from '../counts.js'
import { patiently, throwIfAborted } from '../patience.js'
import { type Remark, solventMadeInsolvent } from '../remarks/index.js'
import type { ChartMaker } from './charts.js'
import { type FailedRow, failedRow, figuresOf, type RowFigures, ratioToBest } from './row.js'

/** What policies are run and judged with, made once for a book: nothing that is printed depends on what another policy did. */
export interface Court {
  readonly space: DecisionSpace
  /** The objectives that have a column. */
  readonly columns: readonly PreparedObjective[]
  readonly forgiven: Decimal
  readonly deficit: number | undefined
  readonly charts: ChartMaker | undefined
  readonly context: PolicyContext
  /** By column: the least value known, once that is known. */
  best: readonly (Ratio | undefined)[]
}

/** What is known of an allocation before the others; nothing here holds on to its reductions, which fill the memory. */
export interface Judged extends RowFigures {
  readonly violations: readonly Violation[]
  /** By column, of a feasible allocation: its value. */
  readonly values?: readonly (Ratio | undefined)[]
  /** By column: whether its value is one of the objective's, with nothing forgiven; it may be the best then. */
  readonly counts: readonly boolean[]
  /** By column: why it cannot be optimal whatever its value. */
  readonly notes: readonly (string | undefined)[]
  readonly remarks: readonly Remark[]
}

/** A policy that has run, and in how many seconds it decided; or why it could not. */
export type PolicyRun = { readonly judged: Judged; readonly seconds: number } | { readonly failed: FailedRow }

/** @param find the reductions of a policy, and the seconds that they took where others measured them */
export async function runPolicy(
  court: Court,
  policy: string,
  find: () => Promise<{ readonly reductions: Reductions; readonly seconds?: number }>,
): Promise<PolicyRun> {
  const began = performance.now()
  const elapsed = (): number => seconds(performance.now() - began)
  try {
    const { reductions, seconds: took = elapsed() } = await find()
    return { judged: judge(court, reductions), seconds: took }
  } catch (thrown) {
    throwIfAborted(court.context.signal)
    if (isOurFault(thrown)) throw thrown
    return { failed: failedRow(policy, thrown, elapsed()) }
  }
}

/** What a policy closes of the court's book; a promise that nobody settles ends with the signal. */
export async function allocate(
  { space, context }: Court,
  policy: Policy,
): Promise<{ readonly reductions: Reductions }> {
  const { signal } = context
  return { reductions: await patiently(Promise.resolve(policy.allocate(space, context)), signal) }
}

function judge({ space, columns, forgiven, deficit, charts, best }: Court, reductions: Reductions): Judged {
  const { violations, isExact } = matchReductions(space, reductions, forgiven)
  const feasible = violations.length === 0
  const figures = figuresOf(space, reductions, feasible, deficit, charts)
  if (!feasible) return { violations, counts: [], notes: [], remarks: [], ...figures }
  const strict = columns.map((prepared) => prepared.breaks(reductions, zero))
  return {
    violations,
    values: columns.map((prepared, c) => valueFor(prepared, reductions, best[c])),
    // What a tolerance forgives lies a hair beyond what a bound is about, and is no optimum.
    counts: strict.map((note) => isExact && note === undefined),
    // Where nothing need be forgiven a tolerance finds nothing.
    notes: columns.map((prepared, c) => strict[c] && prepared.breaks(reductions, forgiven)),
    remarks: solventMadeInsolvent({ space, reductions }),
    ...figures,
  }
}

/**
 * The value, exact where it is the least known or may be. One that is clearly above is the upper end of a range that
 * holds it, where both ends print alike and have the same ratio to the least.
 */
function valueFor(prepared: PreparedObjective, reductions: Reductions, best: Ratio | undefined): Ratio | undefined {
  if (best === undefined) return prepared.value(reductions)
  const isClear = ({ low, high }: ValueRange): boolean =>
    low.compare(best) > 0 &&
    ratioNumber(low) === ratioNumber(high) &&
    ratioToBest(low, best) === ratioToBest(high, best)
  const range = prepared.valueWithin?.(reductions)
  return range !== undefined && isClear(range) ? range.high : prepared.value(reductions)
}

/** A bound above a feasible value is a fault of ours and must be loud, whatever policy shows it. */
const isOurFault = (thrown: unknown): boolean => thrown instanceof SpillwayError && thrown.code === 'contradiction'
