import {
  type BlockProgram,
  canonicalizeWithCones,
  type RiskProgram,
  type SolverReport,
} from '../../src/canonical/index.js'
import type { Program } from '../../src/language/index.js'
import { fromTriplets, type Ratio, toText } from '../../src/numeric/index.js'
import { solveCanonical, solveForm } from '../../src/solve/index.js'
import { BLOCK_SOLVER, type BlockSolution, type RiskSolution, runBlocks, runRisk } from '../../src/solvers/index.js'
import { shortage } from '../book/decision-space.js'
import type { AdlEvent } from '../book/index.js'
import type { DecisionSpace } from '../book/space.js'
import {
  type Answered,
  type Bound,
  inLots,
  isStopped,
  type Objective,
  type ObjectiveInputs,
  type Pause,
  type Plan,
  type PreparedObjective,
  type PrepareOptions,
  type RunHints,
  type RunProgram,
  type Stopped,
} from '../objectives/index.js'
import { claimOf, defaultOptions as judging } from '../proof/claim-of.js'
import { relativeGap } from '../proof/gap.js'
import { version } from '../version.js'
import { GapClock } from './gap-clock.js'
import { heldBack } from './held-back.js'
import { cancelled, contradiction, noClosedForm } from './method-errors.js'

/** The options that solve, verify and compare share. */
export interface JudgeOptions {
  /** `closed-form` or a solver's name; default: a closed form where there is one, else the default solver. */
  readonly solver?: string
  /** Largest relative gap of an optimal answer; default 1e-6. */
  readonly tolerance?: number
  /** Whole lots only, in markets that have a lot size; default false. */
  readonly lots?: boolean
  /** Nothing is closed of an account that would end below zero; default false. */
  readonly keepSolvent?: boolean
  /** All inputs that are at hand: those that the objective does not use are remarked on. */
  readonly inputs?: ObjectiveInputs
  /** Values and bounds in exact arithmetic at any size: slower on large books under price moves; default false. */
  readonly exact?: boolean
  /** For every run of a solver; default 300. */
  readonly timeLimitSeconds?: number
  readonly signal?: AbortSignal
  /** Ends the block solver as the time limit does: what it has by then is made exact, certified and handed over. */
  readonly stop?: AbortSignal
  /** Called when a phase begins, and by solvers that know how far they are while they run. */
  readonly onProgress?: (progress: Progress) => void
}

/** What a run does at the moment. */
export interface Progress {
  readonly phase: Phase
  readonly solver: string
  /** Whether `stop` would end it with what there is. */
  readonly canStop?: true
  /** (value − bound)/|value| of what the solver has, in its own doubles; the answer has the certified one. */
  readonly relativeGap?: number
  /** About how long until the gap is small enough, by how it fell so far, and at most until the time limit. */
  readonly secondsLeft?: number
}

/** The parts of a run that progress is reported of. */
export type Phase = 'build' | 'solve' | 'certify'

export const defaultOptions = { ...judging, timeLimitSeconds: 300 } as const
/** Hinges up to which general solvers answer within minutes. */
const GENERAL = 100_000
export const CLOSED_FORM = 'closed-form'
/** The solver's name where nothing was left to decide and no solver was asked. */
export const NO_SOLVER = 'none'

/** A plan, by whom, how good, and the proof. */
export interface MethodRun {
  readonly solver: Omit<SolverReport, 'seconds'>
  readonly plan?: Plan
  readonly value?: Ratio | undefined
  readonly bound?: Bound
  readonly relativeGap: number | null
  readonly stopped?: Stopped
  /** Whether a solver ran out of time on the way. */
  readonly isLimited: boolean
  readonly milliseconds: Readonly<Record<Phase, number>>
}

/** An objective made ready for an event, in whole lots if asked for. */
export function prepare(
  objective: Objective,
  event: AdlEvent,
  { lots = false, keepSolvent = false, exact = false }: PrepareOptions,
): PreparedObjective {
  const prepared = claimOf(objective, event, { lots, keepSolvent, exact })
  return lots ? inLots(prepared) : prepared
}

