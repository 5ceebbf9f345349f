import { hasEntries } from '../canonical/by-rows.js'
import type { Outcome, SolverAnswer, SolverReport } from '../canonical/outcome.js'
import { type FormInput, type StandardForm, standardForm } from '../canonical/standard-form.js'
import { assertConvex } from '../certificates/convexity.js'
import { indivisibleRow } from '../certificates/divisibility.js'
import { judgeFeasibility, tidy } from '../certificates/feasibility.js'
import { type ImpliedBounds, impliedBounds } from '../certificates/implied-bounds.js'
import { SpillwayError } from '../errors.js'
import { choose } from '../solvers/choose.js'
import { cancelled } from '../solvers/run-errors.js'
import type { SolverSettings } from '../solvers/solver.js'
import { openContext, posedTo, type SolveContext } from './context.js'
import { gatherEvidence, isUnboundedBelow } from './evidence.js'
import { solveIntegers } from './integer-program.js'
import { checkedOptions, type SolveFormOptions } from './options.js'
import { type Proof, prove } from './proof.js'
import { refine, residual, SHARP } from './refine.js'
import { wideRow } from './wide-row.js'

/** Largest relative violation of a row or a bound in an answer. */
const FEASIBLE = 1e-6

interface Candidate {
  readonly x: Float64Array
  readonly proof: Proof
}

/**
 * The hops of a form, in order:
 *
 *     minimise ½ x'Qx + linear·x + offset   subject to   rowLower ≤ Ax ≤ rowUpper,  lower ≤ x ≤ upper.
 *
 * Check on entry → choose a solver → run it in a worker → judge the point → bound it by duals → say what was proved. A
 * claim without proof is tried again with other settings and then comes back `unproved`. Integer programs go to
 * `solveIntegers` after the first checks. Throws a `SpillwayError` on malformed input, numbers of one row that no
 * scaling brings together (`number-range`), a non-convex Q, an unknown solver, a form the solver cannot take, a broken
 * solver (`engine-failed`) and an aborted signal (`cancelled`).
 *
 * @example
 * const outcome = await solveForm({ linear: [1, 2], matrix: fromTriplets(1, 2, [[0, 0, 1], [0, 1, 1]]),
 *   rowLower: [3], rowUpper: [Infinity], lower: [0, 0], upper: [2, Infinity] })
 * // outcome.status 'optimal', outcome.objective 4, outcome.rowPrices [2]
 */
export async function solveForm(input: FormInput | StandardForm, options: SolveFormOptions = {}): Promise<Outcome> {
  const form = standardForm(input)
  const limits = checkedOptions(options)
  const { signal, method, presolve, refine: isRefined = true } = options
  if (signal?.aborted) throw cancelled(signal)
  const solver = await choose(form, options.solver)
  const version = await solver.version()
  const report = (status: string, seconds = 0): SolverReport => ({ name: solver.name, version, status, seconds })

  const crossed = crossedBounds(form)
  if (crossed !== undefined) return { status: 'infeasible', reason: crossed, solver: report('not run') }
  assertConvex(form)
  const bounds = impliedBounds(form)
  if (bounds.conflict !== undefined) {
    return { status: 'infeasible', reason: bounds.conflict, solver: report('not run') }
  }
  const indivisible = indivisibleRow(form)
  if (indivisible !== undefined) return { status: 'infeasible', reason: indivisible, solver: report('not run') }
  const context = openContext(form, bounds, solver, limits, options)
  const hints = { ...(method && { method }), ...(presolve !== undefined && { presolve }) }
  if (context.isInteger) return solveIntegers(context, hints, version)

  if (mayCurveAndFall(form, bounds) && (await isUnboundedBelow(context))) {
    const { status, reason } = await gatherEvidence(context)
    if (status !== 'none') return { status, reason, solver: report('not run') }
  }

  const direct = separable(form)
  let best: Candidate | undefined
  let reason = 'the solver gave no answer'
  let last = report('not run')
  let failure: unknown
  let share = 1
  for (const settings of direct === undefined ? solver.settingsToTry(form, hints) : [{}]) {
    if (context.remaining() <= 0) break
    let answer: SolverAnswer
    share = shareOf(context, last)
    try {
      const run =
        direct === undefined
          ? await context.ask(solver, form, settings, 'solve', share)
          : { answer: direct, seconds: 0 }
      answer = run.answer
      last = report(answer.status, last.seconds + run.seconds)
    } catch (error) {
      if (!(error instanceof SpillwayError && error.code === 'engine-failed')) throw error
      failure = error
      continue
    }
    const candidate = await refinedCandidate(context, answer, settings, isRefined)
    if (typeof candidate === 'string') reason = candidate
    else {
      if (candidate.proof.isClosed) return answered('optimal', candidate, last)
      if (best === undefined || isBetter(candidate, best)) best = candidate
    }
    if (answer.claim === 'infeasible' || answer.claim === 'unbounded' || answer.claim === 'infeasible-or-unbounded') {
      const evidence = await gatherEvidence(context)
      if (evidence.status !== 'none') {
        return { status: evidence.status, reason: evidence.reason, solver: last }
      }
      reason = `the solver says ${answer.status}, but ${evidence.reason}`
    }
    if (answer.claim === 'limit' && share === 1) break
  }
  if (best !== undefined && (await isUnboundedBelow(context))) {
    const found = 'a feasible point and a recession ray of descent exist'
    return { status: 'unbounded', reason: `${found}, whatever the solver says (${last.status})`, solver: last }
  }
  if (signal?.aborted) throw cancelled(signal)
  const isLimit = context.remaining() <= 0 || (share === 1 && last.status.includes('imit'))
  const status = isLimit ? 'limit' : 'unproved'
  if (best !== undefined) return answered(status, best, last)
  if (failure === undefined || last.status !== 'not run') return { status, reason, solver: last }
  // A solver that broke on a form without an optimum (GLPK does) need not be the last word.
  const evidence = await gatherEvidence(context)
  if (evidence.status === 'none') throw wideRow(posedTo(solver, form).form, form) ?? failure
  return { status: evidence.status, reason: evidence.reason, solver: report('failed') }
}

