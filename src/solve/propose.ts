import type { ConicCanonical } from '../canonical/canonical.js'
import type { ConicForm } from '../canonical/conic-form.js'
import type { Outcome, SolverAnswer, SolverReport } from '../canonical/outcome.js'
import { assertConvex } from '../certificates/convexity.js'
import { impliedBounds } from '../certificates/implied-bounds.js'
import { objectiveSum } from '../certificates/objective.js'
import { SpillwayError } from '../errors.js'
import { chooseForCones } from '../solvers/choose.js'
import { runSolver } from '../solvers/runner.js'
import type { SolveFormOptions } from './options.js'
import { proofByDuals } from './proof.js'
import type { TangentForm } from './tangent-form.js'

/** A point that a solver of cones gave, lifted onto the curves, and what its duals prove. */
export interface Proposal {
  readonly x: Float64Array
  readonly solver: SolverReport
  /** Of the relaxation by the tangents that the duals are; absent where they bound nothing. */
  readonly outcome?: Outcome
}

type Limits = SolveFormOptions & { readonly tolerance: number; readonly timeLimitSeconds: number }

/** Of the time that is left, what such a solver may take; the rest is for the proof. */
const SHARE = 1 / 2
const BROKEN: ReadonlySet<string> = new Set(['engine-failed', 'number-range'])

/**
 * Gives a form with its cones to a solver that takes them, and draws tangents where its point and its duals say. A dual
 * of a cone is a multiple of one tangent, so the duals together are duals of the relaxation, which the judge of linear
 * programs adds up as he does all others. He believes no solver: tangents are true wherever they touch, the point is
 * lifted and judged, and who breaks or claims that there is no point has proposed nothing.
 *
 * Undefined without a point, and where no such solver is wanted or installed.
 */
export async function propose(
  canonical: ConicCanonical,
  relaxed: TangentForm,
  limits: Limits,
): Promise<Proposal | undefined> {
  const asked = await ask(canonical.form, limits)
  if (asked === undefined) return undefined
  const { answer, solver } = asked
  const x = canonical.lift(inBounds(canonical, answer.x))
  relaxed.addAt(x)
  if (answer.rowPrices === undefined || answer.coneDuals === undefined) return { x, solver }
  const duals = relaxed.addDual(answer.rowPrices, answer.coneDuals)
  const outcome = byDuals(relaxed, x, duals, limits.tolerance, solver)
  return { x, solver, ...(outcome && { outcome }) }
}

/** The program's own variables between the bounds that rows imply: an interior point comes near what a row fixes, and no nearer. */
function inBounds({ form, variableCount }: ConicCanonical, x: Float64Array): Float64Array {
  const { lower, upper, conflict } = impliedBounds(form.relaxation)
  const point = x.subarray(0, variableCount)
  return conflict === undefined ? point.map((value, j) => Math.min(Math.max(value, lower[j]), upper[j])) : point
}

function byDuals(
  relaxed: TangentForm,
  x: Float64Array,
  duals: Float64Array,
  tolerance: number,
  solver: SolverReport,
): Outcome | undefined {
  const form = relaxed.form()
  assertConvex(form)
  const bounds = impliedBounds(form)
  if (bounds.conflict !== undefined) return undefined
  const { value, bound, relativeGap, rowPrices, isClosed, reason } = proofByDuals(
    { form, bounds, tolerance },
    x,
    objectiveSum(form, x),
    duals,
  )
  if (bound === undefined || relativeGap === undefined) return undefined
  const found = { objective: value, x, bound, boundProof: 'dual', relativeGap, solver } as const
  const rest = { ...(rowPrices && { rowPrices }), ...(reason !== undefined && { reason }) }
  return { status: isClosed ? 'optimal' : 'unproved', ...found, ...rest }
}

interface Asked {
  readonly answer: SolverAnswer & Required<Pick<SolverAnswer, 'x'>>
  readonly solver: SolverReport
}

async function ask(
  form: ConicForm,
  { solver: requested, signal, onProgress, timeLimitSeconds }: Limits,
): Promise<Asked | undefined> {
  const solver = await chooseForCones(form, requested)
  if (solver === undefined) return undefined
  const version = await solver.version()
  let seconds = 0
  for (const settings of solver.settingsToTry(form.relaxation, {})) {
    const left = SHARE * timeLimitSeconds - seconds
    if (left <= 0) break
    onProgress?.({ phase: 'solve', solver: solver.name, seconds })
    const run = await runSolver(solver, form, { settings, signal, timeLimitSeconds: left }).catch(ofBroken)
    if (run === undefined) break
    seconds += run.seconds
    const { x, claim, status } = run.answer
    if (x !== undefined && isPoint(x, form)) {
      return { answer: { ...run.answer, x }, solver: { name: solver.name, version, status, seconds } }
    }
    if (claim === 'infeasible' || claim === 'unbounded' || claim === 'infeasible-or-unbounded') break
  }
  return undefined
}

const isPoint = (x: Float64Array, { relaxation }: ConicForm): boolean =>
  x.length === relaxation.linear.length && x.every((value) => Number.isFinite(value))

/** Nothing, of a solver that broke or cannot hold the numbers of a row; all else is thrown on. */
export function ofBroken(error: unknown): undefined {
  if (!(error instanceof SpillwayError && BROKEN.has(error.code))) throw error
}
