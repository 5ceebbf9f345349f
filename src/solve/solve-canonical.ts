import type { CurvedCanonical } from '../canonical/canonicalize.js'
import type { Outcome } from '../canonical/outcome.js'
import type { StandardForm } from '../canonical/standard-form.js'
import { judgeFeasibility } from '../certificates/feasibility.js'
import { objectiveSum } from '../certificates/objective.js'
import { checkedOptions, type SolveFormOptions } from './options.js'
import { solveForm } from './solve-form.js'
import { TangentForm } from './tangent-form.js'

/** Largest relative violation of a row or a bound in an answer, as in `solveForm`. */
const FEASIBLE = 1e-6
/** The share of the summed terms below which a gap is rounding, as in the proof of a form. */
const TERMS = 1e-7
/** What is aimed at, as a share of the tolerance: a round more costs little, and answers have spare digits. */
const AIM = 0.01
const MOST_ROUNDS = 200
/** Rounds that may pass without the distance falling to this share of what it was. */
const PATIENCE = 4
const WORTH = 0.9
/** How far free variables may go while tangents are sought that bound them. */
const FAR = 1e6
const MOST_FAR = 8

/** A point of the program lifted to the form, on every curve, and how good it is. */
interface Candidate {
  readonly x: Float64Array
  readonly value: number
  /** The largest, of a row or a bound. */
  readonly violation: number
  readonly relativeGap: number | undefined
}

/**
 * A program's form, solved, its curves included, by tangents: a linear or quadratic relaxation holds the tangents so far, its optimum
 * is a lower bound that duals prove (`solveForm`), and its point, lifted onto the curves, is judged feasible and has a value that no
 * tangent touches. New tangents are drawn at the lifted point until value and bound meet. Each curve is of one number, so that tangents of
 * many curves add up to the many faces that a cone needs (Vielma, Dunning, Huchette and Lubin 2017, Mathematical Programming
 * Computation 9); tangents are true in doubles, so the bound is as safe as that of a linear program.
 *
 * A relaxation without a feasible point proves that there is none. Where it stays unbounded, nothing is proved.
 */
export async function solveCanonical(canonical: CurvedCanonical, options: SolveFormOptions = {}): Promise<Outcome> {
  const { form, lift, curves, variableCount } = canonical
  if (curves.length === 0) return solveForm(form, options)
  const { tolerance, timeLimitSeconds } = checkedOptions(options)
  const deadline = performance.now() + 1000 * timeLimitSeconds
  const relaxed = new TangentForm(canonical)
  relaxed.addFirst()
  let best: (Candidate & { readonly outcome: Outcome }) | undefined
  let last: Outcome | undefined
  let seconds = 0
  let distant = 0
  let isRefined = false
  let idle = 0
  let least = Infinity
  const reported = (outcome: Outcome, rounds: number): Outcome['solver'] => ({
    ...outcome.solver,
    status: `${outcome.solver.status} (${relaxed.size} tangents, ${rounds} rounds)`,
    seconds,
  })
  const pointOf = (x: Float64Array): Float64Array => x.subarray(0, variableCount)
  let rounds = 0
  while (rounds < MOST_ROUNDS) {
    const left = (deadline - performance.now()) / 1000
    if (left <= 0) break
    rounds++
    const outcome = await solveForm(relaxed.form(), { ...options, refine: isRefined, timeLimitSeconds: left })
    seconds += outcome.solver.seconds
    last = outcome
    if (outcome.x === undefined) {
      const isOpen = outcome.status === 'unbounded' || outcome.status === 'infeasible-or-unbounded'
      const isEnd = outcome.status === 'infeasible' || outcome.status === 'infeasible-claimed' || best === undefined
      if (!isOpen && isEnd)
        return { ...outcome, reason: relaxed.inWords(outcome.reason), solver: reported(outcome, rounds) }
      if (!isOpen) break
      const far = await solveForm(within(relaxed.form(), FAR), { ...options, refine: false, timeLimitSeconds: left })
      seconds += far.solver.seconds
      if (far.x === undefined || ++distant > MOST_FAR || relaxed.addAt(lift(pointOf(far.x)), far.x) === 0) break
      continue
    }
    const x = lift(pointOf(outcome.x))
    const candidate = judged(form, x, outcome)
    if (candidate !== undefined && (best === undefined || distanceOf(candidate) < distanceOf(best)))
      best = { ...candidate, outcome }
    const gap = best?.relativeGap
    if (gap !== undefined && gap <= AIM * tolerance && best!.violation <= AIM * FEASIBLE) break
    const between = outcome.rowPrices === undefined ? 0 : relaxed.addBetween(outcome.rowPrices, outcome.x)
    const added = between + relaxed.addAt(x, outcome.x)
    const far = best === undefined ? Infinity : distanceOf(best)
    idle = best === undefined || far < WORTH * least ? 0 : idle + 1
    least = Math.min(least, far)
    if (added > 0 && idle < PATIENCE) continue
    // Nothing new to touch, or nothing gained: the last digits are the solver's.
    if (isRefined || options.refine === false || (gap !== undefined && gap <= tolerance)) break
    isRefined = true
    idle = 0
  }
  if (best === undefined) {
    const isLimit = performance.now() >= deadline
    const solver = last === undefined ? NOT_RUN : reported(last, rounds)
    if (isLimit) return { status: 'limit', reason: 'no time left', solver }
    const open = 'tangents leave the program unbounded: either it is, or more of them are needed than were tried'
    const rough = 'no point on the curves meets the rows to the accuracy that is asked for'
    return { status: 'unproved', reason: last?.x === undefined ? open : rough, solver }
  }
  return answered(
    best,
    best.outcome,
    { tolerance, isLate: performance.now() >= deadline },
    form,
    reported(last!, rounds),
  )
}