/** Runs one method, the one asked for or the fastest, and judges what it found. */
export async function runMethod(prepared: PreparedObjective, options: JudgeOptions): Promise<MethodRun> {
  if (options.signal?.aborted) throw cancelled()
  const missing = shortage(prepared.space)
  if (missing.length > 0) return beyondCapacity(missing, prepared.space)
  if (options.solver !== undefined && options.solver !== CLOSED_FORM) return bySolver(prepared, options)
  const methodRun = byClosedForm(prepared, options)
  if (methodRun === undefined && options.solver === CLOSED_FORM) throw noClosedForm(CLOSED_FORM)
  return methodRun ?? bySolver(prepared, options)
}

/** The method without a solver; undefined where there is none. */
export function byClosedForm(prepared: PreparedObjective, options: JudgeOptions): MethodRun | undefined {
  options.onProgress?.({ phase: 'solve', solver: CLOSED_FORM })
  const start = performance.now()
  const plan = prepared.closedForm()
  const milliseconds = { build: 0, solve: performance.now() - start, certify: 0 }
  const solver = { name: CLOSED_FORM, version, status: plan?.how ?? 'exact' }
  return plan && judge(prepared, plan, { solver, milliseconds, isLimited: false }, options)
}

/** The method by the solver asked for, or the default one. */
export async function bySolver(prepared: PreparedObjective, options: JudgeOptions): Promise<MethodRun> {
  const { solver, signal, stop, onProgress, tolerance = defaultOptions.tolerance } = options
  const milliseconds = { build: 0, solve: 0, certify: 0 }
  let isLimited = false
  let report = { name: NO_SOLVER, version, status: 'nothing to decide' }
  const deadline = performance.now() + 1000 * (options.timeLimitSeconds ?? defaultOptions.timeLimitSeconds)
  const byProgram = async (program: Program, hints?: RunHints): Promise<Answered | Stopped> => {
    onProgress?.({ phase: 'build', solver: solver ?? 'engine' })
    const start = performance.now()
    const canonical = canonicalizeWithCones(program)
    const { recover, inNames } = canonical
    milliseconds.build += performance.now() - start
    onProgress?.({ phase: 'solve', solver: solver ?? 'engine' })
    const outcome = await solveCanonical(canonical, {
      ...hints,
      solver,
      signal,
      // Tighter than what is promised: the plan loses a little when it is made exact.
      tolerance: tolerance / 10,
      timeLimitSeconds: Math.max(0.001, (deadline - performance.now()) / 1000),
    })
    const { name, version: solverVersion, status, seconds } = outcome.solver
    report = { name, version: solverVersion, status }
    milliseconds.solve += seconds * 1000
    isLimited ||= outcome.status === 'limit'
    if (outcome.x !== undefined) {
      return { ...recover(outcome.x, outcome.rowPrices), duals: outcome.rowPrices }
    }
    return { status: outcome.status, reason: inNames(outcome.reason) }
  }
  /**
   * What is left for a run that begins now, beside the proof of what it brings, which takes about as long as what was
   * done so far.
   */
  const secondsFor = (start: number): number => {
    const left = deadline - start
    return Math.max(1, left / 4, left - (start - began)) / 1000
  }
  const gapReporter = (start: number): ((progress: { readonly relativeGap: number }) => void) => {
    const clock = new GapClock(tolerance / 10)
    const limit = secondsFor(start)
    return ({ relativeGap: gap }) => {
      const now = performance.now()
      const left = clock.left(gap, now)
      onProgress?.({
        phase: 'solve',
        solver: BLOCK_SOLVER,
        canStop: true,
        relativeGap: gap,
        ...(left !== undefined && { secondsLeft: Math.max(0, Math.min(left, limit - (now - start) / 1000)) }),
      })
    }
  }
  const blocks = async (program: BlockProgram): Promise<BlockSolution | undefined> => {
    const hinges = program.weight.length
    onProgress?.({ phase: 'solve', solver: BLOCK_SOLVER, canStop: true })
    const start = performance.now()
    const solution = await runBlocks(program, {
      signal,
      stopSignal: stop,
      tolerance: tolerance / 10,
      timeLimitSeconds: secondsFor(start),
      isHandedOver: true,
      onProgress: gapReporter(start),
    })
    const { levels, newtonSteps, sweeps } = solution.counts
    const status = `${solution.status}: ${levels} levels, ${newtonSteps} Newton steps, ${sweeps} sweeps`
    report = { name: BLOCK_SOLVER, version, status }
    milliseconds.solve += performance.now() - start
    isLimited ||= solution.status === 'stopped'
    return isLeftToOthers(solution, hinges) ? undefined : solution
  }
  const risk = async (program: RiskProgram, floor: number): Promise<RiskSolution | undefined> => {
    const hinges = program.group.length
    onProgress?.({ phase: 'solve', solver: BLOCK_SOLVER, canStop: true })
    const start = performance.now()
    const solution = await runRisk(program, {
      signal,
      stopSignal: stop,
      floor,
      tolerance: tolerance / 10,
      timeLimitSeconds: secondsFor(start),
      isHandedOver: true,
      onProgress: gapReporter(start),
    })
    const { solves, newtonSteps, sweeps } = solution.counts
    const status = `${solution.status}: ${solves} sets of weights, ${newtonSteps} Newton steps, ${sweeps} sweeps`
    report = { name: BLOCK_SOLVER, version, status }
    milliseconds.solve += performance.now() - start
    isLimited ||= solution.status === 'stopped'
    return isLeftToOthers(solution, hinges) ? undefined : solution
  }
  /** A solve that stalled is handed to the general solvers where these can take the program and none was asked for. */
  const isLeftToOthers = (
    { status, relativeGap }: Pick<BlockSolution, 'status' | 'relativeGap'>,
    hinges: number,
  ): boolean => solver === undefined && status === 'stalled' && relativeGap > tolerance && hinges <= GENERAL
  const hasBlocks = solver === undefined || solver === BLOCK_SOLVER
  const run: RunProgram = Object.assign(byProgram, hasBlocks ? { blocks, risk, isBlocks: solver === BLOCK_SOLVER } : {})
  const pause: Pause = async () => {
    await new Promise((done) => setImmediate(done))
    if (signal?.aborted) throw cancelled()
    isLimited ||= performance.now() > deadline
    return !isLimited
  }
  const began = performance.now()
  const plan = await prepared.bySolver(run, pause)
  if (report.name === NO_SOLVER && solver !== undefined) report = await unasked(solver)
  milliseconds.build = performance.now() - began - milliseconds.solve
  if (isStopped(plan)) return { solver: report, relativeGap: null, stopped: plan, isLimited, milliseconds }
  return judge(prepared, plan, { solver: report, milliseconds, isLimited }, options)
}

