import { SpillwayError } from '../../../src/errors.js'
import { type Decimal, type Ratio, zero } from '../../../src/numeric/index.js'
import { type DecisionSpace, decisionSpace } from '../../book/decision-space.js'
import { eventOf } from '../../book/given.js'
import type { AdlEvent, EventJson } from '../../book/index.js'
import type { Reductions } from '../../objectives/index.js'
import type { Policy, PolicyContext } from '../../policies/index.js'
import { finite } from '../../proof/finite.js'
import { matchReductions, toleranceOf, type Violation } from '../../proof/match-allocation.js'
import { seconds } from '../counts.js'
import { optionsOf } from '../given.js'
import { defaultOptions } from '../methods.js'
import { isOptimalPolicy, reductionsOf } from '../optimal-policy.js'
import { patiently, throwIfAborted } from '../patience.js'
import { type Remark, remarksOnBook, solventMadeInsolvent } from '../remarks/index.js'
import { type ComparedBook, describeBook } from './book.js'
import type { ChartMaker } from './charts.js'
import { chooseObjectives, choosePolicies, type LoadingsSource, loadingsFor } from './choice.js'
import { bestOf, type Contest, type Optimum, optimumReport, solveContest } from './optimum.js'
import { type CompareOptions, expectCompareOptions } from './options.js'
import { type ComparedRow, type FailedRow, failedRow, figuresOf, type RowFigures, ratioToBest } from './row.js'

/** Policies × objectives on one book. `null` is ∞ or unknown. Definitions and formulas: docs/compare.md. */
export interface Comparison {
  /** Digest of the event. */
  readonly event: string
  readonly seed: number
  /** Where the loadings of policies and charts come from. */
  readonly loadings: LoadingsSource
  readonly book: ComparedBook
  /** By objective: the best value known, ours or a policy's, and the proved bound. */
  readonly optimum: Readonly<Record<string, Optimum>>
  /** What is to be said of the book, whoever closes what. */
  readonly remarks: readonly Remark[]
  /** In the order in which the policies were given. */
  readonly rows: readonly (ComparedRow | FailedRow)[]
  readonly seconds: { readonly prepare: number; readonly optimum: number; readonly rows: number }
}

/**
 * Runs every policy on an event and judges each allocation by every objective.
 *
 * Each objective is prepared once and its optimum solved once, a closed form first; values of allocations are exact, and
 * so is the verdict of feasibility. A policy that throws gives a row with `error`, and the others still run. Throws
 * `SpillwayError` on unknown names (`unknown-policy`, `unknown-objective`), one name twice (`duplicate-name`), a named
 * objective that lacks its input (`missing-input`), tolerances out of range (`option-value`), an aborted signal (`cancelled`).
 *
 * @example
 * const { rows } = await compare(event, { policies: ['pro-rata', 'optimal:squared-leverage'] })
 */
export async function compare(givenEvent: AdlEvent | EventJson, given: CompareOptions = {}): Promise<Comparison> {
  const options = optionsOf(given, expectCompareOptions)
  const event = eventOf(givenEvent)
  const { tolerance = defaultOptions.tolerance, feasibility = defaultOptions.feasibility, inputs = {} } = options
  const { seed = 1, signal } = options
  toleranceOf(tolerance, 'options.tolerance')
  const forgiven = toleranceOf(feasibility, 'options.feasibility')
  const start = performance.now()
  const contests = chooseObjectives(event, options)
  const chosen = choosePolicies(contests, options)
  const space = contests[0]?.prepared.space ?? decisionSpace(event)
  const judged = contests.length
  // Objectives that only a policy minimises have no column of their own.
  for (const policy of chosen) {
    if (!isOptimalPolicy(policy) || contests.some(({ objective }) => objective.name === policy.objective.name)) continue
    contests.push({ objective: policy.objective, prepared: policy.objective.prepare(event) })
  }
  const tell = progressTeller(options, contests.length + chosen.length)
  const { loadings, source } = loadingsFor(event, inputs)
  const { book, charts, deficit } = describeBook(space, options, loadings)
  const prepared = performance.now()
  const deadline = start + 1000 * (options.timeLimitSeconds ?? Number.POSITIVE_INFINITY)
  for (const contest of contests) {
    await tell(`the least ${contest.objective.name}`)
    await solveContest(contest, options, deadline)
  }
  const solved = performance.now()
  const columns = contests.slice(0, judged)

  const context: PolicyContext = {
    seed,
    ...(loadings && { loadings }),
    ...(signal && { signal }),
  }
  const run = async (policy: Policy): Promise<() => ComparedRow | FailedRow> => {
    const began = performance.now()
    try {
      const contest = isOptimalPolicy(policy) && contests.find(({ objective }) => objective === policy.objective)
      const reductions = contest
        ? planOf(contest)
        : await patiently(Promise.resolve(policy.allocate(space, context)), signal)
      const took = contest ? contest.seconds! : seconds(performance.now() - began)
      const judged = judgeAllocation({ space, columns, forgiven, deficit, charts }, policy.name, reductions)
      // Ratios wait until the last policy has run: any of them may have the best value known.
      return () => finishRow(policy.name, took, columns, judged)
    } catch (thrown) {
      throwIfAborted(signal)
      if (isOurFault(thrown)) throw thrown
      const failed = failedRow(policy.name, thrown, seconds(performance.now() - began))
      return () => failed
    }
  }
  const finish: (() => ComparedRow | FailedRow)[] = []
  for (const policy of chosen) {
    await tell(policy.name)
    finish.push(await run(policy))
  }
  return {
    event: event.digest(),
    seed,
    loadings: source,
    book,
    optimum: byName(columns, (contest) => optimumReport(contest, tolerance)),
    remarks: remarksOnBook(
      space,
      columns.map(({ objective }) => objective),
      inputs,
    ),
    rows: finish.map((row) => row()),
    seconds: {
      prepare: seconds(prepared - start),
      optimum: seconds(solved - prepared),
      rows: seconds(performance.now() - solved),
    },
  }
}

