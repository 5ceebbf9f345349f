import { decisionSpace } from '../../book/decision-space.js'
import { eventOf } from '../../book/given.js'
import type { AdlEvent, EventJson } from '../../book/index.js'
import { finite } from '../../proof/finite.js'
import { toleranceOf } from '../../proof/match-allocation.js'
import { seconds } from '../counts.js'
import { optionsOf } from '../given.js'
import { defaultOptions } from '../methods.js'
import { isOptimalPolicy } from '../optimal-policy.js'
import { type Remark, remarksOnBook } from '../remarks/index.js'
import { type ComparedBook, describeBook } from './book.js'
import { chooseObjectives, choosePolicies, type LoadingsSource, loadingsFor } from './choice.js'
import { bestOf, type Contest, type Optimum, optimumReport, solveContest } from './optimum.js'
import { type CompareOptions, expectCompareOptions } from './options.js'
import type { Court, PolicyRun } from './policy-run.js'
import { type ComparedRow, type FailedRow, ratioToBest } from './row.js'
import { startPolicies } from './run-policies.js'

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
  for (const { policy } of chosen) {
    if (!isOptimalPolicy(policy) || contests.some(({ objective }) => objective.name === policy.objective.name)) continue
    contests.push({ objective: policy.objective, prepared: policy.objective.prepare(event) })
  }
  const columns = contests.slice(0, judged)
  const { loadings, source } = loadingsFor(event, inputs)
  const { book, charts, deficit } = describeBook(space, options, loadings)
  const court: Court = {
    space,
    columns: columns.map(({ prepared }) => prepared),
    forgiven,
    deficit,
    charts,
    context: { seed, ...(loadings && { loadings }), ...(signal && { signal }) },
    best: [],
  }
  const prepared = performance.now()
  const deadline = start + 1000 * (options.timeLimitSeconds ?? Number.POSITIVE_INFINITY)
  const started = startPolicies({ court, chosen, contests, judged, options })
  let runs: readonly PolicyRun[]
  let solved: number
  let digest: string
  try {
    for (const contest of contests) {
      await started.tell(`the least ${contest.objective.name}`)
      await solveContest(contest, options, deadline)
    }
    solved = performance.now()
    started.know(columns.map(({ best }) => best?.value))
    // Other threads have begun with the policies.
    digest = event.digest()
    runs = await started.runs()
  } finally {
    started.close()
  }
  // Ratios wait until the last policy has run: any of them may have the best value known.
  chosen.forEach(({ policy }, i) => {
    noteBest(columns, policy.name, runs[i])
  })
  return {
    event: digest,
    seed,
    loadings: source,
    book,
    optimum: byName(columns, (contest) => optimumReport(contest, tolerance)),
    remarks: remarksOnBook(
      space,
      columns.map(({ objective }) => objective),
      inputs,
    ),
    rows: chosen.map(({ policy }, i) => finishRow(policy.name, columns, runs[i])),
    seconds: {
      prepare: seconds(prepared - start),
      optimum: seconds(solved - prepared),
      rows: seconds(performance.now() - solved),
    },
  }
}

function noteBest(columns: readonly Contest[], policy: string, run: PolicyRun): void {
  if ('failed' in run) return
  const { values, counts } = run.judged
  columns.forEach((contest, c) => {
    if (counts[c]) contest.best = bestOf(contest.best, values?.[c], contest, policy)
  })
}

function finishRow(policy: string, columns: readonly Contest[], run: PolicyRun): ComparedRow | FailedRow {
  if ('failed' in run) return run.failed
  const { violations, values, notes, remarks, figures, charts } = run.judged
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
    seconds: run.seconds,
    ...(charts && { charts }),
  }
}

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