/** Nothing that may be closed meets the demand: shown by adding it up. */
function beyondCapacity(missing: ReturnType<typeof shortage>, space: DecisionSpace): MethodRun {
  const inLots = space.caps === undefined
  const what = inLots ? 'the whole lots of all eligible accounts' : 'what leaves nobody below zero'
  const list = missing
    .map(({ market, short }) => `${market} is short by ${toText(short)} contracts (${heldBack(space, market)})`)
    .join('; ')
  return {
    solver: { name: NO_SOLVER, version, status: 'counted' },
    relativeGap: null,
    stopped: {
      status: 'infeasible',
      reason: `${what} ${inLots ? 'do' : 'does'} not reach the demand: ${list}`,
    },
    isLimited: false,
    milliseconds: { build: 0, solve: 0, certify: 0 },
  }
}

/** A solver that was named and had nothing to do must exist all the same: an empty form is answered without running it. */
async function unasked(solver: string): Promise<MethodRun['solver']> {
  const empty = { linear: [], matrix: fromTriplets(0, 0, []), rowLower: [], rowUpper: [], lower: [], upper: [] }
  const { name, version: solverVersion } = (await solveForm(empty, { solver })).solver
  return { name, version: solverVersion, status: 'not run' }
}

function judge(
  prepared: PreparedObjective,
  plan: Plan,
  started: Pick<MethodRun, 'solver' | 'milliseconds' | 'isLimited'>,
  { onProgress }: JudgeOptions,
): MethodRun {
  onProgress?.({ phase: 'certify', solver: started.solver.name })
  const start = performance.now()
  const value = prepared.value(plan.reductions)
  const bound = plan.bound()
  const milliseconds = { ...started.milliseconds, certify: performance.now() - start }
  const isContradiction =
    (bound.bound === undefined && value !== undefined) ||
    (bound.bound !== undefined && value !== undefined && bound.bound.compare(value) > 0)
  if (isContradiction) throw contradiction(started.solver.name)
  return {
    ...started,
    plan,
    value,
    bound,
    relativeGap: relativeGap(value, bound.bound, prepared.gapFloor),
    milliseconds,
  }
}