const NOT_RUN: Outcome['solver'] = { name: 'none', version: '', status: 'not run', seconds: 0 }

/** The lifted point with its value and gap; undefined where it breaks a row by more than is allowed, or gains by what it breaks. */
function judged(form: StandardForm, x: Float64Array, outcome: Outcome): Candidate | undefined {
  const violation = judgeFeasibility(form, x).relative
  if (!(violation <= FEASIBLE)) return undefined
  const { value, magnitude } = objectiveSum(form, x)
  const bound = outcome.bound ?? (outcome.status === 'optimal-claimed' ? outcome.objective : undefined)
  if (bound === undefined || !Number.isFinite(value)) return { x, value, violation, relativeGap: undefined }
  const distance = (value - bound) / Math.max(Math.abs(value), 1e-12, TERMS * magnitude)
  if (distance < -FEASIBLE) return undefined
  return { x, value, violation, relativeGap: Math.max(0, distance, outcome.relativeGap ?? 0) }
}

/** The distance from an optimum: of gap and violation the larger, for a broken row can hide a gap. */
function distanceOf({ relativeGap, violation }: Candidate): number {
  return Math.max(relativeGap ?? Infinity, violation)
}

function answered(
  { x, value, relativeGap }: Candidate,
  outcome: Outcome,
  { tolerance, isLate }: { readonly tolerance: number; readonly isLate: boolean },
  form: StandardForm,
  solver: Outcome['solver'],
): Outcome {
  const isClosed = relativeGap !== undefined && relativeGap <= tolerance
  if (outcome.bound === undefined) {
    const reason = outcome.reason ?? 'no duals bound the relaxation'
    return isClosed && outcome.status === 'optimal-claimed'
      ? { status: 'optimal-claimed', objective: value, x, reason, solver }
      : { status: isLate ? 'limit' : 'unproved', objective: value, x, reason, solver }
  }
  const rowPrices = outcome.rowPrices?.slice(0, form.rowLower.length)
  const found = {
    objective: value,
    x,
    ...(rowPrices && { rowPrices }),
    bound: Math.min(outcome.bound, value),
    ...(outcome.boundProof && { boundProof: outcome.boundProof }),
    ...(outcome.reason !== undefined && { reason: outcome.reason }),
    solver,
  }
  if (isClosed && outcome.status === 'optimal') return { status: 'optimal', ...found, relativeGap }
  const reason = outcome.reason ?? 'tangents leave a gap that is larger than the tolerance'
  return { status: isLate ? 'limit' : 'unproved', ...found, ...(relativeGap !== undefined && { relativeGap }), reason }
}

/** Free columns no further than `reach` from zero. */
function within(form: StandardForm, reach: number): StandardForm {
  return {
    ...form,
    lower: form.lower.map((bound) => (bound === -Infinity ? -reach : bound)),
    upper: form.upper.map((bound) => (bound === Infinity ? reach : bound)),
  }
}