interface Court {
  readonly space: DecisionSpace
  readonly columns: readonly Contest[]
  readonly forgiven: Decimal
  readonly deficit: number | undefined
  readonly charts: ChartMaker | undefined
}

/** What is known of an allocation before the others; nothing here holds on to its reductions, which fill the memory. */
interface Judged extends RowFigures {
  readonly violations: readonly Violation[]
  /** By column, of a feasible allocation: its value, and why it cannot be optimal whatever its value. */
  readonly values?: readonly (Ratio | undefined)[]
  readonly notes: readonly (string | undefined)[]
  readonly remarks: readonly Remark[]
}

function judgeAllocation(court: Court, policy: string, reductions: Reductions): Judged {
  const { space, columns, forgiven, deficit, charts } = court
  const { violations, isExact } = matchReductions(space, reductions, forgiven)
  const feasible = violations.length === 0
  const figures = figuresOf(space, reductions, feasible, deficit, charts)
  if (!feasible) return { violations, notes: [], remarks: [], ...figures }
  const values = columns.map(({ prepared }) => prepared.value(reductions))
  const notes = columns.map(({ prepared }) => prepared.breaks(reductions, forgiven))
  // What a tolerance forgives lies a hair beyond what a bound is about, and is no optimum.
  columns.forEach((contest, c) => {
    const isStrict = isExact && contest.prepared.breaks(reductions, zero) === undefined
    if (isStrict) contest.best = bestOf(contest.best, values[c], contest, policy)
  })
  return { violations, values, notes, remarks: solventMadeInsolvent({ space, reductions }), ...figures }
}

function finishRow(policy: string, took: number, columns: readonly Contest[], judged: Judged): ComparedRow {
  const { violations, values, notes, remarks, figures, charts } = judged
  const ratio = ({ best }: Contest, c: number): number | null =>
    values && best && notes[c] === undefined ? ratioToBest(values[c], best.value) : null
  return {
    policy,
    feasible: values !== undefined,
    ...(values === undefined && { violations }),
    objectives: byName(columns, (_, c) => (values === undefined ? null : finite(values[c]))),
    ratios: byName(columns, ratio),
    ...(notes.some((note) => note !== undefined) && { notes: byName(columns, (_, c) => notes[c]) }),
    ...(remarks.length > 0 && { remarks }),
    ...figures,
    seconds: took,
    ...(charts && { charts }),
  }
}

/** Tells of each step, and lets go of the thread before it, so that a cancellation is noticed. */
function progressTeller({ onProgress, signal }: CompareOptions, total: number): (says: string) => Promise<void> {
  let done = 0
  return async (says) => {
    await new Promise((resolve) => setTimeout(resolve, 0))
    throwIfAborted(signal)
    onProgress?.({ says, done: done++, total })
  }
}

function planOf(contest: Contest): Reductions {
  if (contest.thrown !== undefined) throw contest.thrown
  return reductionsOf(contest.objective, contest.methodRun!)
}

/** A bound above a feasible value is a fault of ours and must be loud, whatever policy shows it. */
const isOurFault = (thrown: unknown): boolean => thrown instanceof SpillwayError && thrown.code === 'contradiction'

/** An object by objective; what is undefined is left out. */
function byName<T>(
  columns: readonly Contest[],
  value: (contest: Contest, c: number) => T | undefined,
): Record<string, T> {
  return Object.fromEntries(
    columns.flatMap((contest, c) => {
      const entry = value(contest, c)
      return entry === undefined ? [] : [[contest.objective.name, entry] as const]
    }),
  )
}