/**
 * Seconds that other settings may take once the first have answered: so many times what they took. A solver that circles
 * would otherwise spend all of the time limit on a proof that its first settings nearly gave.
 */
const OTHER_SETTINGS = { least: 5, times: 20 } as const

function shareOf(context: SolveContext, { status, seconds }: SolverReport): number {
  if (status === 'not run') return 1
  return Math.min(1, Math.max(OTHER_SETTINGS.least, OTHER_SETTINGS.times * seconds) / context.remaining())
}

/** Rounds of refinement, each worth six digits. */
const REFINEMENTS = 2

/** An answer judged and bounded, a linear program's after refinement where it needs one; or why it is none. */
async function refinedCandidate(
  context: SolveContext,
  answer: SolverAnswer,
  settings: SolverSettings,
  isRefined: boolean,
): Promise<Candidate | string> {
  const { form } = context
  const first = await candidateOf(context, answer)
  if (answer.x === undefined || answer.claim !== 'optimal' || hasEntries(form.quadratic)) return first
  if (!isRefined && typeof first !== 'string' && first.proof.isClosed) return first
  const residualOf = (found: Candidate | string): number =>
    typeof found === 'string' ? Infinity : residual(form, found.x, found.proof.relativeGap)
  let best = first
  let x = answer.x
  for (let round = 0; round < REFINEMENTS && residualOf(best) > SHARP; round++) {
    const refined = await refine(context, x, settings, round)
    if (refined === undefined) break
    x = refined.x
    const next = await candidateOf(context, refined)
    if (residualOf(next) < residualOf(best)) best = next
  }
  return best
}

async function candidateOf(context: SolveContext, answer: SolverAnswer): Promise<Candidate | string> {
  const x = judge(context.form, answer)
  return typeof x === 'string' ? x : { x, proof: await prove(context, x, answer) }
}

/** The feasible point of an answer, tidied, or why there is none. */
function judge(form: StandardForm, answer: SolverAnswer): Float64Array | string {
  if (answer.x === undefined) return `the solver says ${answer.status} and gives no point`
  const tidied = tidy(form, answer.x, FEASIBLE)
  const { relative, where } = judgeFeasibility(form, tidied)
  if (relative <= FEASIBLE) return tidied
  // Moving a coordinate to its bound may break a tight row; the point as it came may still do.
  const raw = judgeFeasibility(form, answer.x)
  if (raw.relative <= FEASIBLE) return answer.x
  return `the solver says ${answer.status}, but its point breaks ${where} by ${relative} of its scale`
}

const isBetter = (a: Candidate, b: Candidate): boolean =>
  (a.proof.relativeGap ?? Infinity) < (b.proof.relativeGap ?? Infinity)

function answered(status: 'optimal' | 'limit' | 'unproved', { x, proof }: Candidate, solver: SolverReport): Outcome {
  const { value: objective, bound, boundProof, relativeGap, rowPrices, reason } = proof
  const base = {
    objective,
    x,
    ...(rowPrices && { rowPrices }),
    ...(boundProof && { boundProof }),
    ...(reason !== undefined && { reason }),
    solver,
  }
  if (bound === undefined || relativeGap === undefined) {
    return { status: status === 'optimal' ? 'unproved' : status, ...base, ...(bound !== undefined && { bound }) }
  }
  return status === 'optimal' ? { status, ...base, bound, relativeGap } : { status, ...base, bound, relativeGap }
}

/** A quadratic form with a column that nothing bounds: quadratic solvers run without end on a recession ray. */
function mayCurveAndFall(form: StandardForm, bounds: ImpliedBounds): boolean {
  return hasEntries(form.quadratic) && bounds.lower.some((low, j) => low === -Infinity || bounds.upper[j] === Infinity)
}

function crossedBounds(form: StandardForm): string | undefined {
  const crossed = (low: Float64Array, high: Float64Array): number =>
    low.findIndex((bound, k) => bound > high[k] || bound === Infinity || high[k] === -Infinity)
  const column = crossed(form.lower, form.upper)
  if (column >= 0) return `the bounds of column ${column} cross: ${form.lower[column]} > ${form.upper[column]}`
  const row = crossed(form.rowLower, form.rowUpper)
  return row < 0 ? undefined : `the bounds of row ${row} cross: ${form.rowLower[row]} > ${form.rowUpper[row]}`
}

/** A linear form without entries: every column goes to the bound its cost prefers, or the form is unbounded. */
function separable(form: StandardForm): SolverAnswer | undefined {
  if (hasEntries(form.matrix) || hasEntries(form.quadratic)) return undefined
  const x = form.linear.map((c, j) => {
    const lower = form.lower[j]
    const upper = form.upper[j]
    return c > 0 ? lower : c < 0 ? upper : Math.min(Math.max(0, lower), upper)
  })
  const status = 'every column goes to a bound'
  if (x.some((value) => !Number.isFinite(value))) return { claim: 'unbounded', status }
  return { claim: 'optimal', status, x, rowPrices: new Float64Array(form.matrix.rows) }
}
